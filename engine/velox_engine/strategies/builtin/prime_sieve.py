"""Finds all primes of a range with a sieve instead of testing each number by division.

What it does: a loop or comprehension over a range that asks a primality function of the same file about each number (or
divides by all smaller ones in place) looks it up in a sieve built before. The function is recognised by what it
computes: it is run on small numbers, step by step, by an interpreter that knows arithmetic only.

Example:
    def is_prime(n: int):
        if n < 2:
            return False
        for d in range(2, int(n**0.5) + 1):
            if n % d == 0:
                return False
        return True


    def count_primes(limit: int):
        count = 0
        for number in range(limit):
            if is_prime(number):
                count += 1
        return count

Result:
    import math


    def is_prime(n: int):
        if n < 2:
            return False
        for d in range(2, int(n**0.5) + 1):
            if n % d == 0:
                return False
        return True


    def count_primes(limit: int):
        count = 0
        sieve = bytearray(b"\\x00\\x00") + bytearray(b"\\x01") * max(limit - 2, 0)
        for prime in range(2, math.isqrt(len(sieve)) + 1):
            if sieve[prime]:
                sieve[prime * prime :: prime] = bytes(len(range(prime * prime, len(sieve), prime)))
        for number in range(limit):
            if sieve[number]:
                count += 1
        return count

Inputs:
    (30,)
    (0,)
    (2,)
    (3,)

When it is unsafe: when the loop is left early, so that most of the sieve would be for nothing, or the range starts
below 0. The sieve takes one byte for each number up to the end of the range.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator

from velox_engine.strategies.arithmetic import is_primality_test
from velox_engine.strategies.base import BuiltinStrategy, FunctionContext, Rewrite
from velox_engine.strategies.bindings import all_names
from velox_engine.strategies.imports import import_module
from velox_engine.strategies.loops import constant, leaves, places, range_parts, read_outside
from velox_engine.strategies.patterns import match_expr, match_stmt
from velox_engine.types import TextEdit

_BOUNDS = (
    "M_i",
    "M_i // 2 + 1",
    "int(M_i ** 0.5) + 1",
    "int(math.sqrt(M_i)) + 1",
    "int(sqrt(M_i)) + 1",
    "math.isqrt(M_i) + 1",
    "isqrt(M_i) + 1",
)


def _build(context: FunctionContext) -> Iterator[Rewrite]:
    for place in places(context.node):
        statement = place.statement
        if place.loops:
            continue
        if isinstance(statement, ast.For) and isinstance(statement.target, ast.Name) and not statement.orelse:
            if leaves(_without_trials(statement)):
                continue
            rewrite = _sieved(context, statement, statement.iter, statement.target.id, list(statement.body))
            if rewrite:
                yield rewrite
        elif isinstance(statement, ast.Return | ast.Assign):
            for node in ast.walk(statement):
                if (
                    isinstance(node, ast.ListComp | ast.GeneratorExp | ast.SetComp)
                    and len(node.generators) == 1
                ):
                    generator = node.generators[0]
                    if isinstance(generator.target, ast.Name) and not _stops_early(context, node):
                        rewrite = _sieved(
                            context,
                            statement,
                            generator.iter,
                            generator.target.id,
                            [node.elt, *generator.ifs],
                        )
                        if rewrite:
                            yield rewrite


def _stops_early(context: FunctionContext, node: ast.AST) -> bool:
    parent = context.parents.get(node)
    return (
        isinstance(parent, ast.Call)
        and isinstance(parent.func, ast.Name)
        and parent.func.id in ("any", "all", "next")
    )


def _without_trials(loop: ast.For) -> list[ast.stmt]:
    """The body without the inner loops, whose breaks are their own."""
    return [one for one in loop.body if not isinstance(one, ast.For)]


def _sieved(
    context: FunctionContext, statement: ast.stmt, iterable: ast.expr, variable: str, body: list[ast.AST]
) -> Rewrite | None:
    parts = range_parts(context, iterable)
    if parts is None or any(
        isinstance(node, ast.Call) for node in ast.walk(parts[1]) if not match_expr("len(M_x)", node)
    ):
        return None
    start, step = constant(parts[0]), constant(parts[2])
    if type(start) is not int or type(step) is not int or start < 0 or step < 1:
        return None
    if not all(
        isinstance(node, ast.Name | ast.Constant | ast.BinOp | ast.operator | ast.expr_context)
        for node in ast.walk(parts[1])
    ):
        return None
    sieve = context.fresh("sieve", "is_prime_flag")
    changes = _asked(context, body, variable, sieve) or _trials(context, statement, variable, sieve)
    if not changes:
        return None
    context.need_builtins("bytearray", "bytes", "max", "range", "len")
    module, imported = import_module(context, "math")
    prime, unit = context.fresh("prime", "factor"), context.layout.unit
    found = match_expr("M_n + 1", parts[1])
    size = constant(parts[1])
    if found:
        more = f"max({context.operand(found['M_n'])} - 1, 0)"
    elif isinstance(size, int):
        more = str(max(size - 2, 0))
    else:
        more = f"max({context.operand(parts[1])} - 2, 0)"
    code = (
        f'{sieve} = bytearray(b"\\x00\\x00") + bytearray(b"\\x01") * {more}\n'
        f"for {prime} in range(2, {module}.isqrt(len({sieve})) + 1):\n{unit}if {sieve}[{prime}]:\n"
        f"{unit}{unit}{sieve}[{prime} * {prime} :: {prime}] = "
        f"bytes(len(range({prime} * {prime}, len({sieve}), {prime})))"
    )
    before = context.layout.insert_before(statement, code)
    return Rewrite((before, *changes, *imported), "look the primes up in a sieve") if before else None


def _asked(context: FunctionContext, body: list[ast.AST], variable: str, sieve: str) -> list[TextEdit]:
    """The calls of a primality function about the loop variable, where only the truth of the answer counts."""
    changes = []
    for top in body:
        for node in ast.walk(top):
            found = match_expr(f"M_f({variable})", node) if isinstance(node, ast.Call) else None
            if not found or not isinstance(found["M_f"], ast.Name):
                continue
            helper = context.known_functions.get(found["M_f"].id)
            if helper is None or not is_primality_test(helper) or not _as_truth(context, node, top):
                return []
            changes.append(context.layout.replace(node, f"{sieve}[{variable}]"))
    return changes


def _as_truth(context: FunctionContext, node: ast.AST, top: ast.AST) -> bool:
    parent = context.parents.get(node)
    while isinstance(parent, ast.BoolOp | ast.UnaryOp):
        if isinstance(parent, ast.UnaryOp) and not isinstance(parent.op, ast.Not):
            return False
        node, parent = parent, context.parents.get(parent)
    if isinstance(parent, ast.If | ast.IfExp | ast.While):
        return parent.test is node
    return isinstance(parent, ast.comprehension) and node in parent.ifs


def _trials(context: FunctionContext, loop: ast.stmt, variable: str, sieve: str) -> list[TextEdit]:
    """A flag that an inner loop of trial divisions clears, or the else of such a loop."""
    if not isinstance(loop, ast.For) or constant(range_parts(context, loop.iter)[0]) < 2:  # type: ignore[index, operator]
        return []
    layout = context.layout
    for at, inner in enumerate(loop.body):
        if not isinstance(inner, ast.For) or not isinstance(inner.target, ast.Name):
            continue
        divisor = inner.target.id
        stop = match_expr("range(2, M_stop)", inner.iter)
        if not stop or not any(_is_bound(form, stop["M_stop"], variable) for form in _BOUNDS):
            return []
        if read_outside(context, divisor, inner):
            return []
        test = f"{variable} % {divisor} == 0"
        previous = loop.body[at - 1] if at else None
        cleared = match_stmt(f"if {test}:\n M_p = False\n break", inner.body[0]) or match_stmt(
            f"if {test}:\n M_p = False", inner.body[0]
        )
        raised = match_stmt("M_p = True", previous)
        if len(inner.body) == 1 and cleared and raised and not inner.orelse and previous is not None:
            flag = cleared["M_p"]
            if not isinstance(flag, ast.Name) or not match_expr(flag.id, raised["M_p"]):
                return []
            context.need_builtins("bool")
            edit = layout.replace_statements(previous, inner, f"{flag.id} = bool({sieve}[{variable}])")
            return [edit] if edit else []
        if len(inner.body) == 1 and match_stmt(f"if {test}:\n break", inner.body[0]) and inner.orelse:
            text = layout.block_text(inner.orelse)
            if text is None or divisor in all_names(inner.orelse):
                return []
            inside = "\n".join(layout.unit + line if line else line for line in text.rstrip().split("\n"))
            edit = layout.replace_statements(inner, inner, f"if {sieve}[{variable}]:\n{inside}")
            return [edit] if edit else []
    return []


def _is_bound(form: str, stop: ast.expr, variable: str) -> bool:
    found = match_expr(form, stop)
    return bool(found) and match_expr(variable, found["M_i"]) is not None  # type: ignore[index]


STRATEGY = BuiltinStrategy("prime-sieve", "algorithm_change", _build, __doc__ or "")
