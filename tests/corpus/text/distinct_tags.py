def distinct_tags(line: str) -> list[str]:
    """The tags of a line in the order in which they first come."""
    tags = line.lower().split()
    kept = []
    for tag in tags:
        known = False
        for other in kept:
            if other == tag:
                known = True
                break
        if not known:
            kept.append(tag)
    return kept


# ---- Velox does not see what follows ----
import random

ENTRY = "distinct_tags"
EXPECT = "improve"
WHY = "A loop with a flag searches what was kept for every tag."
BENCH = 3000


def gen(n):
    return (" ".join(f"Tag{random.randrange(n)}" for _ in range(n)),)


EDGES = [("",), ("a A b",), ("x",)]
