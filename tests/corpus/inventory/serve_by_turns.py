def serve_by_turns(weights):
    order = []
    light = True
    while len(weights) > 0:
        chosen = min(weights) if light else max(weights)
        weights.remove(chosen)
        order.append(chosen)
        light = not light
    return order


# ---- Velox does not see what follows ----
import random

ENTRY = "serve_by_turns"
EXPECT = "improve"
WHY = "The lightest and the heaviest parcel by turns, each searched in what is left, until the list is empty."
BENCH = 3000


def gen(n):
    return ([random.randrange(n + 1) for _ in range(n)],)


EDGES = [([],), ([1],), ([2, 2, 2],), ([1.5, 1],), (["b", "a"],)]
