def climb_stairs(steps: int) -> int:
    """Ways to climb taking one, two or three steps at a time."""
    if steps < 0:
        return 0
    if steps == 0:
        return 1
    return climb_stairs(steps - 1) + climb_stairs(steps - 2) + climb_stairs(steps - 3)


# ---- Velox does not see what follows ----
ENTRY = "climb_stairs"
EXPECT = "improve"
WHY = "Overlapping calls without a memo."
BENCH = 22


def gen(n):
    return (min(n, 24),)


EDGES = [(0,), (-1,), (1,)]
