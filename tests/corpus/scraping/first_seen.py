def first_seen(links):
    """The links without repetitions, in the order in which they were met."""
    position = 0
    found = []
    while position < len(links):
        if links[position] not in found:
            found.append(links[position])
        position += 1
    return found


# ---- Velox does not see what follows ----
import random

ENTRY = "first_seen"
EXPECT = "improve"
WHY = "A while loop searches the result for every link."
BENCH = 3000


def gen(n):
    return ([f"/page/{random.randrange(n + 1)}" for _ in range(n)],)


EDGES = [([],), (["a", "a"],), ([1, 2, 1],)]
