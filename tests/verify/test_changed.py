"""Which functions count as changed between two texts of a module."""

from __future__ import annotations

import pytest

from velox_engine.verify.changed import changed_functions

OLD = "A = 1\ndef f(x):\n    return x + A\ndef g(x):\n    return helper(x)\ndef helper(x):\n    return x\n"


@pytest.mark.parametrize(
    ("new", "changed"),
    [
        (OLD, ()),
        ("# words\n" + OLD.replace("return x + A", "return (x +  A)"), ()),
        (OLD.replace("def f(x):\n", 'def f(x):\n    """Says what."""\n'), ()),
        (OLD.replace("x + A", "A + x"), ("f",)),
        (OLD.replace("A = 1", "A = 2"), ("f",)),
        (OLD.replace("return x\n", "return [x]\n"), ("helper",)),
        (OLD.replace("def helper(x):\n    return x\n", "from other import helper\n"), ("g",)),
    ],
)
def test_meaning_counts_and_layout_does_not(new: str, changed: tuple[str, ...]) -> None:
    """Own text, and what it uses of the module around it."""
    assert changed_functions(OLD, new).changed == changed


def test_new_and_removed_functions_are_named() -> None:
    """They have nothing to be compared with."""
    found = changed_functions(OLD, OLD.replace("def g(", "def h("))
    assert (found.added, found.removed) == (("h",), ("g",))
