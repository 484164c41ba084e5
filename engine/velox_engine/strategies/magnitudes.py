"""How large the value of an expression may get, as a polynomial in the bound of the numbers that it is made of."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

Size = tuple[float, ...]
"""The largest magnitude: (1, 2) is 1 + 2·bound."""

_BITS: Final = (48, 40, 30, 24, 20, 15, 12, 10)


def plus(left: Size, right: Size) -> Size:
    """The magnitude of a sum or difference."""
    longest = max(len(left), len(right))
    padded = [(*one, *(0.0 for _ in range(longest - len(one)))) for one in (left, right)]
    return tuple(one + other for one, other in zip(*padded, strict=True))


def times(left: Size, right: Size) -> Size:
    """The magnitude of a product."""
    result = [0.0] * (len(left) + len(right) - 1)
    for at, one in enumerate(left):
        for beside, other in enumerate(right):
            result[at + beside] += one * other
    return tuple(result)


def bits_for(sizes: Iterable[Size], room: int) -> int | None:
    """The most bits that the numbers may have for everything made of them to stay below 2**room; None for too few."""
    known = list(sizes)
    for bits in _BITS:
        if all(_value(size, 2.0**bits) < 2.0**room for size in known):
            return bits
    return None


def _value(size: Size, bound: float) -> float:
    return sum(part * bound**degree for degree, part in enumerate(size))
