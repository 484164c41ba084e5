def is_identity(matrix: list[list[int]]) -> bool:
    return all(
        len(row) == len(matrix) and all(value == (i == j) for j, value in enumerate(row))
        for i, row in enumerate(matrix)
    )


# ---- Velox does not see what follows ----
ENTRY = "is_identity"
EXPECT = "no-improvement"
WHY = "all() leaves at the first difference."
BENCH = 100


def gen(n):
    return ([[int(i == j) for j in range(n)] for i in range(n)],)


EDGES = [([],), ([[1]],), ([[0]],), ([[1, 0]],)]
