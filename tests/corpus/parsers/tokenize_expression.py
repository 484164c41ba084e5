def tokenize_expression(text: str) -> list[str]:
    tokens = []
    current = ""
    for ch in text:
        if ch in "0123456789.":
            current += ch
        else:
            if current != "":
                tokens.append(current)
                current = ""
            if ch in "+-*/()":
                tokens.append(ch)
            elif ch != " ":
                raise ValueError("unexpected " + ch)
    if current != "":
        tokens.append(current)
    return tokens


# ---- Velox does not see what follows ----
import random

ENTRY = "tokenize_expression"
EXPECT = "maybe"
WHY = "A hand-written scanner; digits are tested against a text."
BENCH = 5000


def gen(n):
    parts = [random.choice(["12", "3.5", "+", "-", "*", "/", "(", ")", " "]) for _ in range(n)]
    return ("".join(parts),)


EDGES = [("",), ("1+x",), ("...",), ("12 34",)]
