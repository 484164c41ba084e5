def topological_order(depends: dict[str, list[str]]) -> list[str]:
    """Order names so that each comes after what it depends on; ValueError on a cycle."""
    remaining = list(depends)
    order = []
    while remaining:
        ready = [name for name in remaining if all(d in order for d in depends[name])]
        if not ready:
            raise ValueError("cycle: " + ", ".join(sorted(remaining)))
        order.extend(ready)
        remaining = [name for name in remaining if name not in ready]
    return order


# ---- Velox does not see what follows ----
import random

ENTRY = "topological_order"
EXPECT = "improve"
WHY = "Nodes without predecessors are looked for anew in every round."
BENCH = 1200


def gen(n):
    names = [f"pkg{k}" for k in range(max(1, n // 4))]
    return ({name: random.sample(names[:k], min(k, 2)) for k, name in enumerate(names)},)


EDGES = [({},), ({"a": ["a"]},), ({"a": [], "b": ["a"]},), ({"a": ["missing"]},)]
