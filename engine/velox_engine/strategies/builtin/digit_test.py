"""Tests the digits of an integer with one string method instead of one generator step per digit.

What it does: `all(… for c in str(n))`, whose question about a digit is answered when the code is rewritten, becomes
`not str(n).strip("…")` with the digits that pass. Anything but a non-negative int still asks digit by digit.

Example:
    def odd_digits_only(numbers):
        result = []
        for n in numbers:
            if all(int(d) % 2 == 1 for d in str(n)):
                result.append(n)
        return result

Result:
    def odd_digits_only(numbers):
        result = []
        for n in numbers:
            if (not str(n).strip("13579") if type(n) is int and n >= 0 else all(int(d) % 2 == 1 for d in str(n))):
                result.append(n)
        return result

Inputs:
    ([1, 12, 135, 0],)
    ([],)

When it is unsafe: never: other types and negative numbers take the old way.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator

from velox_engine.strategies.base import BuiltinStrategy, FunctionContext, Rewrite
from velox_engine.strategies.loops import is_fallback
from velox_engine.strategies.patterns import match_expr, same
from velox_engine.strategies.rendering import one_line

_ALLOWED = (
    ast.Compare, ast.BinOp, ast.BoolOp, ast.UnaryOp, ast.Constant, ast.Name, ast.Call, ast.operator, ast.cmpop,
    ast.boolop, ast.unaryop, ast.expr_context, ast.Tuple, ast.List, ast.Set,
)  # fmt: skip


def _build(context: FunctionContext) -> Iterator[Rewrite]:
    for node in ast.walk(context.node):
        if not (isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "all"):
            continue
        if len(node.args) != 1 or not isinstance(node.args[0], ast.GeneratorExp | ast.ListComp):
            continue
        inner = node.args[0]
        if len(inner.generators) != 1 or inner.generators[0].ifs or not context.is_builtin("all"):
            continue
        generator = inner.generators[0]
        digits = match_expr("str(M_n)", generator.iter)
        if (
            not digits
            or not isinstance(digits["M_n"], ast.Name)
            or not isinstance(generator.target, ast.Name)
        ):
            continue
        passing = _passing(context, inner.elt, generator.target)
        old = one_line(context.text(node))
        if not passing or old is None or is_fallback(context, node, digits["M_n"].id):
            continue
        context.need_builtins("str", "type", "int")
        name = digits["M_n"].id
        new = f'(not str({name}).strip("{passing}") if type({name}) is int and {name} >= 0 else {old})'
        yield Rewrite((context.layout.replace(node, new),), "test all digits with one string method")


def _passing(context: FunctionContext, question: ast.expr, variable: ast.Name) -> str:
    """The digits that pass, found by asking for each of the ten; "" when it cannot be asked here."""
    for node in ast.walk(question):
        if not isinstance(node, _ALLOWED) or (
            isinstance(node, ast.BinOp) and isinstance(node.op, ast.Pow | ast.LShift)
        ):
            return ""
        if isinstance(node, ast.Name) and node.id != variable.id and node.id != "int":
            return ""
        if isinstance(node, ast.Call) and not (
            isinstance(node.func, ast.Name)
            and node.func.id == "int"
            and len(node.args) == 1
            and same(node.args[0], variable)
        ):
            return ""
    if not context.is_builtin("int"):
        return ""
    code = compile(ast.fix_missing_locations(ast.Expression(question)), "question", "eval")
    passing = ""
    for digit in "0123456789":
        try:
            if eval(code, {"__builtins__": {"int": int}}, {variable.id: digit}):
                passing += digit
        except (TypeError, ValueError, ArithmeticError):
            return ""
    return passing if 0 < len(passing) < 10 else ""


STRATEGY = BuiltinStrategy("digit-test", "precomputation", _build, __doc__ or "")
