import re


def strip_comments(source: str) -> str:
    """Drop `#` comments and blank lines."""
    result = ""
    for line in source.split("\n"):
        line = re.sub(r"\s*#.*$", "", line)
        if re.match(r"^\s*$", line):
            continue
        result = result + line + "\n"
    return result


# ---- Velox does not see what follows ----
import random

ENTRY = "strip_comments"
EXPECT = "improve"
WHY = "A pattern compiled from text in a loop, and lines glued one by one."
BENCH = 4000


def gen(n):
    lines = ["x = 1", "# a note", "", "    y = f(x)  # why", "z = '#'"]
    return ("\n".join(random.choice(lines) for _ in range(n // 4)),)


EDGES = [("",), ("#",), ("a#b#c",), ("\n\n",), ("  # x\n y",)]
