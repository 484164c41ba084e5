def spiral(grid: list[list[int]]) -> list[int]:
    """Read a matrix in a spiral; the matrix itself stays as it is."""
    rows = [list(row) for row in grid]
    order = []
    while rows:
        first = rows.pop(0)
        order = order + first
        turned = []
        if rows:
            for column in range(len(rows[0]) - 1, -1, -1):
                turned.append([row[column] for row in rows])
        rows = turned
    return order


# ---- Velox does not see what follows ----
import random

ENTRY = "spiral"
EXPECT = "improve"
WHY = "The first row is popped and the rest turned, again and again."
BENCH = 60


def gen(n):
    return ([[random.randrange(100) for _ in range(n)] for _ in range(n)],)


EDGES = [([],), ([[1, 2], [3, 4]],), ([[]],), ([[1], [2]],)]
