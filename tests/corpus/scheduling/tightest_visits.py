def tightest_visits(minutes: list[int]) -> tuple[int, int] | None:
    """The numbers of the two visits that begin closest to one another, for the one who has to drive."""
    tightest = None
    shortest = None
    for first in range(len(minutes)):
        for second in range(first + 1, len(minutes)):
            gap = abs(minutes[first] - minutes[second])
            if shortest is None or gap < shortest:
                shortest = gap
                tightest = (first, second)
    return tightest


# ---- Velox does not see what follows ----
import random

ENTRY = "tightest_visits"
EXPECT = "improve"
WHY = "Every pair of visits is compared, and the closest two are neighbours in sorted order."
BENCH = 800


def gen(n):
    return ([random.randrange(max(1, n) ** 3) for _ in range(n)],)


EDGES = [([],), ([5],), ([5, 5, 1, 1],), ([3, 9, 6, 12],)]
