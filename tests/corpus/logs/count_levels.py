def count_levels(lines: list[str]) -> dict[str, int]:
    """How often each level occurs; the level is the second word."""
    levels = []
    for line in lines:
        parts = line.split()
        if len(parts) > 1:
            levels.append(parts[1])
    counts = {}
    for level in levels:
        counts[level] = levels.count(level)
    return counts


# ---- Velox does not see what follows ----
import random

ENTRY = "count_levels"
EXPECT = "improve"
WHY = "Counting with list.count of a list that holds every level."
BENCH = 6000


def gen(n):
    return ([f"{k} {random.choice(['INFO', 'WARN', 'ERROR', 'DEBUG'])} something happened" for k in range(n // 4)],)


EDGES = [([],), ([""],), (["one"],), (["a b", "a b c"],)]
