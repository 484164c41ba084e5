def parse_csv_line(line: str, sep: str = ",") -> list[str]:
    fields = []
    field = ""
    quoted = False
    i = 0
    while i < len(line):
        c = line[i]
        if quoted:
            if c == '"':
                if i + 1 < len(line) and line[i + 1] == '"':
                    field += '"'
                    i += 1
                else:
                    quoted = False
            else:
                field += c
        elif c == '"':
            quoted = True
        elif c == sep:
            fields.append(field)
            field = ""
        else:
            field += c
        i += 1
    fields.append(field)
    return fields


# ---- Velox does not see what follows ----
import random

ENTRY = "parse_csv_line"
EXPECT = "maybe"
WHY = "A scanner with states that builds each field character by character."
BENCH = 4000


def gen(n):
    cells = [random.choice(["plain", '"with, comma"', '"say ""hi"""', "12.5", ""]) for _ in range(max(1, n // 6))]
    return (",".join(cells),)


EDGES = [("",), ('"',), ('""',), ("a;b", ";"), ('"a""b",c',)]
