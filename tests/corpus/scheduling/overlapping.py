def overlapping(bookings: list[tuple[int, int]]) -> int:
    """How many pairs of bookings overlap."""
    pairs = 0
    for i, first in enumerate(bookings):
        for j, second in enumerate(bookings):
            if i < j and first[0] < second[1] and second[0] < first[1]:
                pairs += 1
    return pairs


# ---- Velox does not see what follows ----
import random

ENTRY = "overlapping"
EXPECT = "improve"
WHY = "All pairs compared, each twice."
BENCH = 1500


def gen(n):
    return ([(a, a + random.randint(1, 9)) for a in (random.randrange(5 * n + 1) for _ in range(n // 3))],)


EDGES = [([],), ([(0, 1), (1, 2)],), ([(0, 5)] * 3,)]
