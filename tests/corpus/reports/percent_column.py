def percent_column(values: list[float]) -> list[float]:
    shares = []
    for value in values:
        if sum(values) == 0:
            shares.append(0.0)
        else:
            shares.append(round(100 * value / sum(values), 1))
    return shares


# ---- Velox does not see what follows ----
import random

ENTRY = "percent_column"
EXPECT = "improve"
WHY = "The total is summed anew for every value."
BENCH = 20000


def gen(n):
    return ([float(random.randint(0, 1000)) for _ in range(max(1, n // 20))],)


EDGES = [([],), ([0.0, 0.0],), ([1.5, -1.5],), ([float("inf"), 1.0],)]
