"""A loop that collects characters and joins them becomes a table, whatever characters come."""

from __future__ import annotations

import pytest

from velox_engine.source.document import SourceFile
from velox_engine.strategies import propose

SWAP = (
    "def f(s):\n    out = []\n    for c in s:\n        if c.isupper():\n            out.append(c.lower())\n"
    "        else:\n            out.append(c.upper())\n    out = ''.join(out)\n    return out.split()\n"
)
DROP = (
    "def f(s):\n    out = []\n    for c in s:\n        if c.isspace():\n            continue\n        out.append(c)\n"
    "    return ''.join(out)\n"
)


def call(code: str, argument: object) -> str:
    """What the function returns or raises, with its type."""
    scope: dict[str, object] = {}
    exec(code, scope)
    function = scope["f"]
    assert callable(function)
    try:
        return repr(function(argument))
    except Exception as error:
        return repr(error)


@pytest.mark.parametrize("code", [SWAP, DROP])
def test_the_table_gives_what_the_loop_gave(code: str) -> None:
    """One character may become several, and what is no str still goes through the loop."""
    (candidate,) = propose(SourceFile.from_text(code), "f", strategy="translate-characters")
    assert ".translate(" in candidate.new_source
    for argument in (
        "",
        "a ß İ ﬁ",
        "\ud800 \U0001f600",
        "x" * 99,
        ["a", " B"],
        ("ab", "C d"),
        {"k": 1},
        [1],
        None,
    ):
        assert call(candidate.new_source, argument) == call(code, argument)


def test_pieces_that_are_added_as_they_are_need_no_comprehension() -> None:
    """A loop that only puts the elements of a list together is one join of the list."""
    code = (
        "def f(s: str):\n    words = s.split('-')\n    out = ''\n    for word in words:\n        out += word\n"
        "    return out\n"
    )
    (candidate,) = propose(SourceFile.from_text(code), "f", strategy="join-strings")
    assert "join(words)" in candidate.new_source
    for argument in ("", "a-b", "-"):
        assert call(candidate.new_source, argument) == call(code, argument)
