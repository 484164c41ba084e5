def parse_version(text: str) -> tuple[int, ...]:
    """Turn `1.10.2` into numbers that compare."""
    return tuple(int(part) for part in text.removeprefix("v").split("."))


# ---- Velox does not see what follows ----
import random

ENTRY = "parse_version"
EXPECT = "no-improvement"
WHY = "Short work on a short text."
BENCH = 100


def gen(n):
    return (".".join(str(random.randint(0, 30)) for _ in range(max(1, n))),)


EDGES = [("",), ("v1",), ("1..2",), ("1.x",)]
