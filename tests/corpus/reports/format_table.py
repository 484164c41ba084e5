def format_table(header: list[str], rows: list[list[str]]) -> str:
    """Lay out a table with columns as wide as their widest cell."""
    text = ""
    for index, name in enumerate(header):
        width = max([len(name)] + [len(row[index]) for row in rows])
        text += name.ljust(width) + " | "
    text += "\n"
    for row in rows:
        line = ""
        for index, cell in enumerate(row):
            width = max([len(header[index])] + [len(other[index]) for other in rows])
            line += cell.ljust(width) + " | "
        text += line + "\n"
    return text


# ---- Velox does not see what follows ----
import random

ENTRY = "format_table"
EXPECT = "improve"
WHY = "Text that grows by concatenation, and widths that are looked for again for every cell."
BENCH = 1500


def gen(n):
    rows = max(1, n // 10)
    return (["id", "name", "city"], [[str(k), "x" * random.randint(1, 12), "y" * random.randint(0, 9)] for k in range(rows)])


EDGES = [(["a"], []), ([], []), (["a", "b"], [["1", ""], ["", "longer"]])]
