def crate_sizes(volume: int) -> list[tuple[int, int, int]]:
    """All ways to give a crate of that volume whole sides of at most forty, the shortest first."""
    sizes = []
    for width in range(1, 41):
        for height in range(width, 41):
            for depth in range(height, 41):
                if width * height * depth == volume:
                    sizes.append((width, height, depth))
    return sizes


# ---- Velox does not see what follows ----
import random

ENTRY = "crate_sizes"
EXPECT = "improve"
WHY = "The third side follows from the other two, and all are tried."
BENCH = 20000


def gen(n):
    return (random.randint(1, max(2, n)),)


EDGES = [(0,), (1,), (-8,), (64,), (64000,), (27,), (36,)]
