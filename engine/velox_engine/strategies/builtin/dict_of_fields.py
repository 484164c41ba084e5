"""Writes the fields of a flat dataclass into a dict instead of having `asdict` copy them one by one.

What it does: `asdict(point)` in a loop over what the hint calls a list of a dataclass of the file becomes a dict with
its fields, where all of them are numbers or texts by their hints. `asdict` looks at every value to copy what is inside.

Example:
    from dataclasses import asdict, dataclass


    @dataclass
    class Point:
        x: int
        y: int


    def rows(points: list[Point]) -> list[dict]:
        return [asdict(point) for point in points]

Result:
    from dataclasses import asdict, dataclass


    @dataclass
    class Point:
        x: int
        y: int


    def rows(points: list[Point]) -> list[dict]:
        return [{"x": point.x, "y": point.y} for point in points]

Inputs:
    ([Point(1, 2), Point(3, 4)],)
    ([],)

When it is unsafe: for objects of a class derived from this one, which may have more fields, and for fields that hold
something else than their hints say.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator

from velox_engine.strategies.base import BuiltinStrategy, FunctionContext, Rewrite
from velox_engine.strategies.bindings import stores_of
from velox_engine.strategies.imports import import_member
from velox_engine.strategies.loops import walks
from velox_engine.strategies.patterns import match_expr

_PLAIN = frozenset({"int", "float", "str", "bool", "bytes"})
_LISTS = frozenset({"list", "List", "Sequence", "Iterable", "tuple"})


def _build(context: FunctionContext) -> Iterator[Rewrite]:
    name, missing = import_member(context, "dataclasses", "asdict")
    if missing:
        return
    for loop, body in walks(context.node):
        fields = _fields_of_elements(context, loop.iter)
        if not fields or not isinstance(loop.target, ast.Name):
            continue
        variable = loop.target.id
        if isinstance(loop, ast.For) and len(stores_of(variable, context.own)) != 1:
            continue
        for node in (node for part in body for node in ast.walk(part)):
            found = match_expr(f"{name}({variable})", node)
            if found and isinstance(node, ast.Call):
                listed = ", ".join(f'"{field}": {variable}.{field}' for field in fields)
                edit = context.layout.replace(node, f"{{{listed}}}")
                yield Rewrite((edit,), "take the fields, which need no copy")


def _fields_of_elements(context: FunctionContext, walked: ast.expr) -> list[str]:
    """The fields of the flat dataclass that a parameter is a list of by its hint; none where it is no such thing."""
    if not isinstance(walked, ast.Name) or stores_of(walked.id, context.own):
        return []
    hints = [arg.annotation for arg in context.node.args.args if arg.arg == walked.id]
    hint = hints[0] if hints else None
    if (
        not isinstance(hint, ast.Subscript)
        or not isinstance(hint.value, ast.Name)
        or hint.value.id not in _LISTS
    ):
        return []
    held = hint.slice
    if not isinstance(held, ast.Name):
        return []
    owner = context.facts.binder(held.id)
    return _fields(context, owner) if isinstance(owner, ast.ClassDef) else []


def _fields(context: FunctionContext, owner: ast.ClassDef) -> list[str]:
    """The fields of a dataclass without bases, all of which hold plain values."""
    dataclass, missing = import_member(context, "dataclasses", "dataclass")
    if missing or owner.bases or owner.keywords or len(owner.decorator_list) != 1:
        return []
    made = owner.decorator_list[0]
    if context.text(made.func if isinstance(made, ast.Call) else made) != dataclass:
        return []
    fields = []
    for statement in owner.body:
        if not isinstance(statement, ast.AnnAssign):
            continue
        hint = statement.annotation
        if (
            not isinstance(statement.target, ast.Name)
            or not isinstance(hint, ast.Name)
            or hint.id not in _PLAIN
        ):
            return []
        fields.append(statement.target.id)
    # Somebody derives from it: its objects have more fields.
    derived = any(
        isinstance(node, ast.ClassDef) and any(match_expr(owner.name, base) for base in node.bases)
        for node in context.facts.nodes
    )
    return [] if derived else fields


STRATEGY = BuiltinStrategy("dict-of-fields", "copy_elimination", _build, __doc__ or "", ("VX315",))
