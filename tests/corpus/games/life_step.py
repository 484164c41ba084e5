def life_step(cells: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """The next generation of Conway's game, sorted."""
    candidates = []
    for x, y in cells:
        for dx in (-1, 0, 1):
            for dy in (-1, 0, 1):
                if (x + dx, y + dy) not in candidates:
                    candidates.append((x + dx, y + dy))
    alive = []
    for x, y in candidates:
        neighbours = 0
        for dx in (-1, 0, 1):
            for dy in (-1, 0, 1):
                if (dx, dy) != (0, 0) and (x + dx, y + dy) in cells:
                    neighbours += 1
        if neighbours == 3 or (neighbours == 2 and (x, y) in cells):
            alive.append((x, y))
    return sorted(alive)


# ---- Velox does not see what follows ----
import random

ENTRY = "life_step"
EXPECT = "improve"
WHY = "Neighbours of living cells are looked for in a list of cells."
BENCH = 2500


def gen(n):
    return ([(random.randrange(20), random.randrange(20)) for _ in range(n // 10)],)


EDGES = [([],), ([(0, 0), (0, 1), (0, 2)],), ([(5, 5)],)]
