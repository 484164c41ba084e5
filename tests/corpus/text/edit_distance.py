def edit_distance(a: str, b: str) -> int:
    if not a:
        return len(b)
    if not b:
        return len(a)
    if a[-1] == b[-1]:
        return edit_distance(a[:-1], b[:-1])
    return 1 + min(edit_distance(a[:-1], b), edit_distance(a, b[:-1]), edit_distance(a[:-1], b[:-1]))


# ---- Velox does not see what follows ----
import random

ENTRY = "edit_distance"
EXPECT = "improve"
WHY = "The plain recursion over two texts."
BENCH = 9


def gen(n):
    size = min(n, 9)
    return ("".join(random.choice("abc") for _ in range(size)), "".join(random.choice("xyc") for _ in range(size)))


EDGES = [("", ""), ("a", ""), ("kit", "sit"), ("abc", "abc")]
