def shout_index(text: str, wanted: str) -> int:
    """Where `wanted` stands in the text when case does not matter; an index into the text as it is."""
    for i in range(len(text)):
        if text[i : i + len(wanted)].upper() == wanted.upper():
            return i
    return -1


# ---- Velox does not see what follows ----
ENTRY = "shout_index"
EXPECT = "trap"
WHY = "Lower case is not the same as comparing characters one by one."
BENCH = 1500


def gen(n):
    return ("ab ß" * n + "needle", "NEEDLE")


EDGES = [("", ""), ("straße x", "X"), ("ßx", "x")]
TEMPTING = """
def shout_index(text, wanted):
    return text.upper().find(wanted.upper())
"""
