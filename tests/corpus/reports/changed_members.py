def changed_members(old, new):
    """Who joined and who left."""
    joined = []
    left = []
    for name in new:
        if old.count(name) == 0:
            joined.append(name)
    for name in old:
        if new.count(name) == 0:
            left.append(name)
    return joined, left


# ---- Velox does not see what follows ----
import random

ENTRY = "changed_members"
EXPECT = "improve"
WHY = "Each name is counted in the other list to learn whether it is there."
BENCH = 3000


def gen(n):
    size = max(1, n // 2)
    return ([f"m{random.randrange(n)}" for _ in range(size)], [f"m{random.randrange(n)}" for _ in range(size)])


EDGES = [([], []), (["a"], ["b"]), ([1, 2], [2, 2, 3])]
