"""Evaluates a pure call once where one expression or block writes it several times.

What it does: the same call of a builtin on the same names, written more than once in one statement or in neighbouring
statements of a block, is computed once and kept in a variable.

Example:
    def is_palindrome(number: int):
        return str(number) == str(number)[::-1]

Result:
    def is_palindrome(number: int):
        number_str = str(number)
        return number_str == number_str[::-1]

Inputs:
    (121,)
    (12,)

When it is unsafe: when the first of them might not be reached, or something between them changes what they read.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator, Sequence

from velox_engine.strategies.base import BuiltinStrategy, FunctionContext, Rewrite
from velox_engine.strategies.bindings import written_names
from velox_engine.strategies.effects import keeps_value
from velox_engine.strategies.loops import Place, deep_places
from velox_engine.strategies.naming import compound
from velox_engine.strategies.patterns import same
from velox_engine.strategies.purity import is_pure
from velox_engine.types import TextEdit

_COSTLY = frozenset(
    [
        "str",
        "repr",
        "bin",
        "hex",
        "oct",
        "int",
        "float",
        "sum",
        "min",
        "max",
        "sorted",
        "len",
        "abs",
        "set",
        "frozenset",
        "tuple",
        "divmod",
        "round",
    ]
)
_COSTLY_METHODS = frozenset(
    {"lower", "upper", "strip", "count", "split", "splitlines", "index", "find", "replace"}
)


def _build(context: FunctionContext) -> Iterator[Rewrite]:
    taken: set[ast.AST] = set()
    for place in deep_places(context.node):
        if isinstance(
            place.statement, ast.For | ast.While | ast.FunctionDef | ast.ClassDef | ast.Try | ast.With
        ):
            continue
        for call in _first_calls(context, place.statement):
            if call in taken:
                continue
            others = _others(context, place, call)
            if not others:
                continue
            edits = _edits(context, place, call, others)
            if edits:
                taken.update([call, *others])
                yield Rewrite(tuple(edits), f"compute {context.text(call)} once")
                break


def _first_calls(context: FunctionContext, statement: ast.stmt) -> list[ast.Call]:
    """Pure calls that the statement surely evaluates, before anything else that matters."""
    top: ast.AST = statement.test if isinstance(statement, ast.If) else statement
    found: list[ast.Call] = []
    _walk_sure(top, found)
    return [call for call in found if _is_costly(context, call)]


def _walk_sure(node: ast.AST, found: list[ast.Call]) -> None:
    if isinstance(node, ast.BoolOp):
        _walk_sure(node.values[0], found)
        return
    if isinstance(node, ast.IfExp):
        _walk_sure(node.test, found)
        return
    if isinstance(node, ast.Compare):
        _walk_sure(node.left, found)
        _walk_sure(node.comparators[0], found)
        return
    if isinstance(node, ast.GeneratorExp | ast.ListComp | ast.SetComp | ast.DictComp):
        _walk_sure(node.generators[0].iter, found)
        return
    if isinstance(node, ast.Lambda | ast.FunctionDef):
        return
    if isinstance(node, ast.Call):
        found.append(node)
    for child in ast.iter_child_nodes(node):
        _walk_sure(child, found)


def _is_costly(context: FunctionContext, call: ast.Call) -> bool:
    if call.keywords:
        return False
    if isinstance(call.func, ast.Attribute):
        if call.func.attr not in _COSTLY_METHODS or not isinstance(call.func.value, ast.Name):
            return False
    elif not isinstance(call.func, ast.Name) or call.func.id not in _COSTLY or not call.args:
        return False
    if not is_pure(context, call) or any(
        isinstance(part, ast.Lambda | ast.GeneratorExp) for part in ast.walk(call)
    ):
        return False
    # A consumed iterator gives something else the second time.
    for part in ast.walk(call):
        if isinstance(part, ast.Name) and context.inference.of(part).name in ("iterator", "generator"):
            return False
    # A new list each time: only where it is looked into, not kept.
    if (
        isinstance(call.func, ast.Attribute)
        and call.func.attr in ("split", "splitlines")
        and not isinstance(context.parents.get(call), ast.Subscript | ast.Compare)
    ):
        return False
    return any(isinstance(part, ast.Name) and part.id in context.scope.bound for part in ast.walk(call))


def _others(context: FunctionContext, place: Place, call: ast.Call) -> list[ast.expr]:
    """Equal calls in the statement and the rest of the block, up to the first change."""
    found: list[ast.expr] = []
    names = {node.id for node in ast.walk(call) if isinstance(node, ast.Name)}
    for statement in place.block[place.index :]:
        quiet = keeps_value(context, call, [statement])
        if statement is place.statement or quiet:
            if not quiet and not _changes_after(context, call, statement, names):
                break
            found += [
                node
                for node in ast.walk(statement)
                if node is not call
                and isinstance(node, ast.Call)
                and same(node, call)
                and not _is_shadowed(context, node, names)
            ]
        if not quiet:
            break
    return found


def _changes_after(context: FunctionContext, call: ast.Call, statement: ast.stmt, names: set[str]) -> bool:
    """Whether a simple assignment changes the names only after evaluating all calls on its right side."""
    return (
        isinstance(statement, ast.Assign)
        and keeps_value(context, call, [statement.value])
        and not any(isinstance(node, ast.Call) for target in statement.targets for node in ast.walk(target))
        and bool(written_names([statement]) & names)
    )


def _is_shadowed(context: FunctionContext, node: ast.AST, names: set[str]) -> bool:
    while node in context.parents and not isinstance(node, ast.stmt):
        node = context.parents[node]
        if isinstance(node, ast.ListComp | ast.GeneratorExp | ast.SetComp | ast.DictComp):
            if names & written_names([part.target for part in node.generators]):
                return True
        elif isinstance(node, ast.Lambda):
            return True
    return isinstance(node, ast.FunctionDef)


def _edits(
    context: FunctionContext, place: Place, call: ast.Call, others: Sequence[ast.expr]
) -> list[TextEdit] | None:
    function = call.func.id if isinstance(call.func, ast.Name) else "value"
    if function == "len" and len(others) < 2 and not place.loops:
        return None
    if isinstance(call.func, ast.Attribute):
        function = call.func.attr
    inside = call.args[0] if isinstance(call.func, ast.Name) else call.func
    root = next((node.id for node in ast.walk(inside) if isinstance(node, ast.Name)), "value")
    name = context.fresh(compound(root, function), compound(root, function, "value"))
    text = context.text(call)
    if "\n" in text:
        return None
    if isinstance(place.statement, ast.If) and _is_elif(context, place.statement):
        return None
    insertion = context.layout.insert_before(place.statement, f"{name} = {text}")
    if insertion is None:
        return None
    return [insertion, *(context.layout.replace(node, name) for node in [call, *others])]


def _is_elif(context: FunctionContext, statement: ast.If) -> bool:
    layout = context.layout
    return layout.data[layout.start(statement) : layout.start(statement) + 4] == b"elif"


STRATEGY = BuiltinStrategy("repeated-call", "precomputation", _build, __doc__ or "")
