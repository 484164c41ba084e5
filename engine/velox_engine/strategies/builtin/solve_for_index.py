"""Solves an equation for the loop variable instead of trying every value of it.

What it does: a loop over a range that does something only where an equation holds, in which the loop variable stands
once times a constant (or squared, or times variables of other loops that start above 0), goes through the one value
that can solve it. The test stays, so that the body runs in exactly the same cases.

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
that are not known to be ints are tested: for anything else the loop tries every value.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass, replace

from velox_engine.strategies.arithmetic import answers_integers
from velox_engine.strategies.base import BuiltinStrategy, FunctionContext, Rewrite
from velox_engine.strategies.bindings import all_names
from velox_engine.strategies.effects import keeps_value
from velox_engine.strategies.guards import integers_in
from velox_engine.strategies.imports import import_module
from velox_engine.strategies.loops import constant, places, range_parts, read_outside
from velox_engine.strategies.patterns import match_expr, match_stmt, same
from velox_engine.strategies.purity import cannot_raise


@dataclass(frozen=True, slots=True)
class _Term:
    """factor * scale * variable ** power + rest: scale are expressions, rest is a list of signed ones."""

    factor: int
    power: int
    rest: tuple[tuple[int, ast.expr], ...]
    scale: tuple[ast.expr, ...] = ()


def _build(context: FunctionContext) -> Iterator[Rewrite]:
    for place in places(context.node):
        loop = place.statement
        if not isinstance(loop, ast.For) or loop.orelse or not isinstance(loop.target, ast.Name):
            continue
        parts = range_parts(context, loop.iter)
        if parts is None or constant(parts[2]) != 1 or not _only_filters(context, loop.body[:-1]):
            continue
        branch = loop.body[-1]
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


def _only_filters(context: FunctionContext, statements: list[ast.stmt]) -> bool:
    """Whether they only skip values: `if not question(x): continue`, where asking has no effect and cannot fail."""
    for statement in statements:
        if not (match_stmt("if M_test:\n continue", statement) and isinstance(statement, ast.If)):
            return False
        asked = statement.test.operand if isinstance(statement.test, ast.UnaryOp) else statement.test
        if isinstance(asked, ast.Call) and isinstance(asked.func, ast.Name):
            helper = context.known_functions.get(asked.func.id)
            if helper is None or len(asked.args) != 1 or asked.keywords or not answers_integers(helper):
                return False
            asked = asked.args[0]
            if not _whole(context, asked):
                return False
        if not cannot_raise(context, asked):
            return False
    return True


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
    known = [*(expression for _, expression in term.rest), right, *term.scale]
    if not all(_positive(context, expression, loop) for expression in term.scale):
        return None
    if not all(_arithmetic(expression) and keeps_value(context, expression, [loop]) for expression in known):
        return None
    # Dividing by a factor that is not 1 and the root are exact for ints only; differences are so for all that counts.
    value = context.operand(right) if term.rest else context.text(right)
    for sign, expression in _grouped(context, term, left):
        value += f" {'-' if sign > 0 else '+'} {expression}"
    tests: list[str] | None = []
    sides = known[: len(known) - len(term.scale)]
    if not all(_whole(context, expression) for expression in sides):
        tests = integers_in(context, sides)
        if tests is None:
            return None
    if term.factor == -1 and not term.scale:
        value = f"-({value})"
    elif term.factor != 1 or term.scale:
        divisor = [str(term.factor)] if term.factor != 1 else []
        divisor += [context.operand(expression) for expression in term.scale]
        value = value if value.isidentifier() else f"({value})"
        value += f" // {divisor[0]}" if len(divisor) == 1 else f" // ({' * '.join(divisor)})"
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
    names = frozenset({name})
    if tests:
        # Only ints have the one solution; what else equals a whole number is found by trying all of them.
        tried, unit = context.fresh(f"{variable}_tried", "tried"), context.layout.unit
        guarded = f"{tried} = {context.text(loop.iter)}\nif {' and '.join(tests)}:\n"
        guarded += f"{unit}{name} = {value}\n{unit}{tried} = {narrowed}"
        before, edit = context.layout.insert_before(loop, guarded), context.layout.replace(loop.iter, tried)
        names |= {tried}
    else:
        before = context.layout.insert_before(loop, f"{name} = {value}")
        edit = context.layout.replace(loop.iter, narrowed)
    if before is None:
        return None
    return Rewrite((before, edit, *imported), f"solve the equation for {variable}", reusable=names)


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


def _positive(context: FunctionContext, node: ast.expr, loop: ast.For) -> bool:
    """Whether an expression is a variable of a range around the loop that starts above 0."""
    around: ast.AST = loop
    while isinstance(node, ast.Name) and around in context.parents:
        around = context.parents[around]
        if isinstance(around, ast.For) and same(around.target, ast.Name(node.id, ast.Load())):
            parts = range_parts(context, around.iter)
            stores = [part for part in context.own if same(part, node) and part is not around.target]
            if parts is None or any(not isinstance(part.ctx, ast.Load) for part in stores):  # type: ignore[attr-defined]
                return False
            start, step = constant(parts[0]), constant(parts[2])
            above = isinstance(start, int) and start > 0
            if not above and isinstance(parts[0], ast.BinOp) and isinstance(parts[0].op, ast.Add):
                # Ex) range(i + 1, n), where i starts at 0 or later.
                above = constant(parts[0].right) == 1 and _not_negative(context, parts[0].left, around)
            elif not above:
                above = _positive(context, parts[0], around)
            return isinstance(step, int) and step > 0 and above
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
        if isinstance(node.op, ast.Mult) and constant(other) is ...:
            term = _term(mine, variable)
            if term is None or term.power != 1 or term.rest:
                return None
            # Ex) i * j in i * j * k
            factors = [other.left, other.right] if match_expr("M_a * M_b", other) else [other]  # type: ignore[union-attr]
            return _Term(term.factor, 1, (), (*term.scale, *factors))
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
                return replace(term, rest=(*term.rest, (sign, other)))
            if sign == -1:
                negated = tuple((-one, expression) for one, expression in term.rest)
                return replace(term, factor=-term.factor, rest=((1, other), *negated))
            return replace(term, rest=((1, other), *term.rest))
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
