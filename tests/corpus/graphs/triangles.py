def triangles(neighbours: dict[int, set[int]]) -> int:
    """How many groups of three people know one another."""
    groups = []
    people = sorted(neighbours)
    for first in people:
        for second in people:
            if first < second and second in neighbours[first]:
                for third in people:
                    if second < third and third in neighbours[first] and third in neighbours[second]:
                        groups.append((first, second, third))
    return len(groups)


# ---- Velox does not see what follows ----
import random

ENTRY = "triangles"
EXPECT = "maybe"
WHY = "Every group is kept in a list that is only counted."
BENCH = 60


def gen(n):
    size = max(1, n)
    known = {person: set() for person in range(size)}
    for _ in range(size * 3):
        a, b = random.randrange(size), random.randrange(size)
        known[a].add(b)
        known[b].add(a)
    return (known,)


EDGES = [({},), ({1: {2, 3}, 2: {1, 3}, 3: {1, 2}},), ({1: {2}, 2: {1}},), ({1: {9}, 9: {1}, 2: set()},)]
