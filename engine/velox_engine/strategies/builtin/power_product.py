"""Computes powers, products and binomials with the functions made for them.

What it does: a loop that multiplies by the same int becomes `**`, one that multiplies by each element of an iterable
`math.prod`, a quotient of factorials `math.comb`, and `a ** b % m` the three-argument `pow`, which never builds the
power. The tests that make it exact stand in the code, unless the hints promise ints.

Example:
    def product(numbers: list[int]) -> int:
        result = 1
        for number in numbers:
            result *= number
        return result

Result:
    from math import prod


    def product(numbers: list[int]) -> int:
        result = 1
        result *= prod(numbers)
        return result

Inputs:
    ([2, 3, 4],)
    ([],)
    ([0, 5],)

When it is unsafe: for floats a power is rounded once where the loop rounds at each step; negative exponents give
fractions, and a binomial outside of 0 <= k <= n is an error in factorials but 0 for `comb`.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator

from velox_engine.strategies.base import BuiltinStrategy, FunctionContext, Rewrite
from velox_engine.strategies.bindings import all_names, written_names
from velox_engine.strategies.guards import either, integer, integers_in
from velox_engine.strategies.imports import import_member
from velox_engine.strategies.loops import constant, is_fallback, places, range_parts, read_outside
from velox_engine.strategies.patterns import match_expr, match_stmt, same
from velox_engine.strategies.shape import element_of


def _build(context: FunctionContext) -> Iterator[Rewrite]:
    for place in places(context.node):
        if isinstance(place.statement, ast.For):
            rewrite = _power(context, place.statement) or _product(context, place.statement)
            if rewrite:
                yield rewrite
    for node in ast.walk(context.node):
        if isinstance(node, ast.BinOp):
            rewrite = _binomial(context, node) or _modular(context, node)
            if rewrite:
                yield rewrite


def _factor(loop: ast.For) -> tuple[str, ast.expr] | None:
    """(product, factor) for a body that only multiplies."""
    if loop.orelse or len(loop.body) != 1:
        return None
    for template in ("M_r *= M_b", "M_r = M_r * M_b", "M_r = M_b * M_r"):
        found = match_stmt(template, loop.body[0])
        if found and isinstance(found["M_r"], ast.Name) and found["M_r"].id not in all_names([found["M_b"]]):
            return found["M_r"].id, found["M_b"]
    return None


def _power(context: FunctionContext, loop: ast.For) -> Rewrite | None:
    found, parts = _factor(loop), range_parts(context, loop.iter)
    if found is None or parts is None or not isinstance(loop.target, ast.Name):
        return None
    result, base = found
    variable = loop.target.id
    if variable in all_names([base]) or read_outside(context, variable, loop) or constant(parts[2]) != 1:
        return None
    if not isinstance(base, ast.Name) and type(constant(base)) is not int:
        return None
    start, stop = constant(parts[0]), parts[1]
    found_stop = match_expr("M_n + 1", stop)
    if start == 1 and found_stop:
        stop = found_stop["M_n"]
    elif start != 0:
        return None
    if not isinstance(stop, ast.Name) or not _starts_whole(context, result):
        return None
    tests = [*integer(context, base), f"{stop.id} > 0"]
    body = context.layout.block_text([loop])
    if (
        is_fallback(context, loop, stop.id)
        or body is None
        or f"{stop.id} > 0" in _tests_around(context, loop)
    ):
        return None
    fast = f"{result} *= {context.operand(base)} ** {stop.id}"
    if len(tests) == 1:
        edit = context.layout.replace_statements(loop, loop, f"if {tests[0]}:\n{context.layout.unit}{fast}")
    else:
        edit = either(context, loop, loop, tests, fast, body)
    return Rewrite((edit,), "compute the power at once") if edit else None


def _tests_around(context: FunctionContext, node: ast.AST) -> list[str]:
    found = []
    while node in context.parents:
        node = context.parents[node]
        if isinstance(node, ast.If):
            found.append(context.text(node.test))
    return found


def _starts_whole(context: FunctionContext, name: str) -> bool:
    """Whether the product starts as a whole number."""
    first = [
        place.statement.value
        for place in places(context.node)
        if isinstance(place.statement, ast.Assign)
        and len(place.statement.targets) == 1
        and same(place.statement.targets[0], ast.Name(name, ast.Store()))
        and not place.loops
    ]
    return len(first) == 1 and type(constant(first[0])) is int


def _product(context: FunctionContext, loop: ast.For) -> Rewrite | None:
    found = _factor(loop)
    if found is None or range_parts(context, loop.iter) is not None or not _starts_whole(context, found[0]):
        return None
    result, factor = found
    names = written_names([loop.target])
    if not names & all_names([factor]) or any(read_outside(context, name, loop) for name in names):
        return None
    if not isinstance(loop.target, ast.Name) or not same(factor, loop.target):
        return None
    # Without ints the order of roundings counts: the total would have to be the first factor.
    shape = element_of(context.inference.of(loop.iter))
    if shape.name == "int" and shape.evidence != "use":
        prod, imported = import_member(context, "math", "prod")
        edit = context.layout.replace_statements(loop, loop, f"{result} *= {prod}({context.text(loop.iter)})")
    else:
        prod, imported = import_member(context, "math", "prod")
        edit = context.layout.replace_statements(
            loop, loop, f"{result} = {prod}({context.text(loop.iter)}, start={result})"
        )
    return Rewrite((edit, *imported), "multiply in C") if edit else None


def _factorial(context: FunctionContext, node: ast.expr) -> ast.expr | None:
    """n for factorial(n) or math.factorial(n)."""
    if not (isinstance(node, ast.Call) and len(node.args) == 1 and not node.keywords):
        return None
    func = node.func
    if isinstance(func, ast.Attribute) and isinstance(func.value, ast.Name):
        return node.args[0] if func.attr == "factorial" and func.value.id in context.pure_modules else None
    imported = any(
        isinstance(statement, ast.ImportFrom)
        and statement.module == "math"
        and any(alias.name == "factorial" and alias.asname is None for alias in statement.names)
        for statement in context.module.body
    )
    return node.args[0] if isinstance(func, ast.Name) and func.id == "factorial" and imported else None


def _binomial(context: FunctionContext, node: ast.BinOp) -> Rewrite | None:
    quotient = match_expr("M_n // (M_a * M_b)", node) or match_expr("M_n // M_a // M_b", node)
    if not quotient or context.inference.names.get("factorial"):
        return None
    n, first, second = (_factorial(context, quotient[key]) for key in ("M_n", "M_a", "M_b"))
    if not isinstance(n, ast.Name) or first is None or second is None:
        return None
    for k, rest in ((first, second), (second, first)):
        if (
            isinstance(k, ast.Name)
            and (found := match_expr("M_n - M_k", rest))
            and same(found["M_n"], n)
            and same(found["M_k"], k)
        ):
            if "comb" in "".join(context.text(one) for one in _conditions(context, node)):
                return None
            comb, imported = import_member(context, "math", "comb")
            old = context.text(node)
            if "\n" in old:
                return None
            text = f"{comb}({n.id}, {k.id}) if 0 <= {k.id} <= {n.id} else {old}"
            edit = context.layout.replace(node, _in_place(context, node, text))
            return Rewrite((edit, *imported), "compute the binomial with math.comb")
    return None


def _conditions(context: FunctionContext, node: ast.AST) -> list[ast.AST]:
    parent = context.parents.get(node)
    return [parent] if isinstance(parent, ast.IfExp) else []


def _in_place(context: FunctionContext, node: ast.AST, text: str) -> str:
    parent = context.parents.get(node)
    return text if isinstance(parent, ast.Return | ast.Assign) else f"({text})"


def _modular(context: FunctionContext, node: ast.BinOp) -> Rewrite | None:
    found = match_expr("M_a ** M_b % M_m", node) or match_expr("pow(M_a, M_b) % M_m", node)
    if not found or _conditions(context, node):
        return None
    base, exponent, modulus = found["M_a"], found["M_b"], found["M_m"]
    parts = (base, exponent, modulus)
    if not all(isinstance(one, ast.Name) or type(constant(one)) is int for one in parts):
        return None
    small = constant(exponent)
    if isinstance(small, int) and small < 8:
        return None
    whole = integers_in(context, [one for one in parts if isinstance(one, ast.Name)])
    if whole is None or not context.is_builtin("pow"):
        return None
    positive = [context.text(one) for one in (exponent, modulus) if isinstance(one, ast.Name)]
    value = constant(modulus)
    if isinstance(value, int) and value <= 0:
        return None
    tests = [*whole]
    if isinstance(exponent, ast.Name):
        tests.append(f"{exponent.id} >= 0")
    if isinstance(modulus, ast.Name):
        tests.append(f"{modulus.id} > 0")
    text = f"pow({', '.join(context.text(one) for one in parts)})"
    if tests and positive:
        text = f"{text} if {' and '.join(tests)} else {context.text(node)}"
        text = _in_place(context, node, text)
    edit = context.layout.replace(node, text)
    return Rewrite((edit,), "take the remainder while raising to the power")


STRATEGY = BuiltinStrategy("power-product", "stdlib_substitution", _build, __doc__ or "", ("VX601", "VX605"))
