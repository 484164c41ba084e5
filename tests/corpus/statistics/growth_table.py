def growth_table(rates: list[float]) -> list[tuple[int, float, float]]:
    """For each year: its number, what one unit has grown to since the start, and the mean rate so far."""
    table = []
    for year in range(len(rates)):
        factor = 1.0
        for earlier in range(year + 1):
            factor *= 1 + rates[earlier]
        total = 0.0
        for earlier in range(0, year + 1):
            total += rates[earlier]
        table.append((year + 1, factor, total / (year + 1)))
    return table


# ---- Velox does not see what follows ----
import random

ENTRY = "growth_table"
EXPECT = "improve"
WHY = "Each year's product and sum are computed from the first year on."
BENCH = 600


def gen(n):
    return ([random.uniform(-0.1, 0.2) for _ in range(n)],)


EDGES = [([],), ([0.5],), ([-1.0, 2.0, float("inf")],)]
