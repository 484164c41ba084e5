def wrap_words(text: str, width: int) -> list[str]:
    lines = []
    line = []
    for word in text.split():
        if len(" ".join(line + [word])) <= width:
            line.append(word)
        else:
            lines.append(" ".join(line))
            line = [word]
    if line:
        lines.append(" ".join(line))
    return lines


# ---- Velox does not see what follows ----
import random

ENTRY = "wrap_words"
EXPECT = "maybe"
WHY = "A greedy wrap that measures the joined line for every word."
BENCH = 4000


def gen(n):
    return (" ".join("w" * random.randint(1, 9) for _ in range(n // 2)), 72)


EDGES = [("", 10), ("longword", 3), ("a b c", 1)]
