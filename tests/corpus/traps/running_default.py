def running_default(limits: list[float], floor: float) -> list[float]:
    """Each limit, held at the highest so far; a limit of the same size replaces the one before."""
    held = [floor] * (len(limits) + 1)
    for i in range(len(limits)):
        held[i + 1] = max(limits[i], held[i])
    return held


# ---- Velox does not see what follows ----
import random

ENTRY = "running_default"
EXPECT = "trap"
WHY = "Of equal values of other types the later one is kept, and NaN is kept only where it comes last."
BENCH = 5000
TEMPTING = '''
from itertools import accumulate


def running_default(limits, floor):
    return list(accumulate(limits, max, initial=floor))
'''


def gen(n):
    return ([random.choice([1, 1.0, 2, 2.0, -3.5, True]) for _ in range(n)], random.choice([1, 1.0, -4.0]))


EDGES = [([], 0.0), ([1], 1.0), ([1.0], 1), ([True], 1), ([float("nan"), 1.0], 2.0)]
