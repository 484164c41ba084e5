"""Edge values of each shape: empties, single elements, ties, signed zeros, not-a-number, True beside 1,
aliases, subclasses."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator
from random import Random
from typing import Any

from velox_engine.verify.inputs import frames
from velox_engine.verify.inputs.drawformat import draw_format
from velox_engine.verify.inputs.shapes import Shape, options_of
from velox_engine.verify.inputs.text import value_text
from velox_engine.verify.inputs.vocabulary import Vocabulary
from velox_engine.verify.sandbox import Recipe

# math.nan is one object wherever it stands: what compares by identity first finds it, `==` does not.
ONE_NAN = Recipe("math.nan")
NAN_LISTS = ([ONE_NAN, 1.0, ONE_NAN], [math.nan, 1.0, 2.0], [2.0, math.nan, 1.0], [math.nan, math.nan])
ZERO_LISTS = ([0.0, -0.0], [-0.0, 0.0], [-0.0, 1.5, 0.0])
# Signs, exponents, and more digits than the context keeps: any arithmetic rounds the last one.
DECIMALS = tuple(
    Recipe(f"decimal.Decimal('{text}')")
    for text in ("0", "-0", "1.50", "1E+3", "0.1", f"{'123456789' * 4}.25")
)
UNICODE = ("é", "ß", "İ", "Straße", "ǅ", "٣", "²", "ſ", "ΑΣ", "e\u0301x", "a\u00a0b", "x\u2028y", "😀😀")


def edge_values(shape: Shape, known: Vocabulary) -> Iterator[Any]:
    """The edge values of a shape, within its evident domain."""
    for option in options_of(shape):
        yield from _edges(option, known)


def _edges(shape: Shape, known: Vocabulary) -> Iterator[Any]:
    kind = shape.kind
    if kind == "none":
        yield None
    elif kind == "bool":
        yield from (True, False)
    elif kind == "int":
        wanted = (0, 1, -1, 2, *(item + step for item in known.integers[:8] for step in (0, 1, -1)))
        low = known.low if known.low is not None else -(10**12)
        yield from (item for item in dict.fromkeys(wanted) if low <= item <= (known.high or 10**6))
    elif kind == "float":
        yield from (0.0, 1.0, 0.5)
        if known.low is None:
            yield from (-0.0, -1.5, math.nan, math.inf, -math.inf, 1e200, -1e200, 5e-324)
        yield from known.floats[:4]
    elif kind == "str":
        yield from _texts(known)
    elif kind in ("bytes", "bytearray"):
        yield from (b"", b"\x00", b"\xff\xfe") if kind == "bytes" else (bytearray(),)
    elif kind in ("list", "sequence", "iterable", "tuple"):
        yield from _sequences(shape, known)
    elif kind == "iterator":
        yield Recipe("iter([])")
    elif kind in ("set", "frozenset"):
        yield set() if kind == "set" else frozenset()
    elif kind == "dict":
        yield {}
    elif kind == "deque":
        yield Recipe("collections.deque([])")
    elif kind == "decimal":
        yield from DECIMALS
    elif kind in frames.KINDS:
        yield frames.empty(shape)


def _texts(known: Vocabulary) -> Iterator[str]:
    if not known.nonempty:
        yield ""
    single = known.alphabet or "aZ0 -\n"
    yield from (single[0], single[-1], single[0] * 2, single[0] * 3)
    if not known.alphabet or " " in known.alphabet:
        yield from (" ", " a", "a ", "a  b")
    if not known.alphabet:
        yield from UNICODE
    rng = Random(len(known.formats))
    for form in known.formats[:4]:
        made = [draw_format(rng, form) for _ in range(2)]
        yield from made
        if not known.alphabet:
            yield from (made[0] + "\n", f" {made[0]}", made[1].upper(), f"{made[1]} ")
            yield re.sub(r"\d", "٣", made[0], count=1)


def _sequences(shape: Shape, known: Vocabulary) -> Iterator[Any]:
    make = tuple if shape.kind == "tuple" else list
    if not known.nonempty:
        yield make()
        if shape.kind == "iterable":
            yield Recipe("iter([])")
    item = shape.items[0] if shape.items else Shape("any")
    for option in options_of(item):
        for found in _element_edges(option, known):
            yield make(found)


def _element_edges(item: Shape, known: Vocabulary) -> Iterator[list[Any]]:
    if item.kind == "int":
        low = known.low or 0
        yield from ([low], [low + 1], [low + 1, low + 1], [low + 2, low + 1], [low + 1, low + 2, low + 3])
        if known.low is None:
            yield from ([-1], [-2, -1, -2], [0, 0, 0])
            if not known.examples:  # integers were shown, never a bool: then True beside 1 is a caveat
                yield from ([1, True, 0, False], [True, 1, 1])
            yield [3, -3, 0, 10**12, -(10**12)]
    elif item.kind == "float":
        yield from ([0.5], [1.5, 1.5], [2.0, 1.0], [1, 1.0, 2])
        if known.low is None:
            yield from (*NAN_LISTS, *ZERO_LISTS, [math.inf, -math.inf, 0.0], [1e200, -1e200, 1e-200])
    elif item.kind == "decimal":
        yield from ([found] for found in DECIMALS)
        yield list(DECIMALS)
    elif item.kind == "str":
        yield [""]
        first = known.words[0] if known.words else "a"
        yield from ([first], [first, first], [first, "", first + first])
    elif item.kind in ("anything", "any"):
        yield from (
            [1, True, 1.0, "1"],
            [None],
            [math.nan, math.nan],
            [[], {}, ()],
            [0.0, -0.0, False, 0],
            ["a", 1, "a"],
        )
    elif item.kind in ("list", "tuple"):
        yield from ([[]], [[], []]) if item.kind == "list" else ([()],)
        make = list if item.kind == "list" else tuple
        for one, other in _equal_and_unlike(options_of(item.items[0]) if item.items else (), known):
            yield [make([one, other]), make([other, one])]
    elif item.kind == "pair":
        first = [next(_equal_and_unlike(options_of(part), known), None) for part in item.items]
        if all(
            found is not None or part.kind == "str" for found, part in zip(first, item.items, strict=True)
        ):
            rows = [tuple(found[i] if found else "a" for found in first) for i in (0, 1)]
            yield [rows[0], rows[1], rows[0]]


def _equal_and_unlike(shapes: tuple[Shape, ...], known: Vocabulary) -> Iterator[tuple[Any, Any]]:
    """Values that are equal, hash alike and are not the same: one in place of the other shows."""
    for shape in shapes:
        if shape.kind == "int" and known.low is None and not known.examples:
            yield 1, True
        elif shape.kind == "float" and known.low is None:
            yield 0.0, -0.0
            yield 2.0, 2


def subclass_of(value: Any) -> Recipe | None:
    """An instance of a standard subclass that holds the same data. Ex) a dict as an OrderedDict; None without one."""
    if isinstance(value, dict):
        return Recipe(f"collections.OrderedDict({value_text(value)})")
    return None
