"""Settings of several files, where later ones win."""


def merged(layers: list[dict[str, int]]) -> dict[str, int]:
    """All settings, each with the value of the last layer that has it."""
    settings: dict[str, int] = {}
    for layer in layers:
        settings = {**settings, **layer}
    return settings


# ---- Velox does not see what follows ----
import random

ENTRY = "merged"
EXPECT = "improve"
WHY = "Everything that is known so far is copied for every layer."
EDGES = [([],), ([{}],), ([{"a": 1}, {"a": 2, "b": 3}],), ([{"a": 1}, {}],)]
BENCH = 300


def gen(n):
    return ([{f"key-{random.randint(0, 20 * n)}": random.randint(0, 9) for _ in range(20)} for _ in range(n)],)
