"""What a portfolio is worth in cents."""


def value(shares: list[int], prices: list[int]) -> int:
    """The sum of shares times prices, position by position."""
    return sum(count * price for count, price in zip(shares, prices))


# ---- Velox does not see what follows ----
import random

ENTRY = "value"
EXPECT = "improve"
WHY = "A generator is resumed for every product."
EDGES = [([], []), ([1], []), ([3, 0], [250, 999]), ([-2, 5], [100, 200, 300])]
BENCH = 40000


def gen(n):
    return [random.randint(0, 500) for _ in range(n)], [random.randint(1, 99999) for _ in range(n)]
