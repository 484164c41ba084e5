def unescape(text: str) -> str:
    result = []
    while text:
        if text.startswith("\\n"):
            result.append("\n")
            text = text[2:]
        elif text.startswith("\\t"):
            result.append("\t")
            text = text[2:]
        elif text.startswith("\\\\"):
            result.append("\\")
            text = text[2:]
        else:
            result.append(text[0])
            text = text[1:]
    return "".join(result)


# ---- Velox does not see what follows ----
import random

ENTRY = "unescape"
EXPECT = "improve"
WHY = "Indexing a text that is sliced from the front at every step."
BENCH = 6000


def gen(n):
    return ("".join(random.choice(["a", "b", "\\n", "\\t", "\\\\", " "]) for _ in range(2 * n)),)


EDGES = [("",), ("\\",), ("\\\\n",), ("\\x",)]
