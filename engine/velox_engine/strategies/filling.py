"""Turns a loop that only fills a container into a comprehension."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from velox_engine.strategies.bindings import all_names, read_names, written_names
from velox_engine.strategies.effects import is_separate
from velox_engine.strategies.loops import Place, read_outside, stands_in_try
from velox_engine.strategies.patterns import match_stmt
from velox_engine.strategies.rendering import comprehension_body, fits, one_line
from velox_engine.types import TextEdit

if TYPE_CHECKING:
    from velox_engine.strategies.base import FunctionContext


@dataclass(frozen=True, slots=True)
class Kind:
    """A container by how it is written: added to, made empty, made full, given many."""

    name: str
    adds: str
    empty: tuple[str, ...]
    opens: str
    closes: str
    takes: str


LIST: Final = Kind("list", "M_out.append(M_e)", ("M_out = []", "M_out = list()"), "[", "]", "extend")
SET: Final = Kind("set", "M_out.add(M_e)", ("M_out = set()",), "{", "}", "update")


def fill_at_once(
    context: FunctionContext, place: Place, loop: ast.For, kind: Kind
) -> tuple[TextEdit, ...] | None:
    """The edits that make a loop which only fills a container a comprehension; None where it does anything else."""
    out = _only_filled(loop.body, kind)
    if out is None or not _can_be_inlined(context, loop, out):
        return None
    found = comprehension_body(context, loop.body, kind.adds, out)
    if found is None:
        return None
    head = f" for {context.text(loop.target)} in {context.text(loop.iter)}"
    text = one_line(f"{kind.opens}{found[0]}{head}{found[1]}{kind.closes}")
    if text is None:
        return None
    created = _created_before(place, out, kind)
    if created is not None and len(created.targets) == 1:
        between = place.block[place.block.index(created) + 1 : place.index]
        code = f"{out} = {text}"
        if not fits(context, code, loop):
            code = _folded(context, f"{out} = {kind.opens}", found[0], head, found[1], kind.closes)
        if not between:
            edit = context.layout.replace_statements(created, loop, code)
            return (edit,) if edit else None
        gone = context.layout.delete(created)
        edit = context.layout.replace_statements(loop, loop, code)
        return (gone, edit) if gone and edit else None
    if context.inference.names.get(out) is None or context.inference.names[out].name != kind.name:
        return None
    if not is_separate(context, out) and _may_read(context, loop, kind):
        return None
    code = f"{out}.{kind.takes}({text})"
    edit = context.layout.replace_statements(loop, loop, code)
    return (edit,) if edit and fits(context, code, loop) else None


def _may_read(context: FunctionContext, loop: ast.For, kind: Kind) -> bool:
    """Whether a turn may see what turns before it added: what is searched or measured may be the same container."""
    asked: list[ast.expr] = []
    for node in ast.walk(loop):
        if isinstance(node, ast.Compare) and isinstance(node.ops[-1], ast.In | ast.NotIn):
            asked.append(node.comparators[-1])
        elif (
            isinstance(node, ast.Call)
            and isinstance(node.func, ast.Name)
            and context.is_builtin(node.func.id)
        ):
            asked += node.args
    turned = written_names([loop])
    return any(
        isinstance(one, ast.Name)
        and one.id not in turned
        and context.inference.of(one).name in ("", kind.name)
        and not is_separate(context, one.id)
        for one in asked
    )


def _folded(context: FunctionContext, start: str, element: str, head: str, rest: str, end: str) -> str:
    """The comprehension over several lines, one clause each."""
    unit = context.layout.unit
    clauses = (head + rest).replace(" for ", f"\n{unit}for ", 1)
    tail = rest and rest.replace(" if ", f"\n{unit}if ", 1)
    if tail:
        clauses = head.replace(" for ", f"\n{unit}for ", 1) + tail
    return f"{start}\n{unit}{element}{clauses}\n{end}"


def _only_filled(body: list[ast.stmt], kind: Kind) -> str | None:
    """The one name that the body adds to."""
    names = set()
    for statement in body:
        for node in ast.walk(statement):
            if isinstance(node, ast.Expr):
                found = match_stmt(kind.adds, node)
                if not found or not isinstance(found["M_out"], ast.Name):
                    return None
                names.add(found["M_out"].id)
    return names.pop() if len(names) == 1 else None


def _can_be_inlined(context: FunctionContext, loop: ast.For, out: str) -> bool:
    mentions = [node for node in ast.walk(loop) if isinstance(node, ast.Name) and node.id == out]
    appends = [node for node in ast.walk(loop) if isinstance(node, ast.Expr)]
    if len(mentions) != len(appends) or out in context.scope.inner or out in context.scope.outer_writes:
        return False
    if any(
        isinstance(node, ast.Yield | ast.YieldFrom | ast.Await | ast.NamedExpr | ast.Lambda)
        for node in ast.walk(loop)
    ):
        return False
    targets = written_names([loop.target]) | {
        name for node in ast.walk(loop) if isinstance(node, ast.For) for name in written_names([node.target])
    }
    if any(read_outside(context, name, loop) for name in targets) or targets & read_names([loop.iter]):
        return False
    if any(not isinstance(part, ast.Name | ast.Tuple | ast.List) for part in _targets(loop)):
        return False
    # A handler or a finally clause might look at what had been appended before the exception.
    return not stands_in_try(context, loop)


def _targets(loop: ast.For) -> Iterator[ast.expr]:
    for node in ast.walk(loop):
        if isinstance(node, ast.For):
            yield node.target


def _created_before(place: Place, out: str, kind: Kind) -> ast.Assign | None:
    """`out = []` or the like earlier in the same block, with nothing between that mentions it."""
    for statement in reversed(place.before):
        found = next((found for empty in kind.empty if (found := match_stmt(empty, statement))), None)
        if found and isinstance(found["M_out"], ast.Name) and found["M_out"].id == out:
            return statement if isinstance(statement, ast.Assign) else None
        if out in all_names([statement]) or not isinstance(statement, ast.Assign | ast.AugAssign | ast.Expr):
            return None
    return None
