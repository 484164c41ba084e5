def multiply(a: list[list[int]], b: list[list[int]]) -> list[list[int]]:
    result = [[0 for _ in range(len(b[0]))] for _ in range(len(a))]
    for i in range(len(a)):
        for j in range(len(b[0])):
            for k in range(len(b)):
                result[i][j] += a[i][k] * b[k][j]
    return result


# ---- Velox does not see what follows ----
import random

ENTRY = "multiply"
EXPECT = "improve"
WHY = "Three loops with indices."
BENCH = 40


def gen(n):
    return ([[random.randint(-9, 9) for _ in range(n + 1)] for _ in range(n + 1)], [[1] * (n + 1) for _ in range(n + 1)])


EDGES = [([[2]], [[3]]), ([], [[1]]), ([[1, 2]], [[3], [4]]), ([], [])]
