def reserve(stock: list[list], orders: list[tuple[str, int]]) -> list[str]:
    """Take what is ordered from the stock, in place; return what could not be served."""
    missing = []
    for name, count in orders:
        for item in stock:
            if item[0] == name:
                if item[1] >= count:
                    item[1] -= count
                else:
                    missing.append(name)
                break
        else:
            missing.append(name)
    return missing


# ---- Velox does not see what follows ----
import random

ENTRY = "reserve"
EXPECT = "improve"
WHY = "The stock is a list of pairs that is searched for every order line."
BENCH = 4000


def gen(n):
    parts = max(1, n // 6)
    stock = [[f"part{k}", random.randint(0, 20)] for k in range(parts)]
    return (stock, [(f"part{random.randrange(parts + 2)}", random.randint(1, 9)) for _ in range(n // 6)])


EDGES = [([], [("a", 1)]), ([["a", 1], ["a", 9]], [("a", 5)]), ([["a", 2]], [("a", 2), ("a", 1)])]
