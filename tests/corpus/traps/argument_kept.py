def sorted_names(names: list[str]) -> list[str]:
    ordered = names[:]
    ordered.sort(key=str.lower)
    return ordered


# ---- Velox does not see what follows ----
import random

ENTRY = "sorted_names"
EXPECT = "trap"
WHY = "Sorting in place would change the caller's list."
BENCH = 2000


def gen(n):
    return (["".join(random.choice("aBcD") for _ in range(5)) for _ in range(n)],)


EDGES = [([],), (["b", "A", "a"],)]
TEMPTING = """
def sorted_names(names):
    names.sort(key=str.lower)
    return names
"""
