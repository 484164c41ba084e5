def decay(start: int, steps: int) -> int:
    """Halve with the rounding of integers, but lose at least one each step."""
    value = start
    for _ in range(steps):
        value -= max(1, value // 2)
    return value


# ---- Velox does not see what follows ----
import random

ENTRY = "decay"
EXPECT = "trap"
WHY = "Rounding each step is part of the result."
BENCH = 1000


def gen(n):
    return (10 * n, random.randint(0, 12))


EDGES = [(0, 3), (5, 0), (1, 2), (-7, 2)]
TEMPTING = """
def decay(start, steps):
    return start >> steps
"""
