"""The first of all matches, found by a loop that stops there, is what the list of all began with."""

from __future__ import annotations

import pytest

from velox_engine.source.document import SourceFile
from velox_engine.strategies import propose

FUNCTIONS = (
    "return [word for word in words if len(word) > 1][0]",
    "found = [word.upper() for word in words if word if len(word) > 1][0]\n    return found, words",
    "kept = {}\n    last = kept['a'] = [w for at, w in enumerate(words) if at or w][0]\n    return last, kept",
    "table = {word: 1 for word in words}\n    return list(table)[0] if table else None",
    "table = {word: 2 for word in words}\n    if table and words:\n        return list(table.items())[0]",
)
WORDS = ([], ["a"], ["a", "bc", "def"], ["", "", "xy"], ["bc"])


@pytest.mark.parametrize("body", FUNCTIONS)
def test_the_same_is_found_or_missing(body: str) -> None:
    """Results and the error for no match are the same, whatever the list holds."""
    code = f"def f(words):\n    {body}\n"
    (candidate,) = propose(SourceFile.from_text(code), "f", strategy="first-match")
    assert [_run(candidate.new_source, words) for words in WORDS] == [_run(code, words) for words in WORDS]


def _run(code: str, words: list[str]) -> str:
    namespace: dict[str, object] = {}
    exec(code, namespace)
    function = namespace["f"]
    assert callable(function)
    try:
        return repr(function(list(words)))
    except IndexError as error:
        return repr(error)
