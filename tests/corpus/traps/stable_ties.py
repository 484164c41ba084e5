def best_offers(offers: list[dict], count: int) -> list[str]:
    ordered = sorted(offers, key=lambda offer: offer["price"])
    return [offer["name"] for offer in ordered[:count]]


# ---- Velox does not see what follows ----
import random

ENTRY = "best_offers"
EXPECT = "trap"
WHY = "Equal prices keep their order; a heap of bare prices would not."
BENCH = 3000


def gen(n):
    return ([{"name": f"o{random.randrange(9 * n + 9)}", "price": random.randint(1, 5)} for _ in range(n)], max(1, n // 2))


EDGES = [([], 1), ([{"name": "z", "price": 1}, {"name": "a", "price": 1}], 2), ([{"name": "a", "price": 1}], -1)]
TEMPTING = """
def best_offers(offers, count):
    ordered = sorted((offer["price"], offer["name"]) for offer in offers)
    return [name for _, name in ordered[:count]]
"""
