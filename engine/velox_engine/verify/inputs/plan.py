"""Which shapes each parameter may take, with what evidence: the arms that the search chooses between."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from velox_engine.verify.inputs.dimensions import dimensions
from velox_engine.verify.inputs.doctypes import documented_shape
from velox_engine.verify.inputs.formats import TOKEN, mine_formats, parts_of_patterns
from velox_engine.verify.inputs.frames import with_columns
from velox_engine.verify.inputs.harvest import Harvest
from velox_engine.verify.inputs.hints import shape_of_hint
from velox_engine.verify.inputs.literals import NotLiteral, evaluate
from velox_engine.verify.inputs.priors import names_a_length
from velox_engine.verify.inputs.shapes import (
    NONE,
    Shape,
    fits,
    is_open,
    mentions,
    merge,
    refine,
    shape_of,
    union,
)
from velox_engine.verify.inputs.target import Parameter, Target
from velox_engine.verify.inputs.traces import Trace
from velox_engine.verify.inputs.tweaks import Tweak, suggest
from velox_engine.verify.inputs.usage import Usage, candidates, checked_shapes, complete
from velox_engine.verify.inputs.vocabulary import Vocabulary, build_vocabulary

MOST_ARMS = 14
PER_PARAMETER = 5
TELLING_DEFAULTS = frozenset({"int", "float", "str", "bool", "bytes", "list", "dict"})


@dataclass(frozen=True, slots=True)
class Option:
    """One shape for one parameter; `evident` when hints, examples, call sites or type tests in the code show it."""

    shape: Shape
    weight: float
    evident: bool


@dataclass(frozen=True, slots=True)
class Arm:
    """One shape for every parameter, with the relations that hold between them."""

    shapes: tuple[Shape, ...]
    weight: float
    evident: bool
    required: tuple[Tweak, ...]
    optional: tuple[Tweak, ...]


@dataclass(frozen=True, slots=True)
class Plan:
    """Everything known about a function's inputs before the first call."""

    target: Target
    usage: Usage
    harvest: Harvest
    vocabularies: tuple[Vocabulary, ...]
    options: tuple[tuple[Option, ...], ...]
    arms: tuple[Arm, ...]

    @property
    def promised(self) -> tuple[bool, ...]:
        """Which parameters have a hint that leaves nothing open: other types are the caller's mistake."""
        hints = [
            shape_of_hint(item.annotation, self.target.module, self.target.imports)
            for item in self.target.parameters
        ]
        return tuple(hint is not None and not is_open(hint) for hint in hints)


def make_plan(target: Target, usage: Usage, harvest: Harvest) -> Plan:
    """Combine hints, examples, usage and names into arms, the likeliest first."""
    positions = {item.name: index for index, item in enumerate(target.parameters)}
    shown: dict[str, list[Any]] = {item.name: [] for item in target.parameters}
    for case in harvest.examples:
        for item, value in zip(target.parameters, case.args, strict=False):
            if item.kind == "varargs":
                shown[item.name].extend(case.args[positions[item.name] :])
                break
            shown[item.name].append(value)
        for name, value in case.kwargs.items():
            if name in shown:
                shown[name].append(value)
    options: list[tuple[Option, ...]] = []
    vocabularies: list[Vocabulary] = []
    formats = mine_formats(target, harvest.prose)
    in_patterns = parts_of_patterns(target)
    ranks = dimensions(target.node)
    for item in target.parameters:
        trace = usage.traces[item.name]
        seen = shown[item.name]
        alike = [value for other in shown.values() for value in other if isinstance(value, str)]
        found = parameter_options(
            item, trace, seen, harvest.sightings.get(item.name, ()), target, harvest.prose
        )
        rank = ranks.get(item.name, 0)
        options.append(tuple(replace(one, shape=_of_rank(one.shape, rank)) for one in found))
        integers = [*sorted(trace.integers), *usage.integers]
        texts = [*sorted(trace.strings), *usage.strings]
        ranged = trace.ranged or any(
            trace is bound for other in usage.traces.values() for bound in other.bounds
        )
        counts = (ranged or trace.divides or names_a_length(item.name)) and not trace.signed
        vocabularies.append(
            build_vocabulary(
                item.name,
                seen,
                texts,
                integers,
                usage.floats,
                harvest.prose,
                ranged,
                counts,
                alike,
                trace.signed or trace.zeroed,
                () if item.name in in_patterns else formats,
            )
        )
        if item.name in in_patterns:
            vocabularies[-1] = replace(vocabularies[-1], words=(*vocabularies[-1].words, TOKEN))
    arms = _arms(target, usage, harvest, options)
    return Plan(target, usage, harvest, tuple(vocabularies), tuple(options), arms)


def _of_rank(shape: Shape, rank: int) -> Shape:
    """An array with as many dimensions as its use shows; 0 where it shows none."""
    if shape.kind == "union":
        return replace(shape, items=tuple(_of_rank(one, rank) for one in shape.items))
    return (
        replace(shape, texts=(str(rank),)) if rank and shape.kind == "ndarray" and not shape.texts else shape
    )


def parameter_options(
    item: Parameter,
    trace: Trace,
    shown: Sequence[Any],
    sightings: Sequence[Any],
    target: Target,
    prose: str = "",
) -> tuple[Option, ...]:
    """The shapes of one parameter: evident ones first, then what usage and name suggest."""
    evident: list[Shape] = []
    example = merge(map(shape_of, shown)) if shown else None
    hint = shape_of_hint(item.annotation, target.module, target.imports)
    if hint is None and item.annotation is None:
        hint = documented_shape(item.name, prose, target.module)
    if hint is not None:
        hint = with_columns(hint, target.node)
    if hint is not None and hint.kind in ("any", "anything", "hashable"):
        hint = union([*checked_shapes(trace), *([example] if example else []), *_likely(trace, item.name, 3)])
    if hint is not None:
        if example is not None:
            hint = refine(hint, example)
            if not all(fits(value, hint) for value in shown):
                hint = union([hint, complete(example, trace)])
        elif is_open(hint) and sightings:
            hint = refine(hint, merge(map(shape_of, sightings)))
        evident.append(complete(hint, trace))
    elif example is not None:
        evident.append(complete(example, trace))
        evident.extend(checked_shapes(trace))
    elif sightings:
        evident.append(complete(merge(map(shape_of, sightings)), trace))
        evident.extend(checked_shapes(trace))
    elif trace.checked:
        evident.append(union(checked_shapes(trace)))
    default = _default(item)
    if default is not None and not evident and shape_of(default[0]).kind in TELLING_DEFAULTS:
        evident.append(complete(shape_of(default[0]), trace))
    found = [Option(shape, 1.0 / (rank + 1), True) for rank, shape in enumerate(dict.fromkeys(evident))]
    others = [(shape, weight) for shape, weight in candidates(trace, item.name) if shape not in evident]
    share = 0.15 if found else 1.0
    found += [
        Option(shape, weight * share, False) for shape, weight in others[: 2 if found else PER_PARAMETER]
    ]
    if (
        default is not None
        and default[0] is None
        and not any(mentions(option.shape, "none") for option in found)
    ):
        found = [Option(union([option.shape, NONE]), option.weight, option.evident) for option in found]
    return tuple(found)


def _likely(trace: Trace, name: str, most: int) -> list[Shape]:
    return [shape for shape, weight in candidates(trace, name)[:most] if weight > 0.12]


def _default(item: Parameter) -> tuple[Any] | None:
    if item.default is None:
        return None
    try:
        return (evaluate(item.default),)
    except NotLiteral:
        return None


def _arms(
    target: Target, usage: Usage, harvest: Harvest, options: Sequence[Sequence[Option]]
) -> tuple[Arm, ...]:
    """The likeliest combinations of shapes, each with its relations."""
    names = [item.name for item in target.parameters]
    traces = [usage.traces[name] for name in names]
    examples = [case.args for case in harvest.examples]
    # Few alternatives each when there are many parameters, so that the product stays small.
    limit = PER_PARAMETER if len(options) <= 2 else 3 if len(options) <= 4 else 2
    combined: list[tuple[float, tuple[Option, ...]]] = []
    for choice in itertools.islice(itertools.product(*(row[:limit] for row in options)), 600):
        weight = 1.0
        for option in choice:
            weight *= option.weight
        combined.append((weight, choice))
    combined.sort(key=lambda pair: -pair[0])
    arms: list[Arm] = []
    for weight, choice in combined[:MOST_ARMS]:
        shapes = tuple(option.shape for option in choice)
        required, optional = suggest(names, shapes, traces, harvest.prose, examples)
        arms.append(Arm(shapes, weight, all(option.evident for option in choice), required, optional))
    return tuple(arms)
