def slugify(title):
    slug = ""
    for ch in title.lower():
        if ch.isalnum():
            slug += ch
        elif ch in [" ", "-", "_"]:
            slug += "-"
    while "--" in slug:
        slug = slug.replace("--", "-")
    return slug.strip("-")


# ---- Velox does not see what follows ----
import random

ENTRY = "slugify"
EXPECT = "improve"
WHY = "A slug made by appending characters and squeezing dashes in a loop."
BENCH = 20000


def gen(n):
    return ("".join(random.choice("Ab c-_!?9 ") for _ in range(n)),)


EDGES = [("",), ("--",), ("A  B",), ("É!",)]
