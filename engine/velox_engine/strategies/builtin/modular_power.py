"""Raises to a power by squaring instead of multiplying in a loop.

What it does: a loop that repeats `x = x * base % modulus` becomes one three-argument `pow`, which needs a number of
steps that grows with the logarithm of the count. Other types than int still take the loop.

Example:
    def power(base: int, count: int, modulus: int):
        result = 1
        for _ in range(count):
            result = result * base % modulus
        return result

Result:
    def power(base: int, count: int, modulus: int):
        result = 1
        if count > 0 and isinstance(base, int) and isinstance(modulus, int) and modulus:
            result = result * pow(base, count, modulus) % modulus
        else:
            for _ in range(count):
                result = result * base % modulus
        return result

Inputs:
    (3, 5, 7)
    (3, 0, 1)
    (2, 4, -5)

When it is unsafe: never: anything but integers and a modulus that is not zero goes through the old loop.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator

from velox_engine.strategies.base import BuiltinStrategy, FunctionContext, Rewrite
from velox_engine.strategies.loops import constant, places, range_parts, read_outside
from velox_engine.strategies.patterns import match_stmt
from velox_engine.strategies.positions import indent_lines

_FORMS = (
    "M_x = M_x * M_b % M_m",
    "M_x = M_b * M_x % M_m",
    "M_x = (M_x * M_b) % M_m",
)


def _build(context: FunctionContext) -> Iterator[Rewrite]:
    for place in places(context.node):
        loop = place.statement
        if not isinstance(loop, ast.For) or loop.orelse or not isinstance(loop.target, ast.Name):
            continue
        parts = range_parts(context, loop.iter)
        found = None
        if len(loop.body) == 1:
            found = next(
                (match for match in (match_stmt(form, loop.body[0]) for form in _FORMS) if match), None
            )
        if not found or parts is None or constant(parts[0]) != 0 or constant(parts[2]) != 1:
            continue
        value, base, modulus, count = found["M_x"], found["M_b"], found["M_m"], parts[1]
        simple = all(isinstance(part, ast.Name | ast.Constant) for part in (base, modulus, count))
        if not simple or not isinstance(value, ast.Name) or read_outside(context, loop.target.id, loop):
            continue
        if loop.target.id in (getattr(base, "id", ""), getattr(modulus, "id", "")):
            continue
        if context.inference.of(ast.Name(value.id, ast.Load())).name not in ("int", ""):
            continue
        if not any(match_stmt(f"{value.id} = M_v", one) and _whole(one) for one in place.before):
            continue
        body = context.layout.block_text([loop])
        if body is None:
            continue
        context.need_builtins("isinstance", "int", "pow")
        tests = [f"{context.text(count)} > 0"]
        tests += [
            f"isinstance({context.text(part)}, int)" for part in (base, modulus) if isinstance(part, ast.Name)
        ]
        tests += [context.text(modulus)] if isinstance(modulus, ast.Name) else []
        unit, name = context.layout.unit, value.id
        power = f"pow({context.text(base)}, {context.text(count)}, {context.text(modulus)})"
        fast = f"{unit}{name} = {name} * {power} % {context.text(modulus)}"
        code = f"if {' and '.join(tests)}:\n{fast}\nelse:\n{indent_lines(body, unit)}"
        edit = context.layout.replace_statements(loop, loop, code)
        if edit:
            yield Rewrite((edit,), "raise to the power by squaring")


def _whole(statement: ast.stmt) -> bool:
    return isinstance(statement, ast.Assign) and isinstance(constant(statement.value), int)


STRATEGY = BuiltinStrategy("modular-power", "algorithm_change", _build, __doc__ or "")
