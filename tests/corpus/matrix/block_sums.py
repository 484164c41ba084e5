def block_sums(grid: list[list[int]], radius: int) -> list[list[int]]:
    """Sum of the square around each cell, as far as it lies in the grid."""
    height = len(grid)
    width = len(grid[0]) if grid else 0
    sums = []
    for i in range(height):
        line = []
        for j in range(width):
            total = 0
            for r in range(max(0, i - radius), min(height, i + radius + 1)):
                for c in range(max(0, j - radius), min(width, j + radius + 1)):
                    total += grid[r][c]
            line.append(total)
        sums.append(line)
    return sums


# ---- Velox does not see what follows ----
import random

ENTRY = "block_sums"
EXPECT = "improve"
WHY = "Every block is summed cell by cell."
BENCH = 40


def gen(n):
    return ([[random.randint(0, 9) for _ in range(n)] for _ in range(n)], 4)


EDGES = [([], 1), ([[5]], 0), ([[1, 2], [3, 4]], 1), ([[1]], -1)]
