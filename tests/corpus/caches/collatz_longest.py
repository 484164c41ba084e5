def collatz_longest(limit: int) -> int:
    """The start below `limit` with the longest Collatz chain."""
    best = 1
    best_length = 0
    for start in range(1, limit):
        length = 1
        n = start
        while n != 1:
            n = n // 2 if n % 2 == 0 else 3 * n + 1
            length += 1
        if length > best_length:
            best, best_length = start, length
    return best


# ---- Velox does not see what follows ----
ENTRY = "collatz_longest"
EXPECT = "improve"
WHY = "Tails of chains that are walked again and again."
BENCH = 600


def gen(n):
    return (n,)


EDGES = [(0,), (1,), (2,), (10,)]
