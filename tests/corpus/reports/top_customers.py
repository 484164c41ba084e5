def top_customers(orders: list[tuple[str, int]], count: int) -> list[tuple[str, int]]:
    spent: dict[str, int] = {}
    for customer, amount in orders:
        if customer not in spent:
            spent[customer] = 0
        spent[customer] += amount
    ranking = []
    for customer in spent.keys():
        ranking.append((customer, spent[customer]))
    ranking = sorted(ranking, key=lambda pair: pair[1], reverse=True)
    return ranking[:count]


# ---- Velox does not see what follows ----
import random

ENTRY = "top_customers"
EXPECT = "improve"
WHY = "Sorting everything to keep a few, and counting by hand."
BENCH = 4000


def gen(n):
    return ([(f"c{random.randrange(max(1, n))}", random.randint(1, 500)) for _ in range(n)], 5)


EDGES = [([], 3), ([("a", 1), ("b", 1), ("c", 1)], 2), ([("a", 1)], 0)]
