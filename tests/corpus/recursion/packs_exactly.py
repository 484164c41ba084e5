def packs_exactly(sizes, room, start=0):
    """Whether some of the parcels fill the room exactly."""
    if room == 0:
        return True
    if start >= len(sizes) or room < 0:
        return False
    if packs_exactly(sizes, room - sizes[start], start + 1):
        return True
    return packs_exactly(sizes, room, start + 1)


# ---- Velox does not see what follows ----
import random

ENTRY = "packs_exactly"
EXPECT = "improve"
WHY = "Taking and leaving a parcel leads to the same room many times."
BENCH = 18


def gen(n):
    size = min(n, 18)
    return ([random.randint(1, 4) * 2 for _ in range(size)], 2 * size * random.randint(1, 4) + random.randint(0, 1))


EDGES = [([], 0), ([], 3), ([2, 4], 6)]
