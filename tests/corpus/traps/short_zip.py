def pair_up(names: list[str], values: list[int]) -> list[tuple[str, int]]:
    pairs = []
    for i in range(len(names)):
        pairs.append((names[i], values[i]))
    return pairs


# ---- Velox does not see what follows ----
ENTRY = "pair_up"
EXPECT = "trap"
WHY = "A list that is too short must raise, not be cut."
BENCH = 2000


def gen(n):
    return ([f"n{k}" for k in range(n)], list(range(n)))


EDGES = [([], [1]), (["a", "b"], [1]), (["a"], [1, 2])]
TEMPTING = """
def pair_up(names, values):
    return list(zip(names, values))
"""
