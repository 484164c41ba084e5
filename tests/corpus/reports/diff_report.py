def diff_report(before: list[str], after: list[str]) -> dict[str, list[str]]:
    """Say which names were added, removed and kept, in their original order."""
    added = []
    removed = []
    kept = []
    for name in after:
        if name not in before:
            added.append(name)
    for name in before:
        if name not in after:
            removed.append(name)
        else:
            kept.append(name)
    return {"added": added, "removed": removed, "kept": kept}


# ---- Velox does not see what follows ----
import random

ENTRY = "diff_report"
EXPECT = "improve"
WHY = "Two lists of names compared by searching one for each name of the other."
BENCH = 3000


def gen(n):
    pool = [f"file_{k}" for k in range(2 * n + 1)]
    return (random.sample(pool, n), random.sample(pool, n))


EDGES = [([], []), (["a", "a"], ["a"]), ([], ["x"])]
