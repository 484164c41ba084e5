def page_slices(lines: list[str], size: int) -> list[list[str]]:
    """The lines of each page, with blank ends removed."""
    pages = []
    for start in range(0, len(lines), size):
        page = lines[start : min(start + size, len(lines))]
        cleaned = []
        for line in page:
            text = line.rstrip()
            if text:
                cleaned.append(text)
        pages.append(cleaned)
    return pages


# ---- Velox does not see what follows ----
import random

ENTRY = "page_slices"
EXPECT = "maybe"
WHY = "A slice is measured that ends by itself, and a loop only appends."
BENCH = 5000


def gen(n):
    return ([random.choice(["", "  ", "total ", "x  ", " y"]) for _ in range(n)], 7)


EDGES = [([], 3), (["a"], 1), (["a ", " "], 5), (["a"], 0), (["a", "b"], -1)]
