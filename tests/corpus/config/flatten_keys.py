def flatten_keys(settings: dict, prefix: str = "") -> dict:
    """`{"a": {"b": 1}}` becomes `{"a.b": 1}`."""
    flat = {}
    for key, value in settings.items():
        name = prefix + "." + key if prefix else key
        if isinstance(value, dict):
            flat = {**flat, **flatten_keys(value, name)}
        else:
            flat = {**flat, name: value}
    return flat


# ---- Velox does not see what follows ----
ENTRY = "flatten_keys"
EXPECT = "improve"
WHY = "Dictionaries copied at every level of a recursion."
BENCH = 800


def gen(n):
    return ({f"s{k}": {f"o{j}": j for j in range(10)} for k in range(max(1, n // 10))},)


EDGES = [({},), ({"a": {}},), ({"a": {"b": {"c": 1}}, "d": 2},)]
