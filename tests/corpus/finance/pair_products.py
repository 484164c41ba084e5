def pair_products(amounts: list[int]) -> int:
    """The sum of the products of all pairs, as a check digit that wraps around."""
    checked = 0
    for later in range(len(amounts)):
        for earlier in range(later):
            checked += amounts[later] * amounts[earlier]
            checked %= 1000000007
    return checked


# ---- Velox does not see what follows ----
import random

ENTRY = "pair_products"
EXPECT = "improve"
WHY = "The products with all elements before are products with their sum."
BENCH = 1200


def gen(n):
    return ([random.randint(0, 10**6) for _ in range(n)],)


EDGES = [([],), ([4],), ([3, -2, 5],)]
