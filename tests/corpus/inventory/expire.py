def expire(batches: list[tuple[str, int]], today: int) -> list[tuple[str, int]]:
    """Remove what is out of date from `batches`, in place, and return it."""
    gone = []
    for batch in batches[:]:
        if batch[1] < today:
            batches.remove(batch)
            gone.append(batch)
    return gone


# ---- Velox does not see what follows ----
import random

ENTRY = "expire"
EXPECT = "improve"
WHY = "Elements removed from a list by value while a copy is walked."
BENCH = 4000


def gen(n):
    return ([(f"b{k}", random.randrange(100)) for k in range(n // 2)], 50)


EDGES = [([], 1), ([("a", 0), ("a", 0)], 1), ([("a", 5)], 5)]
