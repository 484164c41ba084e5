"""Parsing, functions, kinds, suppressions and metrics."""

from __future__ import annotations

import random
import sys

import pytest

from velox_engine.source.document import SourceFile
from velox_engine.source.functions import find_function, list_functions
from velox_engine.source.inference import kinds
from velox_engine.source.metrics import complexity, measure
from velox_engine.source.suppressions import find_suppressions
from velox_engine.source.syntax import ParsedFile, parse
from velox_engine.types import Position, VeloxError

NAMED = """@decorator
def f(a):
    def inner(): pass
class C:
    @property
    async def m(self): pass
def f(b): pass
"""


def parsed(text: str) -> ParsedFile:
    return parse(SourceFile.from_text(text))


def test_functions_are_named_by_what_is_around_them() -> None:
    """Spans start at the decorators; methods and nested functions are told apart."""
    spans = list_functions(parsed(NAMED))
    assert [span.qualname for span in spans] == ["f", "f.inner", "C.m", "f"]
    assert [(span.is_method, span.nested, span.is_async) for span in spans[:3]] == [
        (False, False, False),
        (False, True, False),
        (True, False, True),
    ]
    assert NAMED[spans[0].start] == "@"
    assert spans[0].line == 1


def test_a_name_defined_twice_means_the_last() -> None:
    """As it does when the module has run."""
    assert find_function(parsed(NAMED), "f").line == 6


def test_an_unknown_function_is_an_error_that_suggests() -> None:
    """The hint names what is close."""
    with pytest.raises(VeloxError) as caught:
        find_function(parsed(NAMED), "m")
    assert (caught.value.code, caught.value.hint) == ("no-such-function", "did you mean C.m?")


def test_editing_step_by_step_gives_the_tree_of_the_result() -> None:
    """Incremental parsing is never wrong, with errors and odd line ends in between."""
    rng = random.Random(1)
    text = NAMED
    current = parsed(text)
    for _ in range(300):
        at = rng.randrange(len(text) + 1)
        text = (
            text[:at]
            + rng.choice(["(", ")", "\n", "\r", "x", "'", "", "é", " "])
            + text[at + rng.randrange(3) :]
        )
        current = parse(SourceFile.from_text(text), current)
        assert str(current.root) == str(parsed(text).root)


@pytest.mark.parametrize("text", ["x = (" * 3000, "", "\0", "def f(:\n", "x = 1\r"])
def test_whatever_the_text_there_is_a_tree(text: str) -> None:
    """Deep nesting, emptiness and NUL bytes included."""
    tree = parsed(text)
    assert (tree.first_error is None) == (not tree.has_errors)


def test_return_alone_ends_a_line() -> None:
    """The grammar does not know it, Python does."""
    tree = parsed("def f():\r    return (\rdef g(): pass\r")
    assert tree.first_error is not None
    assert not parsed("def f():\r    return ()\rdef g(): pass\r").has_errors


KINDS = """
import collections
from collections import deque as dq
K = {"a": 1}
def helper() -> list[str]: ...
def f(a: "list[int]", b, d: dict[str, list[int]] | None = None, *rest, **named):
    out = []
    for i, x in enumerate(a):
        out.append(x)
    q = dq(a)
    s = "a" + str(b)
    t = 0
    t += 1.5
    u, (v, *w) = 1, ("a", 3)
    y = helper()
    for line in y: pass
    for k, vs in d.items(): pass
    none = None
    none = {}
    text = "x".join(y) if y else ""
    c = collections.Counter(a)
    mixed = 1
    mixed = "x"
    passed = b
    g = K
"""


def test_kinds_follow_what_is_known_and_nothing_else() -> None:
    """Literals, annotations, constructors, unpacking, loops; names that are two things have no kind."""
    tree = parsed(KINDS)
    found = kinds(tree, find_function(tree, "f"))
    names = {name: kind.name for name, kind in found.items()}
    assert names == {
        "a": "list", "d": "dict", "rest": "tuple", "named": "dict", "out": "list", "i": "int", "x": "int",
        "q": "deque", "s": "str", "t": "float", "u": "int", "v": "str", "w": "list", "y": "list", "line": "str",
        "k": "str", "vs": "list", "none": "dict", "text": "str", "c": "Counter", "g": "dict",
    }  # fmt: skip
    assert str(found["out"].element) == "int"


def test_suppressions_silence_what_they_name() -> None:
    """Rules by id, everything without one, and whole files."""
    found = find_suppressions(
        SourceFile.from_text("a  # noqa: VX101, E501\nb  # velox: ignore[VX102]\nc  # noqa\n")
    )
    assert found.hides("VX101", "x", 0, 0)
    assert not found.hides("VX102", "x", 0, 0)
    assert found.hides("VX102", "x", 1, 1)
    assert found.hides("VX999", "x", 2, 2)
    assert find_suppressions(SourceFile.from_text("# velox: off\nx = 1\n")).whole_file
    assert find_suppressions(SourceFile.from_text("# velox: ignore-file\nx = 1\n")).whole_file
    assert not find_suppressions(SourceFile.from_text("x = 1  # velox: off\n")).whole_file


def test_metrics_count_loops_and_recursion() -> None:
    """Comprehensions count as loops; radon gives complexity and maintainability."""
    tree = parsed("def f(n):\n    for i in n:\n        x = [j for j in i if j]\n    return f(n - 1)\n")
    span = find_function(tree, "f")
    metrics = measure(tree, span)
    assert (metrics.loop_depth, metrics.recursive, metrics.loops, metrics.comprehensions) == (2, True, 1, 1)
    assert complexity(tree, span).cyclomatic == 4
    broken = parsed("def f(:\n    pass\n")
    assert all(complexity(broken, span).cyclomatic is None for span in list_functions(broken))


def test_positions_are_those_of_the_file_not_of_the_parser() -> None:
    """A return alone ends a line there too."""
    tree = parsed("a = 1\rb = (\r")
    assert tree.first_error == Position(1, 4)


def test_an_error_is_where_python_sees_it() -> None:
    """Not at the file's beginning, where the tolerant parser may give up; columns count bytes."""
    tree = parsed(
        "import os\n\n\ndef f(a):\n    for é ixn a:\n        print(é)\n\n\ndef g(b):\n    return b\n"
    )
    assert tree.first_error == Position(4, 11)


def test_source_imports_nothing_heavy() -> None:
    """The keystroke path loads no radon, numpy or jedi."""
    import subprocess

    code = (
        "import sys, velox_engine.rules, velox_engine.source.metrics;"
        "print(sorted({'radon', 'numpy', 'jedi', 'rich', 'torch'} & set(sys.modules)))"
    )
    result = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert result.stdout.strip() == "[]"
