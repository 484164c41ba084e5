def same_shifts(before: list[str], after: list[str]) -> bool:
    """Whether two plans hold the same shifts, in any order."""
    if len(before) != len(after):
        return False
    rest = list(after)
    for shift in before:
        if shift not in rest:
            return False
        rest.remove(shift)
    return True


# ---- Velox does not see what follows ----
import random

ENTRY = "same_shifts"
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
