"""Adds up a range with the formula for arithmetic series, and multiplies one out in C.

What it does: `sum(range(…))` becomes the closed form over the range object itself, and loops that add or multiply
the loop variable use it or `math.prod`.

Example:
    def total(n):
        result = 0
        for i in range(1, n + 1):
            result += i
        return result

Result:
    def total(n):
        result = 0
        terms = range(1, n + 1)
        if terms:
            result += (terms[0] + terms[-1]) * len(terms) // 2
        return result

Inputs:
    (10,)
    (0,)
    (-4,)

When it is unsafe: when the total starts as something else than an integer: adding floats one by one rounds
differently. Ranges hold integers only, so the formula is exact.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator

from velox_engine.strategies.base import BuiltinStrategy, FunctionContext, Rewrite
from velox_engine.strategies.imports import import_member
from velox_engine.strategies.loops import places, range_parts, read_outside
from velox_engine.strategies.patterns import match_stmt, same

_SUM = "({r}[0] + {r}[-1]) * len({r}) // 2"


def _build(context: FunctionContext) -> Iterator[Rewrite]:
    for place in places(context.node):
        loop = place.statement
        if isinstance(loop, ast.For):
            rewrite = _loop(context, loop)
            if rewrite:
                yield rewrite
        elif isinstance(loop, ast.Return | ast.Assign) and isinstance(loop.value, ast.Call):
            call = loop.value
            if not (isinstance(call.func, ast.Name) and call.func.id == "sum" and len(call.args) == 1):
                continue
            if call.keywords or not context.is_builtin("sum") or range_parts(context, call.args[0]) is None:
                continue
            context.need_builtins("len")
            name = context.fresh("terms", "numbers")
            insertion = context.layout.insert_before(loop, f"{name} = {context.text(call.args[0])}")
            formula = f"{_SUM.format(r=name)} if {name} else 0"
            if insertion:
                yield Rewrite(
                    (insertion, context.layout.replace(call, formula)), "add up the range by its formula"
                )


def _loop(context: FunctionContext, loop: ast.For) -> Rewrite | None:
    parts = range_parts(context, loop.iter)
    if parts is None or loop.orelse or len(loop.body) != 1 or not isinstance(loop.target, ast.Name):
        return None
    if read_outside(context, loop.target.id, loop):
        return None
    statement = loop.body[0]
    for template in (
        "M_t += M_i",
        "M_t = M_t + M_i",
        "M_t *= M_i",
        "M_t = M_t * M_i",
        "M_t = M_i * M_t",
        "M_t = M_i + M_t",
    ):
        found = match_stmt(template, statement)
        if not found or not same(found["M_i"], loop.target) or not isinstance(found["M_t"], ast.Name):
            continue
        total = found["M_t"]
        if context.inference.of(ast.Name(total.id, ast.Load())).name != "int":
            return None
        if "*" in template:
            name, imported = import_member(context, "math", "prod")
            edit = context.layout.replace_statements(
                loop, loop, f"{total.id} *= {name}({context.text(loop.iter)})"
            )
            return Rewrite((edit, *imported), "multiply the range in C") if edit else None
        context.need_builtins("len")
        terms = context.fresh("terms", "numbers")
        unit = context.layout.unit
        code = f"{terms} = {context.text(loop.iter)}\nif {terms}:\n{unit}{total.id} += {_SUM.format(r=terms)}"
        edit = context.layout.replace_statements(loop, loop, code)
        return Rewrite((edit,), "add up the range by its formula") if edit else None
    return None


STRATEGY = BuiltinStrategy("range-sum", "algorithm_change", _build, __doc__ or "", ("VX621",))
