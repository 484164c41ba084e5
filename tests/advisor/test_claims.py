"""What a description claims about speed is read only where it is said plainly, and held against the interval."""

from __future__ import annotations

import pytest

from velox_engine.advisor.claims import Claim, find_claims, is_held
from velox_engine.types import Interval, Measurement

NAMES = ["unique", "Shop.total", "Till.total", "render"]


@pytest.mark.parametrize(
    "text",
    [
        "Tidies up `unique` a lot",
        "unique takes 0x1f now, at 640x480",
        "`total` is 8x faster",  # of whom?
        "unique is 3x slower for tiny lists",
        "unique is 1x faster",
        "uniqueness is 4x faster",
        "8x faster all over",
    ],
)
def test_what_is_not_plainly_a_claim_is_none(text: str) -> None:
    """No name, no factor, a name that two functions share, or words that only look alike."""
    assert find_claims(text, NAMES) == {}


def test_claims_are_read_with_their_function() -> None:
    """Factors belong to the function named before them; methods may be named in full; the last line counts."""
    text = "render: 2x\n- `unique` is 5x faster, `Shop.total` 8.5 times\n12× for `render`"
    assert {name: claim.times for name, claim in find_claims(text, NAMES).items()} == {
        "unique": 5.0,
        "Shop.total": 8.5,
        "render": 12.0,
    }


def test_a_claim_is_held_against_the_upper_end_of_the_interval() -> None:
    """Reached where the interval reaches it at either size; not judged without a measurement."""
    measured = Measurement(Interval(9, 8, 10), Interval(4, 3, 5), 1e-3, None, None, None, None)
    assert is_held(Claim(10, ""), measured) is True
    assert is_held(Claim(10.5, ""), measured) is False
    assert is_held(Claim(2, ""), None) is None
