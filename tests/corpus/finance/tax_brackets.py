BRACKETS = ((0, 10), (1_000_000, 20), (4_000_000, 35))


def tax(cents: int) -> int:
    """Tax by brackets of (from, percent)."""
    due = 0
    for index, (start, percent) in enumerate(BRACKETS):
        end = BRACKETS[index + 1][0] if index + 1 < len(BRACKETS) else cents
        if cents > start:
            due += (min(cents, end) - start) * percent // 100
    return due


# ---- Velox does not see what follows ----
import random

ENTRY = "tax"
EXPECT = "no-improvement"
WHY = "A handful of brackets."
BENCH = 5


def gen(n):
    return (random.randint(0, 1000 * (n + 1)),)


EDGES = [(0,), (-5,), (1_000_000,), (9_999_999,)]
