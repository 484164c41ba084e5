def column_maxima(grid: list[list[int]]) -> list[int]:
    maxima = []
    for j in range(len(grid[0])):
        best = grid[0][j]
        for i in range(len(grid)):
            if grid[i][j] > best:
                best = grid[i][j]
        maxima.append(best)
    return maxima


# ---- Velox does not see what follows ----
import random

ENTRY = "column_maxima"
EXPECT = "improve"
WHY = "Columns by index with a hand-written maximum."
BENCH = 3000


def gen(n):
    return ([[random.randint(0, 10**6) for _ in range(20)] for _ in range(max(1, n // 20))],)


EDGES = [([[1]],), ([],), ([[1, 2], [3, 0]],), ([[1, 2], [3]],)]
