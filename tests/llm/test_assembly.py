"""A model's code is put in place so that nothing changes but the function's body; what reaches too far is refused."""

from __future__ import annotations

import ast
import textwrap
from pathlib import Path

import pytest

from velox_engine.source.document import SourceFile
from velox_engine.strategies.llm.answers import Proposal
from velox_engine.strategies.llm.assemble import assemble
from velox_engine.strategies.llm.refusals import Refused
from velox_engine.strategies.propose import make_context
from velox_engine.types import Candidate

FILE = '''"""A shop."""
import math
import os
from urllib.request import urlopen as fetch

RATE = 3
LAST = {}


def _scale(values, by):
    return [value * by for value in values]


def total(values: list[int], by: int = RATE) -> int:
    """Sum of the scaled values."""
    # one by one
    result = 0
    for value in _scale(values, by):
        result += value
    return result


class Cart:
    def count(self, wanted):
        found = 0
        for item in self.items:
            if item == wanted:
                found += 1
        return found


def report(values):
    return "\\n".join(str(value) for value in _scale(values, 1))
'''


def place(code: str, name: str = "total", text: str = FILE, path: Path | None = None) -> Candidate:
    context = make_context(SourceFile.from_text(text, path), name)
    return assemble(context, Proposal(code, "a note."), action="caching", model="test/model")


def function(source: str, name: str) -> str:
    """The text of a function of a file."""
    found = next(n for n in ast.walk(ast.parse(source)) if isinstance(n, ast.FunctionDef) and n.name == name)
    return ast.get_source_segment(source, found) or ""


def test_header_and_docstring_stay_as_they_are() -> None:
    """Annotations and docstring that the model dropped are kept; the rest of the file is untouched."""
    made = place("def total(values, by=RATE):\n    return sum(_scale(values, by))\n")
    assert function(made.new_source, "total") == (
        "def total(values: list[int], by: int = RATE) -> int:\n"
        '    """Sum of the scaled values."""\n    return sum(_scale(values, by))'
    )
    assert made.new_source.replace(function(made.new_source, "total"), "") == FILE.replace(
        function(FILE, "total"), ""
    )
    assert (made.strategy, made.note, made.also) == ("model:caching", "a note (by test/model)", ())


def test_a_method_comes_with_or_without_its_class() -> None:
    """Both ways of writing a method back are understood, at its indentation."""
    body = "def count(self, wanted):\n    # once\n    return self.items.count(wanted)\n"
    wrapped = "class Cart:\n" + "".join(f"    {line}\n" for line in body.splitlines())
    expected = "def count(self, wanted):\n        # once\n        return self.items.count(wanted)"
    assert function(place(body, "Cart.count").new_source, "count") == expected
    assert function(place(wrapped, "Cart.count").new_source, "count") == expected


def test_imports_and_helpers_find_their_places() -> None:
    """A harmless import joins the others, a helper stands before the function, demonstrations are left out."""
    made = place(
        "from collections import Counter\n\n\ndef _tally(values):\n    return Counter(values)\n\n\n"
        "def total(values, by=RATE):\n    return sum(n * v * by for v, n in _tally(values).items())\n\n\n"
        "print(total([1, 2]))\n"
    )
    assert made.new_source.startswith(
        '"""A shop."""\nimport math\nimport os\nfrom urllib.request import urlopen as fetch\n'
        "from collections import Counter\n"
    )
    assert made.new_source.index("def _tally") < made.new_source.index("def total")
    assert "print(" not in made.new_source


@pytest.mark.parametrize("newline", ["\n", "\r\n"])
def test_line_ends_and_strings_survive(newline: str) -> None:
    """The file's line ends are kept, and a string over several lines keeps its text at another indentation."""
    text = FILE.replace("\n", newline)
    code = 'def count(self, wanted):\n    text = """a\n  b"""\n    return len(text)\n'
    made = place(code, "Cart.count", text)
    assert made.new_source.count("\n") == made.new_source.count(newline)
    assert "a\\n  b" in function(made.new_source, "count") or "a\n  b" in function(made.new_source, "count")


def test_one_line_functions_are_opened() -> None:
    """A body on the line of its `def` becomes a block."""
    made = place("def f(x):\n    y = x\n    return y\n", "f", "def f(x): return x\n")
    assert made.new_source == "def f(x):\n    y = x\n    return y\n"


TAIL = "    return sum(_scale(values, by))\n"
HEAD = "def total(values, by=RATE):\n"


@pytest.mark.parametrize(
    ("code", "reason"),
    [
        ("def total(values, by=RATE)\n    return 1\n", "does not parse"),
        ("def other(values, by=RATE):\n" + TAIL, "defines other instead of total"),
        ("x = 1\n", "defines no function"),
        ("def total(values):\n" + TAIL, "changes the parameters"),
        ("def total(values, by=3):\n" + TAIL, "changes the parameters"),
        ("async def total(values, by=RATE):\n" + TAIL, "changes the parameters"),
        ("import functools\n@functools.lru_cache\n" + HEAD + TAIL, "adds a decorator"),
        ("import subprocess\n" + HEAD + TAIL, "imports subprocess"),
        (HEAD + "    import socket\n" + TAIL, "imports socket"),
        ("from os import system\n" + HEAD + TAIL, "imports system of os"),
        ("import os as math\n" + HEAD + TAIL, "imports os"),
        (HEAD + "    fetch('http://x')\n" + TAIL, "uses fetch"),
        (HEAD + "    os.system('true')\n" + TAIL, "uses os"),
        (HEAD + "    os.remove('x')\n" + TAIL, "uses os"),
        (HEAD + "    open('x', 'w').write('y')\n" + TAIL, "uses open"),
        (HEAD + "    exec('x = 1')\n" + TAIL, "uses exec"),
        (HEAD + "    eval('1')\n" + TAIL, "uses eval"),
        (HEAD + "    __import__('os')\n" + TAIL, "uses __import__"),
        (HEAD + "    getattr(values, 'x')\n" + TAIL, "uses getattr"),
        (HEAD + "    values.__class__.__bases__\n" + TAIL, "reaches for __"),
        (HEAD + "    (lambda: 0).__globals__\n" + TAIL, "reaches for __globals__"),
        (HEAD + "    '{0.__class__}'.format(values)\n" + TAIL, "a name of the interpreter"),
        (HEAD + "    total.cache = 1\n" + TAIL, "keeps something on total"),
        (HEAD + "    math.memo = values\n" + TAIL, "keeps something on math"),
        (HEAD + "    global RATE\n    RATE = 4\n" + TAIL, "keeps RATE between calls"),
        (HEAD + "    try:\n        pass\n    except:\n        pass\n" + TAIL, "catches every exception"),
        (HEAD + "    class A: pass\n" + TAIL, "defines a class"),
        (HEAD + f"    data = '{'A' * 2000}'\n" + TAIL, "string of 2000 characters"),
        (HEAD + f"    data = b'{'A' * 300}'\n" + TAIL, "300 bytes of data"),
        (HEAD + "    result = 0\n" * 2000 + TAIL, "characters long"),
        (HEAD + "    LAST[by] = 1\n" + TAIL, "keeps something on LAST"),
        ("_TABLE = [1, 2]\n" + HEAD + "    return _TABLE[0]\n", "module-level value _TABLE"),
        (
            "def _h(x, memo={}):\n    return x\n" + HEAD + "    return _h(values)\n",
            "a default that could keep",
        ),
        ("def math(x):\n    return x\n" + HEAD + "    return math(values)\n", "uses for something else"),
        (HEAD + "    pass\n" + "    x = " + "(" * 300 + ")" * 300 + "\n", "does not parse"),
    ],
)
def test_what_reaches_too_far_is_refused(code: str, reason: str) -> None:
    """Each attempt ends before anything runs, with a reason that a person understands."""
    with pytest.raises(Refused) as caught:
        place(code)
    assert reason in caught.value.reason


def test_what_the_function_did_before_it_may_go_on_doing() -> None:
    """A function that reads files may still read them; nothing new comes in with it."""
    loop = "    total = 0\n    for name in names:\n        total += os.stat(name).st_size\n    return total\n"
    text = f"import os\n\n\ndef size(names):\n{loop}"
    made = place("def size(names):\n    return sum(os.stat(name).st_size for name in names)\n", "size", text)
    assert "sum(os.stat" in made.new_source


def test_nothing_new_is_told_as_such() -> None:
    """The same code again is no rewrite."""
    with pytest.raises(Refused) as caught:
        place(textwrap.dedent(f"    {function(FILE, 'count')}"), "Cart.count")
    assert caught.value.stale


def test_connected_functions_are_named_for_verification() -> None:
    """A changed helper of the file is checked by itself; one whose parameters change through all who call it."""
    same = place(
        "def _scale(values, by):\n    return [by * v for v in values]\n\n\n"
        + HEAD
        + TAIL.replace("sum", "0 + sum")
    )
    assert same.also == ("_scale",)
    moved = (
        "def _scale(by, values):\n    return (by * v for v in values)\n\n\n"
        + HEAD + "    return sum(_scale(by, values))\n\n\n"
        'def report(values):\n    return "\\n".join(str(value) for value in _scale(1, values))\n'
    )  # fmt: skip
    made = place(moved)
    assert made.also == ("report",)
    assert "_scale(1, values)" in made.new_source


def test_parameters_that_others_rely_on_are_not_changed(tmp_path: Path) -> None:
    """A helper that another file or code outside functions uses keeps its parameters."""
    moved = (
        "def _scale(by, values):\n    return [by * v for v in values]\n\n\n"
        + HEAD
        + "    return sum(_scale(by, values))\n"
    )
    with pytest.raises(Refused, match="code outside functions uses"):
        place(moved, text=FILE + "\nFIRST = _scale([1], 2)\n")
    (tmp_path / "pyproject.toml").write_text("")
    (tmp_path / "shop.py").write_text(FILE)
    (tmp_path / "other.py").write_text("from shop import _scale\n")
    with pytest.raises(Refused, match=r"other\.py may use"):
        place(moved, path=tmp_path / "shop.py")
