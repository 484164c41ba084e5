"""Shapes: what kind of value a parameter takes, as small trees that values are drawn from."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from velox_engine.verify.sandbox import Recipe


@dataclass(frozen=True, slots=True)
class Shape:
    """A kind of value. `items` are the shapes inside it, `texts` literal values or recipes, as source text."""

    kind: str
    items: tuple[Shape, ...] = ()
    texts: tuple[str, ...] = ()

    def __str__(self) -> str:
        inner = [*map(str, self.items), *self.texts]
        return f"{self.kind}[{', '.join(inner)}]" if inner else self.kind


INT, FLOAT, BOOL, STR, BYTES, NONE, ANY = (
    Shape(kind) for kind in ("int", "float", "bool", "str", "bytes", "none", "any")
)
COMPLEX = Shape("complex")
CONTAINERS = frozenset(
    [
        "list",
        "tuple",
        "pair",
        "set",
        "frozenset",
        "dict",
        "record",
        "deque",
        "iterator",
        "iterable",
        "sequence",
        "ndarray",
        "frame",
        "series",
        "str",
        "bytes",
        "bytearray",
    ]
)
SEQUENCES = frozenset(
    ["list", "tuple", "sequence", "iterable", "str", "bytes", "bytearray", "deque", "ndarray"]
)


def list_of(item: Shape) -> Shape:
    """A list whose elements have one shape."""
    return Shape("list", (item,))


def dict_of(key: Shape, value: Shape) -> Shape:
    """A dict whose keys and values have one shape each."""
    return Shape("dict", (key, value))


def union(options: Iterable[Shape]) -> Shape:
    """Any of the options; one option is itself."""
    flat: list[Shape] = []
    for option in options:
        flat.extend(option.items if option.kind == "union" else (option,))
    unique = tuple(dict.fromkeys(flat))
    return unique[0] if len(unique) == 1 else Shape("union", unique)


def options_of(shape: Shape) -> tuple[Shape, ...]:
    """The alternatives of a union, or the shape alone."""
    return shape.items if shape.kind == "union" else (shape,)


def shape_of(value: Any) -> Shape:
    """The shape that a concrete value is an example of. Ex) `[1, 2]` is a list of int."""
    if value is None:
        return NONE
    kind = type(value).__name__
    if isinstance(value, Recipe):
        return Shape("recipe", texts=(value.text,))
    if isinstance(value, tuple):
        return Shape("pair", tuple(shape_of(item) for item in value)) if value else Shape("tuple", (ANY,))
    if isinstance(value, dict):
        return dict_of(merge(map(shape_of, value)), merge(map(shape_of, value.values())))
    if isinstance(value, list | set | frozenset):
        return Shape(kind, (merge(map(shape_of, sorted(value, key=repr) if kind != "list" else value)),))
    return Shape(kind)


def merge(shapes: Iterable[Shape]) -> Shape:
    """The smallest shape that covers all: containers of one kind merge inside, the rest become a union.

    Ex) list[int] and list[str] → list[union[int, str]]; an empty container says nothing about its elements.
    """
    groups: dict[tuple[str, int], list[Shape]] = {}
    for shape in shapes:
        for option in options_of(shape):
            groups.setdefault((option.kind, len(option.items)), []).append(option)
    pairs = [key for key in groups if key[0] == "pair"]
    if len(pairs) > 1:  # tuples of several lengths are one homogeneous tuple
        members = [item for key in pairs for shape in groups.pop(key) for item in shape.items]
        groups.setdefault(("tuple", 1), []).append(Shape("tuple", (merge(members),)))
    elif pairs and ("tuple", 1) in groups and all(s.items[0] == ANY for s in groups[("tuple", 1)]):
        members = [item for shape in groups.pop(pairs[0]) for item in shape.items]
        groups[("tuple", 1)] = [Shape("tuple", (merge(members),))]
    found: list[Shape] = []
    for (kind, count), members in groups.items():
        if kind == "any":
            continue
        if count and kind != "union":
            columns = zip(*(shape.items for shape in members), strict=True)
            found.append(Shape(kind, tuple(merge(column) for column in columns)))
        elif kind in ("literal", "recipe"):
            found.append(Shape(kind, texts=tuple(dict.fromkeys(t for shape in members for t in shape.texts))))
        else:
            found.append(members[0])
    return union(found) if found else ANY


def refine(general: Shape, evidence: Shape) -> Shape:
    """Fill what `general` leaves open (any) from `evidence`. Ex) list[any] refined by list[int] → list[int]."""
    if general.kind == "any":
        return evidence
    if general.kind == "union":
        return union(refine(option, evidence) for option in general.items)
    for option in options_of(evidence):
        same = option.kind == general.kind or {option.kind, general.kind} <= SEQUENCES - {
            "str",
            "bytes",
            "bytearray",
        }
        if same and len(option.items) == len(general.items) and general.items:
            inner = tuple(refine(a, b) for a, b in zip(general.items, option.items, strict=True))
            return Shape(general.kind, inner, general.texts)
        if general.kind == "tuple" and option.kind == "pair" and general.items == (ANY,):
            return option
    return general


def fits(value: Any, shape: Shape) -> bool:
    """Whether a concrete value lies within a shape; True where the shape does not say."""
    kind = shape.kind
    if kind == "union":
        return any(fits(value, option) for option in shape.items)
    if kind in ("any", "anything", "hashable", "recipe", "literal", "callable") or isinstance(value, Recipe):
        return True
    if kind == "none":
        return value is None
    if kind == "pair":
        return type(value) is tuple and len(value) == len(shape.items) and all(map(fits, value, shape.items))
    if kind in ("iterable", "iterator", "sequence"):
        return isinstance(value, list | tuple) and all(fits(item, shape.items[0]) for item in value)
    if type(value).__name__ != kind:
        return False
    if isinstance(value, Mapping):
        return len(shape.items) < 2 or all(
            fits(key, shape.items[0]) and fits(item, shape.items[1]) for key, item in value.items()
        )
    if shape.items and isinstance(value, list | tuple | set | frozenset):
        return all(fits(item, shape.items[0]) for item in value)
    return True


def is_open(shape: Shape) -> bool:
    """Whether anything inside the shape is still unknown."""
    return shape.kind == "any" or any(map(is_open, shape.items))


def mentions(shape: Shape, kind: str) -> bool:
    """Whether `kind` occurs anywhere in the shape."""
    return shape.kind == kind or any(mentions(item, kind) for item in shape.items)
