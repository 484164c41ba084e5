def unique_rows(rows: list[list[int]]) -> list[list[int]]:
    kept = []
    for row in rows:
        if row not in kept:
            kept.append(row)
    return kept


# ---- Velox does not see what follows ----
import random

ENTRY = "unique_rows"
EXPECT = "trap"
WHY = "Rows are lists, which no set holds."
BENCH = 300


def gen(n):
    return ([[random.randrange(4), random.randrange(4)] for _ in range(n)],)


EDGES = [([],), ([[1], [1]],)]
TEMPTING = """
def unique_rows(rows):
    return list(dict.fromkeys(rows))
"""
