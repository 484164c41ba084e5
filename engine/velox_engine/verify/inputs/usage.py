"""Weighted shapes for each parameter, from how the function uses it and what it is called."""

from __future__ import annotations

from dataclasses import dataclass

from velox_engine.verify.inputs.evidence import Observer
from velox_engine.verify.inputs.priors import prior
from velox_engine.verify.inputs.shapes import (
    ANY,
    FLOAT,
    INT,
    NONE,
    STR,
    Shape,
    dict_of,
    union,
)
from velox_engine.verify.inputs.target import Target, functions_of
from velox_engine.verify.inputs.traces import Trace, Weights, both

HASHABLE = Shape("hashable")
DEEPEST = 3  # levels of containers
# What only data frames have: no made-up object stands in for one.
OF_DATA_FRAMES = frozenset(
    {
        "iterrows",
        "itertuples",
        "iloc",
        "loc",
        "groupby",
        "columns",
        "applymap",
        "to_numpy",
        "fillna",
        "dropna",
    }
)
# What a parameter without any evidence is tried with; small, so that a single hint of use outweighs it.
UNKNOWN = {"int": 0.30, "str": 0.25, "list": 0.22, "float": 0.08, "dict": 0.08, "tuple": 0.05, "bool": 0.04}
OPEN_ELEMENTS = {"int": 0.5, "str": 0.3, "float": 0.1, "pair": 0.08, "list": 0.08}


@dataclass(frozen=True, slots=True)
class Usage:
    """What one walk over a function found."""

    traces: dict[str, Trace]
    strings: tuple[str, ...]  # constants in the code
    integers: tuple[int, ...]
    floats: tuple[float, ...]


def observe(target: Target) -> Usage:
    """Gather the evidence about every parameter of the target."""
    traces = {item.name: Trace() for item in target.parameters}
    observer = Observer(dict(traces), functions_of(target.module), 0)
    for statement in target.node.body:
        observer.visit(statement)
    for item in target.parameters:
        trace = traces[item.name]
        known = trace.strings | {
            text for inner in (trace.element, trace.item) if inner for text in inner.strings
        }
        observer.strings.extend(sorted(known))
    return Usage(
        traces,
        tuple(dict.fromkeys(observer.strings)),
        tuple(dict.fromkeys(observer.integers)),
        tuple(dict.fromkeys(observer.floats)),
    )


def candidates(trace: Trace, name: str, most: int = 5) -> list[tuple[Shape, float]]:
    """Shapes for a value, most likely first, with weights that add up to 1."""
    scores = _scores(trace)
    suggested = prior(name) if name else None
    if suggested is not None:
        scores[suggested[0].kind] += suggested[1]
    ranked = [(kind, weight) for kind, weight in scores.ranked() if weight > 0 and kind != "foreign"]
    if _is_duck(trace):
        ranked = sorted([*ranked, ("duck", scores["foreign"])], key=lambda item: -item[1])
    found: dict[Shape, float] = {}
    for kind, weight in ranked[:most]:
        hint = suggested[0] if suggested and suggested[0].kind == kind else None
        for shape, share in _build(kind, trace, hint, 0):
            found[shape] = found.get(shape, 0.0) + weight * share
    total = sum(found.values()) or 1.0
    return sorted(((shape, weight / total) for shape, weight in found.items()), key=lambda item: -item[1])


def prior_of(name: str) -> Shape | None:
    """What an attribute of that name most often holds."""
    suggested = prior(name)
    return suggested[0] if suggested is not None else None


def likely(trace: Trace | None, hint: Shape | None, depth: int) -> Shape:
    """The one most likely shape of an inner value."""
    if hint is not None and hint != ANY and (trace is None or not trace.kinds):
        return hint
    if trace is None or depth > DEEPEST:
        return hint if hint is not None and hint != ANY else INT
    scores = _scores(trace, OPEN_ELEMENTS)
    if hint is not None and hint != ANY:
        scores[hint.kind] += 0.8
    kind = next((kind for kind, _ in scores.ranked() if kind != "foreign" or _is_duck(trace)), "int")
    kind = "duck" if kind == "foreign" else kind
    inner = hint if hint is not None and hint.kind == kind else None
    found = _build(kind, trace, inner, depth)[0][0]
    if trace.checked and depth < DEEPEST:  # whose type is asked for is not always of that type
        tested = [_build(kind, trace, None, depth + 1)[0][0] for kind in sorted(trace.checked)]
        found = union([found, *tested, HASHABLE])
    return union([found, NONE]) if trace.optional else found


def _is_duck(trace: Trace) -> bool:
    """Whether it is an object of no known type, of which only the attributes that are asked for matter."""
    return trace.kinds["foreign"] > 0 and not OF_DATA_FRAMES & set(trace.members)


def _scores(trace: Trace, base: dict[str, float] | None = None) -> Weights:
    scores = Weights(trace.kinds)
    scores.gain(UNKNOWN if base is None else base)
    if scores["pair"] and not trace.slots:
        scores["list"] += scores.pop("pair") * 0.5
    if trace.hashed:  # a dict key or a set member
        for kind in ("list", "dict", "set"):
            scores[kind] *= 0.2
    if trace.fields:
        scores["dict"] += 2.0
    if trace.indexes and any(index.kinds["int"] >= 2.5 for index in trace.indexes):
        scores["list"] += 1.0  # subscripted by something that counts
        scores["dict"] *= 0.5
    elif any(index.kinds["str"] >= 2.5 for index in trace.indexes):
        scores["dict"] += 2.0
    inner = trace.element or trace.item
    if inner is not None:
        if inner.kinds["int"] + inner.kinds["float"] > inner.kinds["str"] + 1.0:
            scores["str"] *= 0.3  # text does not hold numbers
        elif trace.element is not None and inner.kinds["str"] > inner.kinds["int"] + 2.0:
            scores["str"] += 0.8  # characters, or a list of words
        if inner.strings and all(len(text) == 1 for text in inner.strings):
            scores["str"] += 2.5  # single characters are what text is made of
        if inner.kinds["list"] + inner.kinds["dict"] + inner.kinds["pair"] > 2.0:
            scores["str"] *= 0.1
    return scores


def _build(kind: str, trace: Trace, hint: Shape | None, depth: int) -> list[tuple[Shape, float]]:
    """Shapes of one kind, with the share of the kind's weight that each gets."""
    if kind == "dict":
        return [(_dict(trace, hint, depth), 1.0)]
    if kind == "pair":
        width = max(trace.slots, default=1) + 1
        return [
            (
                Shape(
                    "pair",
                    tuple(likely(trace.slots.get(i) or trace.item, None, depth + 1) for i in range(width)),
                ),
                1.0,
            )
        ]
    if kind == "callable":
        return [(Shape("callable"), 1.0)]
    if kind == "duck":
        names = tuple(name + "()" if name in trace.methods else name for name in sorted(trace.members))
        items = tuple(
            likely(trace.members[name], prior_of(name), depth + 1) for name in sorted(trace.members)
        )
        return [(Shape("duck", items, names), 1.0)]
    if kind == "ndarray":
        return [(Shape("ndarray"), 1.0)]
    if kind not in ("list", "tuple", "set", "frozenset", "deque"):
        return [(Shape(kind), 1.0)]
    inner = _element(trace, hint, depth)
    shapes = [(Shape(kind, (element,)), share) for element, share in inner]
    return shapes if depth == 0 else shapes[:1]


def _element(trace: Trace, hint: Shape | None, depth: int) -> list[tuple[Shape, float]]:
    """Shapes for the elements of a sequence, from iteration and from subscripts together."""
    hinted = hint.items[0] if hint is not None and hint.items else None
    merged = Trace()
    for part in (trace.element, trace.item):
        if part is None:
            continue
        merged.kinds.gain(part.kinds)
        merged.slots.update(part.slots)
        merged.fields |= part.fields
        merged.indexes += part.indexes
        merged.hashed |= part.hashed
        merged.checked |= part.checked
        merged.optional |= part.optional
        merged.element = both(merged.element, part.element)
        merged.item = both(merged.item, part.item)
        merged.values = merged.values or part.values
    first = likely(merged, hinted, depth + 1)
    if depth or (merged.kinds and merged.kinds.ranked()[0][1] >= 2.0):
        return [(first, 1.0)]
    others = [shape for shape in (INT, STR, FLOAT) if shape != first]
    return [(first, 0.6), *((shape, 0.4 / len(others)) for shape in others)]


def _dict(trace: Trace, hint: Shape | None, depth: int) -> Shape:
    values = trace.values or trace.item
    if trace.fields:
        names = tuple(sorted(trace.fields))
        return Shape("record", tuple(likely(trace.item, None, depth + 1) for _ in names), names)
    key_hint = hint.items[0] if hint is not None and len(hint.items) == 2 else STR
    key = likely(trace.element, key_hint, depth + 1)
    if key.kind in ("list", "dict", "set"):
        key = STR
    value_hint = hint.items[1] if hint is not None and len(hint.items) == 2 and hint.items[1] != ANY else None
    return dict_of(key, likely(values, value_hint, depth + 1))


def complete(shape: Shape, trace: Trace | None, depth: int = 0) -> Shape:
    """Replace what a hint leaves open by what the usage makes likely. Ex) `list` whose elements are summed →
    list[int]."""
    kind = shape.kind
    if kind == "any":
        if trace is None or depth > DEEPEST:
            return INT
        return _any_of(trace) if depth == 0 else likely(trace, None, depth)
    if kind == "union":
        return union(complete(option, trace, depth) for option in shape.items)
    if (
        kind in ("list", "tuple", "set", "frozenset", "deque", "iterator", "iterable", "sequence")
        and shape.items
    ):
        if shape.items[0].kind != "any":
            return Shape(
                kind, (complete(shape.items[0], trace.element or trace.item if trace else None, depth + 1),)
            )
        return Shape(kind, (_element(trace, None, depth)[0][0] if trace else INT,))
    if kind == "dict" and len(shape.items) == 2:
        filled = _dict(trace, None, depth) if trace else dict_of(STR, INT)
        if filled.kind == "record":
            return (
                filled
                if shape.items[1].kind == "any"
                else dict_of(STR, complete(shape.items[1], None, depth + 1))
            )
        key = filled.items[0] if shape.items[0].kind == "any" else shape.items[0]
        shown = (trace.values or trace.item) if trace else None
        value = (
            # Nothing in the code asks anything of the values, so they may be all kinds of things.
            union([INT, HASHABLE])
            if shape.items[1].kind == "any" and (shown is None or not shown.kinds)
            else filled.items[1]
            if shape.items[1].kind == "any"
            else complete(shape.items[1], trace.values if trace else None, depth + 1)
        )
        return dict_of(key, value)
    if kind == "pair":
        return Shape("pair", tuple(complete(item, None, depth + 1) for item in shape.items))
    return shape


def _any_of(trace: Trace) -> Shape:
    """A parameter that may be anything: what its use makes likely, and what isinstance asks for."""
    ranked = [shape for shape, weight in candidates(trace, "", 4) if weight > 0.1]
    checked = [shape for kind in sorted(trace.checked) for shape in (_checked_shape(kind, trace),)]
    return union([*checked, *ranked[:3], *([NONE] if trace.optional else [])]) if ranked or checked else INT


def _checked_shape(kind: str, trace: Trace) -> Shape:
    built = _build(kind, trace, None, 1)
    return built[0][0] if built else Shape(kind)


def checked_shapes(trace: Trace) -> list[Shape]:
    """One shape for each type that the function tests for."""
    return [_checked_shape(kind, trace) for kind in sorted(trace.checked)]
