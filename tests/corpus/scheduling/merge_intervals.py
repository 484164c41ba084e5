def merge_intervals(intervals: list[tuple[int, int]]) -> list[tuple[int, int]]:
    merged: list[tuple[int, int]] = []
    for start, end in sorted(intervals):
        if merged and start <= merged[-1][1]:
            if end > merged[-1][1]:
                merged[-1] = (merged[-1][0], end)
        else:
            merged.append((start, end))
    return merged


# ---- Velox does not see what follows ----
import random

ENTRY = "merge_intervals"
EXPECT = "no-improvement"
WHY = "Sorted once and merged in one pass."
BENCH = 3000


def gen(n):
    return ([(a, a + random.randint(0, 9)) for a in (random.randrange(5 * n + 1) for _ in range(n))],)


EDGES = [([],), ([(1, 2), (2, 3)],), ([(1, 9), (2, 3)],)]
