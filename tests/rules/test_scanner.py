"""Scanning again after edits, and files that are broken, huge or odd."""

from __future__ import annotations

import gc
import logging
import random
from pathlib import Path

import pytest

from velox_engine.rules import Scanner, Selection, scan
from velox_engine.rules.garbage import collection_paused
from velox_engine.rules.report import rank_functions
from velox_engine.source.document import SourceFile
from velox_engine.source.syntax import parse
from velox_engine.types import VeloxError

SLOW = "def {name}(xs: list, ys: list):\n    return [x for x in xs if x in ys]\n"
SOURCES = sorted((Path(__file__).parents[2] / "engine" / "velox_engine" / "rules").rglob("*.py"))


def test_findings_in_intact_functions_survive_an_error_elsewhere() -> None:
    """Before and after the broken function, and in other methods of its class."""
    text = (
        SLOW.format(name="before")
        + "def broken(\n"
        + SLOW.format(name="after")
        + "class C:\n    def a(self, xs, ys: list):\n        return [x for x in xs if x in ys]\n"
        + "    def b(self):\n        foo(\n"
        + "    def c(self, xs, ys: list):\n        return [x for x in xs if x in ys]\n"
    )
    found = scan(parse(SourceFile.from_text(text)))
    assert [(f.function, f.start.line) for f in found] == [
        ("before", 1),
        ("after", 4),
        ("C.a", 7),
        ("C.c", 11),
    ]


def test_a_file_of_tests_is_silent_unless_asked_for() -> None:
    """By its name alone, in a whole scan and in an editor's; with `tests` it is scanned like any other."""
    parsed = parse(SourceFile.from_text(SLOW.format(name="work"), Path("tests/test_work.py")))
    assert scan(parsed) == Scanner().scan(parsed) == []
    assert scan(parsed, Selection(tests=True))


@pytest.mark.parametrize("enabled", [True, False])
def test_the_collector_of_cycles_is_afterwards_as_before(enabled: bool) -> None:
    """It rests during a scan, also when that fails, and whoever had turned it off finds it off."""
    was = gc.isenabled()
    (gc.enable if enabled else gc.disable)()
    try:
        with pytest.raises(ZeroDivisionError), collection_paused():
            assert not gc.isenabled()
            raise ZeroDivisionError
        assert gc.isenabled() == enabled
    finally:
        (gc.enable if was else gc.disable)()


def test_edits_give_what_a_fresh_scan_gives() -> None:
    """Whatever is typed, the incremental scanner and a scan of the whole file agree."""
    rng = random.Random(2)
    text = "import re\nK = ['a'] * 99\n" + "".join(
        SLOW.format(name=f"f{n}") + f"def g{n}(zs):\n    return [re.match('a', z) for z in zs if z in K]\n"
        for n in range(6)
    )
    scanner = Scanner()
    parsed = parse(SourceFile.from_text(text))
    for _ in range(250):
        at = rng.randrange(len(text) + 1)
        text = (
            text[:at] + rng.choice(["x", "(", ")", "\n", "# ", "", " ", "'"]) + text[at + rng.randrange(3) :]
        )
        parsed = parse(SourceFile.from_text(text), parsed)
        assert scanner.scan(parsed) == scan(parse(SourceFile.from_text(text)))


def test_a_change_of_the_module_reaches_the_functions() -> None:
    """A constant that becomes a set ends the findings of functions that nobody touched."""
    text = "K = list(range(99))\ndef f(zs):\n    return [z for z in zs if z in K]\n"
    scanner = Scanner()
    assert len(scanner.scan(parse(SourceFile.from_text(text)))) == 1
    assert scanner.scan(parse(SourceFile.from_text(text.replace("list", "set")))) == []


@pytest.mark.parametrize(
    "text",
    [
        " .  # missing\n    print('%s' % (a, p[1:], b))\n",
        "",
        "\0",
        "x = " + "(" * 10_000 + "1" + ")" * 10_000,
        "x = " + "[" * 5_000,
        "for a in b:\n    s = s + " + " + ".join(["'a'"] * 1_000),
        "".join(" " * i + "for x in y:\n" for i in range(150)) + " " * 150 + "y.pop(0)\n",
        "x = [" + "1," * 100_000 + "]",
        "def f(a: list, b):\r    return [x for x in b if x in a]\r",
        "\ufeffx = '\ud800'\n",
        "if a:\n    pass\n" + "elif b:\n    x = 1\n" * 2_000,
    ],
    ids=["missing", "empty", "nul", "parentheses", "open", "sum", "loops", "wide", "cr", "surrogate", "elif"],
)
def test_odd_files_are_scanned(text: str, caplog: pytest.LogCaptureFixture) -> None:
    """No crash, no rule that fails, the same result unit by unit."""
    with caplog.at_level(logging.ERROR, "velox.rules"):
        parsed = parse(SourceFile.from_text(text))
        assert Scanner(Selection(("ALL",))).scan(parsed) == scan(parsed, Selection(("ALL",)))
    assert not caplog.records


def test_mutated_files_never_make_a_rule_fail(caplog: pytest.LogCaptureFixture) -> None:
    """Real files with parts cut out, doubled and moved: broken Python of every kind."""
    rng = random.Random(3)
    texts = [path.read_text(encoding="utf-8") for path in SOURCES]
    with caplog.at_level(logging.ERROR, "velox.rules"):
        for _ in range(300):
            lines = rng.choice(texts).splitlines(keepends=True)
            for _ in range(rng.randrange(1, 6)):
                a, b = sorted(rng.randrange(len(lines) + 1) for _ in range(2))
                lines[a:b] = rng.choice(
                    [[], lines[a:b] * 2, [line[rng.randrange(3) :] for line in lines[a:b]]]
                )
                lines = lines or ["\n"]
            scan(parse(SourceFile.from_text("".join(lines[:400]))), Selection(("ALL",)))
    assert not caplog.records


def test_a_selection_that_names_no_rule_is_an_error() -> None:
    """A typo is not silence."""
    with pytest.raises(VeloxError) as caught:
        Scanner(Selection(("VX9999",)))
    assert caught.value.code == "no-such-rule"


def test_a_scan_says_the_same_every_time() -> None:
    """The parser's binding gives captures in no fixed order; findings must not show it."""
    text = "".join(path.read_text(encoding="utf-8") for path in SOURCES[:12])
    text += "".join(
        f"class C{n}:\n    small = ['a']\n    def __init__(self):\n        self.seen = []\n        self.names = {{}}\n"
        f"    def f(self, xs):\n        return [x for x in xs if x in self.seen and x in self.small]\n"
        for n in range(40)
    )
    first = scan(parse(SourceFile.from_text(text)))
    assert len(first) >= 40
    for _ in range(5):
        assert scan(parse(SourceFile.from_text(text))) == first


def test_functions_of_one_name_are_ranked_each_by_its_own_findings() -> None:
    """A property's getter and setter have one qualified name; only the slow one of them is a hotspot."""
    text = (
        "class Shop:\n    @property\n    def names(self):\n        return self.text\n\n    @names.setter\n"
        "    def names(self, tokens: list[str]):\n        kept = []\n        for word in tokens:\n"
        "            if word not in kept:\n                kept.append(word)\n        self.text = kept\n"
    )
    tree = parse(SourceFile.from_text(text))
    found = [finding for finding in scan(tree) if finding.rule == "VX103"]
    assert [(one.name, one.line, one.findings) for one in rank_functions(tree, found)] == [
        ("Shop.names", 7, 1)
    ]


def test_intact_functions_of_a_broken_file_are_ranked() -> None:
    """What stands behind the mistake counts as what stands before it."""
    slow = "def {}(left: list, right: list):\n    return [v for v in left if v in right]\n\n\n"
    tree = parse(
        SourceFile.from_text(slow.format("first") + "def broken(:\n    pass\n\n\n" + slow.format("last"))
    )
    assert {one.name for one in rank_functions(tree, scan(tree))} == {"first", "last"}
