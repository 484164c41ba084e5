def count_kinds(values: list) -> list[str]:
    """Each kind of value once, in order; True is no 1."""
    kinds = []
    for value in values:
        text = type(value).__name__ + ":" + repr(value)
        if text not in kinds:
            kinds.append(text)
    return kinds


# ---- Velox does not see what follows ----
import random

ENTRY = "count_kinds"
EXPECT = "trap"
WHY = "True and 1 and 1.0 are equal but not the same kind."
BENCH = 2000


def gen(n):
    return ([random.choice([1, True, 1.0, "1", None, 0, False]) for _ in range(n)],)


EDGES = [([],), ([1, True, 1.0],)]
TEMPTING = """
def count_kinds(values):
    return [type(value).__name__ + ":" + repr(value) for value in dict.fromkeys(values)]
"""
