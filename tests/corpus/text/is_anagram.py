def is_anagram(first: str, second: str) -> bool:
    letters = list(second.lower())
    for ch in first.lower():
        if ch in letters:
            letters.remove(ch)
        else:
            return False
    return len(letters) == 0


# ---- Velox does not see what follows ----
import random

ENTRY = "is_anagram"
EXPECT = "improve"
WHY = "Letters removed one by one from a list."
BENCH = 6000


def gen(n):
    word = "".join(random.choice("abcdefghijklmnopqrstuvwxyz") for _ in range(n))
    return (word, "".join(random.sample(word, len(word))))


EDGES = [("", ""), ("a", ""), ("Ab", "bA"), ("aa", "a")]
