def until_blank(lines) -> list[str]:
    """Take lines up to a blank one and leave the rest in the iterator."""
    taken = []
    for line in lines:
        if not line.strip():
            break
        taken.append(line)
    return taken


# ---- Velox does not see what follows ----
ENTRY = "until_blank"
EXPECT = "trap"
WHY = "The iterator must not be read past the blank line."
BENCH = 1000


def gen(n):
    return (iter([f"line {k}" for k in range(n)] + ["", "rest"]),)


EDGES = [([],), (["a", "", "b"],)]
TEMPTING = """
def until_blank(lines):
    lines = [line.strip() for line in lines]
    return lines[: lines.index("")] if "" in lines else lines
"""
