import math


def closest_distance(points: list[tuple[float, float]]) -> float:
    """The smallest distance between two points; infinite for fewer than two."""
    best = float("inf")
    for i in range(len(points)):
        for j in range(len(points)):
            if i != j:
                dx = points[i][0] - points[j][0]
                dy = points[i][1] - points[j][1]
                distance = math.sqrt(dx * dx + dy * dy)
                if distance < best:
                    best = distance
    return best


# ---- Velox does not see what follows ----
import random

ENTRY = "closest_distance"
EXPECT = "improve"
WHY = "All ordered pairs with a square root for each."
BENCH = 600


def gen(n):
    return ([(random.uniform(0, 100), random.uniform(0, 100)) for _ in range(n // 2)],)


EDGES = [([],), ([(0.0, 0.0)],), ([(1.0, 1.0), (1.0, 1.0)],)]
