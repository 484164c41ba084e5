def kept_shifts(before: list[str], after: list[str]) -> int:
    """How many shifts of one plan are found in the other, each of which counts once."""
    rest = list(after)
    kept = 0
    for shift in before:
        if shift not in rest:
            continue
        kept += 1
        rest.remove(shift)
    return kept


# ---- Velox does not see what follows ----
import random

ENTRY = "kept_shifts"
EXPECT = "improve"
WHY = "Each shift is searched and removed in a list."
BENCH = 5000


def gen(n):
    size = max(1, n // 2)
    shifts = [f"s{random.randrange(size)}" for _ in range(size)]
    other = shifts[:]
    random.shuffle(other)
    return (shifts, other)


EDGES = [([], []), (["a"], ["b"]), (["a", "a"], ["a", "b"])]
