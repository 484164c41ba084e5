import re

_SECRET = re.compile(r"(token|password)=\S+")


def mask_secrets(lines: list[str]) -> list[str]:
    return [_SECRET.sub(r"\1=***", line) for line in lines]


# ---- Velox does not see what follows ----
import random

ENTRY = "mask_secrets"
EXPECT = "no-improvement"
WHY = "The pattern is compiled once and used once for each line."
BENCH = 4000


def gen(n):
    return ([random.choice(["GET /x token=abc", "password=1 user=2", "nothing"]) for _ in range(n)],)


EDGES = [([],), (["token="],), (["password=a token=b"],)]
