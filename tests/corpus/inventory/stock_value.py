def stock_value(counts: list[int], prices: list[int]) -> int:
    value = 0
    for i in range(len(counts)):
        value = value + counts[i] * prices[i]
    return value


# ---- Velox does not see what follows ----
import random

ENTRY = "stock_value"
EXPECT = "improve"
WHY = "A loop that adds up products by index."
BENCH = 10000


def gen(n):
    return ([random.randint(0, 9) for _ in range(n)], [random.randint(1, 500) for _ in range(n)])


EDGES = [([], []), ([1], [2, 3]), ([1, 2], [3])]
