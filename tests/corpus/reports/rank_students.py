def rank_students(scores: dict[str, int]) -> dict[str, int]:
    ranks = {}
    for name in scores:
        better = 0
        for other in scores:
            if scores[other] > scores[name]:
                better += 1
        ranks[name] = better + 1
    return ranks


# ---- Velox does not see what follows ----
import random

ENTRY = "rank_students"
EXPECT = "maybe"
WHY = "A rank with ties, found by counting the better ones for each student."
BENCH = 1500


def gen(n):
    return ({f"s{k}": random.randint(0, 100) for k in range(max(1, n // 2))},)


EDGES = [({},), ({"a": 1, "b": 1, "c": 0},)]
