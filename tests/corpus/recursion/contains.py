def contains(ordered: list[int], wanted: int) -> bool:
    """Whether a sorted list holds a value."""
    if not ordered:
        return False
    middle = len(ordered) // 2
    if ordered[middle] == wanted:
        return True
    if ordered[middle] < wanted:
        return contains(ordered[middle + 1 :], wanted)
    return contains(ordered[:middle], wanted)


# ---- Velox does not see what follows ----
import random

ENTRY = "contains"
EXPECT = "improve"
WHY = "The list is sliced at each level."
BENCH = 20000


def gen(n):
    return (sorted(random.sample(range(10 * n + 1), n)), random.randrange(10 * n + 1))


EDGES = [([], 1), ([1], 1), ([1, 1, 1], 1), ([1, 3], 2)]
