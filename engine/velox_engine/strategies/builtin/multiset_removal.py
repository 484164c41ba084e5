"""Counts what is left of each element instead of searching and removing it in a list.

What it does: a local list that is only asked whether it holds something, and from which that is then removed, becomes a
Counter: asking and removing take the same time however much is left.

Example:
    def can_spell(word: str, rack: str) -> bool:
        letters = list(rack)
        for letter in word:
            if letter in letters:
                letters.remove(letter)
            else:
                return False
        return len(letters) == 0

Result:
    from collections import Counter


    def can_spell(word: str, rack: str) -> bool:
        letters = Counter(rack)
        for letter in word:
            if letters[letter] > 0:
                letters[letter] -= 1
            else:
                return False
        return sum(letters.values()) == 0

Inputs:
    ("abba", "baba")
    ("abb", "ab")
    ("", "")

When it is unsafe: when the order of what is left matters, when elements have no hash or are NaN, and when something is
removed that was not asked for.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator

from velox_engine.strategies.base import BuiltinStrategy, FunctionContext, Rewrite
from velox_engine.strategies.bindings import loads_of, parameters
from velox_engine.strategies.effects import bindings_of
from velox_engine.strategies.imports import import_member
from velox_engine.strategies.loops import places
from velox_engine.strategies.patterns import match_expr, match_stmt, same
from velox_engine.strategies.shape import element_of
from velox_engine.types import TextEdit

_ELEMENTS = frozenset({"str", "int", "bytes"})


def _build(context: FunctionContext) -> Iterator[Rewrite]:
    for name in sorted(context.scope.bound - set(parameters(context.node)) - context.scope.inner):
        edits = _edits(context, name)
        if edits:
            counter, imported = import_member(context, "collections", "Counter")
            binding, *others = edits
            yield Rewrite((binding(counter), *others, *imported), f"count what is left in {name}")


def _edits(context: FunctionContext, name: str):
    bindings = bindings_of(context, name)
    value = bindings[0] if len(bindings) == 1 else None
    made = match_expr("list(M_xs)", value)
    if value is None or not made or not context.is_builtin("list") or _is_rebound(context, name):
        return None
    if element_of(context.inference.of(made["M_xs"])).name not in _ELEMENTS:
        return None
    guarded = _guarded_removals(context, name)
    layout = context.layout
    edits: list[TextEdit] = []
    removed = False
    for load in loads_of(name, context.node):
        parent = context.parents.get(load)
        above = context.parents.get(parent) if parent is not None else None
        if isinstance(parent, ast.Compare) and len(parent.ops) == 1 and parent.comparators[0] is load:
            if not isinstance(parent.left, ast.Name) or not _is_element(context, parent.left):
                return None
            told = {ast.In: "> 0", ast.NotIn: "== 0"}.get(type(parent.ops[0]))
            if told is None:
                return None
            edits.append(layout.replace(parent, f"{name}[{parent.left.id}] {told}"))
        elif isinstance(above, ast.Call) and above in guarded:
            edits.append(layout.replace(above, f"{name}[{context.text(above.args[0])}] -= 1"))
            removed = True
        elif (
            isinstance(parent, ast.Call) and match_expr(f"len({name})", parent) and context.is_builtin("len")
        ):
            context.need_builtins("sum")
            edits.append(layout.replace(parent, f"sum({name}.values())"))
        elif (isinstance(parent, ast.If | ast.While) and parent.test is load) or (
            isinstance(parent, ast.UnaryOp) and isinstance(parent.op, ast.Not)
        ):
            context.need_builtins("any")
            edits.append(layout.replace(load, f"any({name}.values())"))
        else:
            return None
    if not removed:
        return None
    return [lambda counter: layout.replace(value, f"{counter}({context.text(made['M_xs'])})"), *edits]


def _is_element(context: FunctionContext, node: ast.expr) -> bool:
    return context.inference.of(node).name in _ELEMENTS


def _is_rebound(context: FunctionContext, name: str) -> bool:
    return any(
        isinstance(node, ast.AugAssign | ast.Delete)
        and any(isinstance(part, ast.Name) and part.id == name for part in ast.walk(node))
        for node in context.own
    )


def _guarded_removals(context: FunctionContext, name: str) -> set[ast.AST]:
    """The calls xs.remove(x) that come first under `if x in xs`."""
    found: set[ast.AST] = set()
    for place in places(context.node):
        branch = place.statement
        if not isinstance(branch, ast.If):
            continue
        asked = match_expr(f"M_x in {name}", branch.test)
        removal = match_stmt(f"{name}.remove(M_x)", branch.body[0])
        if asked and removal and same(asked["M_x"], removal["M_x"]):
            statement = branch.body[0]
            if isinstance(statement, ast.Expr):
                found.add(statement.value)
    return found


STRATEGY = BuiltinStrategy("multiset-removal", "data_structure", _build, __doc__ or "", ("VX108",))
