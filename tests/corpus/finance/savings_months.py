def savings_months(target: int, monthly: int, bonus: int) -> int:
    """After how many months the savings reach the target, when each month adds a little more than the one before."""
    for month in range(1, 1_000_000):
        if month * monthly + bonus * month >= target:
            return month
    return -1


# ---- Velox does not see what follows ----
import random

ENTRY = "savings_months"
EXPECT = "improve"
WHY = "A sum that grows with every month is tried month after month."
BENCH = 400000


def gen(n):
    return (random.randint(n // 2, n) * 30, random.randint(10, 20), random.randint(1, 10))


EDGES = [(0, 5, 1), (10**12, 1, 1), (100, 0, 0), (7, -3, 10), (50, 20, -2)]
