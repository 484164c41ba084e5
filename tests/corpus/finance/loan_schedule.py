def loan_schedule(cents: int, rate: float, payment: int) -> list[int]:
    """Remaining debt after each month, until it is paid or a hundred years have passed."""
    left = cents
    schedule = []
    while left > 0 and len(schedule) < 1200:
        left = left + round(left * rate / 12) - payment
        schedule.append(max(left, 0))
    return schedule


# ---- Velox does not see what follows ----
ENTRY = "loan_schedule"
EXPECT = "no-improvement"
WHY = "Each month depends on the one before it."
BENCH = 600


def gen(n):
    return (1000 * n, 0.03, 2500)


EDGES = [(0, 0.1, 5), (100, 0.0, 30), (10**6, 1.2, 1)]
