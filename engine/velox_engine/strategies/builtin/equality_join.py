"""Looks equal elements up in a set instead of comparing all pairs.

What it does: an inner loop that only does something when its element equals an outer value becomes one membership
test in a set built before the outer loop. What is done must not depend on the inner element and must be the same
however often it happens.

Example:
    def common(left: list[int], right: list[int]):
        shared = set()
        for one in left:
            for two in right:
                if one == two:
                    shared.add(one)
        return shared

Result:
    def common(left: list[int], right: list[int]):
        shared = set()
        right_set = set(right)
        for one in left:
            if one in right_set:
                shared.add(one)
        return shared

Inputs:
    ([1, 2, 3], [2, 3, 3])
    ([], [1])

When it is unsafe: unhashable elements; NaN, which equals nothing but is found by identity: where the elements may be
floats the test also asks whether the value equals itself.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator

from velox_engine.strategies.base import BuiltinStrategy, FunctionContext, Rewrite
from velox_engine.strategies.bindings import all_names, written_names
from velox_engine.strategies.effects import keeps_contents
from velox_engine.strategies.loops import places, read_outside
from velox_engine.strategies.patterns import match_expr, match_stmt, same
from velox_engine.strategies.positions import indent_lines
from velox_engine.strategies.purity import is_pure
from velox_engine.strategies.shape import element_of
from velox_engine.types import TextEdit


def _build(context: FunctionContext) -> Iterator[Rewrite]:
    for place in places(context.node):
        inner = place.statement
        if isinstance(inner, ast.For) and place.loops:
            edits = _edits(context, place.loops, inner)
            if edits:
                yield Rewrite(tuple(edits), "look equal elements up in a set instead of comparing all pairs")


def _edits(
    context: FunctionContext, loops: tuple[ast.For | ast.While, ...], inner: ast.For
) -> list[TextEdit] | None:
    if inner.orelse or len(inner.body) != 1 or not isinstance(inner.target, ast.Name):
        return None
    branch = inner.body[0]
    if not isinstance(branch, ast.If) or branch.orelse:
        return None
    found = match_expr("M_a == M_b", branch.test)
    if not found:
        return None
    variable = inner.target.id
    sides = (found["M_a"], found["M_b"])
    varying = [side for side in sides if variable in all_names([side])]
    if len(varying) != 1:
        return None
    key = varying[0]
    probe = sides[0] if varying[0] is sides[1] else sides[1]
    if _is_piece(key) and _is_piece(probe):
        return None  # to copy and hash all pieces takes longer than a search that leaves early
    if not is_pure(context, key) or not is_pure(context, probe) or read_outside(context, variable, inner):
        return None
    if variable in all_names(branch.body) or not _repeatable(branch.body):
        return None
    # The outermost loop that leaves the elements alone is where the set is built.
    target: ast.For | ast.While | None = None
    needed = (all_names([key]) | all_names([inner.iter])) - {variable}
    for loop in reversed(loops):
        bound = written_names([loop])
        if needed & bound or not _keeps(context, inner.iter, loop):
            break
        target = loop
    if target is None or not is_pure(context, inner.iter):
        return None
    item = context.inference.of(key)
    asked = context.inference.of(probe)
    if (
        "list" in (item.name, asked.name)
        or "dict" in (item.name, asked.name)
        or "set" in (item.name, asked.name)
    ):
        return None
    context.need_builtins("set")
    source = context.text(inner.iter)
    name = context.fresh(
        f"{source}_set" if source.isidentifier() else "lookup", "known_values", "wanted_values"
    )
    built = (
        f"set({source})" if same(key, inner.target) else f"{{{context.text(key)} for {variable} in {source}}}"
    )
    body = context.layout.block_text(branch.body)
    text = context.operand(probe)
    if body is None or "\n" in built + text:
        return None
    certain = asked.self_equal or item.self_equal or element_of(context.inference.of(inner.iter)).self_equal
    test = f"{text} in {name}" if certain else f"{text} in {name} and {text} == {text}"
    code = f"if {test}:\n{indent_lines(body, context.layout.unit)}"
    edits = [
        context.layout.insert_before(target, f"{name} = {built}"),
        context.layout.replace_statements(inner, inner, code),
    ]
    return [edit for edit in edits if edit] if all(edits) else None


def _is_piece(node: ast.expr) -> bool:
    return isinstance(node, ast.Subscript) and isinstance(node.slice, ast.Slice)


def _keeps(context: FunctionContext, iterable: ast.expr, loop: ast.AST) -> bool:
    if isinstance(iterable, ast.Name) and context.inference.of(iterable).name in ("iterator", "generator"):
        return False
    return keeps_contents(context, iterable, [loop])


def _repeatable(statements: list[ast.stmt]) -> bool:
    """Whether doing it twice is the same as doing it once."""
    for statement in statements:
        if isinstance(statement, ast.Return | ast.Break | ast.Pass):
            # A break would now leave the outer loop.
            if isinstance(statement, ast.Break):
                return False
            continue
        if match_stmt("M_s.add(M_x)", statement):
            continue
        if (
            isinstance(statement, ast.Assign)
            and isinstance(statement.value, ast.Constant | ast.Name)
            and all(isinstance(target, ast.Name) for target in statement.targets)
        ):
            continue
        return False
    return True


STRATEGY = BuiltinStrategy("equality-join", "algorithm_change", _build, __doc__ or "")
