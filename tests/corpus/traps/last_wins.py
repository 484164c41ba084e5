def index_by_key(pairs: list[tuple[str, int]]) -> dict[str, int]:
    index = {}
    for key, value in pairs:
        if key not in index:
            index[key] = value
    return index


# ---- Velox does not see what follows ----
import random

ENTRY = "index_by_key"
EXPECT = "trap"
WHY = "Of equal keys the first counts; a comprehension would take the last."
BENCH = 2000


def gen(n):
    return ([(f"k{random.randrange(n + 1)}", k) for k in range(n)],)


EDGES = [([],), ([("a", 1), ("a", 2)],)]
TEMPTING = """
def index_by_key(pairs):
    return dict(pairs)
"""
