def crate_sizes(volume: int, longest: int) -> list[tuple[int, int, int]]:
    """All ways to give a crate of that volume whole sides up to the longest one, the shortest first."""
    sizes = []
    for width in range(1, longest + 1):
        for height in range(width, longest + 1):
            for depth in range(height, longest + 1):
                if width * height * depth == volume:
                    sizes.append((width, height, depth))
    return sizes


# ---- Velox does not see what follows ----
import random

ENTRY = "crate_sizes"
EXPECT = "improve"
WHY = "The third side follows from the other two, and all are tried."
BENCH = 90


def gen(n):
    return (random.randint(1, max(2, n)) * random.randint(1, max(2, n)), max(2, n))


EDGES = [(0, 3), (1, 1), (-8, 5), (64, 4), (27, 0), (36, 40)]
