"""Goes through a sequence once where two loops one after the other go through it, each with its own work.

What it does: two neighbouring loops over the same unchanged list, string or range, whose bodies touch different
variables, become one loop with both bodies. Numbers set between the loops are set before it.

Example:
    def spread(numbers: list[int]) -> tuple[int, int]:
        total = 0
        for number in numbers:
            if number > 0:
                total += number
        count = 0
        for number in numbers:
            if number < 0:
                count += 1
        return total, count

Result:
    def spread(numbers: list[int]) -> tuple[int, int]:
        total = 0
        count = 0
        for number in numbers:
            if number > 0:
                total += number
            if number < 0:
                count += 1
        return total, count

Inputs:
    ([1, -2, 3],)
    ([],)

When it is unsafe: when one body reads or changes what the other changes, when a loop may end early or go to its next
turn, when something is printed or called whose order may matter, when the sequence is an iterator, which only the first
loop sees, and when both bodies may raise: then the other exception may come first.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator, Sequence

from velox_engine.strategies.base import BuiltinStrategy, FunctionContext, Rewrite
from velox_engine.strategies.bindings import all_names, read_names, written_names
from velox_engine.strategies.effects import Effects, effects_of, is_separate, keeps_contents
from velox_engine.strategies.loops import constant, leaves, places, range_parts, stands_in_try
from velox_engine.strategies.patterns import match_stmt, same
from velox_engine.strategies.positions import indent_lines
from velox_engine.strategies.purity import cannot_raise

_SEEN_AGAIN = frozenset({"list", "tuple", "str", "range", "dict", "set", "bytes"})


def _build(context: FunctionContext) -> Iterator[Rewrite]:
    for place in places(context.node):
        first = place.statement
        if not isinstance(first, ast.For):
            continue
        between: list[ast.stmt] = []
        for follower in place.after:
            if isinstance(follower, ast.For):
                rewrite = _fused(context, first, between, follower)
                if rewrite:
                    yield rewrite
                break
            if not _starts(follower):
                break
            between.append(follower)


def _starts(statement: ast.stmt) -> bool:
    """`count = 0`, `found = []` and the like."""
    if not isinstance(statement, ast.Assign) or not all(
        isinstance(one, ast.Name) for one in statement.targets
    ):
        return False
    value = statement.value
    empty = (isinstance(value, ast.List) and not value.elts) or (
        isinstance(value, ast.Dict) and not value.keys
    )
    return empty or constant(value) is not ...


def _fused(
    context: FunctionContext, first: ast.For, between: Sequence[ast.stmt], second: ast.For
) -> Rewrite | None:
    if (
        first.orelse
        or second.orelse
        or not same(first.target, second.target)
        or not same(first.iter, second.iter)
    ):
        return None
    bodies = [*first.body, *second.body]
    if not _is_seen_again(context, first.iter) or leaves(bodies) or stands_in_try(context, first):
        return None
    if any(isinstance(node, ast.FunctionDef | ast.Lambda) for one in bodies for node in ast.walk(one)):
        return None
    whole: list[ast.AST] = [first, *between, second]
    held = [ast.Name(name, ast.Load()) for name in all_names([first.iter])]
    if any(name.id in written_names(whole) for name in held) or not all(
        keeps_contents(context, name, whole) for name in held if not context.is_builtin(name.id)
    ):
        return None
    one, other = effects_of(context, first.body), effects_of(context, second.body)
    if not _apart(context, first.body, one, other) or not _apart(context, second.body, other, one):
        return None
    target = written_names([first.target])
    if (one.written | other.written) & target or one.written & other.written:
        return None
    starting = written_names(between)
    if starting & all_names([first]) or len(starting) != len(between):
        return None
    if not (_never_raises(context, first.body) or _never_raises(context, second.body)):
        return None
    return _written(context, first, between, second)


def _is_seen_again(context: FunctionContext, iterable: ast.expr) -> bool:
    """Whether going through it twice gives the same elements twice."""
    if range_parts(context, iterable) is not None:
        return all(isinstance(node, ast.Name | ast.Constant | ast.BinOp | ast.Call | ast.operator | ast.expr_context)
                   for node in ast.walk(iterable))  # fmt: skip
    shape = context.inference.of(iterable)
    return isinstance(iterable, ast.Name) and shape.name in _SEEN_AGAIN


def _apart(context: FunctionContext, body: Sequence[ast.stmt], own: Effects, others: Effects) -> bool:
    """Whether a body neither reads nor changes what the other one changes, and nobody else sees when it runs."""
    prints = any(
        isinstance(node, ast.Call)
        and isinstance(node.func, ast.Name)
        and node.func.id in ("print", "input", "next")
        for statement in body
        for node in ast.walk(statement)
    )
    if own.calls_unknown or prints or not all(is_separate(context, name) for name in own.mutated):
        return False
    return not (others.written | others.mutated) & (read_names(body) | own.written | own.mutated)


def _never_raises(context: FunctionContext, body: Sequence[ast.stmt]) -> bool:
    return all(_harmless(context, statement) for statement in body)


def _harmless(context: FunctionContext, statement: ast.stmt) -> bool:
    """Whether a statement raises for no value of the types that are known."""
    if isinstance(statement, ast.If):
        return cannot_raise(context, statement.test) and _never_raises(
            context, [*statement.body, *statement.orelse]
        )
    if isinstance(statement, ast.Assign):
        return all(isinstance(one, ast.Name) for one in statement.targets) and cannot_raise(
            context, statement.value
        )
    if isinstance(statement, ast.AugAssign) and isinstance(statement.target, ast.Name):
        read = ast.BinOp(ast.Name(statement.target.id, ast.Load()), statement.op, statement.value)
        return cannot_raise(context, read)
    found = match_stmt("M_out.append(M_e)", statement)
    if found and isinstance(found["M_out"], ast.Name):
        return context.inference.of(found["M_out"]).name == "list" and cannot_raise(context, found["M_e"])
    return False


def _written(
    context: FunctionContext, first: ast.For, between: Sequence[ast.stmt], second: ast.For
) -> Rewrite | None:
    layout = context.layout
    block = [layout.block_text(part) for part in ([*between] or [first], first.body, second.body)]
    start, body, rest = block
    if start is None or body is None or rest is None:
        return None
    head = f"for {context.text(first.target)} in {context.text(first.iter)}:"
    if "\n" in head:
        return None
    code = f"{head}\n{indent_lines(body.rstrip(), layout.unit)}\n{indent_lines(rest.rstrip(), layout.unit)}"
    if between:
        code = f"{start.rstrip()}\n{code}"
    edit = layout.replace_statements(first, second, code)
    return Rewrite((edit,), f"go through {context.text(first.iter)} once") if edit else None


STRATEGY = BuiltinStrategy("loop-fusion", "loop_restructuring", _build, __doc__ or "")
