def matching_seats(wanted, seats):
    """All pairs of a guest and a seat of the kind that the guest wants, guests in order."""
    pairs = []
    for guest, kind in enumerate(wanted):
        for seat in range(len(seats)):
            if seats[seat] == kind:
                pairs.append((guest, seat))
    return pairs


# ---- Velox does not see what follows ----
import random

ENTRY = "matching_seats"
EXPECT = "improve"
WHY = "All seats are looked at for every guest."
BENCH = 2400


def gen(n):
    size = max(1, n // 2)
    return ([random.randrange(size) for _ in range(size)], [random.randrange(size) for _ in range(size)])


EDGES = [([], []), ([1], [2]), ([1, 1], [1, 1])]
