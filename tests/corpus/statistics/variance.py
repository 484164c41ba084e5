def variance(values: list[int]) -> float:
    if len(values) < 2:
        return 0.0
    total = 0.0
    for value in values:
        total += (value - sum(values) / len(values)) ** 2
    return total / (len(values) - 1)


# ---- Velox does not see what follows ----
import random

ENTRY = "variance"
EXPECT = "maybe"
WHY = "The mean is computed again for every value."
BENCH = 20000


def gen(n):
    return ([random.randint(0, 100) for _ in range(max(2, n // 20))],)


EDGES = [([],), ([5],), ([1, 2],), ([3, 3, 3],)]
