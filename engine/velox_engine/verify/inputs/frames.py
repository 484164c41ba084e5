"""Data frames and series as inputs: the columns that a function reads, and values that fit what it does with them."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any, Final, Literal

from velox_engine.verify.inputs.shapes import FLOAT, INT, STR, Shape, options_of, union
from velox_engine.verify.inputs.text import value_text
from velox_engine.verify.inputs.usage import prior_of
from velox_engine.verify.sandbox import Recipe

KINDS: Final = frozenset({"frame", "series"})
Strange = Literal["", "note", "dates"]
STRANGE: Final[tuple[Strange, ...]] = ("", "", "note", "dates")  # how often frames of the wide ring are what
_DAY: Final = 86_400_000_000_000  # nanoseconds
_NUMBERS: Final = union((INT, FLOAT))
_TYPES: Final = {"int": "int64", "float": "float64", "str": "object", "bool": "bool"}
_ROW_WALKS: Final = frozenset({"iterrows", "itertuples"})
_TEXT_METHODS: Final = frozenset(
    {"str", "lower", "upper", "strip", "split", "startswith", "endswith", "title"}
)
_OF_ROWS: Final = frozenset({"name", "Index", "index", "values"})  # these are no columns
_UNKNOWN_COLUMNS: Final = ("a", "b")  # of a frame whose function names none


def with_columns(shape: Shape, function: ast.AST) -> Shape:
    """A shape in which frames have the columns that the function reads; other shapes stay as they are."""
    if shape.kind == "union":
        return replace(shape, items=tuple(with_columns(option, function) for option in shape.items))
    if shape.kind == "series":
        return Shape("series", (_NUMBERS,))
    if shape.kind != "frame":
        return shape
    columns = _columns(function) or dict.fromkeys(_UNKNOWN_COLUMNS, _NUMBERS)
    return Shape("frame", tuple(columns.values()), tuple(columns))


def build(shape: Shape, column: Callable[[Shape], list[Any]], *, strange: Strange = "") -> Recipe:
    """A frame or a series of what `column` gives for each column's shape.

    `strange` says how a frame is unlike what the function shows: it has a column of text besides, or holds dates where
    nothing says that there is text.
    """
    made: dict[str, list[Any]] = {}
    types: dict[str, str] = {}
    for name, item in zip(shape.texts or ("values",), shape.items, strict=True):
        made[name] = column(item)
        # Without a value pandas would not know the type, which a column has in an empty table, too.
        kinds = {type(value).__name__ for value in made[name]} or {options_of(item)[0].kind}
        types[name] = _TYPES.get(kinds.pop(), "object") if len(kinds) == 1 else "object"
    if shape.kind == "series":
        return Recipe(f"__import__('pandas').Series({value_text(made['values'])}, dtype={types['values']!r})")
    dated = [name for name, item in zip(shape.texts, shape.items, strict=True) if item != STR]
    if strange == "note":
        made["note"] = ["x"] * len(next(iter(made.values())))
    elif strange == "dates":
        made |= {name: [at * _DAY for at in range(len(made[name]))] for name in dated}
        types |= dict.fromkeys(dated, "datetime64[ns]")
    empty = not any(made.values())
    typed = f".astype({value_text(types)})" if empty or strange == "dates" else ""
    return Recipe(f"__import__('pandas').DataFrame({value_text(made)}){typed}")


def empty(shape: Shape) -> Recipe:
    """A frame or a series without a row."""
    return build(shape, lambda item: [])


def _columns(function: ast.AST) -> dict[str, Shape]:
    """Each column that the function reads to what it holds, in the order of the text."""
    parents = {child: node for node in ast.walk(function) for child in ast.iter_child_nodes(node)}
    found: dict[str, set[str]] = {}
    for name, use in sorted(_reads(function), key=lambda read: (read[1].lineno, read[1].col_offset)):
        found.setdefault(name, set()).add(_kind_of_use(use, parents))
    return {name: _shape(name, kinds) for name, kinds in found.items()}


def _reads(function: ast.AST) -> Iterator[tuple[str, ast.expr]]:
    rows = set(_row_names(function))
    for node in ast.walk(function):
        if isinstance(node, ast.Subscript) and isinstance(node.ctx, ast.Load):
            parts = node.slice.elts if isinstance(node.slice, ast.List | ast.Tuple) else [node.slice]
            for part in parts:
                if isinstance(part, ast.Constant) and isinstance(part.value, str):
                    yield part.value, node
        elif (
            isinstance(node, ast.Attribute)
            and isinstance(node.ctx, ast.Load)
            and isinstance(node.value, ast.Name)
            and node.value.id in rows
            and node.attr not in _OF_ROWS
        ):
            yield node.attr, node


def _row_names(function: ast.AST) -> Iterator[str]:
    """Variables that hold a row: of loops over `iterrows` and `itertuples`, and the functions given to `apply`."""
    for node in ast.walk(function):
        if isinstance(node, ast.For | ast.comprehension) and isinstance(node.iter, ast.Call):
            called = node.iter.func
            if isinstance(called, ast.Attribute) and called.attr in _ROW_WALKS:
                names = [part.id for part in ast.walk(node.target) if isinstance(part, ast.Name)]
                yield from names[-1:]
        elif (
            isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "apply"
        ):
            for given in node.args[:1]:
                if isinstance(given, ast.Lambda):
                    yield from (arg.arg for arg in given.args.args[:1])


def _kind_of_use(use: ast.expr, parents: dict[ast.AST, ast.AST]) -> str:
    parent = parents.get(use)
    if isinstance(parent, ast.Attribute) and parent.attr in _TEXT_METHODS:
        return "text"
    if isinstance(parent, ast.Compare):
        others = [side.value for side in (parent.left, *parent.comparators) if isinstance(side, ast.Constant)]
        return "text" if any(isinstance(other, str) for other in others) else "number" if others else ""
    if isinstance(parent, ast.BinOp | ast.AugAssign | ast.UnaryOp):
        return "number"
    return ""


def _shape(name: str, kinds: set[str]) -> Shape:
    if "text" in kinds:
        return STR
    suggested = prior_of(name)
    if "number" not in kinds and suggested is not None and suggested.kind in _TYPES:
        return suggested
    return _NUMBERS
