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
    "arguments that are lists by their names": "def f(list1, list2):\n    return [x for x in list1 if x in list2]",
    "one more of these": "def f(words, word_list):\n    return [word for word in words if word in word_list]",
    "names that say so": (
        "class A:\n    def f(self, report):\n        rows = report.rows()\n        records = list(report.records())\n"
        "        return [row for row in rows if row in records]"
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
LOUD = {
    "a name of many": "def f(tokens: list, known: list):\n    return [token for token in tokens if token in known]",
    "a search": (
        "def f(graph, queue: list):\n    seen = []\n    while queue:\n        node = queue[-1]\n"
        "        queue = graph[node]\n"
        "        if node in seen:\n            return node\n        seen.append(node)"
    ),
    "a recursion": (
        "def f(graph, node, seen: list):\n    for other in graph[node]:\n        if other not in seen:\n"
        "            f(graph, other, seen)\n    seen.append(node)"
    ),
}
DOUBTFUL = {
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
    "an argument whose name says nothing": "def f(left, right):\n    return [x for x in left if x in right]",
    "a list by its name that is something else": (
        "def f(names, name_list):\n    name_list = set(name_list)\n    return [x for x in names if x in name_list]"
    ),
    "names of handfuls": ("def f(rows, exclude: list):\n    return [row for row in rows if row in exclude]"),
    "the main function": "def main(left: list, right: list):\n    return [x for x in left if x in right]",
    "a coroutine": "async def f(left: list, right: list):\n    return [x for x in left if x in right]",
    "at most three turns": (
        "def f(left: list, right: list):\n    for i in range(min(3, len(left))):\n"
        "        if left[i] in right:\n            print(i)"
    ),
    "what may be left out": (
        "def f(rows, wanted: list[str] | None):\n    return [row for row in rows if row in wanted]"
    ),
    "objects, whose fields are read": (
        "def f(stacks: list, wanted: list):\n    return [stack for stack in stacks if stack.status in wanted]"
    ),
    "the keys of what is walked": (
        "def f(tags: list, wanted: list):\n    return [tag for tag in tags if tag['Key'] in wanted]"
    ),
    "a name of a handful in one word": (
        "def f(rows: list, usedTracks: list):\n    return [row for row in rows if row in usedTracks]"
    ),
    "a static method's parameters": (
        "class A:\n    @staticmethod\n    def f(left: list, right: list):\n"
        "        return [x for x in left if x in right]"
    ),
    "the lines of a settings file": (
        "def f(known: list, report):\n    for line in open('app.conf'):\n        if line in known:\n"
        "            report.tell(line)"
    ),
    "what a coroutine of Twisted walks": (
        "from twisted.internet import defer\n@defer.inlineCallbacks\ndef f(left: list, right: list):\n"
        "    return [x for x in left if x in right]"
    ),
    "the parts of a header": (
        "def f(rows, report):\n    kinds = report.header.split(';')\n"
        "    return [row for row in rows if row in kinds]"
    ),
}


def _found(text: str, selection: Selection | None = None) -> list[tuple[str, str]]:
    findings = scan(parse(SourceFile.from_text(text + "\n")), selection)
    return [(finding.rule, finding.severity) for finding in findings if finding.rule == "VX101"]


@pytest.mark.parametrize("reason", EVIDENT)
def test_a_reason_to_believe_in_many_is_enough(reason: str) -> None:
    """How many there are is a guess then, so that it is said quietly."""
    assert _found(EVIDENT[reason]) == [("VX101", "info")]


@pytest.mark.parametrize("text", LOUD.values(), ids=LOUD)
def test_an_algorithm_that_tells_how_much_it_walks_deserves_a_warning(text: str) -> None:
    """A function that only computes, and whose loop says more than that it is given something."""
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
    assert _found(EVIDENT["an algorithm's parameters"], selection) == [("VX101", "info")]


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
