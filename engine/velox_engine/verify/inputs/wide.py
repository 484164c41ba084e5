"""Inputs just outside the evident domain: a core case with one argument of another type or with odd contents."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from random import Random
from typing import Any

from velox_engine.verify.inputs.edges import subclass_of
from velox_engine.verify.inputs.text import value_text
from velox_engine.verify.sandbox import Case, Recipe

PER_CASE = 4
# Variations that a hint does not exclude: subclasses, other values of the type, and tuples in place of lists.
TOLERATED = (
    "is a tuple",
    "is an int instead",
    "is a bool",
    "is a list instead of a tuple",
    "is an OrderedDict",
    "is a frozenset",
    "holds characters",
    "is not a number",
    "is a negative zero",
)


def variations(
    case: Case, offset: int, rng: Random, promised: Sequence[bool] = ()
) -> Iterator[tuple[Case, str]]:
    """A few variations of one core case, each with the words that name it; `offset` arguments (the receiver) stay.

    Where a hint promises the type of an argument, only variations that people pass all the same are made.
    """
    found: list[tuple[Case, str]] = []
    for index, value in enumerate(case.args[offset:], offset):
        hinted = index - offset < len(promised) and promised[index - offset]
        for changed, says in vary(value, rng):
            if hinted and not says.startswith(TOLERATED):
                continue
            args = (*case.args[:index], changed, *case.args[index + 1 :])
            found.append((Case(args, dict(case.kwargs)), f"argument {index - offset + 1} {says}"))
    rng.shuffle(found)
    yield from found[:PER_CASE]
    yield from _shared_nan(case, offset)


def _shared_nan(case: Case, offset: int) -> Iterator[tuple[Case, str]]:
    """One not-a-number object in a list and beside it: found by identity, equal to nothing."""
    args = list(case.args)
    numbers = [i for i in range(offset, len(args)) if type(args[i]) in (int, float)]
    lists = [
        i
        for i in range(offset, len(args))
        if isinstance(args[i], list) and all(type(item) in (int, float) for item in args[i])
    ]
    if numbers and lists:
        args[lists[0]] = [*args[lists[0]], Recipe("math.nan")]
        args[numbers[0]] = Recipe("math.nan")
        yield (
            Case(tuple(args), dict(case.kwargs)),
            f"argument {lists[0] - offset + 1} holds nan, which is passed too",
        )


def vary(value: Any, rng: Random) -> Iterator[tuple[Any, str]]:
    """Values of another type that a function may well accept in place of `value`."""
    if isinstance(value, Recipe):
        return
    if isinstance(value, bool):
        yield (int(value), "is an int instead of a bool")
    elif isinstance(value, int):
        yield (float(value) if abs(value) < 2**53 else value, "is a float instead of an int")
        yield (value + 0.5 if abs(value) < 2**52 else value, "is a float that is no whole number")
        yield (bool(value), "is a bool instead of an int")
    elif isinstance(value, float):
        yield (math.nan, "is not a number (nan)")
        yield (-0.0, "is a negative zero")
        if math.isfinite(value):
            yield (int(value), "is an int instead of a float")
    elif isinstance(value, str):
        yield (value.encode("utf-8", "replace"), "is bytes instead of text")
        yield (value + rng.choice("éßİ٣中😀"), "holds characters outside ASCII")
        yield (list(value), "is a list of characters instead of text")
        yield (None, "is None")
    elif isinstance(value, list):
        yield (tuple(value), "is a tuple instead of a list")
        yield (Recipe(f"iter({value_text(value)})"), "is a one-shot iterator instead of a list")
        if value:
            yield ([*value, [1]], "holds an unhashable item")
            yield ([*value, None], "holds None")
            yield ([*value, True, 1.0, 1], "mixes True, 1.0 and 1")
            yield (
                [float(item) if type(item) is int and abs(item) < 2**53 else item for item in value],
                "holds floats",
            )
            yield ([str(item) for item in value], "holds text")
            yield ([*value, math.nan, math.nan], "holds nan")
    elif isinstance(value, tuple):
        yield (list(value), "is a list instead of a tuple")
    elif isinstance(value, dict):
        subclass = subclass_of(value)
        if subclass is not None:
            yield (subclass, "is an OrderedDict instead of a dict")
        yield (list(value.items()), "is a list of pairs instead of a dict")
    elif isinstance(value, set):
        yield (frozenset(value), "is a frozenset instead of a set")
        yield (sorted(value, key=repr), "is a list instead of a set")
    elif value is None:
        yield (0, "is 0 instead of None")
