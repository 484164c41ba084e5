"""What grown values are made of: containers, text and numbers of a wanted size, in a style of contents."""

from __future__ import annotations

import math
import string
from collections.abc import Callable
from dataclasses import replace
from random import Random
from typing import Any

from velox_engine.verify.inputs import frames
from velox_engine.verify.inputs.draw import Drawer
from velox_engine.verify.inputs.shapes import CONTAINERS, Shape, options_of
from velox_engine.verify.inputs.vocabulary import Vocabulary
from velox_engine.verify.sandbox import Recipe

LARGEST_INTEGER = 10**12  # what an integer knob grows to; whoever climbs there bounds the time of each step
SEQUENCES = ("list", "tuple", "sequence", "iterable", "iterator", "deque", "set", "frozenset")
MODEST = "modest"  # longer and longer, of numbers that stay small
INSIDE = "inside"  # few items, each of which gets long
DIGITS = "digits"  # an integer of more and more decimal digits; text of nothing else
PLAIN = "plain"  # text of letters and digits alone, with nothing in it to split or stop at
NAMED = "named"  # text of the characters alone that the code names, each of which it does something about
FEW_ITEMS = 3
BITS_PER_DIGIT = math.log2(10)
SMALL_NUMBERS = 100
MOST_FORMATTED = 100
MOST_PIECES = 100  # drawn for a text or a list of texts; beyond that they are put together anew


def grow(
    shape: Shape,
    known: Vocabulary,
    size: int,
    style: str,
    rng: Random,
    instance: Callable[[str, Random], Recipe | None],
) -> Any:
    """One value of `size` elements (or about that large, for an integer) in a style of contents."""
    kind = shape.kind
    low = known.low if known.low is not None else -(10**9)
    if kind == "int" and style == DIGITS:
        bits = max(2, round(size * BITS_PER_DIGIT))
        return rng.getrandbits(bits) | 1 << (bits - 1)
    if kind == "int":
        bound = min(max(size, 1), LARGEST_INTEGER)
        found = rng.randint(max(bound - bound // 8, 1), bound)  # near the size, yet another each time
        return max(low, min(found, known.high if known.high is not None else found))
    drawer = Drawer(rng, replace(known, examples=()), instance)
    if kind == "pair":
        return tuple(
            sorted(grow(part, known, size, style, rng, instance) for part in map(main_option, shape.items))
        )
    if kind == "str":
        return _text(drawer, size, style, rng)
    if kind in SEQUENCES:
        item = main_option(shape.items[0]) if shape.items else Shape("int")
        if style == INSIDE:
            items = [grow(item, known, size, "mixed", rng, instance) for _ in range(FEW_ITEMS)]
        else:
            items = _elements(item, drawer, size, style, rng, known)
        if kind == "tuple":
            return tuple(items)
        if kind in ("set", "frozenset"):
            return set(items) if kind == "set" else frozenset(items)
        return items if kind in ("list", "sequence", "iterable") else drawer.value(shape, size)
    if kind == "dict":
        key, value = (main_option(part) for part in shape.items)
        if style == INSIDE:
            few = dict.fromkeys(_elements(key, drawer, FEW_ITEMS, "distinct", rng, known))
            return {name: grow(value, known, size, "mixed", rng, instance) for name in few}
        keys = list(dict.fromkeys(_elements(key, drawer, size, "distinct", rng, known)))
        return {
            name: drawer.value(value, rng.randint(0, 4) if value.kind in CONTAINERS else None, 1)
            for name in keys
        }
    if kind in frames.KINDS:
        return frames.build(shape, lambda item: _elements(main_option(item), drawer, size, style, rng, known))
    return drawer.value(shape, size)


def _elements(
    item: Shape, drawer: Drawer, size: int, style: str, rng: Random, known: Vocabulary
) -> list[Any]:
    if item.kind == "int":
        return [_within(value, known) for value in _integers(size, style, rng, known)]
    if item.kind == "float":
        spread = SMALL_NUMBERS if style == MODEST else max(10.0, float(size))
        found = [round(rng.uniform(0 if known.low == 0 else -spread, spread), 3) for _ in range(size)]
        if style == "distinct":  # apart from each other, so that a search for near ones does not end at once
            found = [index * 16.0 + rng.random() for index in range(size)]
            rng.shuffle(found)
        return sorted(found) if style == "sorted" else found
    if item.kind == "str":
        width = max(2, math.ceil(math.log(size + 2, 10)) + 1)
        # Text of a format is dear to draw: beyond a hundred pieces they come again.
        drawn = min(size, MOST_FORMATTED if known.formats else MOST_PIECES)
        made = [drawer.value(item, rng.randint(width, width + 4)) for _ in range(drawn)]
        if known.formats:
            made += rng.choices(made, k=size - drawn)
        else:  # halves of different ones: nearly all distinct, of the same characters, and quicker to make
            half = width // 2
            heads, tails = rng.choices(made, k=size - drawn), rng.choices(made, k=size - drawn)
            made += [head[:half] + tail[half:] for head, tail in zip(heads, tails, strict=True)]
        if style in ("tied", "constant") and made:
            pool = made[: 1 if style == "constant" else 8]
            made = [rng.choice(pool) for _ in range(size)]
        return sorted(made) if style == "sorted" else made
    if item.kind == "pair" and all(part.kind == "int" for part in item.items):
        bound = SMALL_NUMBERS if style == MODEST else max(size, 2)
        return [tuple(_within(rng.randrange(bound), known) for _ in item.items) for _ in range(size)]
    if item.kind in ("list", "tuple"):
        width = max(1, math.isqrt(size)) if style == "distinct" else 4
        inner = main_option(item.items[0])
        rows = [
            _elements(inner, drawer, width, MODEST if style == MODEST else "mixed", rng, known)
            for _ in range(size)
        ]
        return [tuple(row) for row in rows] if item.kind == "tuple" else rows
    return [drawer.value(item, None, 2) for _ in range(size)]


def _integers(size: int, style: str, rng: Random, known: Vocabulary) -> list[int]:
    bound = SMALL_NUMBERS if style == MODEST else max(100, 4 * size)
    if style == "permutation":
        found = list(range(1, size + 1))
        rng.shuffle(found)
        return found
    if style == "constant":
        return [rng.randint(1, 9)] * size
    if style == "tied":
        return [rng.randint(0, 9) for _ in range(size)]
    if style == "bits":
        return [rng.randint(0, 1) for _ in range(size)]
    if style == "distinct":
        return rng.sample(range(0 if known.low is not None else -bound * 4, bound * 16), size)
    found = [rng.randint(0 if known.low is not None else -bound, bound) for _ in range(size)]
    if style == "mirrored":
        found = found[: (size + 1) // 2] + found[: size // 2][::-1]
    return sorted(found) if style == "sorted" else found


def _within(value: int, known: Vocabulary) -> int:
    if known.low is not None and value < known.low:
        value = known.low + abs(value)
    return min(value, known.high) if known.high is not None else value


def _text(drawer: Drawer, size: int, style: str, rng: Random) -> str:
    if style == "mirrored":
        half = drawer.value(Shape("str"), (size + 1) // 2)
        return half + half[: size // 2][::-1]
    if style in ("constant", "tied"):
        piece = drawer.value(Shape("str"), 1 if style == "constant" else 3) or "a"
        return (piece * (size // len(piece) + 1))[:size]
    if style in (PLAIN, DIGITS):
        known = drawer.vocabulary.alphabet or string.ascii_letters + string.digits
        chars = [
            char
            for char in known
            if char in string.digits or (style == PLAIN and char in string.ascii_letters)
        ]
        if not chars:
            raise ValueError(f"no {style} characters")
        return "".join(rng.choices(chars, k=size))
    if style == NAMED:
        named = [text for text in drawer.vocabulary.strings if len(text) == 1]
        if len(named) < 2:
            raise ValueError("no characters that the code tells apart")
        return "".join(rng.choices(named, k=size))
    made: list[str] = []
    length = 0
    while length < size:  # many short pieces keep the make-up of core text at any length
        if len(made) < MOST_PIECES:
            pieces = [drawer.value(Shape("str"), rng.randint(4, 24)) or "a"]
        else:
            pieces = rng.choices(made, k=len(made))
        made += pieces
        length += sum(map(len, pieces))
    return "".join(made)[:size]


def numbers_grow(shape: Shape, style: str) -> bool:
    """Whether the numbers in a container of that style get larger with its size. Ex) distinct ones need more room."""
    if (
        shape.kind not in SEQUENCES
        or not shape.items
        or style in ("tied", "constant", "bits", "repeated", MODEST)
    ):
        return False
    item = main_option(shape.items[0])
    return item.kind in ("int", "float") or (
        item.kind in ("pair", "list", "tuple")
        and all(main_option(part).kind in ("int", "float") for part in item.items)
    )


def main_option(shape: Shape) -> Shape:
    """The first alternative that is not None."""
    return next((option for option in options_of(shape) if option.kind != "none"), shape)
