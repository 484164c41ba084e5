def burst_windows(counts: list[int], width: int, limit: int) -> list[int]:
    """Where `width` neighbouring counts sum to more than `limit`."""
    starts = []
    for i in range(len(counts) - width + 1):
        if sum(counts[i : i + width]) > limit:
            starts.append(i)
    return starts


# ---- Velox does not see what follows ----
import random

ENTRY = "burst_windows"
EXPECT = "improve"
WHY = "A window that is summed afresh at every place."
BENCH = 3000


def gen(n):
    return ([random.randint(0, 9) for _ in range(n)], max(1, n // 10), n // 2)


EDGES = [([], 1, 0), ([1, 2, 3], 3, 5), ([1, 2], 5, 0), ([5, 5], 1, 4)]
