def transpose_records(rows: list[dict]) -> dict[str, list]:
    names = []
    for row in rows:
        for name in row:
            if name not in names:
                names.append(name)
    columns = {}
    for name in names:
        columns[name] = []
        for row in rows:
            columns[name].append(row[name] if name in row else None)
    return columns


# ---- Velox does not see what follows ----
import random

ENTRY = "transpose_records"
EXPECT = "improve"
WHY = "A dict of columns filled by searching the keys of every row."
BENCH = 2000


def gen(n):
    return ([{f"c{j}": k for j in random.sample(range(30), 5)} for k in range(n // 4)],)


EDGES = [([],), ([{}],), ([{"a": 1}, {"b": 2}],)]
