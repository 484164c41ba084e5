def moving_median(values: list[int], width: int) -> list[int]:
    """The upper median of each window."""
    medians = []
    for i in range(len(values) - width + 1):
        window = values[i : i + width]
        window.sort()
        medians.append(window[width // 2])
    return medians


# ---- Velox does not see what follows ----
import random

ENTRY = "moving_median"
EXPECT = "improve"
WHY = "Each window is sliced and sorted."
BENCH = 1500


def gen(n):
    return ([random.randint(0, 999) for _ in range(n)], max(1, n // 12))


EDGES = [([], 1), ([3, 1, 2], 3), ([1], 2), ([5, 5], 1)]
