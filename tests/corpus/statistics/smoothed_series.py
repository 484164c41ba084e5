import numpy as np


def smoothed_series(values: list[float], weight: float):
    """Each value, smoothed with those before it, and the mean of all that came out."""
    levels = np.zeros(len(values) + 1)
    for i in range(len(values)):
        levels[i + 1] = levels[i] * weight + values[i] * (1 - weight)
    return levels[1:], float(np.mean(levels))


# ---- Velox does not see what follows ----
import random

ENTRY = "smoothed_series"
EXPECT = "improve"
WHY = "An array is filled element by element, and each read makes a NumPy scalar."
BENCH = 20000


def gen(n):
    return ([random.uniform(-5, 5) for _ in range(n)], random.random())


EDGES = [([], 0.5), ([1.0], 0.0), ([float("inf"), 2.0], 0.5), ([1.0, float("nan")], 1.0)]
