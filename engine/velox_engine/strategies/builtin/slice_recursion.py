"""Passes positions instead of slices through a recursion.

What it does: a recursive function that hands `xs[1:]` or `xs[:-1]` on to itself keeps the sequence whole and counts
where the part begins or ends, in an inner function. Nothing is copied at each step, and where the recursion comes to
the same position again, results are remembered for the length of one call: positions can be keys where lists cannot.
The results are kept in a dict and not by a decorator, which would halve the depth that the recursion may have.

Example:
    def reaches(numbers: list[int], target: int) -> bool:
        if target == 0:
            return True
        if not numbers:
            return False
        return reaches(numbers[1:], target) or reaches(numbers[1:], target - numbers[0])

Result:
    def reaches(numbers: list[int], target: int) -> bool:
        known = {}

        def solve(start, target):
            key = start, target
            if key in known:
                return known[key]
            if target == 0:
                return True
            if start >= len(numbers):
                return False
            known[key] = result = solve(start + 1, target) or solve(start + 1, target - numbers[start])
            return result

        return solve(0, target)

Inputs:
    ([3, 34, 4, 12, 5, 2], 9)
    ([1, 2], 7)
    ([], 0)
    ([], 1)

When it is unsafe: when the part itself is returned, kept or changed; when the function has an effect (then nothing is
remembered); and types of one's own whose slices are something else.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from velox_engine.strategies.base import BuiltinStrategy, FunctionContext, Rewrite
from velox_engine.strategies.bindings import parameters, written_names
from velox_engine.strategies.loops import constant
from velox_engine.strategies.patterns import match_expr
from velox_engine.strategies.positions import indent_lines
from velox_engine.strategies.recursion import (
    is_effect_free,
    is_hashable,
    recomputes,
    scalar_results,
    self_calls,
)
from velox_engine.strategies.remembering import remembered
from velox_engine.strategies.rendering import block_with_parts, text_with, without_inner

_SEQUENCES = frozenset({"list", "tuple", "str", "bytes", "sequence", ""})


@dataclass(frozen=True, slots=True)
class _Part:
    """A parameter of which the recursion sees less and less."""

    name: str
    from_front: bool
    """Whether it loses its first elements; else its last one."""
    position: str
    """The new name that says where the part begins, or where it ends."""


def _build(context: FunctionContext) -> Iterator[Rewrite]:
    function = context.node
    if not isinstance(function, ast.FunctionDef) or function.decorator_list or context.enclosing:
        return
    arguments = function.args
    if (
        arguments.vararg
        or arguments.kwarg
        or arguments.kwonlyargs
        or arguments.defaults
        or arguments.posonlyargs
    ):
        return
    calls = self_calls(function)
    if not calls or not _is_plain(function, calls):
        return
    parts = _parts(context, function, calls)
    if not parts:
        return
    body = function.body[1:] if ast.get_docstring(function, clean=False) is not None else function.body
    uses = _uses(context, function, body, parts, calls)
    if uses is None or not body:
        return
    rewrite = _wrapped(context, function, body, calls, parts, uses)
    if rewrite:
        yield rewrite


def _is_plain(function: ast.FunctionDef, calls: Sequence[ast.Call]) -> bool:
    """Whether it is no generator, and its name is only there to be called, with all arguments by position."""
    count = len(function.args.args)
    called = {call.func for call in calls}
    for call in calls:
        if call.keywords or len(call.args) != count or any(isinstance(one, ast.Starred) for one in call.args):
            return False
    return not any(
        isinstance(node, ast.Yield | ast.YieldFrom | ast.Lambda | ast.FunctionDef | ast.Global | ast.Nonlocal)
        or (isinstance(node, ast.Name) and node.id == function.name and node not in called)
        for top in function.body
        for node in ast.walk(top)
    )


def _parts(context: FunctionContext, function: ast.FunctionDef, calls: Sequence[ast.Call]) -> list[_Part]:
    """The parameters that each self-call passes whole or shortened, always at the same side."""
    found: list[tuple[str, bool]] = []
    written = written_names(function.body)
    for at, name in enumerate(parameters(function)):
        if name in written or context.inference.of(ast.Name(name, ast.Load())).name not in _SEQUENCES:
            continue
        sides = {_shortened(call.args[at], name) for call in calls}
        if sides - {"whole"} in ({"front"}, {"back"}):
            found.append((name, "front" in sides))
    parts = []
    for name, front in found:
        plain = ("start", "begin") if front else ("end", "stop")
        wishes = (f"{name}_{plain[0]}", f"{name}_{plain[1]}") if len(found) > 1 else plain
        parts.append(_Part(name, front, context.fresh(*wishes)))
    return parts


def _shortened(given: ast.expr, name: str) -> str:
    if isinstance(given, ast.Name) and given.id == name:
        return "whole"
    front = match_expr(f"{name}[M_k:]", given)
    if front:
        step = constant(front["M_k"])
        return "front" if type(step) is int and step >= 1 else "other"
    return "back" if match_expr(f"{name}[:-1]", given) else "other"


def _uses(
    context: FunctionContext,
    function: ast.FunctionDef,
    body: Sequence[ast.stmt],
    parts: Sequence[_Part],
    calls: Sequence[ast.Call],
) -> dict[ast.AST, str] | None:
    """What each use of the parts besides the self-calls becomes; None when one has no counterpart."""
    found: dict[ast.AST, str] = {}
    for part in parts:
        at = parameters(function).index(part.name)
        passed = {node for call in calls for node in ast.walk(call.args[at])}
        guard = _guard(context, body, part.name)
        safe = (
            {node for later in body[guard + 1 :] for node in ast.walk(later)} if guard is not None else set()
        )
        exact = _is_exact(part, [call.args[at] for call in calls], all(call in safe for call in calls))
        for node in ast.walk(function):
            if not (isinstance(node, ast.Name) and node.id == part.name) or node in passed:
                continue
            replaced = _replacement(context, node, part, filled=node in safe, exact=exact)
            if replaced is None:
                return None
            found[replaced[0]] = replaced[1]
    return found


def _is_exact(part: _Part, given: Sequence[ast.expr], guarded: bool) -> bool:
    """Whether the positions always tell the length: only parts with elements are shortened, by one element."""
    return guarded and all(
        isinstance(one, ast.Name) or not part.from_front or match_expr(f"{part.name}[1:]", one)
        for one in given
    )


def _guard(context: FunctionContext, body: Sequence[ast.stmt], name: str) -> int | None:
    """Which of the leading statements leaves the function when the part is empty; None when none does."""
    for at, statement in enumerate(body):
        if not isinstance(statement, ast.If) or statement.orelse:
            return None
        if not isinstance(statement.body[-1], ast.Return | ast.Raise):
            return None
        test = statement.test
        tests = test.values if isinstance(test, ast.BoolOp) and isinstance(test.op, ast.Or) else [test]
        if any(_says_empty(context, one, name) for one in tests):
            return at
    return None


def _says_empty(context: FunctionContext, test: ast.expr, name: str) -> bool:
    if any(match_expr(form, test) for form in (f"not {name}", f"len({name}) == 0", f"not len({name})")):
        return True
    shape = context.inference.of(ast.Name(name, ast.Load())).name
    return bool((shape == "str" and match_expr(f"{name} == ''", test)) or (
        shape == "list" and match_expr(f"{name} == []", test)
    ))  # fmt: skip


def _replacement(
    context: FunctionContext, node: ast.Name, part: _Part, *, filled: bool, exact: bool
) -> tuple[ast.AST, str] | None:
    """(what to replace, by which text) for one use of a part; `filled` where it has elements, see `_is_exact`."""
    parent = context.parents.get(node)
    above = context.parents.get(parent) if parent is not None else None
    empty = f"{part.position} >= len({part.name})" if part.from_front else f"{part.position} <= 0"
    some = f"{part.position} < len({part.name})" if part.from_front else f"{part.position} > 0"
    if isinstance(parent, ast.UnaryOp) and isinstance(parent.op, ast.Not):
        return parent, empty
    if isinstance(parent, ast.If | ast.While | ast.IfExp) and parent.test is node:
        return node, some
    if isinstance(parent, ast.BoolOp) and isinstance(above, ast.If | ast.While) and above.test is parent:
        return node, some
    if isinstance(parent, ast.Compare) and _says_empty(context, parent, part.name):
        return parent, empty
    if isinstance(parent, ast.Call) and match_expr(f"len({part.name})", parent) and context.is_builtin("len"):
        if isinstance(above, ast.UnaryOp | ast.Compare) and _says_empty(context, above, part.name):
            return above, empty
        return (parent, _length(context, part, above)) if filled or exact else None
    if isinstance(parent, ast.Subscript) and parent.value is node and isinstance(parent.ctx, ast.Load):
        at = constant(parent.slice)
        if type(at) is not int:
            return None
        if part.from_front:
            text = part.position if at == 0 else f"{part.position} + {at}"
            return (parent, f"{part.name}[{text}]") if at >= 0 else None
        return (parent, f"{part.name}[{part.position} - 1]") if at == -1 and filled else None
    return None


def _length(context: FunctionContext, part: _Part, above: ast.AST | None) -> str:
    if not part.from_front:
        return part.position
    context.need_builtins("len")
    text = f"len({part.name}) - {part.position}"
    return f"({text})" if isinstance(above, ast.BinOp | ast.UnaryOp) else text


def _wrapped(
    context: FunctionContext,
    function: ast.FunctionDef,
    body: Sequence[ast.stmt],
    calls: Sequence[ast.Call],
    parts: Sequence[_Part],
    uses: dict[ast.AST, str],
) -> Rewrite | None:
    names = parameters(function)
    by_name = {part.name: part for part in parts}
    written = written_names(function.body)
    fixed = {
        name
        for at, name in enumerate(names)
        if name not in written
        and name not in by_name
        and all(isinstance(one := call.args[at], ast.Name) and one.id == name for call in calls)
    }
    solve = context.fresh("solve", "compute")
    replaced = dict(uses)
    for call in calls:
        if any(inner is not call and inner in calls for inner in ast.walk(call)):
            return None
        texts = []
        for name, given in zip(names, call.args, strict=True):
            if name not in fixed:
                texts.append(
                    _moved(by_name[name], given) if name in by_name else text_with(context, given, uses)
                )
        if any("\n" in text for text in texts):
            return None
        replaced = without_inner(replaced, call)
        replaced[call] = f"{solve}({', '.join(texts)})"
    outer = [_whole(by_name[name]) if name in by_name else name for name in names if name not in fixed]
    own = [by_name[name].position if name in by_name else name for name in names if name not in fixed]
    others = [name for name in own if name in names]
    memo = None
    if _can_be_remembered(context, function, calls, others) and not written & set(others):
        memo = remembered(context, body, calls, own, others, replaced)
    inner = block_with_parts(context, body, memo.replaced if memo else replaced)
    if inner is None:
        return None
    context.need_builtins("len")
    unit = context.layout.unit
    head, first = (memo.before, memo.first) if memo else ("", "")
    code = f"{head}def {solve}({', '.join(own)}):\n{indent_lines(first + inner.rstrip(), unit)}\n\n"
    edit = context.layout.replace_statements(body[0], body[-1], code + f"return {solve}({', '.join(outer)})")
    note = "pass positions instead of slices" + (" and remember results within one call" if memo else "")
    return Rewrite((edit,), note) if edit else None


def _can_be_remembered(
    context: FunctionContext, function: ast.FunctionDef, calls: Sequence[ast.Call], others: Sequence[str]
) -> bool:
    return (
        recomputes(function, set(calls))
        and all(is_hashable(context, name, function) for name in others)
        and is_effect_free(context, function, set(calls))
        and scalar_results(context, function, set(calls))
    )


def _moved(part: _Part, given: ast.expr) -> str:
    """The position that a self-call passes on."""
    if isinstance(given, ast.Name):
        return part.position
    if not part.from_front:
        return f"{part.position} - 1"
    front = match_expr(f"{part.name}[M_k:]", given)
    return f"{part.position} + {constant(front['M_k']) if front else 1}"


def _whole(part: _Part) -> str:
    return "0" if part.from_front else f"len({part.name})"


STRATEGY = BuiltinStrategy(
    "slice-recursion", "recursion_to_iteration", _build, __doc__ or "", ("VX401", "VX402")
)
