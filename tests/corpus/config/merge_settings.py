def merge_settings(base: dict, extra: dict) -> dict:
    """Return `base` with `extra` laid over it; dictionaries are merged, all else replaced."""
    merged = dict(base)
    for key, value in extra.items():
        if isinstance(value, dict) and isinstance(merged.get(key), dict):
            merged[key] = merge_settings(merged[key], value)
        else:
            merged[key] = value
    return merged


# ---- Velox does not see what follows ----
ENTRY = "merge_settings"
EXPECT = "no-improvement"
WHY = "A recursive merge that touches every key once."
BENCH = 400


def gen(n):
    return ({f"k{k}": {"a": k, "b": {"c": k}} for k in range(n)}, {f"k{k}": {"b": {"d": 1}} for k in range(0, n, 2)})


EDGES = [({}, {}), ({"a": 1}, {"a": {"b": 2}}), ({"a": {"x": 1}}, {"a": None})]
