def partitions(total: int, largest: int) -> int:
    if total == 0:
        return 1
    if total < 0 or largest == 0:
        return 0
    return partitions(total - largest, largest) + partitions(total, largest - 1)


# ---- Velox does not see what follows ----
ENTRY = "partitions"
EXPECT = "improve"
WHY = "Two-argument recursion that repeats itself."
BENCH = 26


def gen(n):
    size = min(n, 40)
    return (size, size)


EDGES = [(0, 0), (5, 0), (5, 9), (-1, 3)]
