def deepest_point(text):
    """The largest surplus of opening brackets at the beginning of the text."""
    deepest = 0
    for at in range(len(text) + 1):
        depth = text[:at].count("(") - text[:at].count(")")
        if depth > deepest:
            deepest = depth
    return deepest


# ---- Velox does not see what follows ----
import random

ENTRY = "deepest_point"
EXPECT = "improve"
WHY = "Both brackets are counted from the start at every position."
BENCH = 6000


def gen(n):
    return ("".join(random.choice("(()x") for _ in range(n)),)


EDGES = [("",), ("))",), ("(()(",)]
