"""What generated programs hold beside slow idioms: plain work, look-alikes that must stay, and recursions.

Same fields as in `fragments`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from velox_engine.training.fragment import Fragment


@dataclass(frozen=True, slots=True)
class Recursion:
    """A whole function that calls itself."""

    name: str
    parameters: tuple[str, ...]
    text: str  # {f} the function's name, {p0}, {p1} its parameters, {k}, {m} small numbers


# Work that is already as it should be, in any dialect: nothing here should be "improved" at a price.
PLAIN: Final[tuple[Fragment, ...]] = (
    Fragment(
        "set-filter",
        ("words", "words"),
        "words",
        "{t} = set({b})\n{r} = [{x} for {x} in {a} if {x} not in {t}]",
    ),
    Fragment(
        "small-constant",
        ("ints",),
        "number",
        "{r} = 0\nfor {x} in {a}:\n    if {x} in (1, {k}, 7):\n        {r} += {m}",
    ),
    Fragment(
        "early-stop",
        ("ints",),
        "number",
        "{r} = {k}\nfor {x} in {a}:\n    {r} += {e}\n    if {r} > 10000:\n        break",
    ),
    Fragment("total", ("ints",), "number", "{r} = sum({a}) // (len({a}) or 1)"),
    Fragment("joined", ("words",), "string", '{r} = " ".join({x}.title() for {x} in {a})'),
    Fragment("ordered", ("ints",), "ints", "{r} = sorted({a})\n{r}.append(len({r}))"),
    Fragment(
        "running-best",
        ("pairs",),
        "number",
        "{r} = 0\n{t} = 0\nfor {x}, {y} in {a}:\n    {t} = max(0, {t} + {y})\n    {r} = max({r}, {t})",
    ),
    Fragment("lookup", ("pairs",), "mapping", "{r} = {{{x}: {y} for {x}, {y} in {a}}}"),
    Fragment("title-length", ("text",), "number", "{r} = len({a}.strip()) * {m}"),
)

# Tempting, and wrong to rewrite in the obvious way: refutations teach the policy what does not pay.
TEMPTING: Final[tuple[Fragment, ...]] = (
    Fragment(
        "grows-while-tested",
        ("ints", "ints"),
        "ints",
        "{r} = list({b})\nfor {x} in {a}:\n    if {x} in {r}:\n        {r}.append({e})\n"
        "    else:\n        {r}.append({x})",
    ),
    Fragment(
        "reads-while-appending",
        ("ints",),
        "ints",
        "{r} = []\nfor {x} in {a}:\n    {r}.append({x} + len({r}) if {r} else {x})",
    ),
    Fragment(
        "not-invariant",
        ("ints",),
        "ints",
        "{r} = [{k}]\nfor {x} in {a}:\n    if {x} > max({r}):\n        {r}.append({x})",
    ),
    Fragment(
        "mixed-counts",
        ("words",),
        "mapping",
        "{r} = {{}}\nfor {x} in {a}:\n    if {x} in {r}:\n        {r}[{x}] *= 2\n    else:\n        {r}[{x}] = 1",
    ),
    Fragment(
        "pops-both-ends",
        ("ints",),
        "number",
        "{t} = list({a})\n{r} = 0\nwhile {t}:\n    {r} += {t}.pop(0)\n    if {t}:\n        {r} -= {t}.pop()",
    ),
)

RECURSIONS: Final[tuple[tuple[Recursion, ...], ...]] = (
    (
        Recursion(
            "sequence",
            ("n",),
            "def {f}({p0}):\n    if {p0} < 2:\n        return {p0} + {k}\n    return {f}({p0} - 1) + {f}({p0} - 2)",
        ),
        Recursion(
            "grid-paths",
            ("rows", "columns"),
            "def {f}({p0}, {p1}):\n    if {p0} <= 0 or {p1} <= 0:\n        return 1\n"
            "    return {f}({p0} - 1, {p1}) + {f}({p0}, {p1} - 1)",
        ),
    ),
    (
        Recursion(
            "stairs",
            ("steps",),
            "def {f}({p0}):\n    if {p0} < 0:\n        return 0\n    if {p0} == 0:\n        return {m}\n"
            "    return {f}({p0} - 1) + {f}({p0} - 2) + {f}({p0} - 3)",
        ),
        Recursion(
            "choose",
            ("n", "k"),
            "def {f}({p0}, {p1}):\n    if {p1} <= 0 or {p1} >= {p0}:\n        return 1\n"
            "    return {f}({p0} - 1, {p1} - 1) + {f}({p0} - 1, {p1})",
        ),
    ),
    (
        Recursion(
            "tiling",
            ("width",),
            "def {f}({p0}):\n    if {p0} <= 1:\n        return 1\n    total = {f}({p0} - 1)\n"
            "    total += {m} * {f}({p0} - 2)\n    return total % 1000007",
        ),
        Recursion(
            "partitions",
            ("total", "largest"),
            "def {f}({p0}, {p1}):\n    if {p0} == 0:\n        return 1\n    if {p0} < 0 or {p1} <= 0:\n"
            "        return 0\n    return {f}({p0} - {p1}, {p1}) + {f}({p0}, {p1} - 1)",
        ),
    ),
    (
        Recursion(
            "tribes",
            ("generation",),
            "def {f}({p0}):\n    if {p0} == 0:\n        return {k}\n    if {p0} == 1:\n        return {m}\n"
            "    return {m} * {f}({p0} - 1) + {f}({p0} - 2)",
        ),
        Recursion(
            "routes-down",
            ("down", "across"),
            "def {f}({p0}, {p1}):\n    if {p0} < 0 or {p1} < 0:\n        return 0\n    if {p0} + {p1} == 0:\n"
            "        return 1\n    return {f}({p0} - 1, {p1}) + {f}({p0}, {p1} - 1) + {f}({p0} - 1, {p1} - 1)",
        ),
    ),
    (
        Recursion(
            "mutual-steps",
            ("n",),
            "def {f}({p0}):\n    if {p0} <= 0:\n        return 1\n    if {p0} % 2 == 0:\n"
            "        return {f}({p0} - 1) + {k}\n    return {f}({p0} - 1) + {f}({p0} - 3)",
        ),
        Recursion(
            "coins",
            ("amount", "kinds"),
            "def {f}({p0}, {p1}):\n    if {p0} == 0:\n        return 1\n    if {p1} == 0:\n        return 0\n"
            "    rest = {f}({p0}, {p1} - 1)\n    if {p0} >= {p1}:\n        rest += {f}({p0} - {p1}, {p1})\n"
            "    return rest",
        ),
    ),
)
