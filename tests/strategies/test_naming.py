"""Names of new variables read like names that a person would give."""

from __future__ import annotations

import pytest

from velox_engine.strategies.naming import compound


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
