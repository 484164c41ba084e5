"""Makes the list of running totals with `accumulate` instead of adding and appending in turn.

What it does: a loop that adds each number to a total and appends the total becomes one call of `itertools.accumulate`.

Example:
    def balance(bookings: list[int]) -> list[int]:
        total = 0
        result = []
        for booking in bookings:
            total += booking
            result.append(total)
        return result

Result:
    from itertools import accumulate


    def balance(bookings: list[int]) -> list[int]:
        result = list(accumulate(bookings, initial=0))[1:]
        return result

Inputs:
    ([1, 2, 3],)
    ([],)

When it is unsafe: when the total is read after the loop; then it is left alone. Elements that are no numbers may add
themselves in place, so they are left alone too.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator

from velox_engine.strategies.base import BuiltinStrategy, FunctionContext, Rewrite
from velox_engine.strategies.imports import import_member
from velox_engine.strategies.loops import constant, places, stands_in_try, used_outside
from velox_engine.strategies.patterns import match_stmt, match_stmts, same
from velox_engine.strategies.shape import element_of

_LOOP = "for M_x in M_xs:\n    M_t += M_x\n    M_out.append(M_t)"


def _build(context: FunctionContext) -> Iterator[Rewrite]:
    for place in places(context.node):
        loop, before = place.statement, place.before
        found = match_stmt(_LOOP, loop)
        if not found or not isinstance(loop, ast.For) or len(before) < 2 or stands_in_try(context, loop):
            continue
        names = [part.id for key in ("M_x", "M_t", "M_out") if isinstance(part := found[key], ast.Name)]
        if len(set(names)) != 3:
            continue
        made = match_stmts("M_t = M_start\nM_out = []", before[-2:]) or match_stmts(
            "M_out = []\nM_t = M_start", before[-2:]
        )
        if not made or not same(made["M_t"], found["M_t"]) or not same(made["M_out"], found["M_out"]):
            continue
        start, element = constant(made["M_start"]), element_of(context.inference.of(found["M_xs"]))
        if type(start) not in (int, float) or not element.is_number:
            continue
        if set(names) & {node.id for node in ast.walk(found["M_xs"]) if isinstance(node, ast.Name)}:
            continue
        if any(_is_read_later(context, name, [*before[-2:], loop]) for name in names[:2]):
            continue
        context.need_builtins("list")
        accumulate, imported = import_member(context, "itertools", "accumulate")
        code = (
            f"{names[2]} = list({accumulate}({context.text(found['M_xs'])}, "
            f"initial={context.text(made['M_start'])}))[1:]"
        )
        edit = context.layout.replace_statements(before[-2], loop, code)
        if edit:
            yield Rewrite((edit, *imported), "let accumulate add up")


def _is_read_later(context: FunctionContext, name: str, statements: list[ast.stmt]) -> bool:
    """Whether a name is mentioned outside of the statements that are replaced."""
    return used_outside(context, name, ast.Module(statements, []))


STRATEGY = BuiltinStrategy("running-total", "stdlib_substitution", _build, __doc__ or "", ("VX319",))
