def connected_groups(pairs):
    graph = {}
    for a, b in pairs:
        graph.setdefault(a, []).append(b)
        graph.setdefault(b, []).append(a)
    seen = []
    groups = []
    for node in graph:
        if node in seen:
            continue
        group = []
        stack = [node]
        while stack:
            current = stack.pop()
            if current in seen:
                continue
            seen.append(current)
            group.append(current)
            stack.extend(graph[current])
        groups.append(sorted(group))
    return groups


# ---- Velox does not see what follows ----
import random

ENTRY = "connected_groups"
EXPECT = "improve"
WHY = "Sets of nodes found with a list as the stack's memory."
BENCH = 2500


def gen(n):
    return ([(random.randrange(n + 1), random.randrange(n + 1)) for _ in range(n // 2)],)


EDGES = [([],), ([(1, 1)],), ([(1, 2), (2, 3), (5, 6)],)]
