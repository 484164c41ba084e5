def table_rows(html: str) -> list[list[str]]:
    rows = []
    rest = html
    while "<tr>" in rest:
        start = rest.index("<tr>")
        end = rest.index("</tr>", start)
        row = rest[start + 4 : end]
        cells = []
        while "<td>" in row:
            a = row.index("<td>")
            b = row.index("</td>", a)
            cells.append(row[a + 4 : b])
            row = row[b + 5 :]
        rows.append(cells)
        rest = rest[end + 5 :]
    return rows


# ---- Velox does not see what follows ----
ENTRY = "table_rows"
EXPECT = "maybe"
WHY = "Tags cut out of a page with repeated slicing."
BENCH = 3000


def gen(n):
    return ("".join(f"<tr><td>{k}</td><td>v{k}</td></tr>\n" for k in range(n // 3)),)


EDGES = [("",), ("<tr></tr>",), ("<tr><td>1</td></tr><p>",)]
