def favourite(votes):
    """The first of those who got most votes."""
    most = 0
    chosen = votes[0]
    for name in votes:
        received = votes.count(name)
        if received > most:
            most = received
            chosen = name
    return chosen


# ---- Velox does not see what follows ----
import random

ENTRY = "favourite"
EXPECT = "improve"
WHY = "Every vote is counted as often as it is cast."
BENCH = 3000


def gen(n):
    return ([f"p{random.randrange(n // 2 + 1)}" for _ in range(max(1, n))],)


EDGES = [(["a"],), (["a", "b", "b"],), ([1, 2, 1, 2],)]
