def tribonacci(n: int, modulus: int) -> int:
    table = [0, 0, 1]
    while len(table) <= n:
        table = table + [(table[-1] + table[-2] + table[-3]) % modulus]
    return table[n]


# ---- Velox does not see what follows ----
ENTRY = "tribonacci"
EXPECT = "improve"
WHY = "A table of which only the end is used."
BENCH = 3000


def gen(n):
    return (n, 10**9 + 7)


EDGES = [(0, 5), (2, 5), (3, 1), (-1, 7)]
