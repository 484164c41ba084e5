"""What the text alone tells of a name never contradicts its syntax."""

from __future__ import annotations

import pytest

from velox_engine.source.document import SourceFile
from velox_engine.source.mentions import may_bind, may_change
from velox_engine.source.scopes import MUTATING_METHODS, Scope
from velox_engine.source.syntax import Node, parse

# Each binds or changes `name`, in a spelling that a search of the text could miss.
_BINDING = (
    "name = 1",
    "name: int = 1",
    "name \\\n  = 1",
    "name += 1",
    "a, (name, *b) = c",
    "for name in x: pass",
    "for i, name in x: pass",
    "[name for name in x]",
    "(name := 2)",
    "with x as name: pass",
    "try: pass\nexcept E as name: pass",
    "import name",
    "import name.part",
    "import other, \\\n    name.part",
    "from x import (a,\n    name)",
    "from x import y as name",
    "def name(x): pass",
    "def name[T](x): pass",
    "async def name (x): pass",
    "class name(Base): pass",
    "class name: pass",
    "def \\\n  name(x): pass",
    "del name",
    "del name\n(x)",
    "global name",
    "match x:\n    case name: pass",
    "if x: import name.part",
)
_CHANGING = (
    "name.append(1)",
    "name .append (1)",
    "(name\n    .append(1))",
    "name.\\\n  pop()",
    "name[0] = 1",
    "name [0] += 1",
    "name.field = 2",
    "del name[0]",
    "name.a[0].b = 1",
    "f(name.sort(), 1)",
)


def _function(text: str) -> Node:
    body = "".join(f"    {line}\n" for line in text.split("\n"))
    return parse(SourceFile.from_text(f"def work(x):\n{body}")).root.children[0]


@pytest.mark.parametrize("text", _BINDING)
def test_what_binds_a_name_may_bind_it(text: str) -> None:
    """No spelling of a binding is taken for a mere use, neither in a function nor in the module."""
    for source in (text, _function(text).text.decode()):  # type: ignore[union-attr]
        data = source.encode()
        assert may_bind(data, 0, len(data), "name")


@pytest.mark.parametrize("text", _CHANGING)
def test_what_changes_a_name_is_a_change(text: str) -> None:
    """Changes that are found by the text of a name are those that its syntax tells."""
    node = _function(text)
    data = node.text or b""
    assert may_change(data, 0, len(data), "name")
    parsed = parse(SourceFile.from_text(data.decode()))
    scope = Scope(parsed, parsed.root.children[0])
    assert [change.how for change in scope.changes("name")]


@pytest.mark.parametrize(
    "text", ["name(1)", "x.name = 1", "name.y", "name[0]", "rename = 1", "names = 2", "x(n, y)"]
)
def test_a_mere_use_binds_nothing(text: str) -> None:
    """Reading, calling, and other words that hold the name are told apart from a binding."""
    data = text.encode()
    assert not may_bind(data, 0, len(data), "name")


def test_uses_are_identifiers_only() -> None:
    """A name in a string, a comment or behind a dot is no use; in an f-string it is."""
    text = "def work(name):\n    # name\n    x = 'name' + f'{name}' + y.name\n    return name\n"
    parsed = parse(SourceFile.from_text(text))
    scope = Scope(parsed, parsed.root.children[0])
    starts = [use.start_byte for use in scope.uses("name")]
    assert starts == [text.index("name"), text.index("{name}") + 1, text.rindex("name")]


def test_changes_by_methods_are_those_that_a_query_finds() -> None:
    """Every mutating method is seen, and a method that only reads is not."""
    lines = "".join(f"    rows.{method}()\n" for method in sorted(MUTATING_METHODS))
    parsed = parse(
        SourceFile.from_text(f"def work(rows):\n{lines}    rows.index()\n    old.rows.append(1)\n")
    )
    scope = Scope(parsed, parsed.root.children[0])
    assert {change.how for change in scope.changes("rows")} == MUTATING_METHODS
    assert len(scope.changes("rows")) == len(MUTATING_METHODS)


def test_many_names_are_answered_as_few_are() -> None:
    """After so many searches of the text the syntax is read, and both say the same."""
    parsed = parse(
        SourceFile.from_text("last = 1\nprint(" + ", ".join(f"a{n}(1)" for n in range(200)) + ")\n")
    )
    scope = Scope(parsed, parsed.root)
    assert not any(scope.bindings(f"a{n}") for n in range(200))
    assert [binding.how for binding in scope.bindings("last")] == ["assign"]
