def count_paths(rows: int, columns: int) -> int:
    """Ways through a grid, going right or down."""
    if rows < 1 or columns < 1:
        return 0
    if rows == 1 or columns == 1:
        return 1
    return count_paths(rows - 1, columns) + count_paths(rows, columns - 1)


# ---- Velox does not see what follows ----
ENTRY = "count_paths"
EXPECT = "improve"
WHY = "A recursion that asks for the same cell again and again."
BENCH = 22


def gen(n):
    return (max(1, n // 2), max(1, n // 2))


EDGES = [(0, 3), (1, 1), (2, 5), (-1, 2)]
