def pivot_table(rows: list[list[str]]) -> list[str]:
    """One line of text for each column of a table of cells."""
    columns = []
    for index in range(len(rows[0])):
        column = [rows[number][index] for number in range(len(rows))]
        columns.append(column)
    return [" | ".join(column) for column in columns]


# ---- Velox does not see what follows ----
import random

ENTRY = "pivot_table"
EXPECT = "improve"
WHY = "A table is turned by two indices, where zip does it."
BENCH = 150


def gen(n):
    return ([[random.choice("abcde") * random.randint(1, 3) for _ in range(n)] for _ in range(n + 1)],)


EDGES = [([],), ([["x"]],), ([["a", "b"], ["c"]],), ([["a"], ["b", "c"]],), ([[], []],)]
