import numpy as np


def normalise_rows(grid: np.ndarray) -> np.ndarray:
    """Subtract the smallest value of each row."""
    result = np.zeros(grid.shape, dtype=grid.dtype)
    for i in range(grid.shape[0]):
        smallest = grid[i].min()
        for j in range(grid.shape[1]):
            result[i, j] = grid[i, j] - smallest
    return result


# ---- Velox does not see what follows ----
import random

ENTRY = "normalise_rows"
EXPECT = "improve"
WHY = "A numpy array filled cell by cell."
BENCH = 120

import numpy


def gen(n):
    return (numpy.random.randint(0, 1000, (max(1, n), max(1, n))),)


EDGES = [(numpy.array([[1, 2], [5, 3]]),), (numpy.zeros((1, 1), dtype=int),)]
