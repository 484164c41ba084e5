def collect(item: int, bag: list[int] = []) -> int:
    """Remember every item over all calls and say how many are known."""
    if item not in bag:
        bag.append(item)
    return len(bag)


# ---- Velox does not see what follows ----
ENTRY = "collect"
EXPECT = "trap"
WHY = "The default list is shared on purpose: it counts all calls."
BENCH = 500


def gen(n):
    return (n, list(range(n)))


EDGES = [(1, []), (1, [1])]
TEMPTING = """
def collect(item, bag=()):
    return len({*bag, item})
"""
