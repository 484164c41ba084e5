def flatten(nested):
    """Flatten lists in lists to any depth."""
    if not isinstance(nested, list):
        return [nested]
    result = []
    for item in nested:
        result = result + flatten(item)
    return result


# ---- Velox does not see what follows ----
ENTRY = "flatten"
EXPECT = "improve"
WHY = "Lists concatenated while coming back."
BENCH = 3000


def gen(n):
    return ([[k, [k, [k]]] for k in range(n // 3)],)


EDGES = [([],), (5,), ([[], [[]]],), (["ab", ["c"]],)]
