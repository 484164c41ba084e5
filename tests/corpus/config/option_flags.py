"""Command-line flags of a wrapped tool."""


def flags(options: dict[str, bool]) -> str:
    """The short flags of the options that are switched on, in the tool's own order."""
    # Taken from the manual page, section OPTIONS.
    letters = {
        "all": "a",
        "basename": "b",
        "count": "c",
        "existing": "e",
        "follow": "L",
        "ignore_case": "i",
        "limit": "l",
        "null": "0",
        "quiet": "q",
        "regex": "r",
        "wholename": "w",
    }
    chosen = ""
    for name, letter in letters.items():
        if options.get(name):
            chosen += letter
    return "-" + chosen if chosen else ""


# ---- Velox does not see what follows ----
import random

ENTRY = "flags"
EXPECT = "maybe"
WHY = "The table is made in every call, though it never changes."
EDGES = [({},), ({"all": True},), ({"all": False, "null": True},), ({"unknown": True},)]
BENCH = 11
NAMES = ["all", "basename", "count", "existing", "follow", "ignore_case", "limit", "null", "quiet", "regex", "verbose"]


def gen(n):
    return ({random.choice(NAMES): random.random() < 0.7 for _ in range(n)},)
