"""Sorts once and takes from both ends instead of searching and removing the smallest or largest again and again.

What it does: a loop that empties a list by its `min` or `max`, each removed with `remove`, takes them from the ends of
a sorted deque. The list is left empty as before.

Example:
    def zigzag(heights):
        result = []
        low = True
        while heights:
            result.append(min(heights) if low else max(heights))
            heights.remove(result[-1])
            low = not low
        return result

Result:
    from collections import deque


    def zigzag(heights):
        result = []
        low = True
        if isinstance(heights, list) and set(map(type, heights)) in ({int}, {str}):
            ordered = deque(sorted(heights))
            while ordered:
                result.append(ordered[0] if low else ordered[-1])
                if result[-1] == ordered[0]:
                    ordered.popleft()
                else:
                    ordered.pop()
                low = not low
            heights.clear()
        else:
            while heights:
                result.append(min(heights) if low else max(heights))
                heights.remove(result[-1])
                low = not low
        return result

Inputs:
    ([3, 1, 2, 2],)
    ([],)
    ([1.5, 0],)
    (["b", "a"],)
    ([[1]],)

When it is unsafe: when equal elements can be told apart (so only ints or only strings), or when the loop may end
early, which would leave the list half empty.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator, Sequence

from velox_engine.strategies.base import BuiltinStrategy, FunctionContext, Rewrite
from velox_engine.strategies.bindings import loads_of
from velox_engine.strategies.effects import is_separate
from velox_engine.strategies.guards import either, ordered_list
from velox_engine.strategies.imports import import_member
from velox_engine.strategies.loops import places, stands_guarded
from velox_engine.strategies.patterns import match_expr, match_stmt
from velox_engine.strategies.purity import cannot_raise
from velox_engine.strategies.rendering import block_with_parts


def _build(context: FunctionContext) -> Iterator[Rewrite]:
    for place in places(context.node):
        loop = place.statement
        name = _emptied(loop) if isinstance(loop, ast.While) else None
        if not isinstance(loop, ast.While) or name is None or loop.orelse or stands_guarded(place, name):
            continue
        tests = ordered_list(context, name)
        ordered = context.fresh("ordered", f"{name}_ordered")
        fast = _fast(context, loop, name, ordered)
        old = context.layout.block_text([loop])
        if fast is None or old is None or _is_kept(context, loop, name):
            continue
        deque, imported = import_member(context, "collections", "deque")
        code = f"{ordered} = {deque}(sorted({name}))\n{fast}\n{name}.clear()"
        edit = either(context, loop, loop, tests, code, old)
        if edit:
            yield Rewrite((edit, *imported), f"sort {name} once and take from its ends")


def _emptied(loop: ast.While) -> str | None:
    """The list whose last element ends the loop."""
    for template in ("M_xs", "len(M_xs)", "len(M_xs) > 0", "len(M_xs) != 0", "M_xs != []", "len(M_xs) >= 1"):
        found = match_expr(template, loop.test)
        if found and isinstance(found["M_xs"], ast.Name):
            return found["M_xs"].id
    return None


def _is_kept(context: FunctionContext, loop: ast.While, name: str) -> bool:
    """Whether the loop is what remains for other types beside a fast way."""
    parent = context.parents.get(loop)
    return (
        isinstance(parent, ast.If)
        and loop in parent.orelse
        and f"map(type, {name})" in ast.unparse(parent.test)
    )


def _fast(context: FunctionContext, loop: ast.While, name: str, ordered: str) -> str | None:
    """The loop over the ordered elements; None unless it does nothing else with the list."""
    if name in context.scope.inner or name in context.scope.outer_writes:
        return None
    context.need_builtins("min", "max", "sorted", "len")
    removals = [one for one in loop.body if match_stmt(f"{name}.remove(M_v)", one)]
    if len(removals) != 1:
        return None
    at = loop.body.index(removals[0])
    match = match_stmt(f"{name}.remove(M_v)", removals[0])
    value = match["M_v"] if match else ast.Constant(None)
    extremes = [
        node
        for one in loop.body[: at + 1]
        for node in ast.walk(one)
        if match_expr(f"min({name})", node) or match_expr(f"max({name})", node)
    ]
    mentions = [node for one in loop.body for node in loads_of(name, one)]
    if len(mentions) != len(extremes) + 1 or not extremes or not _is_extreme(value, name, loop.body[:at]):
        return None
    if not all(_is_plain(context, one, name) for one in loop.body if one is not removals[0]):
        return None
    ends = {node: f"{ordered}[{0 if match_expr(f'min({name})', node) else -1}]" for node in extremes}
    text = block_with_parts(context, [loop], {**ends, loop.test: ordered, removals[0]: "REMOVAL"})
    if text is None:
        return None
    return "\n".join(
        line for old in text.split("\n") for line in _removal(context, old, value, ends, ordered)
    ).rstrip()


def _removal(
    context: FunctionContext, line: str, value: ast.expr, ends: dict[ast.AST, str], ordered: str
) -> list[str]:
    if line.strip().partition("#")[0].strip() != "REMOVAL":
        return [line]
    indent, unit = line[: len(line) - len(line.lstrip())], context.layout.unit
    comment = [indent + line[line.index("#") :]] if "#" in line else []
    if value in ends:
        return [*comment, f"{indent}{ordered}.{'popleft' if ends[value].endswith('[0]') else 'pop'}()"]
    only = set(ends.values())
    if len(only) == 1:
        return [*comment, f"{indent}{ordered}.{'popleft' if only.pop().endswith('[0]') else 'pop'}()"]
    return [
        *comment,
        f"{indent}if {context.text(value)} == {ordered}[0]:",
        f"{indent}{unit}{ordered}.popleft()",
        f"{indent}else:",
        f"{indent}{unit}{ordered}.pop()",
    ]


def _is_extreme(value: ast.expr, name: str, before: Sequence[ast.stmt]) -> bool:
    """Whether what is removed is the minimum or maximum of this turn."""
    if _chooses_extreme(value, name):
        return True
    if isinstance(value, ast.Name):
        bound = [
            one for one in before if isinstance(one, ast.Assign) and match_stmt(f"{value.id} = M_e", one)
        ]
        writes = sum(
            isinstance(node, ast.Name) and node.id == value.id and not isinstance(node.ctx, ast.Load)
            for one in before
            for node in ast.walk(one)
        )
        return (
            len(bound) == 1 == writes
            and isinstance(bound[0], ast.Assign)
            and _chooses_extreme(bound[0].value, name)
        )
    last = match_expr("M_out[-1]", value)
    added = match_stmt("M_out.append(M_e)", before[-1]) if before else None
    if not last or not added or not isinstance(last["M_out"], ast.Name):
        return False
    return bool(match_expr(last["M_out"].id, added["M_out"])) and _chooses_extreme(added["M_e"], name)


def _chooses_extreme(node: ast.expr, name: str) -> bool:
    if isinstance(node, ast.IfExp):
        return _chooses_extreme(node.body, name) and _chooses_extreme(node.orelse, name)
    return bool(match_expr(f"min({name})", node) or match_expr(f"max({name})", node))


def _is_plain(context: FunctionContext, statement: ast.stmt, name: str) -> bool:
    """Whether a statement only keeps a value, so that the loop cannot end in its middle."""
    added = match_stmt("M_out.append(M_e)", statement)
    if added:
        out = added["M_out"]
        return (
            isinstance(out, ast.Name)
            and out.id != name
            and is_separate(context, out.id)
            and context.inference.of(out).name == "list"
            and _is_harmless(context, added["M_e"], name)
        )
    if isinstance(statement, ast.Assign) and len(statement.targets) == 1:
        target = statement.targets[0]
        return (
            isinstance(target, ast.Name)
            and target.id != name
            and _is_harmless(context, statement.value, name)
        )
    if isinstance(statement, ast.AugAssign) and isinstance(statement.target, ast.Name):
        whole = context.inference.of(statement.target).name == "int"
        return (
            whole
            and isinstance(statement.value, ast.Constant)
            and isinstance(statement.op, ast.Add | ast.Sub)
        )
    if isinstance(statement, ast.If):
        inside = [*statement.body, *statement.orelse]
        return _is_harmless(context, statement.test, name) and all(
            _is_plain(context, one, name) for one in inside
        )
    return isinstance(statement, ast.Pass)


def _is_harmless(context: FunctionContext, node: ast.expr, name: str) -> bool:
    if isinstance(node, ast.IfExp):
        return all(_is_harmless(context, part, name) for part in (node.test, node.body, node.orelse))
    if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.Not):
        return _is_harmless(context, node.operand, name)
    parity = match_expr("M_i % 2 == M_k", node) or match_expr("M_i % 2", node)
    if parity and context.inference.of(parity["M_i"]).name == "int":
        return isinstance(parity["M_i"], ast.Name)
    return _chooses_extreme(node, name) or cannot_raise(context, node)


STRATEGY = BuiltinStrategy("extremes-in-turn", "sorting_selection", _build, __doc__ or "", ("VX113",))
