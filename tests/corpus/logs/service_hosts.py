"""Which hosts wrote to a log."""


def hosts(lines: list[str]) -> set[str]:
    """The host of each line, which stands before the first blank."""
    found = set()
    for line in lines:
        if not line.startswith("#") and not line.startswith(";"):
            found.add(line.split(" ")[0])
    return found


# ---- Velox does not see what follows ----
import random

ENTRY = "hosts"
EXPECT = "improve"
WHY = "The whole line is cut up for its first word."
EDGES = [([],), (["# note"],), (["web1 GET / 200", "; off", "db1"],), (["", " "],)]
BENCH = 20000


def gen(n):
    words = ["GET", "/index", "200", "12ms", "agent/1.0", "-", "ok", "cached", "eu-west"]
    lines = []
    for _ in range(n):
        if random.random() < 0.1:
            lines.append("# comment")
        else:
            host = f"web{random.randint(1, 30)}"
            lines.append(" ".join([host, *random.choices(words, k=random.randint(2, 20))]))
    return (lines,)
