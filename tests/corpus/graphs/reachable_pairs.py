def reachable_pairs(matrix: list[list[bool]]) -> int:
    size = len(matrix)
    reach = [row[:] for row in matrix]
    for k in range(size):
        for i in range(size):
            for j in range(size):
                if reach[i][k] and reach[k][j]:
                    reach[i][j] = True
    total = 0
    for i in range(size):
        for j in range(size):
            if reach[i][j]:
                total += 1
    return total


# ---- Velox does not see what follows ----
import random

ENTRY = "reachable_pairs"
EXPECT = "maybe"
WHY = "Warshall on a matrix of booleans, with three indices."
BENCH = 60


def gen(n):
    return ([[random.random() < 2 / (n + 1) for _ in range(n)] for _ in range(n)],)


EDGES = [([],), ([[True]],), ([[False, True], [False, False]],)]
