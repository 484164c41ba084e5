def record_highs(temperatures):
    """The highest temperature measured up to each day."""
    highs = []
    for day in range(len(temperatures)):
        best = temperatures[0]
        for earlier in range(0, day + 1):
            if temperatures[earlier] > best:
                best = temperatures[earlier]
        highs.append(best)
    return highs


# ---- Velox does not see what follows ----
import random

ENTRY = "record_highs"
EXPECT = "improve"
WHY = "Every day goes through all the days before it again."
BENCH = 1500


def gen(n):
    return ([random.randint(-200, 400) for _ in range(n)],)


EDGES = [([],), ([5],), ([1.5, -2, 7],)]
