def mode_of(values: list[int]) -> int:
    return max(values, key=values.count)


# ---- Velox does not see what follows ----
import random

ENTRY = "mode_of"
EXPECT = "improve"
WHY = "max over a list with count as the key."
BENCH = 4000


def gen(n):
    return ([random.randrange(max(1, n // 4)) for _ in range(max(1, n // 2))],)


EDGES = [([1],), ([2, 1, 1, 2],), ([],)]
