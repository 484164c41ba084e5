def pivot_counts(records):
    rows = sorted({r["row"] for r in records})
    cols = sorted({r["col"] for r in records})
    table = [["", *cols]]
    for row in rows:
        line = [row]
        for col in cols:
            line.append(len([r for r in records if r["row"] == row and r["col"] == col]))
        table.append(line)
    return table


# ---- Velox does not see what follows ----
import random

ENTRY = "pivot_counts"
EXPECT = "improve"
WHY = "A count for each pair of labels by walking over all records every time."
BENCH = 2000


def gen(n):
    kinds = max(1, n // 50)
    return ([{"row": f"r{random.randrange(kinds)}", "col": f"c{random.randrange(8)}"} for _ in range(n)],)


EDGES = [([],), ([{"row": "a", "col": "b"}] * 3,)]
