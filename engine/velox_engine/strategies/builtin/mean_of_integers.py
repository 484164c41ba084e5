"""Takes the mean of integers without exact fractions.

What it does: `statistics.mean` adds up fractions so that floats lose nothing. A list of plain ints needs only their sum
and one division; anything else still goes through `statistics.mean`.

Example:
    from statistics import mean


    def average(values):
        return mean(values)

Result:
    from statistics import mean


    def average(values):
        if isinstance(values, list) and values and set(map(type, values)) == {int}:
            total, count = sum(values), len(values)
            return total // count if total % count == 0 else total / count
        return mean(values)

Inputs:
    ([1, 2, 3],)
    ([1, 2],)
    ([1.5, 2],)

When it is unsafe: never: like `mean`, the sum gives an int when the mean is whole, and the division rounds correctly.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator

from velox_engine.strategies.base import BuiltinStrategy, FunctionContext, Rewrite
from velox_engine.strategies.loops import is_fallback, places, stands_guarded
from velox_engine.strategies.positions import indent_lines


def _build(context: FunctionContext) -> Iterator[Rewrite]:
    for place in places(context.node):
        statement = place.statement
        if not isinstance(statement, ast.Return | ast.Assign) or not isinstance(statement.value, ast.Call):
            continue
        call = statement.value
        if not _is_mean(context, call) or not isinstance(call.args[0], ast.Name):
            continue
        if is_fallback(context, statement, call.args[0].id) or stands_guarded(place, call.args[0].id):
            continue
        context.need_builtins("isinstance", "list", "set", "map", "type", "int", "sum", "len")
        unit, values = context.layout.unit, call.args[0].id
        total, count = context.fresh("total", "values_total"), context.fresh("count", "values_count")
        result = f"{total} // {count} if {total} % {count} == 0 else {total} / {count}"
        guard = f"if isinstance({values}, list) and {values} and set(map(type, {values})) == {{int}}:"
        sums = f"{total}, {count} = sum({values}), len({values})"
        if isinstance(statement, ast.Return):
            edit = context.layout.insert_before(statement, f"{guard}\n{unit}{sums}\n{unit}return {result}")
        else:
            body = context.layout.block_text([statement])
            target = " = ".join(context.text(one) for one in statement.targets)
            code = (
                f"{guard}\n{unit}{sums}\n{unit}{target} = {result}\nelse:\n{indent_lines(body or '', unit)}"
            )
            edit = context.layout.replace_statements(statement, statement, code) if body else None
        if edit:
            yield Rewrite((edit,), "take the mean of plain integers with one division")


def _is_mean(context: FunctionContext, call: ast.Call) -> bool:
    if len(call.args) != 1 or call.keywords:
        return False
    for statement in context.module.body:
        if (
            isinstance(statement, ast.ImportFrom)
            and statement.module == "statistics"
            and isinstance(call.func, ast.Name)
        ) and any(
            alias.name == "mean" and (alias.asname or "mean") == call.func.id for alias in statement.names
        ):
            return call.func.id not in context.scope.bound
        if (
            isinstance(statement, ast.Import)
            and isinstance(call.func, ast.Attribute)
            and call.func.attr == "mean"
        ):
            names = {alias.asname or alias.name for alias in statement.names if alias.name == "statistics"}
            if isinstance(call.func.value, ast.Name) and call.func.value.id in names - context.scope.bound:
                return True
    return False


STRATEGY = BuiltinStrategy("mean-of-integers", "stdlib_substitution", _build, __doc__ or "")
