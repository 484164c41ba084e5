def latest_first(amounts):
    """The incomes and the expenses, the latest first."""
    incomes, expenses = [], []
    for amount in amounts:
        if amount >= 0:
            incomes.insert(0, amount)
        else:
            expenses.insert(0, amount)
    return incomes, expenses


# ---- Velox does not see what follows ----
import random

ENTRY = "latest_first"
EXPECT = "improve"
WHY = "Two lists are filled at their front."
BENCH = 20000


def gen(n):
    return ([random.randint(-500, 500) for _ in range(n)],)


EDGES = [([],), ([0],), ([-1, 2, -3],)]
