def histogram(values: list[int], bins: int, low: int, high: int) -> list[int]:
    width = (high - low) / bins
    counts = []
    for b in range(bins):
        start = low + b * width
        end = low + (b + 1) * width
        counts.append(len([v for v in values if start <= v < end]))
    return counts


# ---- Velox does not see what follows ----
import random

ENTRY = "histogram"
EXPECT = "improve"
WHY = "For each bin all values are walked."
BENCH = 6000


def gen(n):
    return ([random.randint(0, 999) for _ in range(n // 4)], 40, 0, 1000)


EDGES = [([], 2, 0, 10), ([0, 5, 10], 2, 0, 10), ([1], 0, 0, 1)]
