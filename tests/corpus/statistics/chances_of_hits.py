from math import factorial


def chances_of_hits(draws: int, good: int, total: int) -> list[float]:
    """For each number of good ones, how likely it is to draw so many of them."""
    chances = []
    bad = total - good
    ways = factorial(total) // (factorial(draws) * factorial(total - draws))
    for hits in range(max(0, draws - bad), min(draws, good) + 1):
        missed = draws - hits
        right = factorial(good) // (factorial(hits) * factorial(good - hits))
        wrong = factorial(bad) // (factorial(missed) * factorial(bad - missed))
        chances.append(right * wrong / ways)
    return chances


# ---- Velox does not see what follows ----
import random

ENTRY = "chances_of_hits"
EXPECT = "improve"
WHY = "Binomial coefficients are quotients of large factorials."
BENCH = 400


def gen(n):
    total = n + 2
    return (random.randint(1, total // 2), random.randint(1, total), total)


EDGES = [(0, 0, 0), (1, 1, 1), (5, 3, 2), (2, 0, 4)]
