"""Traces: the evidence gathered about one value, its elements, keys and members."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field

STRING_METHODS = frozenset(
    [
        "split",
        "rsplit",
        "strip",
        "lstrip",
        "rstrip",
        "lower",
        "upper",
        "title",
        "capitalize",
        "swapcase",
        "casefold",
        "startswith",
        "endswith",
        "replace",
        "isdigit",
        "isalpha",
        "isalnum",
        "isupper",
        "islower",
        "isspace",
        "isdecimal",
        "isnumeric",
        "istitle",
        "isidentifier",
        "format",
        "join",
        "find",
        "rfind",
        "splitlines",
        "partition",
        "rpartition",
        "encode",
        "translate",
        "zfill",
        "ljust",
        "rjust",
        "center",
        "expandtabs",
        "removeprefix",
        "removesuffix",
        "rindex",
        "isascii",
        "maketrans",
    ]
)
METHODS: dict[str, dict[str, float]] = {
    **{name: {"str": 4.0} for name in STRING_METHODS},
    **{name: {"list": 4.0} for name in ("append", "extend", "insert", "sort", "reverse")},
    **{name: {"dict": 4.0} for name in ("items", "keys", "values", "setdefault", "popitem", "get")},
    **{name: {"set": 4.0} for name in ("add", "discard", "issubset", "issuperset", "isdisjoint", "union",
                                       "intersection", "difference", "symmetric_difference")},
    **{name: {"deque": 4.0} for name in ("popleft", "appendleft", "rotate")},
    **{name: {"ndarray": 5.0} for name in ("shape", "dtype", "ndim", "reshape", "astype", "flatten", "T", "ravel")},
    **{name: {"bytes": 4.0} for name in ("hex", "decode")},
    "index": {"list": 2.0, "str": 1.5}, "count": {"list": 2.0, "str": 1.5}, "copy": {"list": 2.0, "dict": 2.0},
    "pop": {"list": 2.5, "dict": 1.5}, "update": {"dict": 2.5, "set": 1.0}, "remove": {"list": 3.0, "set": 1.5},
    "clear": {"list": 1.0, "dict": 1.0}, "bit_length": {"int": 4.0}, "is_integer": {"float": 4.0},
    **{name: {"file": 5.0} for name in ("read", "write", "readline", "readlines", "writelines", "seek", "tell")},
}  # fmt: skip
NUMBER = {"int": 2.0, "float": 1.0}
SEQUENCE = {"list": 2.0, "str": 0.8}


class Weights(defaultdict[str, float]):
    """Evidence by kind of shape; a kind nobody mentioned weighs nothing."""

    def __init__(self, start: Mapping[str, float] | None = None) -> None:
        super().__init__(float, start or {})

    def gain(self, weights: Mapping[str, float]) -> None:
        """Add evidence."""
        for kind, weight in weights.items():
            self[kind] += weight

    def ranked(self) -> list[tuple[str, float]]:
        """Kinds and weights, the heaviest first; equal ones in the order they were met."""
        return sorted(self.items(), key=lambda item: -item[1])


@dataclass
class Trace:
    """Evidence about one value, gathered from every place that touches it."""

    kinds: Weights = field(default_factory=lambda: Weights())  # kind of shape → weight of evidence
    element: Trace | None = None  # what iterating gives
    item: Trace | None = None  # what subscripting gives
    values: Trace | None = None  # what `.values()` of a mapping gives
    slots: dict[int, Trace] = field(default_factory=dict)  # tuple members by position
    integers: set[int] = field(default_factory=set)  # constants it is compared with
    strings: set[str] = field(default_factory=set)
    fields: set[str] = field(default_factory=set)  # constant keys it is subscripted with
    checked: set[str] = field(default_factory=set)  # types that isinstance asks for: explicit evidence
    indexes: list[Trace] = field(default_factory=list)  # values that it is subscripted by
    bounds: list[Trace] = field(default_factory=list)  # of a loop's position: what its range() ends at
    ranged: bool = False  # it bounds a range()
    zeroed: bool = False  # it is compared with zero outside of loop tests
    divides: bool = False  # it is what others are divided by
    signed: bool = False  # the code tells negative values from others, so they are part of its domain
    bisected: bool = False  # it is searched by bisection, so it has to be sorted
    ordered: bool = False  # it is compared by < or sorted
    hashed: bool = False  # it is a member of a set or a key of a dict
    optional: bool = False
    members: dict[str, Trace] = field(default_factory=dict)  # its attributes, and what its methods return
    methods: set[str] = field(default_factory=set)  # those of them that are called

    def add(self, weights: dict[str, float]) -> None:
        """Note evidence for some kinds."""
        self.kinds.gain(weights)

    def elements(self) -> Trace:
        """The trace of what iteration yields."""
        if self.element is None:
            self.element = Trace()
        return self.element

    def items_at(self) -> Trace:
        """The trace of what a subscript yields; for a sequence that is its element too."""
        if self.item is None:
            self.item = Trace()
        return self.item

    def mapped(self) -> Trace:
        """The trace of a mapping's values."""
        if self.values is None:
            self.values = Trace()
        return self.values

    def member(self, name: str) -> Trace:
        """The trace of an attribute, or of what a method returns."""
        return self.members.setdefault(name, Trace())

    def slot(self, index: int) -> Trace:
        """The trace of one member of a tuple."""
        return self.slots.setdefault(index, Trace())


def both(first: Trace | None, second: Trace | None, depth: int = 0) -> Trace | None:
    """One trace with what was found in two places about values of one kind. Ex) `rows[0]` and `for row in rows`"""
    if first is None or second is None or first is second or depth > DEEPEST:
        return first or second
    found = Trace(Weights(first.kinds))
    found.add(second.kinds)
    found.element = both(first.element, second.element, depth + 1)
    found.item = both(first.item, second.item, depth + 1)
    found.values = both(first.values, second.values, depth + 1)
    found.slots = {**second.slots, **first.slots}
    found.members = {**second.members, **first.members}
    found.integers, found.strings = first.integers | second.integers, first.strings | second.strings
    found.fields, found.checked = first.fields | second.fields, first.checked | second.checked
    found.methods = first.methods | second.methods
    found.indexes, found.bounds = first.indexes + second.indexes, first.bounds + second.bounds
    for name in _FLAGS:
        setattr(found, name, getattr(first, name) or getattr(second, name))
    return found


_FLAGS = (
    "ranged", "zeroed", "divides", "signed", "bisected", "ordered", "hashed", "optional",
)  # fmt: skip
DEEPEST = 3
