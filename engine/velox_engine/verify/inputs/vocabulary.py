"""The values one parameter is made of: mined constants, alphabets, words, examples, bounds read in the
documentation."""

from __future__ import annotations

import re
import string
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from velox_engine.verify.inputs.formats import Format

LETTERS, DIGITS = string.ascii_letters, string.digits
CLASSES = (string.ascii_lowercase, string.ascii_uppercase, string.digits)
ENOUGH_TEXT = 6  # characters of examples before they are believed to show the whole alphabet


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """What the values of one parameter are built from."""

    integers: tuple[int, ...] = ()
    floats: tuple[float, ...] = ()
    strings: tuple[str, ...] = ()  # constants of the code, pieces that text may contain
    words: tuple[str, ...] = ()  # whole words seen in examples
    alphabet: str = ""  # "" when nothing narrows the characters
    separators: str = " "
    examples: tuple[Any, ...] = ()
    low: int | None = None  # the documented or observed least value of an integer, inside containers too
    high: int | None = None
    bounds_loop: bool = False  # it is the end of a range(): keep it affordable
    nonempty: bool = False
    formats: tuple[Format, ...] = ()  # ways in which the function reads its text


def build_vocabulary(
    name: str,
    examples: Sequence[Any],
    strings: Iterable[str],
    integers: Iterable[int],
    floats: Iterable[float],
    prose: str,
    bounds_loop: bool,
    counts: bool = False,
    alike: Sequence[str] = (),
    handles_zero: bool = False,
    formats: tuple[Format, ...] = (),
) -> Vocabulary:
    """The vocabulary of one parameter.

    `counts` says that the code uses it as a number of things, `alike` holds text shown for the parameters beside it.
    """
    texts = [text for value in examples for text in _texts(value)]
    constants = tuple(
        item for item in dict.fromkeys(strings) if item and len(item) <= 80 and not _is_template(item)
    )
    joined = "".join(texts)
    if texts and len(joined) < ENOUGH_TEXT:
        joined = "".join(alike)
    alphabet = separators = ""
    if len(joined) >= ENOUGH_TEXT:
        alphabet = _close(
            joined + "".join(item for item in constants if len(item) == 1 and item.isprintable())
        )
        separators = "".join(sorted({char for char in joined if not char.isalnum()}))[:6]
    spaced = separators or ("" if alphabet else " ")
    words = tuple(dict.fromkeys(word for text in texts for word in re.findall(r"[^\s,;]+", text)))[:40]
    low, high = documented_bounds(name, prose)
    if low is None and "negative" not in prose.lower():
        low = None if handles_zero else _observed_low(examples)
        if low is None and counts and not any(number < 0 for number in _numbers(tuple(examples))):
            low = 0
    return Vocabulary(
        integers=tuple(item for item in dict.fromkeys(integers) if abs(item) <= 10**12)[:24],
        floats=tuple(dict.fromkeys(floats))[:12],
        strings=constants[:40],
        words=words,
        alphabet=alphabet,
        separators=spaced,
        examples=tuple(examples)[:24],
        low=low,
        high=high,
        bounds_loop=bounds_loop,
        nonempty=_documented_nonempty(name, prose),
        formats=formats,
    )


def _is_template(text: str) -> bool:
    """Whether a constant is a format or a pattern, which text itself rarely holds. Ex) "%d items", "[a-z]{2}"."""
    return len(text) > 2 and re.search(r"%[sdrf]|\{\w*\}|\[.+\]|\\[dwsb]", text) is not None


def documented_bounds(name: str, prose: str) -> tuple[int | None, int | None]:
    """Bounds that the documentation states. Ex) `1 <= k <= 100`, "positive integers n and m", "non-negative n"."""
    low: int | None = None
    high: int | None = None
    escaped = re.escape(name)
    value = r"(-?\d+)(?:\s*(?:\*\*|\^)\s*(\d+))?"
    if match := re.search(rf"{value}\s*(<=?|≤)\s*{escaped}(?![\w(])", prose):
        low = _power(match[1], match[2]) + (match[3] == "<")
    if match := re.search(rf"(?<![\w(]){escaped}\s*(<=?|≤)\s*{value}", prose):
        high = _power(match[2], match[3]) - (match[1] == "<")
    if match := re.search(rf"(?<!\w){escaped}\s*(>=?|≥)\s*(-?\d+)", prose):
        low = int(match[2]) + (match[1] == ">")
    if low is None:
        lowered = prose.lower()
        if re.search(r"non-?\s?negative|natural numbers? including zero|unsigned", lowered):
            low = 0
        elif re.search(
            r"\bpositive (?:integer|number|int|whole|value)|natural number|positive, non-?zero", lowered
        ):
            low = 1
    return low, high


def _documented_nonempty(name: str, prose: str) -> bool:
    lowered = prose.lower()
    return bool(
        re.search(r"non-?\s?empty|not (?:be )?empty|at least one (?:element|item|number|character)", lowered)
        or re.search(rf"[1-9]\d*\s*<=?\s*len\(\s*{re.escape(name.lower())}", lowered)
    )


def _observed_low(examples: Sequence[Any]) -> int | None:
    """The least (0 or 1) of at least three plain integers shown, none of them negative; fewer show too little.

    What a list holds says less: its one example seldom shows everything a list of integers may hold.
    """
    plain = [value for value in examples if type(value) is int]
    return min(min(plain), 1) if len(plain) >= 3 and min(plain) >= 0 else None


def _power(base: str, exponent: str | None) -> int:
    return int(base) ** min(int(exponent), 64) if exponent else int(base)


def _close(text: str) -> str:
    """All characters like those in `text`. Ex) "ab1 " → lower case, digits and the blank."""
    chars = set(text)
    found = {char for char in chars if not (char.isascii() and char.isalnum())}
    for members in CLASSES:
        shared = chars & set(members)
        if not shared:
            continue
        # Ex) only "0" and "1", or "ACGT": a few characters again and again are an alphabet of their own.
        narrow = len(shared) <= 4 and sum(char in shared for char in text) >= 6 * len(shared)
        found |= shared if narrow else set(members)
    return "".join(sorted(found))


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, list | tuple | set | frozenset):
        for item in value:
            yield from _texts(item)
    elif isinstance(value, dict):
        for key, item in value.items():
            yield from _texts(key)
            yield from _texts(item)


def _numbers(value: Any) -> Iterator[int | float]:
    if isinstance(value, bool):
        return
    if isinstance(value, int | float):
        yield value
    elif isinstance(value, list | tuple | set | frozenset):
        for item in value:
            yield from _numbers(item)
    elif isinstance(value, dict):
        for item in value.values():
            yield from _numbers(item)
