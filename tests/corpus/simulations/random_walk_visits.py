def random_walk_visits(steps: str) -> int:
    """How many different places a walk of N, S, E and W steps comes to."""
    x, y = 0, 0
    places = [(0, 0)]
    for step in steps:
        if step == "N":
            y += 1
        elif step == "S":
            y -= 1
        elif step == "E":
            x += 1
        elif step == "W":
            x -= 1
        if (x, y) not in places:
            places.append((x, y))
    return len(places)


# ---- Velox does not see what follows ----
import random

ENTRY = "random_walk_visits"
EXPECT = "improve"
WHY = "Places visited kept in a list."
BENCH = 5000


def gen(n):
    return ("".join(random.choice("NSEEW") for _ in range(n)),)


EDGES = [("",), ("NS",), ("?",)]
