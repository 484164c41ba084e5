def low_stock(stock: dict[str, int], limit: int) -> list[str]:
    return [name for name, count in stock.items() if count < limit]


# ---- Velox does not see what follows ----
import random

ENTRY = "low_stock"
EXPECT = "no-improvement"
WHY = "A single filtered comprehension."
BENCH = 3000


def gen(n):
    return ({f"part{k}": random.randint(0, 50) for k in range(n)}, 10)


EDGES = [({}, 1), ({"a": 1}, 1), ({"a": -1}, 0)]
