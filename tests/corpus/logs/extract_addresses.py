import re


def extract_addresses(lines: list[str]) -> list[str]:
    found: list[str] = []
    for line in lines:
        for match in re.findall(r"\b\d{1,3}\.\d{1,3}\.\d{1,3}\.\d{1,3}\b", line):
            if match not in found:
                found.append(match)
    return found


# ---- Velox does not see what follows ----
import random

ENTRY = "extract_addresses"
EXPECT = "improve"
WHY = "The same pattern in a loop, and a list asked whether it has the address already."
BENCH = 3000


def gen(n):
    return ([f"from 10.{random.randrange(256)}.{random.randrange(256)}.{k % 250} port {k}" for k in range(n)],)


EDGES = [([],), (["none"],), (["1.2.3.4 1.2.3.4 5.6.7.8"],), (["1.2.3"],)]
