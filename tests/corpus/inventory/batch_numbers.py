def batch_numbers(existing: list[int], wanted: int) -> list[int]:
    """Continue the numbering: `wanted` new numbers after the highest."""
    numbers = list(existing)
    fresh = []
    for _ in range(wanted):
        if len(numbers) == 0:
            number = 1
        else:
            number = sorted(numbers)[-1] + 1
        numbers.append(number)
        fresh.append(number)
    return fresh


# ---- Velox does not see what follows ----
import random

ENTRY = "batch_numbers"
EXPECT = "improve"
WHY = "The highest number is found by sorting, in every round."
BENCH = 3000


def gen(n):
    return ([random.randrange(10**6) for _ in range(n // 4)], n // 8)


EDGES = [([], 3), ([5, 2], 0), ([-4], 2)]
