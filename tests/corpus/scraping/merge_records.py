def merge_records(details: list[dict], prices: list[dict]) -> list[dict]:
    """Join by `id`; a detail without a price is left out."""
    merged = []
    for detail in details:
        for price in prices:
            if detail["id"] == price["id"]:
                merged.append({"id": detail["id"], "name": detail["name"], "price": price["price"]})
    return merged


# ---- Velox does not see what follows ----
import random

ENTRY = "merge_records"
EXPECT = "improve"
WHY = "A nested loop that joins two lists by their id."
BENCH = 1500


def gen(n):
    ids = list(range(n))
    random.shuffle(ids)
    return ([{"id": k, "name": f"n{k}"} for k in ids], [{"id": k, "price": k * 2} for k in ids[: n // 2]])


EDGES = [([], []), ([{"id": 1, "name": "a"}], [{"id": 1, "price": 1}, {"id": 1, "price": 2}])]
