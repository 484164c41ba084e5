def last_lines(text: str, count: int) -> list[str]:
    lines = []
    for line in text.split("\n"):
        if line.strip() != "":
            lines.append(line.rstrip())
    result = []
    for i in range(len(lines)):
        if i >= len(lines) - count:
            result.append(lines[i])
    return result


# ---- Velox does not see what follows ----
ENTRY = "last_lines"
EXPECT = "improve"
WHY = "All lines are split to return the last few."
BENCH = 20000


def gen(n):
    return ("\n".join(f"line {k}  " for k in range(n)), 10)


EDGES = [("", 3), ("a\n\n b ", 1), ("a", 0)]
