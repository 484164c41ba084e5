from functools import cmp_to_key


def restock_plan(items: list[tuple[str, int, int]]) -> list[str]:
    """Names, the emptiest shelf first; the fill is count of capacity."""

    def compare(a, b):
        if a[1] * b[2] < b[1] * a[2]:
            return -1
        if a[1] * b[2] > b[1] * a[2]:
            return 1
        return 0

    return [name for name, _, _ in sorted(items, key=cmp_to_key(compare))]


# ---- Velox does not see what follows ----
import random

ENTRY = "restock_plan"
EXPECT = "maybe"
WHY = "A sort with a comparison that a plain key could do."
BENCH = 3000


def gen(n):
    return ([(f"i{k}", random.randint(0, 40), random.randint(1, 40)) for k in range(n)],)


EDGES = [([],), ([("a", 1, 2), ("b", 2, 4)],)]
