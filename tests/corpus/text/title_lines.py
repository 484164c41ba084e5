def title_lines(lines):
    """Yield the lines that look like headings, without their marks."""
    for line in lines:
        if line.startswith("# "):
            yield line[2:].strip()


# ---- Velox does not see what follows ----
import random

ENTRY = "title_lines"
EXPECT = "no-improvement"
WHY = "A generator that is already lazy."
BENCH = 2000


def gen(n):
    return ([random.choice(["# Title", "text", "## no"]) for _ in range(n)],)


EDGES = [([],), (["# "],), (["#x"],)]
