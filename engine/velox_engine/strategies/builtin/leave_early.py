"""Stops looking once the answer cannot change any more.

What it does: a loop whose only effect is to set a flag to a constant under a condition ends with `break` when it has; a
list built only to ask whether it is empty becomes `any`, and one of which only the first element is read `next`.

Example:
    def contains_negative(numbers: list[int]):
        found = False
        for number in numbers:
            if number < 0:
                found = True
        return found

Result:
    def contains_negative(numbers: list[int]):
        found = False
        for number in numbers:
            if number < 0:
                found = True
                break
        return found

Inputs:
    ([1, -2, 3],)
    ([],)
    ([1],)

When it is unsafe: when the condition has an effect, when a later element may raise, and for iterators, of which the
rest would stay.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator

from velox_engine.strategies.base import BuiltinStrategy, FunctionContext, Rewrite
from velox_engine.strategies.bindings import all_names, written_names
from velox_engine.strategies.loops import constant, places, read_outside
from velox_engine.strategies.patterns import match_expr, same
from velox_engine.strategies.purity import is_pure
from velox_engine.types import TextEdit

_EMPTY = (
    ("len([M_e for M_t in M_s if M_c]) > 0", ""), ("len([M_e for M_t in M_s if M_c]) != 0", ""),
    ("len([M_e for M_t in M_s if M_c]) >= 1", ""), ("len([M_e for M_t in M_s if M_c]) == 0", "not "),
)  # fmt: skip
_ITERATORS = frozenset({"iterator", "generator"})


def _build(context: FunctionContext) -> Iterator[Rewrite]:
    for place in places(context.node):
        if isinstance(place.statement, ast.For):
            edit = _flag(context, place.statement)
            if edit:
                yield Rewrite((edit,), "leave the loop when the answer is known")
    for node in ast.walk(context.node):
        edit = _asked(context, node) if isinstance(node, ast.expr) else None
        if edit:
            yield Rewrite((edit,), "stop at the first element that decides")


def _flag(context: FunctionContext, loop: ast.For) -> TextEdit | None:
    if loop.orelse or len(loop.body) != 1 or not isinstance(loop.body[0], ast.If):
        return None
    branch = loop.body[0]
    if (
        branch.orelse
        or not is_pure(context, branch.test)
        or context.inference.of(loop.iter).name in _ITERATORS
    ):
        return None
    flags = []
    for statement in branch.body:
        if (
            not isinstance(statement, ast.Assign)
            or constant(statement.value) is ...
            or len(statement.targets) != 1
        ):
            return None
        target = statement.targets[0]
        if not isinstance(target, ast.Name):
            return None
        flags.append(target.id)
    own = written_names([loop.target])
    if not flags or set(flags) & (all_names([branch.test, loop.iter]) | own):
        return None
    if any(read_outside(context, name, loop) for name in own):
        return None
    return context.layout.insert_after(branch.body[-1], "break")


def _asked(context: FunctionContext, node: ast.expr) -> TextEdit | None:
    for template, negation in _EMPTY:
        found = match_expr(template, node)
        if found and same(found["M_e"], found["M_t"]) and is_pure(context, found["M_c"]):
            context.need_builtins("len", "any")
            target, items = context.text(found["M_t"]), context.text(found["M_s"])
            text = f"{negation}any({context.text(found['M_c'])} for {target} in {items})"
            return context.layout.replace(node, text)
    # any([… for …]) builds the whole list first.
    for function in ("any", "all"):
        found = match_expr(f"{function}(M_l)", node)
        inner = found["M_l"] if found else None
        if isinstance(inner, ast.ListComp) and context.is_builtin(function) and is_pure(context, inner):
            layout = context.layout
            whole = layout.text(inner)
            return layout.replace(inner, whole[1:-1].strip()) if "#" not in whole else None
    return None


STRATEGY = BuiltinStrategy("leave-early", "lazy_generation", _build, __doc__ or "", ("VX505",))
