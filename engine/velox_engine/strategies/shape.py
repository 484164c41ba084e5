"""The value domain of the local type inference: a type name, what it contains, and how that is known."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Final, Literal

Evidence = Literal["proved", "hint", "use"]
_STRENGTH: Final = ("use", "hint", "proved")
_HASHABLE: Final = frozenset({"int", "str", "float", "bool", "bytes", "none", "complex", "range", "number"})
_CONTAINERS: Final = frozenset(
    {"list", "tuple", "dict", "set", "frozenset", "deque", "Counter", "defaultdict", "OrderedDict"}
)
_MAPPINGS: Final = frozenset({"dict", "Counter", "defaultdict", "OrderedDict", "mapping"})


@dataclass(frozen=True, slots=True)
class Shape:
    """A type by name; `element` is what iteration gives (keys for mappings), `value` a mapping's values."""

    name: str
    inner: Shape | None = None
    inner_value: Shape | None = None
    evidence: Evidence = "proved"

    @property
    def element(self) -> Shape:
        """What iterating over it gives; nothing yet for an empty container."""
        return self.inner if self.inner is not None else BOTTOM

    @property
    def value(self) -> Shape:
        """The values of a mapping."""
        return self.inner_value if self.inner_value is not None else BOTTOM

    @property
    def is_mapping(self) -> bool:
        """dict and its relatives."""
        return self.name in _MAPPINGS

    @property
    def is_container(self) -> bool:
        """A builtin or collections container."""
        return self.name in _CONTAINERS

    @property
    def is_whole(self) -> bool:
        """An int, or a bool used as one."""
        return self.name in ("int", "bool")

    @property
    def is_number(self) -> bool:
        """int, bool, float or one of them."""
        return self.name in ("int", "bool", "float", "number")

    @property
    def is_builtin_value(self) -> bool:
        """A plain value whose comparisons give a bool."""
        return self.name in _HASHABLE or self.name in ("list", "dict", "set")

    @property
    def hashable(self) -> bool:
        """Whether its values can be members of a set."""
        if self.name in ("tuple", "frozenset"):
            return self.inner is not None and self.inner.hashable
        return self.name in _HASHABLE

    @property
    def self_equal(self) -> bool:
        """Whether x == x for all its values: no NaN."""
        if self.name == "tuple":
            return self.inner is not None and self.inner.self_equal
        return self.name in ("int", "str", "bool", "bytes", "none")

    def weakened(self, evidence: Evidence) -> Shape:
        """The same shape, known no better than `evidence`."""
        if self in (BOTTOM, UNKNOWN) or _STRENGTH.index(evidence) >= _STRENGTH.index(self.evidence):
            return self
        return replace(self, evidence=evidence)

    def with_characters(self) -> Shape:
        """A str contains str, bytes contain int; other shapes stay."""
        if self.name == "str" and self.inner is None:
            return replace(self, inner=Shape("str", evidence=self.evidence))
        if self.name == "list" and self.inner is not None and self.inner.name == "str":
            return replace(self, inner=self.inner.with_characters())
        return self


UNKNOWN: Final = Shape("")
"""Nothing is known."""
BOTTOM: Final = Shape("!")
"""No value has been seen yet."""


def element_of(shape: Shape) -> Shape:
    """What iterating gives, known no better than the container."""
    if shape is BOTTOM or shape is UNKNOWN:
        return shape
    if shape.name == "str":
        return Shape("str", Shape("str"), None, shape.evidence)
    if shape.inner is None:
        return BOTTOM if shape.is_container or shape.name in ("iterator", "generator", "view") else UNKNOWN
    return shape.inner.weakened(shape.evidence)


def join(left: Shape, right: Shape) -> Shape:
    """What a name is that holds either."""
    if left is BOTTOM or left == BOTTOM:
        return right
    if right is BOTTOM or right == BOTTOM:
        return left
    if left == UNKNOWN or right == UNKNOWN:
        return UNKNOWN
    evidence = left.weakened(right.evidence).evidence
    if left.name == right.name:
        if left.name == "str":
            return Shape("str", Shape("str"), None, evidence)
        inner = _join_inner(left.inner, right.inner)
        return Shape(left.name, inner, _join_inner(left.inner_value, right.inner_value), evidence)
    if left.is_whole and right.is_whole:
        return Shape("int", evidence=evidence)
    if left.is_number and right.is_number:
        return Shape("number", evidence=evidence)
    return UNKNOWN


def _join_inner(left: Shape | None, right: Shape | None) -> Shape | None:
    if left is None or right is None:
        return left if right is None else right
    return join(left, right)


def join_all(shapes: Iterable[Shape]) -> Shape:
    """The join of many; nothing yet for none."""
    result = BOTTOM
    for shape in shapes:
        result = join(result, shape)
    return result
