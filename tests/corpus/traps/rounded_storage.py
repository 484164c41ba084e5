import numpy as np


def rounded_storage(parts: list[int], growth: int) -> list[str]:
    """What an array of floats makes of whole numbers that grow: how much is left of each."""
    stored = np.zeros(len(parts))
    for i in range(len(parts)):
        stored[i] = parts[i] * growth
    rest = []
    for i in range(len(parts)):
        rest.append(str(parts[i] * growth - int(stored[i])))
    return rest


# ---- Velox does not see what follows ----
import random

ENTRY = "rounded_storage"
EXPECT = "trap"
WHY = "An array of floats rounds large whole numbers, which a list keeps."
BENCH = 2000


def gen(n):
    return ([random.randrange(10**12) for _ in range(n)], random.randrange(10**8))


EDGES = [([], 3), ([2**53 + 1], 1), ([10**20], 10**5)]
TEMPTING = """
def rounded_storage(parts, growth):
    stored = [0.0] * len(parts)
    for i in range(len(parts)):
        stored[i] = parts[i] * growth
    return [str(parts[i] * growth - int(stored[i])) for i in range(len(parts))]
"""
