def mask_identifier(label):
    result = ""
    for ch in label:
        if ch.isalnum() or ch == "_":
            result += ch
        else:
            result += "_"
    if result and result[0].isdigit():
        result = "_" + result
    return result


# ---- Velox does not see what follows ----
import random

ENTRY = "mask_identifier"
EXPECT = "improve"
WHY = "A label becomes an identifier character by character, by tests that need only be asked once for each."
BENCH = 20000


def gen(n):
    return ("".join(random.choice("Ab c-_!?9 /:") for _ in range(n)),)


EDGES = [("",), ("9 lives",), ("größe",), ("²x",), ("a-b",)]
