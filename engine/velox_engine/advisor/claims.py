"""Reads what a change says of its own speed: lines that name a function and how many times faster it got."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from velox_engine.types import Measurement

# Ex) "12x", "3.5 ×", "4 times", "≈10X"; not a hexadecimal number, a size such as 640x480, or "3 times a day slower"
_TIMES: Final = re.compile(r"(?<![\w.×])(\d+(?:\.\d+)?)\s?(?:[x×X](?![\w\d])|times\b)(?!.*\bslower\b)")


@dataclass(frozen=True, slots=True)
class Claim:
    """A line that says a function is so many times faster."""

    times: float
    line: str


def find_claims(text: str, functions: Iterable[str]) -> dict[str, Claim]:
    """Return the claim made for each function; the last line that names it and a factor counts.

    A function is named by its qualified name, or by its last part where no other of the functions ends in it. Only
    factors are read ("8x", "8 times"): what "80 % faster" means is not agreed on.
    """
    names = list(functions)
    found: dict[str, Claim] = {}
    for line in text.splitlines():
        factors = [factor for factor in _TIMES.finditer(line) if float(factor[1]) > 1]
        before = 0
        for factor in factors:
            # Ex) "`unique` is 5x faster, `convert` 8x": a factor speaks of what is named since the one before it.
            part = line if len(factors) == 1 else line[before : factor.start()]
            before = factor.end()
            for name in names:
                short = name.rpartition(".")[2]
                alone = sum(other.rpartition(".")[2] == short for other in names) == 1
                if _names(part, name) or (alone and _names(part, short)):
                    found[name] = Claim(float(factor[1]), line.strip())
    return found


def is_held(claim: Claim, measured: Measurement | None) -> bool | None:
    """Whether the measured interval reaches what was claimed; None where nothing was measured."""
    if measured is None or measured.unstable:
        return None
    return max(measured.speedup.high, measured.typical.high) >= claim.times


def _names(line: str, name: str) -> bool:
    return re.search(rf"(?<![\w]){re.escape(name)}(?![\w])", line) is not None
