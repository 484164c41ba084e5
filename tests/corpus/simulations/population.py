def population(timers: list[int], days: int) -> int:
    """Animals after some days; a timer at zero starts anew at six and bears one at eight."""
    current = list(timers)
    for _ in range(days):
        following = []
        for timer in current:
            if timer == 0:
                following.append(6)
                following.append(8)
            else:
                following.append(timer - 1)
        current = following
    return len(current)


# ---- Velox does not see what follows ----
import random

ENTRY = "population"
EXPECT = "improve"
WHY = "A list with one entry for each animal, rebuilt every day."
BENCH = 40


def gen(n):
    return ([random.randint(0, 6) for _ in range(5)], min(n, 90))


EDGES = [([], 5), ([0], 0), ([3, 1], 8)]
