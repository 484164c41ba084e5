def relative_link(here: str, there: str) -> str:
    """The path that leads from one page of a site to another."""
    source = here.split("/")
    target = there.split("/")
    for ours, theirs in zip(source[:-1], target[:-1]):
        if ours != theirs:
            break
        source.pop(0)
        target.pop(0)
    return "../" * (len(source) - 1) + "/".join(target)


# ---- Velox does not see what follows ----
import random

ENTRY = "relative_link"
EXPECT = "improve"
WHY = "What two deep paths share is dropped from the front of two lists, one part at a time."
BENCH = 20000


def gen(n):
    shared = "".join(random.choice(["a/", "docs/", "x/"]) for _ in range(n))
    return shared + "b/index.html", shared + "c/d.html"


EDGES = [("", ""), ("a", "b"), ("a/b", "a/b"), ("a/b/c", "a/x"), ("/a", "a")]
