def overdrawn_day(bookings: list[int], limit: int) -> int:
    """The first day on which all bookings so far come to less than the limit, or -1."""
    for day in range(1, len(bookings) + 1):
        if sum(bookings[:day]) < limit:
            return day
    return -1


# ---- Velox does not see what follows ----
import random

ENTRY = "overdrawn_day"
EXPECT = "improve"
WHY = "Each day adds up all bookings before it."
BENCH = 4000


def gen(n):
    return ([random.randint(-50, 60) for _ in range(n)], -60 * n)


EDGES = [([], 0), ([5, -9], -3), ([1], 2)]
