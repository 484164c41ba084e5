import re


def clean_label(label: str) -> str:
    """A label as it may stand in a file name."""
    text = re.sub(r"\s+", " ", label).strip()
    text = re.sub(r"[^a-zA-Z0-9 ._-]", "", text)
    return re.sub("[ .]", "_", text).lower()


# ---- Velox does not see what follows ----
import random

ENTRY = "clean_label"
EXPECT = "improve"
WHY = "Three regular expressions that only name classes of characters."
BENCH = 20000


def gen(n):
    return ("".join(random.choice("Ab c.\t\n-_!?9 /:") for _ in range(n)),)


EDGES = [("",), (" a  b ",), ("größe",), ("...",), ("a/b:c",)]
