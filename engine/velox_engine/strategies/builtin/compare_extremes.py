"""Compares directly where `max` or `min` is called to update a running extreme or to choose between two values.

What it does: `best = max(best, value)` becomes `if value > best: best = value`, and a two-argument call elsewhere
becomes a conditional expression, with exactly the comparison the builtin makes. A call costs several times as much.

Example:
    def highest(values):
        best = 0
        for value in values:
            best = max(best, value)
        return best

Result:
    def highest(values):
        best = 0
        for value in values:
            if value > best:
                best = value
        return best

Inputs:
    ([1, 5, 3],)
    ([],)
    ([float("nan"), 2.0],)

When it is unsafe: never for builtin values: the first argument is kept unless the second one compares greater, as
`max` does it.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

from velox_engine.strategies.base import BuiltinStrategy, FunctionContext, Rewrite
from velox_engine.strategies.loops import Place, deep_places
from velox_engine.strategies.patterns import match_expr, same
from velox_engine.strategies.purity import is_pure
from velox_engine.types import TextEdit

_SIGNS = {"max": ">", "min": "<"}


def _build(context: FunctionContext) -> Iterator[Rewrite]:
    for place in deep_places(context.node):
        if place.loops and isinstance(place.statement, ast.Assign) and len(place.statement.targets) == 1:
            edit = _update(context, place.statement) or _choice(context, place, place.statement)
            if edit:
                yield Rewrite(
                    (edit,), "compare directly instead of calling min or max", reusable=_reusable(edit)
                )
        if isinstance(place.statement, ast.Assign | ast.AugAssign | ast.Return) and place.loops:
            edits = _clamps(context, place.statement)
            if edits:
                yield Rewrite(tuple(edits), "compare with the bound directly instead of calling min or max")


def _reusable(edit: TextEdit) -> frozenset[str]:
    """The variables that the new code binds on its first lines."""
    return frozenset(re.findall(r"^\s*(\w+) = ", edit.text, flags=re.MULTILINE))


def _two(context: FunctionContext, node: ast.expr) -> tuple[str, ast.expr, ast.expr] | None:
    """The function and its two arguments."""
    if not (isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in _SIGNS):
        return None
    if len(node.args) != 2 or node.keywords or any(isinstance(arg, ast.Starred) for arg in node.args):
        return None
    return (node.func.id, *node.args) if context.is_builtin(node.func.id) else None  # type: ignore[return-value]


def _update(context: FunctionContext, statement: ast.Assign) -> TextEdit | None:
    """best = max(best, value): the value may be calculated first when it is not a plain name."""
    target, found = statement.targets[0], _two(context, statement.value)
    if found is None or not isinstance(target, ast.Name):
        return None
    name, first, second = found
    sign, unit = _SIGNS[name], context.layout.unit
    if same(first, target) and target.id not in {n.id for n in ast.walk(second) if isinstance(n, ast.Name)}:
        value, before = _value(context, second, target.id)
        code = f"{before}if {value} {sign} {target.id}:\n{unit}{target.id} = {value}"
        return context.layout.replace_statements(statement, statement, code)
    if same(second, target) and target.id not in {n.id for n in ast.walk(first) if isinstance(n, ast.Name)}:
        value, before = _value(context, first, target.id)
        # The first argument stays unless the old value beats it, so of equal ones the new is taken.
        code = f"{before}if not {target.id} {sign} {value}:\n{unit}{target.id} = {value}"
        return context.layout.replace_statements(statement, statement, code)
    return None


def _value(context: FunctionContext, node: ast.expr, target: str) -> tuple[str, str]:
    """How to write the value twice: a name or constant as it is, anything else through a variable."""
    if isinstance(node, ast.Name | ast.Constant):
        return context.text(node), ""
    name = context.fresh("candidate", f"new_{target}")
    return name, f"{name} = {context.text(node)}\n"


def _choice(context: FunctionContext, place: Place, statement: ast.Assign) -> TextEdit | None:
    """cell = min(left, right) for any target."""
    found = _two(context, statement.value)
    if found is None:
        return None
    name, first, second = found
    simple = isinstance(first, ast.Name | ast.Constant), isinstance(second, ast.Name | ast.Constant)
    if not all(is_pure(context, part) for part in (first, second)) and not all(simple):
        return None
    target = statement.targets[0]
    if isinstance(target, ast.Subscript | ast.Attribute) and not is_pure(context, target):
        return None
    before = ""
    texts = []
    for at, (part, plain) in enumerate(zip((first, second), simple, strict=True)):
        if plain:
            texts.append(context.text(part))
        else:
            variable = context.fresh(("first", "second")[at], ("left", "right")[at])
            before += f"{variable} = {context.text(part)}\n"
            texts.append(variable)
    if "\n" in context.text(first) + context.text(second):
        return None
    code = (
        f"{before}{context.text(target)} = {texts[1]} if {texts[1]} {_SIGNS[name]} {texts[0]} else {texts[0]}"
    )
    return context.layout.replace_statements(statement, statement, code)


def _clamps(context: FunctionContext, statement: ast.stmt) -> list[TextEdit]:
    """max(n - i, 0) inside a larger expression."""
    edits: list[TextEdit] = []
    value = getattr(statement, "value", None)
    used: list[str] = []
    for node in ast.walk(value) if value is not None else ():
        found = _two(context, node) if isinstance(node, ast.expr) and node is not value else None
        if found is None or any(
            context.layout.start(node) < edit.end and context.layout.end(node) > edit.start for edit in edits
        ):
            continue
        name, first, second = found
        if (
            _in_comprehension(context, node)
            or not isinstance(second, ast.Constant)
            or not isinstance(first, ast.BinOp)
        ):
            continue
        if match_expr("M_a - M_b", first) is None and match_expr("M_a + M_b", first) is None:
            continue
        variable = context.fresh(
            *(f"excess_{at}" if at else "excess" for at in range(len(used), len(used) + 4))
        )
        used.append(variable)
        bound = context.text(second)
        text = f"({bound} if {bound} {_SIGNS[name]} ({variable} := {context.text(first)}) else {variable})"
        edits.append(context.layout.replace(node, text))
    return edits


def _in_comprehension(context: FunctionContext, node: ast.AST) -> bool:
    while node in context.parents and not isinstance(node, ast.stmt):
        node = context.parents[node]
        if isinstance(node, ast.ListComp | ast.GeneratorExp | ast.SetComp | ast.DictComp | ast.Lambda):
            return True
    return False


STRATEGY = BuiltinStrategy("compare-extremes", "builtin_substitution", _build, __doc__ or "", ("VX515",))
