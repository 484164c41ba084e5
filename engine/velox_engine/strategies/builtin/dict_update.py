"""Copies the entries of one dict into another with `update` instead of one by one.

What it does: `for key, value in extra.items(): base[key] = value` becomes `base.update(extra)`, when `base` is a dict
that was made here.

Example:
    def overlay(base: dict[str, int], extra: dict[str, int]) -> dict[str, int]:
        result = dict(base)
        result["entries"] = len(extra)
        for key, value in extra.items():
            result[key] = value
        return result

Result:
    def overlay(base: dict[str, int], extra: dict[str, int]) -> dict[str, int]:
        result = dict(base)
        result["entries"] = len(extra)
        result.update(extra)
        return result

Inputs:
    ({"a": 1}, {"a": 2, "b": 3})
    ({}, {})

When it is unsafe: a Counter adds where it is updated, and other classes may see to each entry; so only a plain dict
that the function made itself is dealt with.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator

from velox_engine.strategies.base import BuiltinStrategy, FunctionContext, Rewrite
from velox_engine.strategies.effects import is_local_new
from velox_engine.strategies.loops import places, read_outside
from velox_engine.strategies.patterns import match_stmt, same


def _build(context: FunctionContext) -> Iterator[Rewrite]:
    for place in places(context.node):
        rewrite = _copied(context, place.statement)
        if rewrite:
            yield rewrite


def _copied(context: FunctionContext, loop: ast.stmt) -> Rewrite | None:
    """for key, value in extra.items(): base[key] = value"""
    found = match_stmt("for M_k, M_v in M_e.items():\n    M_b[M_k] = M_v", loop)
    if not found or not isinstance(loop, ast.For) or loop.type_comment:
        return None
    base, extra, names = found["M_b"], found["M_e"], (found["M_k"], found["M_v"])
    if not isinstance(base, ast.Name) or not _is_own_dict(context, base) or same(base, extra):
        return None
    if not context.inference.of(extra).is_mapping:
        return None
    for name in names:
        if not isinstance(name, ast.Name) or name.id == base.id or read_outside(context, name.id, loop):
            return None
    if same(*names):
        return None
    code = f"{base.id}.update({context.text(extra)})"
    edit = context.layout.replace_statements(loop, loop, code)
    return Rewrite((edit,), f"copy all entries into {base.id} at once") if edit else None


def _is_own_dict(context: FunctionContext, name: ast.Name) -> bool:
    """A plain dict that this function made: its own `update` is the builtin one."""
    shape = context.inference.of(name)
    return shape.name == "dict" and shape.evidence == "proved" and is_local_new(context, name.id)


STRATEGY = BuiltinStrategy("dict-update", "in_place_update", _build, __doc__ or "", ("VX119",))
