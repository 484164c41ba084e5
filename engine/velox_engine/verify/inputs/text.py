"""Cases as text that evaluates back: what `velox inputs` prints and `--inputs` reads.

A case is one tuple of positional arguments on a line, `(1, [2, 3])`. Keyword arguments follow as a dict after a
double star: `(1, **{'key': 2})`. A list that is passed twice is named: `((v1 := [1]), v1)`. Not-a-number and
the infinities print as `nan` and `inf`, an empty set as `set()`; what is no
plain data prints as the expression of its recipe, `(Stack([1]), iter([2]))`.
"""

from __future__ import annotations

import ast
import math
from collections.abc import Mapping
from typing import Any

from velox_engine.types import VeloxError
from velox_engine.verify.inputs.literals import NotLiteral, evaluate_or_recipe
from velox_engine.verify.sandbox import Case, Recipe

_NAMED: dict[str, Any] = {"math.nan": Recipe("math.nan")}


def case_text(case: Case) -> str:
    """One line that `parse_cases` reads back as an equal case."""
    shared = _shared((*case.args, *case.kwargs.values()))
    named: set[int] = set()
    parts = [_text(value, shared, named) for value in case.args]
    if case.kwargs:
        parts.append(f"**{_text(dict(case.kwargs), shared, named)}")
    elif len(parts) == 1:
        return f"({parts[0]},)"
    return f"({', '.join(parts)})"


def value_text(value: Any) -> str:
    """Source text of a value; like repr, except that the text always evaluates back (nan, inf, recipes)."""
    return _text(value, {}, set())


def _text(value: Any, shared: Mapping[int, str], named: set[int]) -> str:
    """`shared` names the objects that occur twice, `named` collects those that already have been written out."""
    name = shared.get(id(value))
    if name is None:
        return _plain_text(value, shared, named)
    if id(value) in named:
        return name
    named.add(id(value))
    return f"({name} := {_plain_text(value, shared, named)})"


def _plain_text(value: Any, shared: Mapping[int, str], named: set[int]) -> str:
    if isinstance(value, Recipe):
        return value.text
    kind = type(value)
    if kind is float:
        return repr(value) if math.isfinite(value) else str(value)
    if kind is complex:
        return f"complex({value_text(value.real)}, {value_text(value.imag)})"
    if kind in (list, tuple):
        inner = ", ".join(_text(item, shared, named) for item in value)
        return f"[{inner}]" if kind is list else f"({inner}{',' if len(value) == 1 else ''})"
    if kind in (set, frozenset):
        inner = ", ".join(sorted(map(value_text, value)))
        body = f"{{{inner}}}" if inner else "set()"
        if kind is set:
            return body
        return f"frozenset({body})" if inner else "frozenset()"
    if kind is dict:
        return f"{{{', '.join(f'{value_text(k)}: {_text(v, shared, named)}' for k, v in value.items())}}}"
    return repr(value)


def _shared(values: tuple[Any, ...]) -> dict[int, str]:
    """Names for the mutable objects that occur more than once, v1, v2, … in order."""
    counts: dict[int, int] = {}

    def visit(value: Any) -> None:
        if isinstance(value, list | dict | set | bytearray):
            counts[id(value)] = counts.get(id(value), 0) + 1
            if counts[id(value)] > 1:
                return
        if isinstance(value, dict):
            value = list(value.values())
        if isinstance(value, list | tuple):
            for item in value:
                visit(item)

    visit(values)
    return {key: f"v{index}" for index, key in enumerate((k for k, n in counts.items() if n > 1), 1)}


def parse_cases(text: str) -> list[Case]:
    """The cases in a file of argument tuples, one a line; blank lines and `#` comments are passed over."""
    cases: list[Case] = []
    for number, raw in enumerate(text.split("\n"), 1):
        line = raw.strip().removeprefix("\ufeff").strip()
        if line and not line.startswith("#"):
            cases.append(_parse_line(line, number))
    return cases


def _parse_line(line: str, number: int) -> Case:
    if line.startswith("(") and "**" in line:
        called = _expression(f"_{line}", number, line)
        # Ex) `(1, **{'k': 2})` reads as the arguments of a call; `(2 ** 3,)` has no keywords and is a tuple.
        if isinstance(called, ast.Call) and isinstance(called.func, ast.Name) and called.keywords:
            names: dict[str, Any] = dict(_NAMED)
            values = tuple(_value(item, number, line, names) for item in called.args)
            keywords: dict[str, Any] = {}
            for keyword in called.keywords:
                value = _value(keyword.value, number, line, names)
                keywords.update(
                    {keyword.arg: value} if keyword.arg else value if isinstance(value, dict) else {}
                )
            return Case(values, keywords)
    node = _expression(line, number, line)
    if not isinstance(node, ast.Tuple):
        raise _bad(
            number, line, "is not a tuple of arguments", "write one argument as `(x,)` and two as `(x, y)`"
        )
    shared: dict[str, Any] = dict(_NAMED)
    return Case(tuple(_value(item, number, line, shared) for item in node.elts))


def _expression(text: str, number: int, line: str) -> ast.expr:
    try:
        return ast.parse(text, mode="eval").body
    except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
        reason = getattr(error, "msg", None) or str(error)
        raise _bad(
            number, line, f"is not a Python expression ({reason})", "one argument tuple a line"
        ) from None


def _value(node: ast.expr, number: int, line: str, names: dict[str, Any]) -> Any:
    # `math.nan` stays the one object that it names; a plain `nan` is a new one.
    node = _OneNan().visit(node)
    try:
        return evaluate_or_recipe(node, names)
    except (NotLiteral, RecursionError) as error:
        raise _bad(
            number, line, f"holds something that is no input: {error}", "use literals and calls"
        ) from None


class _OneNan(ast.NodeTransformer):
    """Puts the name `math.nan` in place of the attribute, so that it is looked up and not read as a number."""

    def visit_Attribute(self, node: ast.Attribute) -> ast.expr:
        named = isinstance(node.value, ast.Name) and f"{node.value.id}.{node.attr}" in _NAMED
        return ast.copy_location(ast.Name("math.nan"), node) if named else node


def _bad(number: int, line: str, says: str, hint: str) -> VeloxError:
    shown = line if len(line) <= 60 else line[:57] + "..."
    return VeloxError("bad-inputs", f"line {number} {says}: {shown}", hint)
