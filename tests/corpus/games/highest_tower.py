from functools import lru_cache


def highest_tower(boxes: tuple[tuple[int, int], ...]) -> int:
    """The greatest total height of boxes whose widths strictly fall."""

    @lru_cache(maxsize=None)
    def above(width: int) -> int:
        return max((height + above(other) for other, height in boxes if other < width), default=0)

    return above(10**9)


# ---- Velox does not see what follows ----
import random

ENTRY = "highest_tower"
EXPECT = "no-improvement"
WHY = "Depth-first over few items with a cache already in place."
BENCH = 400


def gen(n):
    size = min(n, 60)
    return (tuple((random.randint(1, 40), random.randint(1, 9)) for _ in range(size)),)


EDGES = [((),), (((1, 5), (1, 6)),), (((2, 1), (1, 1)),)]
