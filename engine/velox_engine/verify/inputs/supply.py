"""More core inputs on demand: fresh draws, core inputs with one argument drawn anew, and their close neighbours."""

from __future__ import annotations

import copy
from collections.abc import Sequence
from dataclasses import dataclass, field
from random import Random
from typing import Any

from velox_engine.verify.inputs.draft import Draftsman
from velox_engine.verify.inputs.drawformat import near_miss
from velox_engine.verify.inputs.plan import Arm
from velox_engine.verify.inputs.text import case_text
from velox_engine.verify.sandbox import Case


@dataclass
class Supply:
    """Draws inputs of the shapes that turned out to be a function's core; the same seed draws the same."""

    draftsman: Draftsman
    arms: Sequence[Arm]
    core: Sequence[Case]
    offset: int  # arguments that stay: the receiver
    _seen: set[str] = field(default_factory=set)

    def draw(self, number: int) -> list[Case]:
        """Up to `number` cases, none of them given before."""
        rng = self.draftsman.rng
        found: list[Case] = []
        for turn in range(number):
            arm = self.arms[turn % len(self.arms)]
            style = rng.randrange(3) if self.core else 0
            if style == 0:
                case = self.draftsman.draft(arm)[0]
            elif style == 1:
                case = self.draftsman.vary(arm, self.core)
            else:
                case = self._beside(rng.choice(self.core), rng)
            text = case_text(case)
            if text not in self._seen:
                self._seen.add(text)
                found.append(case)
        return found

    def _beside(self, case: Case, rng: Random) -> Case:
        args = list(copy.deepcopy(case.args))
        if len(args) > self.offset:
            place = rng.randrange(self.offset, len(args))
            args[place] = neighbour(args[place], rng)
        return Case(tuple(args), copy.deepcopy(dict(case.kwargs)))


def neighbour(value: Any, rng: Random) -> Any:
    """A value of the same type one small step away: a number beside it, an item dropped, doubled, moved or changed."""
    if isinstance(value, bool):
        return not value
    if isinstance(value, int):
        return value + rng.choice((-1, 1)) if value >= 1 else value + 1
    if isinstance(value, float):
        return value + rng.choice((-1.0, 0.5, 1.0))
    if isinstance(value, str):
        return near_miss(rng, value) if value.isascii() else value[1:]
    if isinstance(value, list | tuple) and value:
        items = list(value)
        place = rng.randrange(len(items))
        match rng.randrange(5):
            case 0:
                del items[place]
            case 1:
                items.insert(place, copy.deepcopy(items[place]))
            case 2:
                items.insert(rng.randrange(len(items)), items.pop(place))
            case 3:
                items[place] = copy.deepcopy(rng.choice(items))
            case _:
                items[place] = neighbour(items[place], rng)
        if len(items) != len(value) and isinstance(value, tuple):
            return value  # a tuple's length is part of its type
        return items if isinstance(value, list) else tuple(items)
    if isinstance(value, dict) and value:
        changed = dict(value)
        key = rng.choice(list(changed))
        if rng.random() < 0.4:
            del changed[key]
        else:
            changed[key] = neighbour(changed[key], rng)
        return changed
    return value
