"""When there is a reason to believe that a finding is about many elements, and what happens where there is none."""

from __future__ import annotations

from pathlib import Path

import pytest

from velox_engine.rules import Selection, scan, selection_for
from velox_engine.settings import Settings
from velox_engine.source.document import SourceFile
from velox_engine.source.syntax import parse

EVIDENT = {
    "an algorithm's parameters": "def f(left: list, right: list):\n    return [x for x in left if x in right]",
    "names that say so": (
        "class A:\n    def f(self, report):\n        rows = report.rows()\n        lines = list(report.lines())\n"
        "        return [row for row in rows if row in lines]"
    ),
    "an attribute that begins empty": (
        "class A:\n    def __init__(self):\n        self.seen = []\n    def f(self, report):\n"
        "        for entry in report:\n            if entry in self.seen:\n                self.tell(entry)"
    ),
    "what is read from a file": (
        "def f(path, report):\n    known = list(open(path))\n    for line in open(report.path):\n"
        "        if line in known:\n            report.tell(line)"
    ),
    "a large number": (
        "def f(report):\n    known = [report.at(i) for i in range(500)]\n"
        "    return [report.at(i) for i in range(1000) if report.at(i) in known]"
    ),
    "a local list that such a loop fills": (
        "def f(report):\n    known = []\n    for row in report.rows:\n        known.append(report.name(row))\n"
        "    return [row for row in report.rows if row in known]"
    ),
}
OPEN = {
    "an attribute that a hint tells of": (
        "class A:\n    def __init__(self, known: list[str]):\n        self.known = known\n"
        "    def f(self, found):\n        for x in found:\n            if x in self.known:\n"
        "                yield x"
    ),
    "an attribute of a known type": (
        "class A:\n    def __init__(self, known):\n        self.known = list(known)\n"
        "    def f(self, found):\n        for x in found:\n            if x in self.known:\n"
        "                yield x"
    ),
}
DOUBTFUL = {
    "what a method is given": (
        "class A:\n    def f(self, wanted: list, entries):\n        return [x for x in entries if x in wanted]"
    ),
    "an attribute that is told of what is found": (
        "class A:\n    def __init__(self, known):\n        self.known = list(known)\n"
        "    def f(self, found):\n        for x in found:\n            if x in self.known:\n"
        "                self.tell(x)"
    ),
    "a method with a handful": (
        "class A:\n    def f(self, options: list, report):\n"
        "        return [x for x in report.entries() if x in options]"
    ),
    "a walk over a handful": (
        "class A:\n    def f(self, known: list, report):\n        for x in report.headers:\n"
        "            if x in known:\n                self.tell(x)"
    ),
    "names of handfuls": ("def f(rows, exclude: list):\n    return [row for row in rows if row in exclude]"),
    "the main function": "def main(left: list, right: list):\n    return [x for x in left if x in right]",
    "a coroutine": "async def f(left: list, right: list):\n    return [x for x in left if x in right]",
    "at most three turns": (
        "def f(left: list, right: list):\n    for i in range(min(3, len(left))):\n"
        "        if left[i] in right:\n            print(i)"
    ),
    "the parts of a header": (
        "def f(rows, report):\n    kinds = report.header.split(';')\n"
        "    return [row for row in rows if row in kinds]"
    ),
}


def _found(text: str, selection: Selection | None = None) -> list[tuple[str, str]]:
    findings = scan(parse(SourceFile.from_text(text + "\n")), selection)
    return [(finding.rule, finding.severity) for finding in findings if finding.rule == "VX101"]


@pytest.mark.parametrize("text", EVIDENT.values(), ids=EVIDENT)
def test_a_reason_to_believe_in_many_is_enough(text: str) -> None:
    """The search of a list is reported as the warning that it is."""
    assert _found(text) == [("VX101", "warning")]


@pytest.mark.parametrize("text", OPEN.values(), ids=OPEN)
def test_where_cost_grows_faster_than_the_data_nothing_may_speak_against_many(text: str) -> None:
    """A list that an object keeps is reported unless its name, its size or its place says that it is a handful."""
    assert _found(text) == [("VX101", "warning")]


@pytest.mark.parametrize("text", DOUBTFUL.values(), ids=DOUBTFUL)
def test_without_a_reason_nothing_is_said(text: str) -> None:
    """Not by default, and never more than a hint when asked for."""
    assert _found(text) == []
    assert _found(text, Selection(doubtful=True)) in ([], [("VX101", "hint")])


def test_doubtful_findings_are_shown_on_request() -> None:
    """The setting reaches the selection; nothing of what is sure changes its severity."""
    selection = selection_for(Settings(scan_doubtful=True))
    assert selection.doubtful
    assert _found(DOUBTFUL["a walk over a handful"], selection) == [("VX101", "hint")]
    assert _found(EVIDENT["a large number"], selection) == [("VX101", "warning")]


@pytest.mark.parametrize("folder", ["examples", "docs", "plotting"])
def test_what_runs_for_somebody_who_looks_on_is_doubtful(folder: str) -> None:
    """The folder of a file says so."""
    text = EVIDENT["an algorithm's parameters"] + "\n"
    source = SourceFile.from_text(text, Path("package") / folder / "shapes.py")
    assert scan(parse(source)) == []


def test_a_fallback_for_an_old_python_is_silent() -> None:
    """What is defined where an import failed cannot be replaced by what was to be imported."""
    text = (
        "try:\n    from math import gcd\nexcept ImportError:\n    def gcd(a: int, b: int):\n        while b:\n"
        "            a, b = b, a % b\n        return a\n"
    )
    assert scan(parse(SourceFile.from_text(text)), Selection(("VX603",))) == []
