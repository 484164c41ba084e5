def distinct_slopes(points: list[tuple[int, int]]) -> int:
    """How many different directions the points have as seen from the first one."""
    if not points:
        return 0
    x0, y0 = points[0]
    slopes = []
    for x, y in points[1:]:
        dx, dy = x - x0, y - y0
        a, b = abs(dx), abs(dy)
        while b:
            a, b = b, a % b
        if a != 0:
            dx, dy = dx // a, dy // a
        if dx < 0 or (dx == 0 and dy < 0):
            dx, dy = -dx, -dy
        if (dx, dy) not in slopes:
            slopes.append((dx, dy))
    return len(slopes)


# ---- Velox does not see what follows ----
import random

ENTRY = "distinct_slopes"
EXPECT = "improve"
WHY = "Reduced fractions kept in a list."
BENCH = 3000


def gen(n):
    return ([(random.randint(-500, 500), random.randint(-500, 500)) for _ in range(n // 3)],)


EDGES = [([],), ([(1, 1), (1, 1)],), ([(0, 0), (2, 4), (-1, -2), (0, 3)],)]
