def picked(orders: list[int], bins: list[int]) -> int:
    """How many orders find an article in the bins, each of which is taken once."""
    left = bins[:]
    count = 0
    for order in orders:
        try:
            left.remove(order)
        except ValueError:
            continue
        count += 1
    return count


# ---- Velox does not see what follows ----
import random

ENTRY = "picked"
EXPECT = "improve"
WHY = "Every order searches the list of what is left, and moves what comes after it."
BENCH = 6000


def gen(n):
    size = max(1, n // 2)
    return ([random.randrange(size) for _ in range(size)], [random.randrange(size) for _ in range(size)])


EDGES = [([], []), ([1, 1], [1]), ([2], [1, 2, 2])]
