"""Turn an arm into cases: draw every argument, apply the relations, leave defaults out now and then."""

from __future__ import annotations

import ast
import copy
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import replace
from random import Random
from typing import Any

from velox_engine.verify.inputs.draw import Drawer
from velox_engine.verify.inputs.plan import Arm, Plan
from velox_engine.verify.inputs.shapes import Shape
from velox_engine.verify.inputs.tweaks import Tweak, apply
from velox_engine.verify.inputs.vocabulary import Vocabulary
from velox_engine.verify.sandbox import Case, Recipe

LARGEST = 10**9
MEETING = 0.5  # calls of methods that ask for what the receiver was made of
SMALLEST_CAP = 8  # integers up to here stay, however slow the function


class Draftsman:
    """Draws cases for a plan, and learns which relations make calls succeed and which numbers make them hang."""

    def __init__(
        self,
        plan: Plan,
        rng: Random,
        instance: Callable[[str, Random], Recipe | None],
        receivers: tuple[Recipe, ...] = (),
    ) -> None:
        self.plan = plan
        self.rng = rng
        self.instance = instance
        self.receivers = receivers
        self.vocabularies = list(plan.vocabularies)
        self.largest = LARGEST
        self._held: dict[str, list[int | str]] = {}
        self._tried: Counter[Tweak] = Counter()
        self._succeeded: Counter[Tweak] = Counter()
        self._plain = [0, 0]  # tried and succeeded without any optional relation

    def draft(self, arm: Arm, *, wild: bool = False) -> tuple[Case, tuple[Tweak, ...]]:
        """One case of an arm, with the optional relations that were applied to it."""
        values = [self.value(index, shape, wild=wild) for index, shape in enumerate(arm.shapes)]
        applied = tuple(tweak for tweak in arm.optional if self.rng.random() < self._chance(tweak))
        if len(applied) > 3:
            applied = tuple(self.rng.sample(applied, 3))
        self.relate(arm, values, applied, wild=wild)
        return self.case(values), applied

    def vary(self, arm: Arm, known: Sequence[Case]) -> Case:
        """A case that succeeded, with one argument drawn anew: for functions that accept few combinations."""
        base = self.rng.choice(known)
        offset = 1 if self.receivers else 0
        values = list(copy.deepcopy(base.args[offset:]))
        limit = min(len(values), len(arm.shapes))
        if not limit or any(item.kind == "varargs" for item in self.plan.target.parameters):
            return self.draft(arm)[0]
        index = self.rng.randrange(limit)
        values[index] = self.value(index, arm.shapes[index])
        for tweak in arm.required:
            apply(tweak, values, lambda i, size: self.value(i, arm.shapes[i], size), self.rng)
        return Case((*base.args[:offset], *values), dict(base.kwargs))

    def relate(self, arm: Arm, values: list[Any], optional: tuple[Tweak, ...], *, wild: bool = False) -> None:
        """Make the relations hold; those that the domain demands last, so that nothing undoes them."""

        def redraw(index: int, size: int) -> Any:
            return self.value(index, arm.shapes[index], size)

        for tweak in (*optional, *(() if wild and self.rng.random() < 0.5 else arm.required)):
            apply(tweak, values, redraw, self.rng)

    def value(self, index: int, shape: Shape, size: int | None = None, *, wild: bool = False) -> Any:
        """One value for a parameter."""
        drawer = Drawer(self.rng, self.vocabularies[index], self.instance, wild=wild, largest=self.largest)
        if self.plan.target.parameters[index].kind == "varargs":
            return tuple(drawer.value(shape) for _ in range(self.rng.randint(0, 4) if size is None else size))
        examples = self.vocabularies[index].examples
        if examples and size is None and not wild and self.rng.random() < 0.08:
            return self.rng.choice(examples)
        return drawer.value(shape, size)

    def case(self, values: list[Any], *, keep_all: bool = False) -> Case:
        """Arrange values as the call's arguments; parameters with defaults are left out half of the time."""
        args: list[Any] = [self.rng.choice(self.receivers)] if self.receivers else []
        if args and self.rng.random() < MEETING:
            values = [
                self._met(value, args[0], item.annotation is None)
                for item, value in zip(self.plan.target.parameters, values, strict=True)
            ]
        kwargs: dict[str, Any] = {}
        open_tail = False
        for item, value in zip(self.plan.target.parameters, values, strict=True):
            left_out = not keep_all and item.default is not None and self.rng.random() < 0.4
            if item.kind == "varargs":
                if not open_tail:
                    args.extend(value)
                open_tail = True
            elif item.kind == "keyword":
                if not left_out:
                    kwargs[item.name] = value
            elif item.kind == "positional":
                open_tail = open_tail or left_out
                if not open_tail:
                    args.append(value)
        return Case(tuple(args), kwargs)

    def _met(self, value: Any, receiver: Recipe, unhinted: bool) -> Any:
        """A value that asks for what the receiver was made of. Ex) a key that its table holds"""
        held = self._held.setdefault(receiver.text, _constants(receiver.text))
        if type(value) is list:
            alike = [one for one in held if value and type(one) is type(value[0])]
            if not alike and unhinted and held and all(isinstance(one, int | str) for one in value):
                value, alike = [0] * max(len(value), 1), held
            return (
                [self.rng.choice(alike) if self.rng.random() < 0.8 else one for one in value]
                if alike
                else value
            )
        if type(value) not in (int, str):
            return value
        alike = [one for one in held if type(one) is type(value) or (unhinted and self.rng.random() < 0.5)]
        return self.rng.choice(alike) if alike else value

    def learn(self, applied: tuple[Tweak, ...], succeeded: bool) -> None:
        """Note whether a call with these relations succeeded."""
        if not applied:
            self._plain[0] += 1
            self._plain[1] += succeeded
        for tweak in applied:
            self._tried[tweak] += 1
            self._succeeded[tweak] += succeeded

    def slow_down(self, case: Case) -> None:
        """A call that took long: draw no larger integers than its own, so that the budget buys more calls."""
        numbers = [abs(value) for value in case.args if isinstance(value, int)]
        if numbers and max(numbers) <= self.largest:
            self.largest = max(SMALLEST_CAP, max(numbers) - 1)

    def avoid(self, case: Case) -> None:
        """A call that hung or crashed: draw smaller numbers, and none below zero if this one was."""
        offset = 1 if self.receivers else 0
        numbers = [value for value in case.args[offset:] if isinstance(value, int)]
        most = max(map(abs, numbers), default=self.largest // 25)
        self.largest = max(SMALLEST_CAP, min(self.largest, most // 2 if most < 200 else most // 4))
        for index, value in enumerate(case.args[offset:]):
            if isinstance(value, int) and value <= 0 and index < len(self.vocabularies):
                known: Vocabulary = self.vocabularies[index]
                self.vocabularies[index] = replace(known, low=max(known.low or 0, value + 1))

    def _chance(self, tweak: Tweak) -> float:
        """How often to apply a relation: a little at first, then by how much it helps."""
        tried, plain_tried = self._tried[tweak], self._plain[0]
        if tried < 6 or plain_tried < 6:
            return 0.2
        rate = self._succeeded[tweak] / tried
        plain = self._plain[1] / plain_tried
        if rate < 0.05 < plain:
            return 0.02
        return 0.7 if rate > plain + 0.25 else 0.12


def _constants(text: str) -> list[int | str]:
    """The numbers and texts in an expression."""
    return [
        node.value
        for node in ast.walk(ast.parse(text, mode="eval"))
        if isinstance(node, ast.Constant)
        and isinstance(node.value, int | str)
        and type(node.value) is not bool
    ]
