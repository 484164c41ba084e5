"""Counts what a loop takes away from the front of a list, and deletes it at once.

What it does: `while xs and test(xs[0]): xs.pop(0)` moves all other elements for each one that goes; now a position
moves instead, and one `del` follows. So it does where a loop over parts of two lists drops what they share, one
element of each at a time.

Example:
    def trimmed(text: str):
        lines = text.split("\\n")
        while lines and not lines[0].strip():
            lines.pop(0)
        return lines

Result:
    def trimmed(text: str):
        lines = text.split("\\n")
        start = 0
        while start < len(lines) and not lines[start].strip():
            start += 1
        del lines[:start]
        return lines

Inputs:
    ("\\n \\na\\n\\nb",)
    ("",)
    ("a",)

When it is unsafe: when the test looks at more than the first element, or when somebody else holds the list and would
see it in between.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator

from velox_engine.strategies.base import BuiltinStrategy, FunctionContext, Rewrite
from velox_engine.strategies.bindings import loads_of
from velox_engine.strategies.effects import is_local_new
from velox_engine.strategies.loops import places, stands_in_try
from velox_engine.strategies.patterns import match_expr, match_stmt
from velox_engine.strategies.purity import is_pure
from velox_engine.strategies.rendering import block_with_parts, one_line, render
from velox_engine.types import TextEdit


def _build(context: FunctionContext) -> Iterator[Rewrite]:
    for place in places(context.node):
        loop = place.statement
        edit = None
        if isinstance(loop, ast.While):
            edit = _skipping(context, loop)
        elif isinstance(loop, ast.For):
            edit = _shared(context, loop)
        if edit:
            yield Rewrite((edit,), "move a position and delete once")


def _skipping(context: FunctionContext, loop: ast.While) -> TextEdit | None:
    """while xs and …xs[0]…: xs.pop(0)"""
    if loop.orelse or len(loop.body) != 1:
        return None
    name = _dropped(loop.body[0])
    test = loop.test
    if name is None or not isinstance(test, ast.BoolOp) or not isinstance(test.op, ast.And):
        return None
    if not any(match_expr(form, test.values[0]) for form in (name, f"len({name})", f"len({name}) > 0")):
        return None
    conditions = test.values[1:]
    firsts = [node for one in conditions for node in ast.walk(one) if match_expr(f"{name}[0]", node)]
    loads = sum(len(loads_of(name, one)) for one in conditions)
    if not firsts or len(firsts) != loads or not all(is_pure(context, one) for one in conditions):
        return None
    if not _is_unseen(context, name, loop):
        return None
    context.need_builtins("len")
    start = context.fresh("start", "skipped", "dropped")
    parts: dict[ast.AST, str] = dict.fromkeys(firsts, f"{name}[{start}]")
    parts[test.values[0]] = f"{start} < len({name})"
    asked = one_line(render(context, test, parts))
    if asked is None:
        return None
    unit = context.layout.unit
    code = f"{start} = 0\nwhile {asked}:\n{unit}{start} += 1\ndel {name}[:{start}]"
    return context.layout.replace_statements(loop, loop, code)


def _dropped(statement: ast.stmt) -> str | None:
    """The list whose first element a statement drops."""
    found = match_stmt("M_xs.pop(0)", statement) or match_stmt("del M_xs[0]", statement)
    return found["M_xs"].id if found and isinstance(found["M_xs"], ast.Name) else None


def _is_unseen(context: FunctionContext, name: str, loop: ast.stmt) -> bool:
    """Whether nobody sees the list before the loop is over: made here, and nothing catches what the loop raises."""
    known = context.inference.of(ast.Name(name, ast.Load())).name == "list"
    outside = name in context.scope.inner or name in context.scope.outer_writes
    return known and not outside and is_local_new(context, name) and not stands_in_try(context, loop)


def _shared(context: FunctionContext, loop: ast.For) -> TextEdit | None:
    """for x, y in zip(xs[:-1], ys[:-1]): if x != y: break; xs.pop(0); ys.pop(0)"""
    dropped = [(one, name) for one in loop.body if (name := _dropped(one))]
    names = [name for _, name in dropped]
    if loop.orelse or not dropped or len(set(names)) != len(names) or len(loop.body) < 2:
        return None
    sources = _zipped(context, loop.iter)
    for name in names:
        # No more is dropped than a part of the list has elements, so that it cannot run empty.
        if not any(match_expr(f"{name}[M_s]", one) and _is_slice(one) for one in sources):
            return None
        inside = sum(len(loads_of(name, one)) for one in loop.body)
        if inside != 1 or not _is_unseen(context, name, loop):
            return None
    position = loop.body.index(dropped[0][0])
    if [one for one, _ in dropped] != loop.body[position:] or not dropped:
        return None
    if not all(_only_leaves(context, one) for one in loop.body[:position]):
        return None
    context.need_builtins("zip")
    count = context.fresh("shared", "dropped", "skipped")
    kept = {one: "" for one, _ in dropped[1:]}
    text = block_with_parts(context, [loop], {dropped[0][0]: f"{count} += 1", **kept})
    if text is None:
        return None
    lines = [line for line in text.rstrip().split("\n") if line.strip()]
    deletions = "\n".join(f"del {name}[:{count}]" for name in names)
    return context.layout.replace_statements(loop, loop, "\n".join([f"{count} = 0", *lines, deletions]))


def _zipped(context: FunctionContext, iterable: ast.expr) -> list[ast.expr]:
    """The arguments of zip(…), else the iterable itself."""
    if isinstance(iterable, ast.Call) and isinstance(iterable.func, ast.Name) and iterable.func.id == "zip":
        strict = [
            one for one in iterable.keywords if one.arg != "strict" or not match_expr("False", one.value)
        ]
        return list(iterable.args) if context.is_builtin("zip") and not strict else []
    return [iterable]


def _is_slice(node: ast.expr) -> bool:
    return isinstance(node, ast.Subscript) and isinstance(node.slice, ast.Slice)


def _only_leaves(context: FunctionContext, statement: ast.stmt) -> bool:
    """if …: break"""
    return (
        isinstance(statement, ast.If)
        and not statement.orelse
        and len(statement.body) == 1
        and isinstance(statement.body[0], ast.Break)
        and is_pure(context, statement.test)
    )


STRATEGY = BuiltinStrategy("drop-front", "data_structure", _build, __doc__ or "", ("VX102",))
