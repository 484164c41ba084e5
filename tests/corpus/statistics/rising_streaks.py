import numpy as np


def rising_streaks(values: list[float]):
    """For each value how many in a row have risen up to it, and the mean of these lengths."""
    lengths = np.zeros(len(values))
    for i in range(1, len(values)):
        if values[i] > values[i - 1]:
            lengths[i] = lengths[i - 1] + 1
    return lengths, float(np.sum(lengths)) / max(1, len(values))


# ---- Velox does not see what follows ----
import random

ENTRY = "rising_streaks"
EXPECT = "maybe"
WHY = "An array is filled element by element, and each read makes a NumPy scalar."
BENCH = 20000


def gen(n):
    return ([random.uniform(-5, 5) for _ in range(n)],)


EDGES = [([],), ([1.0],), ([1.0, 2.0, 3.0],), ([float("nan"), 1.0, 2.0],)]
