def read_ini(lines: list[str]) -> dict[str, dict[str, str]]:
    """Read sections, keys and values; a key that comes again is ignored."""
    sections: dict[str, dict[str, str]] = {}
    seen: list[tuple[str, str]] = []
    current = ""
    for raw in lines:
        line = raw.strip()
        if not line or line[0] in [";", "#"]:
            continue
        if line.startswith("[") and line.endswith("]"):
            current = line[1:-1]
            if current not in sections.keys():
                sections[current] = {}
            continue
        key, _, value = line.partition("=")
        key = key.strip()
        if (current, key) in seen:
            continue
        seen.append((current, key))
        if current not in sections.keys():
            sections[current] = {}
        sections[current][key] = value.strip()
    return sections


# ---- Velox does not see what follows ----
import random

ENTRY = "read_ini"
EXPECT = "improve"
WHY = "Membership in lists of prefixes and keys for every line."
BENCH = 2500


def gen(n):
    lines = []
    for k in range(n):
        lines.append(random.choice([f"[part{k % 7}]", f"key{k} = {k}", f"key{k % 11}=again", "; note", ""]))
    return (lines,)


EDGES = [([],), (["a=1"],), (["[x]", "[x]", "k"],), (["=", "[]"],)]
