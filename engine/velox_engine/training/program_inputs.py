"""Inputs of generated programs: their parameters are of known kinds, so nothing has to be searched for."""

from __future__ import annotations

import random
from collections.abc import Mapping
from typing import Any, Final

from velox_engine.training.fragment import Kind
from velox_engine.verify.inputs import Grower, InputSet
from velox_engine.verify.sandbox import Case, Recipe

_SIZES: Final = (0, 1, 1, 2, 2, 3, 3, 4, 4, 5, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 16, 18, 20, 22, 24, 28, 32)
_WORDS: Final = ("ab", "id", "x", "no", "tmp", "ok", "e", "Total", " pad ", "a b", "n-1", "")
_LETTERS: Final = "abcdeinoptx"


def known_inputs(parameters: Mapping[str, Kind], receiver: str = "", seed: int = 0) -> InputSet:
    """Small inputs of growing size, and one grower for all parameters together.

    `receiver` is the expression that makes `self` of a method.
    """
    rng = random.Random(f"inputs-{seed}")

    def make(size: int, rng: random.Random) -> Case:
        values = [_value(kind, size, rng) for kind in parameters.values()]
        return Case((Recipe(receiver), *values) if receiver else tuple(values))

    cases = tuple(make(size, rng) for size in _SIZES)
    return InputSet(core=cases, growers=(Grower("all parameters", make),))


def _value(kind: Kind, size: int, rng: random.Random) -> Any:
    # Sometimes few different values, sometimes as many as there are places.
    variety = max(2, size if rng.random() < 0.6 else size // 4)
    if kind == "ints":
        return [_number(variety, rng) for _ in range(size)]
    if kind == "words":
        pool = [_word(rng) for _ in range(variety)]
        return [rng.choice(pool) for _ in range(size)]
    if kind == "pairs":
        pool = [_word(rng) for _ in range(variety)]
        return [(rng.choice(pool), _number(variety, rng)) for _ in range(size)]
    if kind == "text":
        return " ".join(_word(rng) for _ in range(size))
    width = max(1, round(size**0.5))
    return [[_number(variety, rng) for _ in range(rng.randint(0, 2 * width))] for _ in range(width)]


def _number(variety: int, rng: random.Random) -> int:
    return rng.randint(-variety // 4, variety + 9)


def _word(rng: random.Random) -> str:
    if rng.random() < 0.2:
        return rng.choice(_WORDS)
    letters = "".join(rng.choice(_LETTERS) for _ in range(rng.randint(2, 5)))
    return letters + str(rng.randint(0, 99)) if rng.random() < 0.3 else letters
