def cellular_row(row: str, rule: dict[str, str]) -> str:
    padded = "." + row + "."
    new = ""
    for i in range(1, len(padded) - 1):
        new += rule.get(padded[i - 1] + padded[i] + padded[i + 1], ".")
    return new


# ---- Velox does not see what follows ----
import random

ENTRY = "cellular_row"
EXPECT = "maybe"
WHY = "A row of cells updated through text slices."
BENCH = 3000

RULE = {"..#": "#", ".#.": "#", "#..": "#", "##.": "."}


def gen(n):
    return ("".join(random.choice(".#") for _ in range(n)), RULE)


EDGES = [("", RULE), ("#", RULE), ("..", {})]
