def to_markdown(rows):
    """Render a list of dicts with the same keys as a Markdown table."""
    if not rows:
        return ""
    keys = list(rows[0].keys())
    out = "|"
    for key in keys:
        out += " " + key + " |"
    out += "\n|" + "---|" * len(keys) + "\n"
    for row in rows:
        out += "|"
        for key in keys:
            out += " " + str(row[key]) + " |"
        out += "\n"
    return out


# ---- Velox does not see what follows ----
ENTRY = "to_markdown"
EXPECT = "improve"
WHY = "Lines appended to a text; headers joined by hand."
BENCH = 3000


def gen(n):
    return ([{"id": k, "name": f"n{k}", "score": k / 4} for k in range(n // 2)],)


EDGES = [([],), ([{}],), ([{"a": None}],)]
