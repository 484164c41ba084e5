def equal_readings(readings):
    """How many pairs of readings are equal."""
    size = len(readings)
    pairs = 0
    first = 0
    while first < size:
        second = first + 1
        while second < size:
            if readings[first] == readings[second]:
                pairs += 1
            second += 1
        first += 1
    return pairs


# ---- Velox does not see what follows ----
import random

ENTRY = "equal_readings"
EXPECT = "improve"
WHY = "Two while loops compare all pairs."
BENCH = 1500


def gen(n):
    return ([random.randrange(n + 1) for _ in range(n)],)


EDGES = [([],), ([1, 1, 1],), ([1.5, 1.5, 2],)]
