"""Growers: fresh core cases of a wanted size for one knob, for scaling fits and for timing on inputs never
seen before."""

from __future__ import annotations

import time
from collections.abc import Callable, Collection, Hashable, Sequence, Sized
from dataclasses import replace
from random import Random
from typing import Any

from velox_engine.verify.inputs.contents import (
    DIGITS,
    INSIDE,
    MODEST,
    NAMED,
    PLAIN,
    main_option,
)
from velox_engine.verify.inputs.grower import REPEATED, REPEATED_INSIDE, Grower, Growth, is_key
from velox_engine.verify.inputs.inside import digit_knobs, item_knobs
from velox_engine.verify.inputs.plan import Arm, Plan
from velox_engine.verify.inputs.runner import Runner
from velox_engine.verify.inputs.shapes import CONTAINERS
from velox_engine.verify.inputs.vocabulary import Vocabulary
from velox_engine.verify.sandbox import Case, Outcome, Recipe

TRIAL_SIZES = (6, 40)
WORK_SIZES, WORK_CASES = (160, 2_560, 10_240), 4  # on which styles are timed against each other
STYLES = ("distinct", "mixed", "permutation", "sorted", "mirrored", "tied", "constant", "bits", REPEATED)
DICT_STYLES = ("distinct", "forest", "graph")
SLOWER = 4.0  # a style replaces an earlier one only when it makes the function work this much longer
LEAST_WORK = 3e-4  # seconds below which times say nothing
MAKING_SECONDS = 0.1  # a style whose inputs take longer to make at a size is not tried there
NESTED_GROWTH = 1.5  # rows get longer with their number, as a square's do
TRIAL_SECONDS = 0.25
SIZED, LEAST_SIZED = 2, 3  # the least size that counts as one, and cases of it to go by
PLAIN_SLOWER = (
    2.0  # letters and digits alone, or what the code names, replace a mixture sooner: they are no odd text
)
TEXT_STYLES = ("mixed", NAMED, PLAIN, "mirrored", "tied", "constant", REPEATED, DIGITS)
FEW_RESULTS = 4  # of a check or a choice; other functions give as many results as there are inputs
MOST_GROUPS, LEAST_GROUP = 2, 2  # of cases with one result
MOST_INSIDE = 2  # ways to grow inside that are looked for
DIGIT_SECONDS = 5e-3  # a call that takes longer on forty digits does not take them one by one


def describe_grower(grower: Grower) -> dict[str, Any]:
    """What a grower is made from, for `rebuild_grower`; `small` still holds cases."""
    made = grower.make
    if not isinstance(made, Growth):
        raise ValueError("only growers that were synthesised can be described")
    return {
        "knob": grower.knob,
        "beside": grower.beside,
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
    recipe = Growth(plan, arm, knobs, str(described["style"]), small, offset, known, instance)
    return Grower(str(described["knob"]), recipe, recipe.says, str(described["beside"]))


def narrowed(known: Vocabulary, values: Sequence[Any]) -> Vocabulary:
    """The vocabulary with no other characters than those of core values, which the function is known to survive."""
    texts = [
        text for value in values for text in ([value] if isinstance(value, str) else _inner_texts(value))
    ]
    chars = "".join(sorted(set("".join(texts))))
    if not chars or known.alphabet:
        return known
    # What is timed is ordinary text: other scripts are among the inputs whose results are compared.
    ordinary = "".join(char for char in chars if char.isascii())
    chars = ordinary if any(char.isalnum() for char in ordinary) else chars
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


def make_growers(
    plan: Plan,
    arms: Sequence[Arm],
    core: Sequence[Case],
    receivers: tuple[Recipe, ...],
    runner: Runner,
    seed: int,
    instance: Callable[[str, Random], Recipe | None],
    results: Sequence[Hashable] = (),
) -> tuple[Grower, ...]:
    """One grower for each knob of the first core arm whose cases the function really survives.

    `results` are what it gives for the `core` cases, in their order.
    """
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
            bases = _telling(small, knobs, offset)
            recipes = [Growth(plan, arm, knobs, style, bases, offset, known, instance) for style in STYLES]
            styles = _distinct_styles(recipes, arm, knobs)
            styles += [
                replace(recipe, small=alike)
                for recipe in styles
                if recipe.style == REPEATED
                for group in _of_one_result(core, results)
                if (alike := _fitting(group, arm, offset))
            ]
            best = _best(styles, runner, seed)
            if best is None:
                continue
            first = not found
            found.append(Grower(name, best, best.says))
            if first and best.numbers_grow:
                # Where time goes into large numbers, length alone may tell another story.
                plain = _best([replace(best, style=MODEST)], runner, seed)
                if plain is not None:
                    found.append(Grower(name, plain, plain.says))
        if not any(grower.beside for grower in found):
            most = 1 if len(found) > MOST_INSIDE else MOST_INSIDE
            found += _inner_growers(plan, arm, small, offset, known, instance, runner, seed, most)
    return tuple(found)


def _inner_growers(
    plan: Plan,
    arm: Arm,
    small: tuple[Case, ...],
    offset: int,
    known: tuple[Vocabulary, ...],
    instance: Callable[[str, Random], Recipe | None],
    runner: Runner,
    seed: int,
    most: int,
) -> list[Grower]:
    """Growers that leave the number of arguments and items as it is: see `inside`."""
    found: list[Grower] = []
    holding = item_knobs(plan, arm)
    together = [tuple(holding)] if len(holding) > 1 else []
    ways = [(places, (INSIDE, REPEATED_INSIDE), "items") for places in (*together, *((i,) for i in holding))]
    ways += [((index,), (DIGITS,), "digits") for index in digit_knobs(plan, arm)]
    for places, styles, what in ways[:most]:
        name = " + ".join(plan.target.parameters[index].name for index in places)
        bases = _telling(small, places, offset)
        recipes = [
            Growth(plan, arm, frozenset(places), style, bases, offset, known, instance) for style in styles
        ]
        best = _best(recipes, runner, seed, DIGIT_SECONDS if what == "digits" else None)
        if best is not None:
            found.append(Grower(f"{name} {what}", best, best.says, name))
    return found


def _of_one_result(core: Sequence[Case], results: Sequence[Hashable]) -> list[list[Case]]:
    """The cases by result, where there are few results: what is put together from valid text is often valid again.

    Ex) a check that leaves at the first wrong character only works long on text without one.
    """
    groups: dict[Hashable, list[Case]] = {}
    for case, result in zip(core, results, strict=False):
        groups.setdefault(result, []).append(case)
    if not 1 < len(groups) <= FEW_RESULTS:
        return []
    sized = sorted(groups.values(), key=len, reverse=True)
    return [group for group in sized[:MOST_GROUPS] if len(group) >= LEAST_GROUP]


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


def _telling(small: tuple[Case, ...], knobs: Collection[int], offset: int) -> tuple[Case, ...]:
    """The cases in which what grows has a size: only there the other arguments are known to go with it.

    Ex) a base of 1 is answered for the number 0, and for no larger one

    Of those, the ones in which another argument is a key of what grows, where there are such: a node of the graph.
    """
    sized = tuple(case for case in small if all(_size(case.args[offset + i]) >= SIZED for i in knobs))
    sized = sized if len(sized) >= LEAST_SIZED else small
    keyed = tuple(
        case
        for case in sized
        if any(
            is_key(value, case.args[offset + i])
            for i in knobs
            for place, value in enumerate(case.args[offset:])
            if place not in knobs
        )
    )
    return keyed if len(keyed) >= LEAST_SIZED else sized


def _size(value: Any) -> int:
    if isinstance(value, int):
        return value
    return len(value) if isinstance(value, Sized) else SIZED


def _knobs(plan: Plan, arm: Arm) -> list[tuple[str, frozenset[int]]]:
    """What can grow: containers one by one and, where there are several, together; then integers."""
    names = [item.name for item in plan.target.parameters]
    main = [main_option(shape) for shape in arm.shapes]
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


def _distinct_styles(recipes: list[Growth], arm: Arm, knobs: frozenset[int]) -> list[Growth]:
    """Styles only differ for sequences and text; one is enough for an integer."""
    kinds = {main_option(arm.shapes[index]).kind for index in knobs}
    if kinds <= {"str"}:
        return [replace(recipes[0], style=style) for style in TEXT_STYLES]
    if kinds <= {"dict"}:
        return [replace(recipes[0], style=style) for style in DICT_STYLES]
    return recipes[:1] if kinds <= {"int", "dict", "ndarray", "bytes", "pair"} else recipes


def _best(recipes: Sequence[Growth], runner: Runner, seed: int, quick: float | None = None) -> Growth | None:
    """The first style that the function survives, or one that makes it work much longer (no early way out).

    With `quick`, every call has to return within so many seconds.
    """
    alive: list[Growth] = []
    for recipe in recipes:
        rng = Random(f"{seed}:{sorted(recipe.knobs)}:{recipe.style}")
        try:
            cases = [recipe(size, rng) for size in TRIAL_SIZES for _ in range(3)]
        except (ValueError, IndexError, TypeError):
            continue
        outcomes = runner.call(cases, TRIAL_SECONDS)
        if quick is not None and any(one.kind != "returned" or one.seconds > quick for one in outcomes):
            continue
        if _survives(outcomes):
            alive.append(recipe)
    if len(alive) < 2:
        return alive[0] if alive else None
    best, made, before = alive[0], 0.0, WORK_SIZES[0]
    growth = 1.0 if alive[0].flat else NESTED_GROWTH
    asking = runner.time([best(TRIAL_SIZES[0], Random(f"{seed}:{turn}")) for turn in range(WORK_CASES)])
    for size in WORK_SIZES:
        if made * (size / before) ** growth > MAKING_SECONDS:
            break
        longest = made = 0.0
        before = size
        for recipe in alive:
            # The same seeds for each, so that arguments that do not grow are the same.
            started = time.process_time()
            cases = [recipe(size, Random(f"{seed}:{turn}")) for turn in range(WORK_CASES)]
            made = max(made, time.process_time() - started)
            work = runner.time(cases) - asking  # which alone would make short calls look alike
            slower = PLAIN_SLOWER if recipe.style in (PLAIN, NAMED) else SLOWER
            if work > max(slower * longest, LEAST_WORK):
                best, longest = recipe, work
            elif recipe is best:
                longest = work
        if longest >= LEAST_WORK:
            break  # else all leave early at this size, or it is too small to tell
    return best


def _survives(outcomes: Sequence[Outcome]) -> bool:
    """All small cases return, and of the larger none raises (one may take too long: then it grows fast)."""
    small, larger = outcomes[:3], outcomes[3:]
    return all(item.kind == "returned" for item in small) and all(
        item.kind not in ("raised", "crashed") for item in larger
    )
