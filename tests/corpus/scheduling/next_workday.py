from datetime import date, timedelta


def next_workday(year: int, month: int, day: int) -> str:
    """The first day after the given one that is no Saturday or Sunday."""
    current = date(year, month, day) + timedelta(days=1)
    while current.weekday() >= 5:
        current += timedelta(days=1)
    return current.isoformat()


# ---- Velox does not see what follows ----
import random

ENTRY = "next_workday"
EXPECT = "no-improvement"
WHY = "A short loop with a bound of a few days."
BENCH = 10


def gen(n):
    return (2000 + n % 30, random.randint(1, 12), random.randint(1, 28))


EDGES = [(2024, 12, 31), (2023, 2, 29), (2024, 3, 1)]
