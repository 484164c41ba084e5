def points_in_box(points: list[tuple[int, int]], low: tuple[int, int], high: tuple[int, int]) -> int:
    left, bottom = low
    right, top = high
    return sum(left <= x <= right and bottom <= y <= top for x, y in points)


# ---- Velox does not see what follows ----
import random

ENTRY = "points_in_box"
EXPECT = "no-improvement"
WHY = "A generator inside sum, with chained comparisons."
BENCH = 3000


def gen(n):
    return ([(random.randint(0, 99), random.randint(0, 99)) for _ in range(n)], (20, 20), (70, 80))


EDGES = [([], (0, 0), (1, 1)), ([(0, 0)], (0, 0), (0, 0)), ([(1, 1)], (2, 2), (0, 0))]
