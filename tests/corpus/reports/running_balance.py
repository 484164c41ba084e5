def running_balance(start: int, movements: list[int]) -> list[int]:
    """Return the balance after each movement."""
    balances = []
    for i in range(len(movements)):
        balances.append(start + sum(movements[: i + 1]))
    return balances


# ---- Velox does not see what follows ----
import random

ENTRY = "running_balance"
EXPECT = "improve"
WHY = "A running sum that starts anew at every entry."
BENCH = 6000


def gen(n):
    return (random.randint(0, 100), [random.randint(-20, 20) for _ in range(n)])


EDGES = [(0, []), (5, [-5]), (10**20, [1, -(10**20)])]
