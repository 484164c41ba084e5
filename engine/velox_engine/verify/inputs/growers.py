"""Growers: fresh core cases of a wanted size for one knob, for scaling fits and for timing on inputs never
seen before."""

from __future__ import annotations

import copy
import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from random import Random
from typing import Any

from velox_engine.verify.inputs.draw import Drawer
from velox_engine.verify.inputs.plan import Arm, Plan
from velox_engine.verify.inputs.runner import Runner
from velox_engine.verify.inputs.shapes import CONTAINERS, Shape, options_of
from velox_engine.verify.inputs.tweaks import apply
from velox_engine.verify.inputs.vocabulary import Vocabulary
from velox_engine.verify.sandbox import Case, Outcome, Recipe

LARGEST_INTEGER = 10**12  # what an integer knob grows to; whoever climbs there bounds the time of each step
TRIAL_SIZES = (6, 40)
STYLES = ("distinct", "mixed", "permutation", "sorted", "tied", "mirrored", "constant", "bits", "repeated")
DICT_STYLES = ("distinct", "forest", "graph")
SLOWER = 4.0  # a style replaces an earlier one only when it makes the function work this much longer
LEAST_WORK = 3e-4  # seconds below which times say nothing
TRIAL_SECONDS = 0.25
TEXT_STYLES = frozenset({"mixed", "tied", "mirrored", "constant", "repeated"})


@dataclass(frozen=True)
class Grower:
    """Makes core cases of size n: `make(n, rng)`; every call with a new rng gives different data."""

    knob: str
    make: Callable[[int, Random], Case]


def describe_grower(grower: Grower) -> dict[str, Any]:
    """What a grower is made from, for `rebuild_grower`; `small` still holds cases."""
    made = grower.make
    if not isinstance(made, _Recipe):
        raise ValueError("only growers that were synthesised can be described")
    return {
        "knob": grower.knob,
        "arm": made.plan.arms.index(made.arm),
        "knobs": sorted(made.knobs),
        "style": made.style,
        "offset": made.offset,
        "small": list(made.small),
    }


def rebuild_grower(
    described: dict[str, Any], plan: Plan, instance: Callable[[str, Random], Recipe | None]
) -> Grower:
    """The grower of a description, with the plan of the same function; IndexError or KeyError where they do not fit."""
    arm = plan.arms[described["arm"]]
    small = tuple(described["small"])
    if not small or max(described["knobs"], default=0) >= len(arm.shapes):
        raise IndexError("the description does not fit the function")
    offset = int(described["offset"])
    known = _narrowed_to(plan, arm, small, offset)
    knobs = frozenset(described["knobs"])
    recipe = _Recipe(plan, arm, knobs, str(described["style"]), small, offset, known, instance)
    return Grower(str(described["knob"]), recipe)


def in_style(grower: Grower, style: str) -> Grower:
    """The same knob with other contents. Ex) "constant": one value again and again."""
    made = grower.make
    return Grower(grower.knob, replace(made, style=style)) if isinstance(made, _Recipe) else grower


@dataclass(frozen=True)
class _Recipe:
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
        return Case((*args[: self.offset], *values), dict(base.kwargs))

    def _grown(self, index: int, size: int, rng: Random) -> Any:
        shape = _main(self.arm.shapes[index])
        if self.style == "repeated":
            return _repeat([case.args[self.offset + index] for case in self.small], size, rng)
        return grow(shape, self.vocabularies[index], size, self.style, rng, self.instance)


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


def narrowed(known: Vocabulary, values: Sequence[Any]) -> Vocabulary:
    """The vocabulary with no other characters than those of core values, which the function is known to survive."""
    texts = [
        text for value in values for text in ([value] if isinstance(value, str) else _inner_texts(value))
    ]
    chars = "".join(sorted(set("".join(texts))))
    if not chars or known.alphabet:
        return known
    pieces = tuple(item for item in known.strings if set(item) <= set(chars))
    return replace(known, alphabet=chars, strings=pieces, separators=" " if " " in chars else "")


def _inner_texts(value: Any) -> list[str]:
    items = (
        value
        if isinstance(value, list | tuple)
        else [*value, *value.values()]
        if isinstance(value, dict)
        else ()
    )
    return [item for item in items if isinstance(item, str)]


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
    if kind == "int":
        bound = min(max(size, 1), LARGEST_INTEGER)
        found = rng.randint(max(bound - bound // 8, 1), bound)  # near the size, yet another each time
        return max(low, min(found, known.high if known.high is not None else found))
    drawer = Drawer(rng, replace(known, examples=()), instance)
    if kind == "pair":
        return tuple(
            sorted(grow(part, known, size, style, rng, instance) for part in map(_main, shape.items))
        )
    if kind == "str":
        return _text(drawer, size, style, rng)
    if kind in ("list", "tuple", "sequence", "iterable", "iterator", "deque", "set", "frozenset"):
        item = _main(shape.items[0]) if shape.items else Shape("int")
        items = _elements(item, drawer, size, style, rng, known)
        if kind == "tuple":
            return tuple(items)
        if kind in ("set", "frozenset"):
            return set(items) if kind == "set" else frozenset(items)
        return items if kind in ("list", "sequence", "iterable") else drawer.value(shape, size)
    if kind == "dict":
        key, value = (_main(part) for part in shape.items)
        keys = list(dict.fromkeys(_elements(key, drawer, size, "distinct", rng, known)))
        return {
            name: drawer.value(value, rng.randint(0, 4) if value.kind in CONTAINERS else None, 1)
            for name in keys
        }
    return drawer.value(shape, size)


def _elements(
    item: Shape, drawer: Drawer, size: int, style: str, rng: Random, known: Vocabulary
) -> list[Any]:
    if item.kind == "int":
        return [_within(value, known) for value in _integers(size, style, rng, known)]
    if item.kind == "float":
        spread = max(10.0, float(size))
        found = [round(rng.uniform(0 if known.low == 0 else -spread, spread), 3) for _ in range(size)]
        if style == "distinct":  # apart from each other, so that a search for near ones does not end at once
            found = [index * 16.0 + rng.random() for index in range(size)]
            rng.shuffle(found)
        return sorted(found) if style == "sorted" else found
    if item.kind == "str":
        width = max(2, math.ceil(math.log(size + 2, 10)) + 1)
        made = [drawer.value(item, rng.randint(width, width + 4)) for _ in range(size)]
        if style in ("tied", "constant") and made:
            pool = made[: 1 if style == "constant" else 8]
            made = [rng.choice(pool) for _ in range(size)]
        return sorted(made) if style == "sorted" else made
    if item.kind == "pair" and all(part.kind == "int" for part in item.items):
        bound = max(size, 2)
        return [tuple(_within(rng.randrange(bound), known) for _ in item.items) for _ in range(size)]
    if item.kind in ("list", "tuple"):
        width = max(1, math.isqrt(size)) if style == "distinct" else 4
        inner = _main(item.items[0])
        rows = [_elements(inner, drawer, width, "mixed", rng, known) for _ in range(size)]
        return [tuple(row) for row in rows] if item.kind == "tuple" else rows
    return [drawer.value(item, None, 2) for _ in range(size)]


def _integers(size: int, style: str, rng: Random, known: Vocabulary) -> list[int]:
    bound = max(100, 4 * size)
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
    made: list[str] = []
    length = 0
    while length < size:  # many short pieces keep the make-up of core text at any length
        piece = drawer.value(Shape("str"), rng.randint(4, 24)) or "a"
        made.append(piece)
        length += len(piece)
    return "".join(made)[:size]


def make_growers(
    plan: Plan,
    arms: Sequence[Arm],
    core: Sequence[Case],
    receivers: tuple[Recipe, ...],
    runner: Runner,
    seed: int,
    instance: Callable[[str, Random], Recipe | None],
) -> tuple[Grower, ...]:
    """One grower for each knob of the first core arm whose cases the function really survives."""
    offset = 1 if receivers else 0
    found: list[Grower] = []
    runner.extend()
    for arm in arms[:2]:
        small = _fitting(core, arm, offset)
        if not small:
            continue
        known = _narrowed_to(plan, arm, small, offset)
        for name, knobs in _knobs(plan, arm):
            if any(grower.knob == name for grower in found):
                continue
            recipes = [_Recipe(plan, arm, knobs, style, small, offset, known, instance) for style in STYLES]
            best = _best(_distinct_styles(recipes, arm, knobs), runner, seed)
            if best is not None:
                found.append(Grower(name, best))
    return tuple(found)


def _narrowed_to(plan: Plan, arm: Arm, small: Sequence[Case], offset: int) -> tuple[Vocabulary, ...]:
    columns = [
        [case.args[offset + i] for case in small if len(case.args) > offset + i]
        for i in range(len(arm.shapes))
    ]
    return tuple(narrowed(item, column) for item, column in zip(plan.vocabularies, columns, strict=True))


def _fitting(core: Sequence[Case], arm: Arm, offset: int) -> tuple[Case, ...]:
    """Core cases with as many arguments as the arm has; the fuller ones, since an empty other argument ends loops."""
    full = [case for case in core if len(case.args) - offset <= len(arm.shapes)]
    most = max((len(case.args) for case in full), default=0)
    full = [case for case in full if len(case.args) == most]
    solid = [
        case for case in full if all(arg not in ("", 0) and arg != [] and arg != {} for arg in case.args)
    ]
    finite = [case for case in solid or full if "nan" not in repr(case.args) and "inf" not in repr(case.args)]
    return tuple((finite or solid or full)[:40])


def _knobs(plan: Plan, arm: Arm) -> list[tuple[str, frozenset[int]]]:
    """What can grow: containers one by one and, where there are several, together; then integers."""
    names = [item.name for item in plan.target.parameters]
    main = [_main(shape) for shape in arm.shapes]
    coupled = {tweak.first for tweak in arm.required if tweak.kind == "length"}
    containers = [
        i for i, shape in enumerate(main) if shape.kind in CONTAINERS and shape.kind not in ("pair", "record")
    ]
    integers = [i for i, shape in enumerate(main) if shape.kind == "int" and i not in coupled]
    usable = [i for i in containers if plan.target.parameters[i].kind == "positional"]
    found: list[tuple[str, frozenset[int]]] = []
    if len(usable) > 1:
        found.append((" + ".join(names[i] for i in usable), frozenset(usable)))
    found += [(names[i], frozenset((i,))) for i in usable]
    spans = [
        i
        for i, shape in enumerate(main)
        if shape.kind == "pair" and all(part.kind == "int" for part in shape.items)
    ]
    if len(spans) > 1:
        found.append((" + ".join(names[i] for i in spans), frozenset(spans)))
    found += [(names[i], frozenset((i,))) for i in spans]
    found += [(names[i], frozenset((i,))) for i in integers if plan.target.parameters[i].kind == "positional"]
    return found


def _distinct_styles(recipes: list[_Recipe], arm: Arm, knobs: frozenset[int]) -> list[_Recipe]:
    """Styles only differ for sequences and text; one is enough for an integer."""
    kinds = {_main(arm.shapes[index]).kind for index in knobs}
    if kinds <= {"str"}:
        return [recipe for recipe in recipes if recipe.style in TEXT_STYLES]
    if kinds <= {"dict"}:
        return [replace(recipes[0], style=style) for style in DICT_STYLES]
    return recipes[:1] if kinds <= {"int", "dict", "ndarray", "bytes", "pair"} else recipes


def _best(recipes: Sequence[_Recipe], runner: Runner, seed: int) -> _Recipe | None:
    """The first style that the function survives, or one that makes it work much longer (no early way out)."""
    best: _Recipe | None = None
    longest = 0.0
    for recipe in recipes:
        rng = Random(f"{seed}:{sorted(recipe.knobs)}:{recipe.style}")
        try:
            cases = [recipe(size, rng) for size in TRIAL_SIZES for _ in range(3)]
        except (ValueError, IndexError, TypeError):
            continue
        outcomes = runner.call(cases, TRIAL_SECONDS)
        if not _survives(outcomes):
            continue
        work = sum(len(outcome.arcs) for outcome in outcomes) * 1e-9 + _work(outcomes)
        if best is None or work > max(SLOWER * longest, LEAST_WORK):
            best, longest = recipe, work
    return best


def _work(outcomes: Sequence[Outcome]) -> float:
    return sum(outcome.seconds for outcome in outcomes[3:])


def _survives(outcomes: Sequence[Outcome]) -> bool:
    """All small cases return, and of the larger none raises (one may take too long: then it grows fast)."""
    small, larger = outcomes[:3], outcomes[3:]
    return all(item.kind == "returned" for item in small) and all(
        item.kind not in ("raised", "crashed") for item in larger
    )


def _main(shape: Shape) -> Shape:
    return next((option for option in options_of(shape) if option.kind != "none"), shape)
