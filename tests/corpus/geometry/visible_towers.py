def visible_towers(heights: list[int]) -> list[int]:
    """Indices of towers that are higher than all before them."""
    visible = []
    for i in range(len(heights)):
        if i == 0 or heights[i] > max(heights[:i]):
            visible.append(i)
    return visible


# ---- Velox does not see what follows ----
import random

ENTRY = "visible_towers"
EXPECT = "improve"
WHY = "The maximum of what lies before is computed for each tower."
BENCH = 3000


def gen(n):
    return ([random.randint(0, 10**6) for _ in range(n)],)


EDGES = [([],), ([3],), ([1, 1, 2],), ([3, 2, 1],)]
