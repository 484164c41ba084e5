def polygon_area(corners: list[tuple[int, int]]) -> float:
    total = 0
    for i in range(len(corners)):
        x1, y1 = corners[i]
        x2, y2 = corners[(i + 1) % len(corners)]
        total += x1 * y2 - x2 * y1
    return abs(total) / 2


# ---- Velox does not see what follows ----
import random

ENTRY = "polygon_area"
EXPECT = "maybe"
WHY = "The shoelace formula by index, with a modulo at each step."
BENCH = 8000


def gen(n):
    return ([(random.randint(-99, 99), random.randint(-99, 99)) for _ in range(n)],)


EDGES = [([],), ([(1, 1)],), ([(0, 0), (2, 0), (2, 2), (0, 2)],)]
