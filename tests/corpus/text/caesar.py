def caesar(text: str, shift: int) -> str:
    alphabet = "abcdefghijklmnopqrstuvwxyz"
    result = ""
    for ch in text:
        if ch in alphabet:
            result += alphabet[(alphabet.index(ch) + shift) % 26]
        else:
            result += ch
    return result


# ---- Velox does not see what follows ----
import random

ENTRY = "caesar"
EXPECT = "improve"
WHY = "A shifted alphabet looked up letter by letter."
BENCH = 20000


def gen(n):
    return ("".join(random.choice("abc xyz, Hello") for _ in range(n)), random.randrange(-30, 30))


EDGES = [("", 1), ("zZ", 1), ("abc", 0), ("é", 5)]
