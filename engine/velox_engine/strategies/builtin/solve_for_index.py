"""Solves an equation for the loop variable instead of trying every value of it.

What it does: a loop over a range that does something only where an equation holds, in which the loop variable stands
once times a constant (or squared), goes through the one value that can solve it. The test stays, so that the body
runs in exactly the same cases.

Example:
    def ways(limit: int, total: int):
        count = 0
        for a in range(limit + 1):
            for b in range(limit + 1):
                for c in range(limit + 1):
                    if a + b + c == total:
                        count += 1
        return count

Result:
    def ways(limit: int, total: int):
        count = 0
        for a in range(limit + 1):
            for b in range(limit + 1):
                value = total - (a + b)
                for c in range(max(0, value), min(limit + 1, value + 1)):
                    if a + b + c == total:
                        count += 1
        return count

Inputs:
    (5, 7)
    (0, 0)
    (3, 100)
    (4, -1)

When it is unsafe: when the body changes what the equation reads, or the loop variable is read after the loop. Names
that are not known to be ints are passed through `int`; a float that is no whole number solves nothing either way.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass

from velox_engine.strategies.base import BuiltinStrategy, FunctionContext, Rewrite
from velox_engine.strategies.bindings import all_names
from velox_engine.strategies.effects import keeps_value
from velox_engine.strategies.imports import import_module
from velox_engine.strategies.loops import constant, places, range_parts, read_outside
from velox_engine.strategies.patterns import match_expr, same


@dataclass(frozen=True, slots=True)
class _Term:
    """factor * variable ** power + rest, where rest is a list of signed expressions."""

    factor: int
    power: int
    rest: tuple[tuple[int, ast.expr], ...]


def _build(context: FunctionContext) -> Iterator[Rewrite]:
    for place in places(context.node):
        loop = place.statement
        if not isinstance(loop, ast.For) or loop.orelse or not isinstance(loop.target, ast.Name):
            continue
        parts = range_parts(context, loop.iter)
        if parts is None or constant(parts[2]) != 1 or len(loop.body) != 1:
            continue
        branch = loop.body[0]
        if not isinstance(branch, ast.If) or branch.orelse or _is_narrow(loop):
            continue
        variable = loop.target.id
        if read_outside(context, variable, loop) or _calls_in(parts):
            continue
        tests = (
            branch.test.values
            if isinstance(branch.test, ast.BoolOp) and isinstance(branch.test.op, ast.And)
            else [branch.test]
        )
        for test in tests:
            rewrite = _solved(context, loop, branch, variable, test, parts)
            if rewrite:
                yield rewrite
                break


def _calls_in(parts: tuple[ast.expr, ...]) -> bool:
    """Whether computing the range calls something else than len."""
    return any(
        isinstance(node, ast.Call) and not match_expr("len(M_x)", node)
        for part in parts
        for node in ast.walk(part)
    )


def _is_narrow(loop: ast.For) -> bool:
    """Whether the range is one that this strategy made."""
    return match_expr("range(max(M_a, M_v), min(M_b, M_v + 1))", loop.iter) is not None


def _solved(
    context: FunctionContext,
    loop: ast.For,
    branch: ast.If,
    variable: str,
    test: ast.expr,
    parts: tuple[ast.expr, ast.expr, ast.expr],
) -> Rewrite | None:
    if not (isinstance(test, ast.Compare) and len(test.ops) == 1 and isinstance(test.ops[0], ast.Eq)):
        return None
    left, right = test.left, test.comparators[0]
    if variable in all_names([right]):
        left, right = right, left
    if variable in all_names([right]) or variable not in all_names([left]):
        return None
    term = _term(left, variable)
    if term is None or abs(term.factor) == 0:
        return None
    known = [expression for _, expression in term.rest] + [right]
    if not all(_arithmetic(expression) and keeps_value(context, expression, [loop]) for expression in known):
        return None
    # Dividing by a factor that is not 1 and the root are exact for ints only; differences are so for all that counts.
    value = context.operand(right) if term.rest else context.text(right)
    for sign, expression in _grouped(context, term, left):
        value += f" {'-' if sign > 0 else '+'} {expression}"
    if not all(_whole(context, expression) for expression in known):
        context.need_builtins("int")
        value = f"int({value})"
    if term.factor == -1:
        value = f"-({value})"
    elif term.factor != 1:
        value = f"({value}) // {term.factor}"
    imported = []
    context.need_builtins("max", "min")
    if term.power == 2:
        module, imported = import_module(context, "math")
        value = f"{module}.isqrt(max(0, {value}))"
        if not _not_negative(context, parts[0], loop):
            return None
    name = context.fresh("value", "solution", "candidate")
    start, stop = (
        context.text(parts[0]) if not isinstance(parts[0], ast.Constant) else str(parts[0].value),
        context.text(parts[1]),
    )
    narrowed = f"range(max({start}, {name}), min({stop}, {name} + 1))"
    before = context.layout.insert_before(loop, f"{name} = {value}")
    edit = context.layout.replace(loop.iter, narrowed)
    if before is None:
        return None
    return Rewrite(
        (before, edit, *imported), f"solve the equation for {variable}", reusable=frozenset({name})
    )


def _not_negative(context: FunctionContext, start: ast.expr, loop: ast.For) -> bool:
    """Whether a range starts at 0 or later: at a constant, or at the variable of a loop around that does."""
    if isinstance(start, ast.BinOp) and isinstance(start.op, ast.Add):
        return all(_not_negative(context, side, loop) for side in (start.left, start.right))
    value = constant(start)
    if isinstance(value, int):
        return value >= 0
    around: ast.AST = loop
    while isinstance(start, ast.Name) and around in context.parents:
        around = context.parents[around]
        if (
            isinstance(around, ast.For)
            and isinstance(around.target, ast.Name)
            and around.target.id == start.id
        ):
            parts = range_parts(context, around.iter)
            step = constant(parts[2]) if parts else 0
            return (
                parts is not None
                and isinstance(step, int)
                and step > 0
                and _not_negative(context, parts[0], around)
            )
    return False


def _grouped(context: FunctionContext, term: _Term, left: ast.expr) -> list[tuple[int, str]]:
    """The rest as few signed texts: `a + b` of `a + b + c` stays one piece."""
    if isinstance(left, ast.BinOp) and len(term.rest) > 1:
        for side, other in ((left.left, left.right), (left.right, left.left)):
            inner = set(ast.walk(side))
            if (
                all(expression in inner for _, expression in term.rest)
                and not any(expression in set(ast.walk(other)) for _, expression in term.rest)
                and (isinstance(left.op, ast.Add) or side is left.left)
            ):
                return [(1, context.operand(side))]
    return [(sign, context.operand(expression)) for sign, expression in term.rest]


def _term(node: ast.expr, variable: str) -> _Term | None:
    if isinstance(node, ast.Name):
        return _Term(1, 1, ()) if node.id == variable else None
    if isinstance(node, ast.BinOp):
        if match_expr(f"{variable} ** 2", node) or match_expr(f"{variable} * {variable}", node):
            return _Term(1, 2, ())
        inside = [variable in all_names([side]) for side in (node.left, node.right)]
        if all(inside) or not any(inside):
            return None
        mine, other = (node.left, node.right) if inside[0] else (node.right, node.left)
        if isinstance(node.op, ast.Mult):
            factor = constant(other)
            whole = isinstance(factor, int) and not isinstance(factor, bool) and factor != 0
            return _Term(factor, 1, ()) if whole and same(mine, ast.Name(variable, ast.Load())) else None  # type: ignore[arg-type]
        if isinstance(node.op, ast.Add | ast.Sub):
            term = _term(mine, variable)
            if term is None:
                return None
            sign = -1 if isinstance(node.op, ast.Sub) else 1
            if mine is node.left:
                return _Term(term.factor, term.power, (*term.rest, (sign, other)))
            if sign == -1:
                negated = tuple((-one, expression) for one, expression in term.rest)
                return _Term(-term.factor, term.power, ((1, other), *negated))
            return _Term(term.factor, term.power, ((1, other), *term.rest))
    return None


def _arithmetic(node: ast.expr) -> bool:
    """Made of names, whole numbers, +, - and * only: cheap, and cannot raise for numbers."""
    return all(
        isinstance(
            part,
            ast.Name
            | ast.BinOp
            | ast.Add
            | ast.Sub
            | ast.Mult
            | ast.Pow
            | ast.expr_context
            | ast.UnaryOp
            | ast.USub,
        )
        or (isinstance(part, ast.Constant) and type(part.value) is int and part.value >= 0)
        for part in ast.walk(node)
    ) and all(
        isinstance(part.right, ast.Constant) and part.right.value in (2, 3)
        for part in ast.walk(node)
        if isinstance(part, ast.BinOp) and isinstance(part.op, ast.Pow)
    )


def _whole(context: FunctionContext, node: ast.expr) -> bool:
    return all(
        context.inference.of(part).name in ("int", "bool")
        for part in ast.walk(node)
        if isinstance(part, ast.Name)
    )


STRATEGY = BuiltinStrategy("solve-for-index", "algorithm_change", _build, __doc__ or "")
