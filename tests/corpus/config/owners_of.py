def owners_of(groups: dict, names):
    """The first group that each name is the address of, or None."""
    owners = []
    for name in names:
        owner = None
        for group, address in groups.items():
            if address == name:
                owner = group
                break
        owners.append(owner)
    return owners


# ---- Velox does not see what follows ----
import random

ENTRY = "owners_of"
EXPECT = "improve"
WHY = "The dict is scanned by value for every name."
BENCH = 3000


def gen(n):
    size = max(1, n // 2)
    return ({f"g{k}": f"box{k % (size // 2 + 1)}" for k in range(size)}, [f"box{random.randrange(size)}" for _ in range(size)])


EDGES = [({}, []), ({"a": 1, "b": 1}, [1, 2]), ({"a": "x"}, [])]
