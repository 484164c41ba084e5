PAIRS = {"A": "T", "C": "G", "G": "C", "T": "A", "N": "N"}


def reverse_complement(strand: str) -> str:
    out = []
    for base in reversed(strand):
        out.append(PAIRS[base])
    return "".join(out)


# ---- Velox does not see what follows ----
import random

ENTRY = "reverse_complement"
EXPECT = "improve"
WHY = "The other strand of a sequence, base by base through a table; anything but a base raises KeyError."
BENCH = 20000


def gen(n):
    return ("".join(random.choice("ACGTN") for _ in range(n)),)


EDGES = [("",), ("A",), ("ACGTX",), ("acgt",), ("é",)]
