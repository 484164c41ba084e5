def count_marks(text):
    letters = len([c for c in text if c.isalpha()])
    marks = 0
    for c in text:
        if c in ".,;:!?":
            marks += 1
    return letters, marks, any(c.isdigit() for c in text)


# ---- Velox does not see what follows ----
import random

ENTRY = "count_marks"
EXPECT = "improve"
WHY = "Three questions about every character of a text, each asked in Python."
BENCH = 20000


def gen(n):
    return ("".join(random.choice("ab c.,;xyz!Q") for _ in range(n)),)


EDGES = [("",), ("a1.",), ("ß!",), ("٣",), ("...",)]
