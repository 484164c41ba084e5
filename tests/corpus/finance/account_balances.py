"""The balance of an account after each booking."""


def balances(bookings: list[int]) -> list[int]:
    """Running totals in cents."""
    balance = 0
    history = []
    for amount in bookings:
        balance += amount
        history.append(balance)
    return history


# ---- Velox does not see what follows ----
import random

ENTRY = "balances"
EXPECT = "improve"
WHY = "Adding and appending in turn is what accumulate does in C."
EDGES = [([],), ([100],), ([-5, 5],), ([0, 0, 1],)]
BENCH = 40000


def gen(n):
    return ([random.randint(-50000, 50000) for _ in range(n)],)
