"""Computes a greatest common divisor with `math.gcd` instead of searching for it.

What it does: a loop down from the smaller number that returns the first common divisor, a loop up that keeps the
last one, and Euclid's algorithm written out (as a loop or a recursion) ask `math.gcd`. Anything but positive ints
still takes the old way.

Example:
    def common(a: int, b: int):
        for k in range(min(a, b), 0, -1):
            if a % k == 0 and b % k == 0:
                return k

Result:
    import math


    def common(a: int, b: int):
        if a > 0 and b > 0:
            return math.gcd(a, b)
        for k in range(min(a, b), 0, -1):
            if a % k == 0 and b % k == 0:
                return k

Inputs:
    (12, 18)
    (7, 5)
    (0, 3)
    (-4, 6)

When it is unsafe: for negative numbers, whose common divisor Euclid's loop may give a sign, and for floats.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator

from velox_engine.strategies.base import BuiltinStrategy, FunctionContext, Rewrite
from velox_engine.strategies.bindings import all_names, parameters
from velox_engine.strategies.guards import integer
from velox_engine.strategies.imports import import_module
from velox_engine.strategies.loops import Place, places, read_outside, stands_guarded
from velox_engine.strategies.patterns import Match, match_expr, match_stmt, match_stmts, same

_DIVIDES = (
    "M_a % M_k == 0 and M_b % M_k == 0",
    "M_b % M_k == 0 and M_a % M_k == 0",
    "not M_a % M_k and not M_b % M_k",
)
_DOWN = tuple(f"for M_k in range(min(M_a, M_b), 0, -1):\n if {test}:\n  return M_k" for test in _DIVIDES)
_UP = tuple(f"for M_k in range(1, M_stop):\n if {test}:\n  M_g = M_k" for test in _DIVIDES)
_EUCLID = ("while M_b:\n M_a, M_b = M_b, M_a % M_b", "while M_b != 0:\n M_a, M_b = M_b, M_a % M_b",
           "while M_b > 0:\n M_a, M_b = M_b, M_a % M_b")  # fmt: skip
_RECURSIVE = (
    "if M_b == 0:\n return M_a\nreturn M_f(M_b, M_a % M_b)",
    "if not M_b:\n return M_a\nreturn M_f(M_b, M_a % M_b)",
    "if M_b == 0:\n return M_a\nelse:\n return M_f(M_b, M_a % M_b)",
    "if not M_b:\n return M_a\nelse:\n return M_f(M_b, M_a % M_b)",
    "return M_a if M_b == 0 else M_f(M_b, M_a % M_b)",
    "return M_a if not M_b else M_f(M_b, M_a % M_b)",
)


def _build(context: FunctionContext) -> Iterator[Rewrite]:
    for place in places(context.node):
        rewrite = _recursion(context, place) or _loop(context, place)
        if rewrite:
            yield rewrite


def _names(found: Match) -> tuple[ast.Name, ast.Name] | None:
    first, second = found["M_a"], found["M_b"]
    if isinstance(first, ast.Name) and isinstance(second, ast.Name) and first.id != second.id:
        return first, second
    return None


def _first(templates: tuple[str, ...], statement: ast.stmt) -> Match | None:
    return next((match for match in (match_stmt(one, statement) for one in templates) if match), None)


def _guard(context: FunctionContext, names: tuple[ast.Name, ast.Name]) -> str:
    tests = [test for name in names for test in integer(context, name)]
    return " and ".join([*tests, *(f"{name.id} > 0" for name in names)])


def _loop(context: FunctionContext, place: Place) -> Rewrite | None:
    loop, unit = place.statement, context.layout.unit
    if isinstance(loop, ast.For) and not loop.orelse:
        down, up = _first(_DOWN, loop), _first(_UP, loop)
        found = down or up
        names = _names(found) if found else None
        if not found or names is None or stands_guarded(place, names[0].id) or _guarded(context, names):
            return None
        a, b = names[0].id, names[1].id
        context.need_builtins("min", "range")
        module, imported = import_module(context, "math")
        if down:
            code = f"if {_guard(context, names)}:\n{unit}return {module}.gcd({a}, {b})"
            edit = context.layout.insert_before(loop, code)
            return Rewrite((*imported, edit), "compute the divisor with math.gcd") if edit else None
        if not isinstance(loop.target, ast.Name) or read_outside(context, loop.target.id, loop):
            return None
        if not any(
            match_expr(f"min({one}, {other}) + 1", found["M_stop"]) for one, other in ((a, b), (b, a))
        ) and not _is_smaller(context, found["M_stop"], names):
            return None
        kept = found["M_g"]
        body = context.layout.block_text([loop])
        if not isinstance(kept, ast.Name) or kept.id in (a, b) or body is None:
            return None
        inner = "\n".join(unit + line if line else line for line in body.rstrip().split("\n"))
        code = f"if {_guard(context, names)}:\n{unit}{kept.id} = {module}.gcd({a}, {b})\nelse:\n{inner}"
        edit = context.layout.replace_statements(loop, loop, code)
        return Rewrite((*imported, edit), "compute the divisor with math.gcd") if edit else None
    if isinstance(loop, ast.While) and not loop.orelse:
        found = _first(_EUCLID, loop)
        names = _names(found) if found else None
        if names is None or _guarded(context, names):
            return None
        module, imported = import_module(context, "math")
        a, b = names[0].id, names[1].id
        code = f"if {_guard(context, names)}:\n{unit}{a}, {b} = {module}.gcd({a}, {b}), 0"
        edit = context.layout.insert_before(loop, code)
        return Rewrite((*imported, edit), "compute the divisor with math.gcd") if edit else None
    return None


def _guarded(context: FunctionContext, names: tuple[ast.Name, ast.Name]) -> bool:
    """Whether a branch of the function already asks math.gcd."""
    return any(
        isinstance(node, ast.Attribute)
        and node.attr == "gcd"
        and {name.id for name in names} & all_names([around])
        for around in ast.walk(context.node)
        if isinstance(around, ast.If)
        for node in ast.walk(around)
    )


def _is_smaller(context: FunctionContext, stop: ast.expr, names: tuple[ast.Name, ast.Name]) -> bool:
    """smaller + 1, where smaller is the lesser of both: `if a > b: smaller = b else: smaller = a`."""
    found = match_expr("M_s + 1", stop)
    if not found or not isinstance(found["M_s"], ast.Name):
        return False
    name, a, b = found["M_s"].id, names[0].id, names[1].id
    templates = [
        template
        for x, y in ((a, b), (b, a))
        for template in (
            f"if {x} > {y}:\n {name} = {y}\nelse:\n {name} = {x}",
            f"if {x} < {y}:\n {name} = {x}\nelse:\n {name} = {y}",
            f"{name} = min({x}, {y})",
            f"{name} = {x} if {x} < {y} else {y}",
        )
    ]
    writes = [
        node
        for node in ast.walk(context.node)
        if isinstance(node, ast.Name) and node.id == name and not isinstance(node.ctx, ast.Load)
    ]
    for place in places(context.node):
        if any(match_stmt(template, place.statement) for template in templates):
            inside = set(ast.walk(place.statement))
            return all(node in inside for node in writes)
    return False


def _recursion(context: FunctionContext, place: Place) -> Rewrite | None:
    if place.block is not context.node.body or not isinstance(context.node, ast.FunctionDef):
        return None
    rest = place.block[place.index :]
    found = next((match for match in (match_stmts(one, rest) for one in _RECURSIVE) if match), None)
    names = _names(found) if found else None
    if not found or names is None or place.index > 1 or _guarded(context, names):
        return None
    called = found["M_f"]
    arguments = parameters(context.node)
    if not isinstance(called, ast.Name) or called.id != context.node.name or context.enclosing:
        return None
    if arguments != [names[0].id, names[1].id] or not same(found["M_a"], names[0]):
        return None
    if place.index == 1 and not isinstance(place.block[0], ast.Expr):
        return None
    module, imported = import_module(context, "math")
    unit = context.layout.unit
    code = f"if {_guard(context, names)}:\n{unit}return {module}.gcd({names[0].id}, {names[1].id})"
    edit = context.layout.insert_before(place.statement, code)
    return Rewrite((*imported, edit), "compute the divisor with math.gcd") if edit else None


STRATEGY = BuiltinStrategy("common-divisor", "stdlib_substitution", _build, __doc__ or "", ("VX603",))
