def pick_route(shelves: list[str], items: list[str]) -> list[str]:
    """Order items as their shelves lie along the way; ValueError for an unknown shelf."""
    return sorted(items, key=lambda item: shelves.index(item.split("/")[0]))


# ---- Velox does not see what follows ----
import random

ENTRY = "pick_route"
EXPECT = "improve"
WHY = "index() inside a sort key."
BENCH = 2000


def gen(n):
    shelves = [f"S{k}" for k in range(max(1, n // 8))]
    random.shuffle(shelves)
    return (shelves, [f"{random.choice(shelves)}/{k}" for k in range(n // 2)])


EDGES = [([], []), (["a", "b"], ["b/1", "a/2", "b/0"]), (["a"], ["x/1"])]
