"""Reduces a product while it is computed where only its remainder is wanted.

What it does: `factorial(n) % m` multiplies modulo m, so that no number gets thousands of digits; a product that a loop
collects and that is only read as `product % m` is reduced in each turn; `b ** e % m` becomes `pow(b, e, m)`. The
modulus must be a positive whole number that is written in the code.

Example:
    import math


    def arrangements(n: int) -> int:
        return math.factorial(n) % 1000000007

Result:
    import math


    def arrangements(n: int) -> int:
        if n >= 0:
            product = 1
            for factor in range(2, n + 1):
                product = product * factor % 1000000007
        else:
            product = math.factorial(n)
        return product % 1000000007

Inputs:
    (20,)
    (0,)
    (-1,)

When it is unsafe: for floats, whose product is rounded; anything not known to be an int is tested or left alone. A
negative exponent gives a fraction in one form and an inverse in the other, so it keeps the old one.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator

from velox_engine.strategies.base import BuiltinStrategy, FunctionContext, Rewrite
from velox_engine.strategies.bindings import loads_of, parameters, stores_of
from velox_engine.strategies.effects import bindings_of, is_bound_once
from velox_engine.strategies.guards import integer
from velox_engine.strategies.imports import import_member
from velox_engine.strategies.loops import Place, constant, is_fallback, places, range_parts
from velox_engine.strategies.moduli import modulus
from velox_engine.strategies.patterns import match_expr, match_stmt
from velox_engine.strategies.shapes import Shape


def _build(context: FunctionContext) -> Iterator[Rewrite]:
    for place in places(context.node):
        rewrite = _factorial(context, place) or _product(context, place)
        if rewrite:
            yield rewrite
    for node in ast.walk(context.node):
        rewrite = _power(context, node) if isinstance(node, ast.BinOp) else None
        if rewrite:
            yield rewrite


def _factorial(context: FunctionContext, place: Place) -> Rewrite | None:
    """return factorial(n) % m, or p = factorial(n) where p is only read as p % m."""
    statement = place.statement
    if not isinstance(statement, ast.Return | ast.Assign) or statement.value is None:
        return None
    function, missing = import_member(context, "math", "factorial")
    if missing:
        return None
    named = match_stmt(f"M_p = {function}(M_n)", statement)
    if named and isinstance(named["M_p"], ast.Name):
        name, number, call = named["M_p"].id, named["M_n"], None
        # `product //= 7` needs all of it.
        divisor = _only_remainder(context, name) if is_bound_once(context, name) else None
    else:
        found = match_expr(f"{function}(M_n) % M_m", statement.value)
        if not found:
            return None
        name, number, divisor = context.fresh("product", "remainder"), found["M_n"], found["M_m"]
        call = statement.value.left if isinstance(statement.value, ast.BinOp) else None
    if divisor is None or modulus(context, divisor) is None or not isinstance(number, ast.Name):
        return None
    if is_fallback(context, statement, number.id) or _is_tested(context, statement, f"{number.id} >= 0"):
        return None
    context.need_builtins("range")
    unit, layout = context.layout.unit, context.layout
    factor = context.fresh("factor", "i")
    tests = [*integer(context, number), f"{number.id} >= 0"]
    old = f"{name} = {function}({number.id})"
    code = (
        f"if {' and '.join(tests)}:\n{unit}{name} = 1\n{unit}for {factor} in range(2, {number.id} + 1):\n"
        f"{unit * 2}{name} = {name} * {factor} % {context.operand(divisor)}\nelse:\n{unit}{old}"
    )
    if call is None:
        edits = [layout.replace_statements(statement, statement, code)]
    else:
        edits = [layout.insert_before(statement, code), layout.replace(call, name)]
    kept = tuple(edit for edit in edits if edit)
    return Rewrite(kept, "multiply modulo the modulus") if len(kept) == len(edits) else None


def _is_tested(context: FunctionContext, statement: ast.stmt, test: str) -> bool:
    parent = context.parents.get(statement)
    return isinstance(parent, ast.If) and test in context.text(parent.test)


def _only_remainder(context: FunctionContext, name: str, inside: ast.AST | None = None) -> ast.expr | None:
    """m where the name is only read as `name % m`, outside of one statement."""
    if name in context.scope.inner or name in parameters(context.node) or name in context.scope.outer_writes:
        return None
    within = set(ast.walk(inside)) if inside is not None else set()
    divisors: list[ast.expr] = []
    for load in loads_of(name, context.node):
        if load in within:
            continue
        parent = context.parents.get(load)
        if not (isinstance(parent, ast.BinOp) and isinstance(parent.op, ast.Mod) and parent.left is load):
            return None
        divisors.append(parent.right)
    if not divisors or any(ast.dump(one) != ast.dump(divisors[0]) for one in divisors):
        return None
    return divisors[0]


def _product(context: FunctionContext, place: Place) -> Rewrite | None:
    """product *= factor in a loop, read only as product % m after it."""
    statement = place.statement
    if not place.loops:
        return None
    found = match_stmt("M_p *= M_f", statement) or match_stmt("M_p = M_p * M_f", statement)
    if not found or not isinstance(found["M_p"], ast.Name):
        return None
    name, factor = found["M_p"].id, found["M_f"]
    if not _is_surely_whole(context, factor) or loads_of(name, factor):
        return None
    divisor = _only_remainder(context, name, statement)
    if divisor is None or modulus(context, divisor) is None:
        return None
    starts = [one for one in bindings_of(context, name) if one is not None and type(constant(one)) is int]
    if not starts or len(stores_of(name, context.own)) != len(starts) + 1:
        return None
    text = f"{name} = {name} * {context.operand(factor)} % {context.operand(divisor)}"
    edit = context.layout.replace_statements(statement, statement, text)
    return Rewrite((edit,), f"keep only the remainder of {name}") if edit else None


def _is_surely_whole(context: FunctionContext, node: ast.expr) -> bool:
    shape: Shape = context.inference.of(node)
    return shape.is_whole and shape.evidence != "use"


def _power(context: FunctionContext, node: ast.BinOp) -> Rewrite | None:
    found = match_expr("M_b ** M_e % M_m", node) or match_expr("pow(M_b, M_e) % M_m", node)
    if not found or not context.is_builtin("pow") or modulus(context, found["M_m"]) is None:
        return None
    base, exponent = found["M_b"], found["M_e"]
    if not isinstance(base, ast.Name | ast.Constant) or not isinstance(exponent, ast.Name):
        return None
    if is_fallback(context, node, exponent.id) or _is_chosen(context, node, exponent.id):
        return None
    if isinstance(base, ast.Constant) and type(base.value) is not int:
        return None
    tests = [] if isinstance(base, ast.Constant) else integer(context, base)
    tests += integer(context, exponent)
    if not _never_negative(context, node, exponent.id):
        tests.append(f"{exponent.id} >= 0")
    text = f"pow({context.text(base)}, {exponent.id}, {context.text(found['M_m'])})"
    if tests:
        text = f"({text} if {' and '.join(tests)} else {context.text(node)})"
    return Rewrite((context.layout.replace(node, text),), "raise to the power modulo the modulus")


def _is_chosen(context: FunctionContext, node: ast.AST, name: str) -> bool:
    """Whether it is what remains for a negative exponent already."""
    parent = context.parents.get(node)
    return (
        isinstance(parent, ast.IfExp)
        and parent.orelse is node
        and f"{name} >= 0" in context.text(parent.test)
    )


def _never_negative(context: FunctionContext, node: ast.AST, name: str) -> bool:
    """Whether it is the variable of a loop over a range that starts at a constant that is not negative."""
    if not is_bound_once(context, name) or name in parameters(context.node):
        return False
    while node in context.parents:
        node = context.parents[node]
        if isinstance(node, ast.For) and isinstance(node.target, ast.Name) and node.target.id == name:
            parts = range_parts(context, node.iter)
            start, step = (constant(parts[0]), constant(parts[2])) if parts else (None, None)
            return type(start) is int and start >= 0 and type(step) is int and step > 0
    return False


STRATEGY = BuiltinStrategy("modular-reduction", "algorithm_change", _build, __doc__ or "")
