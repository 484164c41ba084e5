"""Links that were seen as the target of a redirect."""


def already_reached(links: list[str], redirects: dict[str, str]) -> list[str]:
    """The links that some redirect leads to."""
    reached = []
    for link in links:
        if link in redirects.values():
            reached.append(link)
    return reached


# ---- Velox does not see what follows ----
import random

ENTRY = "already_reached"
EXPECT = "improve"
WHY = "All targets are scanned for every link."
EDGES = [([], {}), (["/a"], {}), (["/a", "/b", "/a"], {"/x": "/a"}), (["/x"], {"/x": "/a"})]
BENCH = 1500


def gen(n):
    links = [f"/page/{random.randint(0, 2 * n)}" for _ in range(n)]
    redirects = {f"/old/{i}": f"/page/{random.randint(0, 2 * n)}" for i in range(n)}
    return links, redirects
