def latest_tie(temperatures: list[int]) -> tuple[int, int] | None:
    """The latest two days, as a pair, whose temperatures are as close as any."""
    smallest = None
    days = None
    for first in range(len(temperatures)):
        for second in range(first + 1, len(temperatures)):
            gap = abs(temperatures[first] - temperatures[second])
            if smallest is None or gap <= smallest:
                smallest = gap
                days = (first, second)
    return days


# ---- Velox does not see what follows ----
import random

ENTRY = "latest_tie"
EXPECT = "trap"
WHY = "Of equally close pairs the last one counts, and sorting finds another one."
BENCH = 300


def gen(n):
    return ([random.randrange(-20, 40) for _ in range(n)],)


EDGES = [([],), ([3],), ([1, 2, 1, 2],), ([5, 5, 5],)]
TEMPTING = """
def latest_tie(temperatures):
    if len(temperatures) < 2:
        return None
    order = sorted(range(len(temperatures)), key=temperatures.__getitem__)
    pairs = zip(order, order[1:])
    first, second = min(pairs, key=lambda pair: temperatures[pair[1]] - temperatures[pair[0]])
    return min(first, second), max(first, second)
"""
