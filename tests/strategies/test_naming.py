"""Names of new variables read like names that a person would give."""

from __future__ import annotations

import pytest

from velox_engine.source.document import SourceFile
from velox_engine.strategies.naming import compound
from velox_engine.strategies.propose import propose


@pytest.mark.parametrize(
    ("words", "name"),
    [
        (("names", "length"), "names_length"),
        (("values", "values"), "values"),
        (("seen", "seen", "value"), "seen_value"),
        (("_cache", "items"), "cache_items"),
        ((), "value"),
    ],
)
def test_words_are_joined_and_none_is_said_twice(words: tuple[str, ...], name: str) -> None:
    """`values.values()` is no `values_values`."""
    assert compound(*words) == name


def test_what_is_computed_once_is_not_called_by_the_same_word_twice() -> None:
    """A call that has its container's name gets another than `values_values`."""
    text = (
        "def f(values: dict[str, int], parts: list[int]) -> list[int]:\n    out = []\n    for part in parts:\n"
        "        out.append(part + len(sorted(values.values())) + sum(values.values()))\n    return out\n"
    )
    made = [candidate.new_source for candidate in propose(SourceFile.from_text(text), "f")]
    assert made
    assert not any("values_values" in new for new in made)
