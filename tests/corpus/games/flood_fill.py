def flood_fill(grid: list[list[int]], row: int, column: int, colour: int) -> list[list[int]]:
    """Recolour the area of one cell; the grid itself is changed and returned."""
    old = grid[row][column]
    if old == colour:
        return grid
    todo = [(row, column)]
    while len(todo) > 0:
        r, c = todo.pop(0)
        if r < 0 or c < 0 or r >= len(grid) or c >= len(grid[r]):
            continue
        if grid[r][c] != old:
            continue
        grid[r][c] = colour
        todo.append((r + 1, c))
        todo.append((r - 1, c))
        todo.append((r, c + 1))
        todo.append((r, c - 1))
    return grid


# ---- Velox does not see what follows ----
import random

ENTRY = "flood_fill"
EXPECT = "improve"
WHY = "A queue that is popped in front, and cells that are queued again."
BENCH = 3000


def gen(n):
    side = max(1, int(n**0.5))
    return ([[random.choice([0, 0, 0, 1]) for _ in range(side)] for _ in range(side)], 0, 0, 2)


EDGES = [([[1]], 0, 0, 1), ([[0, 1], [0, 0]], 0, 0, 5), ([[1]], 3, 0, 1)]
