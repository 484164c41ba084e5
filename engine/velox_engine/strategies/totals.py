"""Sums of slices as differences of running totals, which are computed once."""

from __future__ import annotations

import ast
from collections.abc import Mapping, Sequence

from velox_engine.strategies.base import FunctionContext, Rewrite
from velox_engine.strategies.guards import either
from velox_engine.strategies.imports import import_member
from velox_engine.strategies.rendering import block_with_parts


def subtract_totals(
    context: FunctionContext,
    statement: ast.stmt,
    name: str,
    totals: str,
    parts: Mapping[ast.AST, str],
    tests: Sequence[str],
) -> Rewrite | None:
    """Compute `totals` of the list `name` above a statement, whose `parts` become differences of them.

    `tests` ask what is not known of the list; where there are any, the statement stays as the other way.
    """
    accumulate, imported = import_member(context, "itertools", "accumulate")
    context.need_builtins("list")
    line = f"{totals} = list({accumulate}({name}, initial=0))"
    layout = context.layout
    if not tests:
        before = layout.insert_before(statement, line)
        changes = [layout.replace(node, text) for node, text in parts.items()]
        return Rewrite((before, *changes, *imported), "subtract running totals") if before else None
    new, slow = block_with_parts(context, [statement], parts), layout.block_text([statement])
    if new is None or slow is None:
        return None
    edit = either(context, statement, statement, tests, f"{line}\n{new.rstrip()}", slow)
    return Rewrite((edit, *imported), "subtract running totals") if edit else None
