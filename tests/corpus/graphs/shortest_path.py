def shortest_path(edges: dict[str, list[tuple[str, int]]], source: str, target: str) -> int:
    """Length of the shortest path; -1 where there is none."""
    done = {}
    frontier = [(0, source)]
    while frontier:
        frontier.sort()
        distance, node = frontier.pop(0)
        if node == target:
            return distance
        if node in done:
            continue
        done[node] = distance
        for other, weight in edges.get(node, []):
            frontier.append((distance + weight, other))
    return -1


# ---- Velox does not see what follows ----
import random

ENTRY = "shortest_path"
EXPECT = "improve"
WHY = "Dijkstra with a list that is sorted at every step."
BENCH = 1500


def gen(n):
    names = [f"v{k}" for k in range(n + 2)]
    edges = {name: [(random.choice(names), random.randint(1, 9)) for _ in range(3)] for name in names}
    return (edges, names[0], names[-1])


EDGES = [({}, "a", "b"), ({}, "a", "a"), ({"a": [("b", 0), ("a", 1)]}, "a", "b")]
