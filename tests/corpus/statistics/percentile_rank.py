def percentile_rank(sample: list[int], asked: list[int]) -> list[float]:
    ranks = []
    ordered = sorted(sample)
    for value in asked:
        below = 0
        for other in ordered:
            if other < value:
                below += 1
        ranks.append(below / len(ordered))
    return ranks


# ---- Velox does not see what follows ----
import random

ENTRY = "percentile_rank"
EXPECT = "improve"
WHY = "Values below each asked value are counted by walking the list."
BENCH = 2000


def gen(n):
    return ([random.randint(0, 10**5) for _ in range(max(1, n // 2))], [random.randint(0, 10**5) for _ in range(n // 4)])


EDGES = [([1], []), ([], [1]), ([1, 1, 2], [1, 2, 3])]
