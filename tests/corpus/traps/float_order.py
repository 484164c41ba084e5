def running_total(amounts: list[float]) -> float:
    total = 0.0
    for amount in amounts:
        total += amount
    return total


# ---- Velox does not see what follows ----
import random

ENTRY = "running_total"
EXPECT = "trap"
WHY = "Floats that are added in another order give another sum."
BENCH = 2000


def gen(n):
    return ([random.uniform(-1, 1) * 10 ** random.randint(-8, 8) for _ in range(n)],)


EDGES = [([],), ([0.1] * 10,), ([1e16, 1.0, -1e16],), ([-0.0],)]
TEMPTING = """
import math


def running_total(amounts):
    return math.fsum(amounts)
"""
