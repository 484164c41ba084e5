KNOWN = ["host", "port", "user", "debug", "level", "timeout", "retries", "colour", "width", "height", "path", "mode"]


def unknown_options(options: list[str]) -> list[str]:
    wrong = []
    for option in options:
        name = option.lstrip("-").split("=")[0]
        if name not in KNOWN and name not in wrong:
            wrong.append(name)
    return wrong


# ---- Velox does not see what follows ----
import random

ENTRY = "unknown_options"
EXPECT = "improve"
WHY = "Names compared with a list of known ones."
BENCH = 2500


def gen(n):
    return ([f"--{random.choice(KNOWN)}=1" if k % 2 else f"--x{random.randrange(n)}" for k in range(n)],)


EDGES = [([],), (["--host"],), (["-", "--", "--a=1", "--a"],)]
