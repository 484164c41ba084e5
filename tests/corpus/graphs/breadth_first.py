def breadth_first(graph: dict[int, list[int]], start: int) -> list[int]:
    """Visit every node that can be reached, nearest first."""
    visited = []
    queue = [start]
    while queue:
        node = queue.pop(0)
        if node in visited:
            continue
        visited.append(node)
        for neighbour in graph.get(node, []):
            if neighbour not in visited:
                queue.append(neighbour)
    return visited


# ---- Velox does not see what follows ----
import random

ENTRY = "breadth_first"
EXPECT = "improve"
WHY = "A list as a queue, and a list of what was visited."
BENCH = 4000


def gen(n):
    return ({k: [random.randrange(n + 1) for _ in range(3)] for k in range(n + 1)}, 0)


EDGES = [({}, 1), ({0: [0]}, 0), ({0: [1, 2], 1: [2], 2: [0]}, 0)]
