def mirror_words(lines: list[str]) -> dict[str, int]:
    """How often each line that reads the same backwards occurs, spaces and case aside."""
    counts: dict[str, int] = {}
    for line in lines:
        key = line.replace(" ", "").lower()
        if key == key[::-1]:
            counts[key] = counts.get(key, 0) + 1
    return counts


# ---- Velox does not see what follows ----
import random

ENTRY = "mirror_words"
EXPECT = "maybe"
WHY = "Every line is reversed, although the ends tell most of them apart."
BENCH = 2000


def gen(n):
    lines = []
    for _ in range(n):
        half = "".join(random.choice("abcdef ") for _ in range(random.randint(0, 40)))
        lines.append(half + (half[::-1].upper() if random.random() < 0.2 else half))
    return (lines,)


EDGES = [([],), (["", " ", "Anna", "anna", "to"],)]
