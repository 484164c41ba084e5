"""Measures what binding a global, an attribute or a method to a local name still gains, under several interpreters.

    python tests/bench/local_names.py [INTERPRETER …]

Prints, for each interpreter, the time of the plain loop over that of the loop with the local name: below 1 the plain
one is faster. CPU time, the best of 25 rounds of each.
"""

from __future__ import annotations

import subprocess
import sys

CHILD = r"""
import math, sys, time, timeit
xs = list(range(1000))
def append_plain():
    out = []
    for x in xs:
        out.append(x)
def append_bound():
    out = []
    append = out.append
    for x in xs:
        append(x)
def module_plain():
    for x in xs:
        math.sqrt(x)
def module_bound():
    sqrt = math.sqrt
    for x in xs:
        sqrt(x)
def builtin_plain():
    for x in xs:
        len(xs)
def builtin_bound():
    size = len
    for x in xs:
        size(xs)
class Holder:
    step = 0
    def __init__(self):
        self.step = 3
    def plain(self):
        total = 0
        for x in xs:
            total += self.step
    def bound(self):
        total, step = 0, self.step
        for x in xs:
            total += step
def best(function):
    return min(timeit.repeat(function, timer=time.process_time, number=200, repeat=25))
holder = Holder()
pairs = {
    "out.append": (append_plain, append_bound), "math.sqrt": (module_plain, module_bound),
    "len": (builtin_plain, builtin_bound), "self.step": (holder.plain, holder.bound),
}
found = ", ".join("%s %.2f" % (name, best(plain) / best(bound)) for name, (plain, bound) in pairs.items())
print(sys.version.split()[0] + ": " + found)
"""


def main() -> int:
    """Run the child under each interpreter named, or this one."""
    for interpreter in sys.argv[1:] or [sys.executable]:
        subprocess.run([interpreter, "-c", CHILD], check=True)
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
