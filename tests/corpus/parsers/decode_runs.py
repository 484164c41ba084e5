def decode_runs(text):
    out = ""
    number = ""
    for ch in text:
        if ch.isdigit():
            number = number + ch
        else:
            for _ in range(int(number or "1")):
                out = out + ch
            number = ""
    return out


# ---- Velox does not see what follows ----
import random

ENTRY = "decode_runs"
EXPECT = "improve"
WHY = "Text grown one character at a time, with the count parsed by hand."
BENCH = 3000


def gen(n):
    return ("".join(f"{random.randint(1, 12)}{random.choice('abcxyz')}" for _ in range(n // 5)),)


EDGES = [("",), ("a",), ("0a3b",), ("12",)]
