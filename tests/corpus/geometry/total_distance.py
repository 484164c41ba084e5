def total_distance(size, positions):
    """The sum of the distances between all pairs of houses along a road."""
    total = 0
    for first in range(size):
        for second in range(first + 1, size):
            total += abs(positions[first] - positions[second])
    return total


# ---- Velox does not see what follows ----
import random

ENTRY = "total_distance"
EXPECT = "improve"
WHY = "All pairs are visited where the order along the road tells the sum."
BENCH = 1200


def gen(n):
    return (n, [random.randint(0, 10**6) for _ in range(n)])


EDGES = [(0, []), (1, [4]), (3, [5, -5, 0])]
