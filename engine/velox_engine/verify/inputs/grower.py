"""One way to grow: how a case of any size is made for one knob, and what that is called."""

from __future__ import annotations

import copy
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from random import Random
from typing import Any

from velox_engine.verify.inputs.contents import DIGITS, FEW_ITEMS, INSIDE, grow, main_option, numbers_grow
from velox_engine.verify.inputs.plan import Arm, Plan
from velox_engine.verify.inputs.shapes import CONTAINERS
from velox_engine.verify.inputs.tweaks import apply
from velox_engine.verify.inputs.vocabulary import Vocabulary
from velox_engine.verify.sandbox import Case, Recipe

REPEATED = "repeated"  # put together from core values
REPEATED_INSIDE = "repeated inside"  # few texts put together from core texts


@dataclass(frozen=True)
class Grower:
    """Makes core cases of size n: `make(n, rng)`; every call with a new rng gives different data."""

    knob: str
    make: Callable[[int, Random], Case]
    says: str = ""  # what grows, for people. Ex) "as `queue` gets longer"
    beside: str = ""  # a knob of the same parameter that is timed, too, however short its calls


def in_style(grower: Grower, style: str) -> Grower:
    """The same knob with other contents. Ex) "constant": one value again and again."""
    made = grower.make
    if not isinstance(made, Growth):
        return grower
    other = replace(made, style=style)
    return Grower(grower.knob, other, other.says)


@dataclass(frozen=True)
class Growth:
    """How a grower makes its cases; callable, so that it is the grower's `make`."""

    plan: Plan
    arm: Arm
    knobs: frozenset[int]  # parameters that grow together
    style: str
    small: tuple[Case, ...]  # core cases that the other arguments are taken from
    offset: int
    vocabularies: tuple[Vocabulary, ...]  # narrowed to what the core cases are made of
    instance: Callable[[str, Random], Recipe | None]

    def __call__(self, size: int, rng: Random) -> Case:
        base = rng.choice(self.small)
        args = list(base.args)
        values = args[self.offset :]

        def redraw(index: int, count: int) -> Any:
            return self._grown(index, count, rng)

        for index in sorted(self.knobs):
            if index < len(values):
                values[index] = self._grown(index, size, rng)
        optional = [
            tweak for tweak in self.arm.optional if tweak.kind == self.style and tweak.first in self.knobs
        ]
        for tweak in (*optional, *self.arm.required):
            apply(tweak, values, redraw, rng)
        _carry_keys(base.args[self.offset :], values, self.knobs, rng)
        return Case((*args[: self.offset], *values), dict(base.kwargs))

    @property
    def flat(self) -> bool:
        """Whether what grows is text alone."""
        return all(main_option(self.arm.shapes[index]).kind == "str" for index in self.knobs)

    @property
    def numbers_grow(self) -> bool:
        """Whether the numbers inside get larger with the length."""
        return any(numbers_grow(main_option(self.arm.shapes[index]), self.style) for index in self.knobs)

    @property
    def says(self) -> str:
        """What grows, in words."""
        names = " and ".join(f"`{self.plan.target.parameters[index].name}`" for index in sorted(self.knobs))
        many = len(self.knobs) > 1
        if self.style in (INSIDE, REPEATED_INSIDE):
            return f"as the items of {names} get longer"
        if not any(main_option(self.arm.shapes[index]).kind in CONTAINERS for index in self.knobs):
            if self.style == DIGITS:
                return f"as {names} gets more digits"
            return f"as {names} get larger" if many else f"as {names} gets larger"
        longer = f"as {names} get longer" if many else f"as {names} gets longer"
        return f"{longer} and the numbers inside larger" if self.numbers_grow else longer

    def _grown(self, index: int, size: int, rng: Random) -> Any:
        shape = main_option(self.arm.shapes[index])
        if self.style in (REPEATED, REPEATED_INSIDE):
            values = [case.args[self.offset + index] for case in self.small]
            return (_repeat if self.style == REPEATED else _repeat_inside)(values, size, rng)
        return grow(shape, self.vocabularies[index], size, self.style, rng, self.instance)


def _carry_keys(base: Sequence[Any], values: list[Any], grown: frozenset[int], rng: Random) -> None:
    """An argument that was a key of a dict becomes a key of the dict that has grown. Ex) a graph and where to start"""
    for place, before in enumerate(base):
        if place not in grown or not isinstance(before, dict) or not values[place]:
            continue
        for other, value in enumerate(base):
            if other not in grown and is_key(value, before):
                values[other] = rng.choice(list(values[place]))


def is_key(value: Any, holder: Any) -> bool:
    """Whether a plain value is a key of a dict, of the same type."""
    if not isinstance(holder, dict) or not isinstance(value, str | int | float | tuple):
        return False
    try:
        return value in holder and type(value) in {type(key) for key in holder}
    except TypeError:
        return False


def _repeat(values: Sequence[Any], size: int, rng: Random) -> Any:
    """A value put together from pieces of core values; ValueError where they cannot be joined."""
    texts = [value for value in values if isinstance(value, str) and value]
    if texts:
        # Words stay whole, with the white space between them that core text has.
        joint = next((char for char in (" ", "\n", ",") if any(char in text for text in texts)), "")
        pieces: list[str] = []
        length = 0
        while length - len(joint) < size:
            pieces.append(rng.choice(texts))
            length += len(pieces[-1]) + len(joint)
        return joint.join(pieces)
    pool = [item for value in values if isinstance(value, list | tuple) for item in value]
    if not pool:
        raise ValueError("nothing to repeat")
    found = [copy.deepcopy(rng.choice(pool)) for _ in range(size)]
    return tuple(found) if isinstance(values[0], tuple) else found


def _repeat_inside(values: Sequence[Any], size: int, rng: Random) -> Any:
    """Few texts, each put together from the texts that core sequences hold; ValueError where they hold none."""
    pool = [item for value in values if isinstance(value, list | tuple) for item in value]
    found = [_repeat([item for item in pool if isinstance(item, str)], size, rng) for _ in range(FEW_ITEMS)]
    return tuple(found) if isinstance(values[0], tuple) else found
