"""Says whether a recursion surely ends: a loop in its place must not run for ever where the recursion failed."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from velox_engine.strategies.bindings import parameters
from velox_engine.strategies.loops import constant
from velox_engine.strategies.patterns import match_expr

if TYPE_CHECKING:
    from velox_engine.strategies.base import FunctionContext


def ending_tests(
    context: FunctionContext, function: ast.FunctionDef, calls: list[ast.Call]
) -> list[str] | None:
    """What must hold at the start for the recursion to end; nothing where it always ends, None where it is open."""
    names = parameters(function)
    tests: list[str] = []
    for call in calls:
        if call.keywords or len(call.args) != len(names):
            return None
        found = next(
            (
                one
                for name, given in zip(names, call.args, strict=True)
                if (one := _reason(context, function, name, given)) is not None
            ),
            None,
        )
        if found is None and not _closing_in(function, names, call):
            return None
        tests += [test for test in found or [] if test not in tests]
    return tests


def _conditions(function: ast.FunctionDef) -> list[ast.expr]:
    """The tests of its branches, `or` taken apart."""
    found: list[ast.expr] = []
    for node in ast.walk(function):
        if isinstance(node, ast.If | ast.IfExp):
            whole = node.test
            found += (
                whole.values if isinstance(whole, ast.BoolOp) and isinstance(whole.op, ast.Or) else [whole]
            )
    return found


def _reason(
    context: FunctionContext, function: ast.FunctionDef, name: str, given: ast.expr
) -> list[str] | None:
    """Why a parameter cannot change for ever, as the tests that this needs."""
    conditions = _conditions(function)
    shrinks = match_expr(f"{name} - M_k", given) or match_expr(f"{name} // M_k", given)
    if shrinks:
        step = constant(shrinks["M_k"])
        if (
            type(step) is not int
            or step < 1
            or (isinstance(given, ast.BinOp) and isinstance(given.op, ast.FloorDiv) and step < 2)
        ):
            return None
        if any(match_expr(f"{name} {sign} M_c", one) for one in conditions for sign in ("<", "<=")):
            return []
        values = [
            constant(found["M_c"]) for one in conditions if (found := match_expr(f"{name} == M_c", one))
        ]
        values += [0 for one in conditions if match_expr(f"not {name}", one)]
        whole = [value for value in values if type(value) is int]
        divided = isinstance(given, ast.BinOp) and isinstance(given.op, ast.FloorDiv)
        if divided:
            return [f"{name} >= 0"] if 0 in whole else None
        return [f"{name} >= {min(whole)}"] if whole and step == 1 else None
    if match_expr(f"M_a % {name}", given) or any(
        match_expr(f"M_a % {other}", given) and _is_zero_tested(conditions, other)
        for other in parameters(function)
    ):
        return []
    for form in (f"{name}[M_k:]", f"{name}[:-1]", f"{name}[1:-1]"):
        cut = match_expr(form, given)
        if cut and ("M_k" not in cut or constant(cut["M_k"]) == 1):
            empty = (
                f"not {name}",
                f"len({name}) == 0",
                f"len({name}) < M_c",
                f"len({name}) <= M_c",
                f'{name} == ""',
                f"{name} == []",
            )
            return [] if any(match_expr(one, test) for one in empty for test in conditions) else None
    return None


def _is_zero_tested(conditions: list[ast.expr], name: str) -> bool:
    return any(match_expr(f"{name} == 0", one) or match_expr(f"not {name}", one) for one in conditions)


def _closing_in(function: ast.FunctionDef, names: list[str], call: ast.Call) -> bool:
    """low > high ends it, and the call moves one of them to the middle and one further: `middle + 1`, `middle - 1`."""
    pairs = [
        (found["M_a"].id, found["M_b"].id)
        for one in _conditions(function)
        for sign in (">", "<", "<=", ">=")
        if (found := match_expr(f"M_a {sign} M_b", one))
        and isinstance(found["M_a"], ast.Name)
        and isinstance(found["M_b"], ast.Name)
    ]
    for first, second in pairs:
        if first not in names or second not in names:
            continue
        changed = [
            given
            for name, given in zip(names, call.args, strict=True)
            if name in (first, second) and not match_expr(name, given)
        ]
        if len(changed) == 1 and (match_expr("M_m + 1", changed[0]) or match_expr("M_m - 1", changed[0])):
            return True
    return False
