def degree_table(nodes: list[str], edges: list[tuple[str, str]]) -> dict[str, int]:
    degrees = {}
    for node in nodes:
        degree = 0
        for a, b in edges:
            if a == node:
                degree += 1
            if b == node:
                degree += 1
        degrees[node] = degree
    return degrees


# ---- Velox does not see what follows ----
import random

ENTRY = "degree_table"
EXPECT = "improve"
WHY = "For each node all edges are counted."
BENCH = 3000


def gen(n):
    nodes = [f"n{k}" for k in range(max(2, n // 6))]
    return (nodes, [(random.choice(nodes), random.choice(nodes)) for _ in range(n // 2)])


EDGES = [([], []), (["a"], [("a", "a")]), (["a", "b"], [("b", "c")])]
