def correlated_columns(table: list[list[int]]) -> list[tuple[int, int]]:
    """Pairs of columns whose covariance is positive."""
    if not table:
        return []
    columns = len(table[0])
    pairs = []
    for a in range(columns):
        for b in range(a + 1, columns):
            xs = [row[a] for row in table]
            ys = [row[b] for row in table]
            covariance = len(xs) * sum(x * y for x, y in zip(xs, ys)) - sum(xs) * sum(ys)
            if covariance > 0:
                pairs.append((a, b))
    return pairs


# ---- Velox does not see what follows ----
import random

ENTRY = "correlated_columns"
EXPECT = "maybe"
WHY = "Sums of columns repeated for every pair of columns."
BENCH = 400


def gen(n):
    return ([[random.randint(0, 50) for _ in range(8)] for _ in range(n)],)


EDGES = [([],), ([[1]],), ([[1, 2], [2, 3]],), ([[], []],)]
