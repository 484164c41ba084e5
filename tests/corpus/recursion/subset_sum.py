def subset_sum(numbers: list[int], target: int) -> bool:
    if target == 0:
        return True
    if not numbers:
        return False
    return subset_sum(numbers[1:], target) or subset_sum(numbers[1:], target - numbers[0])


# ---- Velox does not see what follows ----
import random

ENTRY = "subset_sum"
EXPECT = "improve"
WHY = "Every subset is tried, with lists copied on the way."
BENCH = 16


def gen(n):
    return ([2 * random.randint(1, 50) for _ in range(min(n, 16))], 2 * n + 1)


EDGES = [([], 0), ([], 1), ([3], 3), ([-1, 1], 0)]
