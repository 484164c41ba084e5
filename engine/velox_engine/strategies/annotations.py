"""Reads a parameter's annotation as a shape."""

from __future__ import annotations

import ast
from collections.abc import Mapping
from typing import Final

from velox_engine.strategies.shape import UNKNOWN, Shape

_PLAIN: Final[Mapping[str, str]] = {
    "int": "int", "float": "float", "str": "str", "bool": "bool", "bytes": "bytes", "list": "list", "List": "list",
    "dict": "dict", "Dict": "dict", "set": "set", "Set": "set", "frozenset": "frozenset", "FrozenSet": "frozenset",
    "tuple": "tuple", "Tuple": "tuple", "Sequence": "sequence", "MutableSequence": "list", "Iterable": "iterable",
    "Iterator": "iterator", "Collection": "iterable", "Mapping": "mapping", "MutableMapping": "dict",
    "DefaultDict": "defaultdict", "defaultdict": "defaultdict", "Counter": "Counter", "deque": "deque",
    "Deque": "deque", "OrderedDict": "OrderedDict", "ndarray": "ndarray", "NDArray": "ndarray",
    "DataFrame": "dataframe", "Series": "series", "range": "range",
}  # fmt: skip


def shape_of_annotation(node: ast.expr) -> Shape:
    """The shape that an annotation promises; unknown for optional, union and foreign types."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        try:
            return shape_of_annotation(ast.parse(node.value, mode="eval").body)
        except SyntaxError:
            return UNKNOWN
    if isinstance(node, ast.Attribute):
        return _plain(node.attr)
    if isinstance(node, ast.Name):
        return _plain(node.id)
    if not isinstance(node, ast.Subscript):
        return UNKNOWN
    base = shape_of_annotation(node.value)
    if base == UNKNOWN or base.name in ("ndarray", "dataframe", "series"):
        return base
    parts = node.slice.elts if isinstance(node.slice, ast.Tuple) else [node.slice]
    first = shape_of_annotation(parts[0])
    if base.is_mapping:
        second = shape_of_annotation(parts[1]) if len(parts) > 1 else UNKNOWN
        return Shape(base.name, first, second, "hint")
    if base.name == "tuple" and len(parts) > 1:
        same = isinstance(parts[1], ast.Constant) and parts[1].value is Ellipsis
        shapes = [first] if same else [shape_of_annotation(part) for part in parts]
        if any(shape != shapes[0] for shape in shapes):
            return Shape("tuple", UNKNOWN, None, "hint")
    return Shape(base.name, first, None, "hint")


def _plain(name: str) -> Shape:
    known = _PLAIN.get(name)
    if known is None:
        return UNKNOWN
    if known == "str":
        return Shape("str", Shape("str", evidence="hint"), None, "hint")
    if known in ("int", "float", "bool"):
        return Shape(known, evidence="hint")
    return Shape(known, UNKNOWN, UNKNOWN, "hint")
