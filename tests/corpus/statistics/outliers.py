import statistics


def outliers(values: list[float]) -> list[float]:
    """Values more than two standard deviations from the mean."""
    if len(values) < 2:
        return []
    mean = statistics.fmean(values)
    spread = 2 * statistics.pstdev(values, mean)
    return [value for value in values if abs(value - mean) > spread]


# ---- Velox does not see what follows ----
import random

ENTRY = "outliers"
EXPECT = "no-improvement"
WHY = "Bounds computed once, then one comprehension."
BENCH = 3000


def gen(n):
    return ([random.gauss(0, 1) for _ in range(n // 10)],)


EDGES = [([],), ([1.0],), ([1.0, 1.0, 9.0],)]
