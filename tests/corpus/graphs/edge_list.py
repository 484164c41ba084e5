def edge_list(graph: dict[int, list[int]]) -> list[tuple[int, int]]:
    return [(node, other) for node, others in graph.items() for other in others if node <= other]


# ---- Velox does not see what follows ----
import random

ENTRY = "edge_list"
EXPECT = "no-improvement"
WHY = "A comprehension over an adjacency list; there is nothing to save."
BENCH = 300


def gen(n):
    return ({k: [random.randrange(n) for _ in range(4)] for k in range(n)},)


EDGES = [({},), ({1: [1, 0]},)]
