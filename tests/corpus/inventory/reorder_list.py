"""What has to be ordered again."""


def reorder(stock: dict[str, int], minimum: int) -> list[tuple[str, int]]:
    """Articles that fell below the minimum, with the number that is missing."""
    missing = []
    for article in stock:
        if stock[article] < minimum:
            missing.append((article, minimum - stock[article]))
    return missing


# ---- Velox does not see what follows ----
import random

ENTRY = "reorder"
EXPECT = "improve"
WHY = "Each article is looked up again in the dict that is being walked over."
EDGES = [({}, 5), ({"bolt": 3}, 5), ({"bolt": 5}, 5), ({"": -1, "nut": 0}, 0)]
BENCH = 30000


def gen(n):
    return ({f"article-{i}": random.randint(0, 40) for i in range(n)}, random.randint(0, 40))
