def parse_pairs(text: str) -> dict[str, str]:
    """Parse `a=1;b=2`. Raises ValueError on a part without `=`."""
    found = {}
    for part in text.split(";"):
        if not part:
            continue
        key, sign, value = part.partition("=")
        if not sign:
            raise ValueError(f"no value: {part!r}")
        found[key.strip()] = value.strip()
    return found


# ---- Velox does not see what follows ----
import random

ENTRY = "parse_pairs"
EXPECT = "no-improvement"
WHY = "One pass over the parts; a dict comprehension would lose the check."
BENCH = 3000


def gen(n):
    return (";".join(f"key{k} = {random.randint(0, 99)}" for k in range(n)),)


EDGES = [("",), (";;",), ("a",), ("a=b=c",), ("a=1;a=2",)]
