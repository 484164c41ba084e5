"""Tests membership in a set instead of searching a list again and again.

What it does: a list or tuple that is searched with `in` inside a loop, and that the loop leaves alone, is turned
into a set once before the loop.

Example:
    def common(left, right):
        result = []
        for item in left:
            if item in right:
                result.append(item)
        return result

Result:
    def common(left, right):
        result = []
        right_set = set(right)
        for item in left:
            if item in right_set:
                result.append(item)
        return result

Inputs:
    ([1, 2, 3], [3, 1])
    ([], [1])
    (["a", "b"], ["b"])

When it is unsafe: unhashable elements raise TypeError in a set, and a string is searched for substrings. Names known
to be strings, dicts or sets are left alone, as are lists that change inside the loop.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator

from velox_engine.strategies.base import BuiltinStrategy, FunctionContext, Rewrite
from velox_engine.strategies.bindings import loads_of, parameters
from velox_engine.strategies.effects import keeps_contents
from velox_engine.strategies.loops import Place, places
from velox_engine.strategies.patterns import same
from velox_engine.types import TextEdit

_SEARCHED = frozenset({"list", "tuple", "sequence", "", "iterable"})


def _build(context: FunctionContext) -> Iterator[Rewrite]:
    done: set[str] = set()
    for place in places(context.node):
        if not isinstance(
            place.statement, ast.For | ast.While | ast.Assign | ast.Return | ast.Expr | ast.AugAssign
        ):
            continue
        for name in _searched_names(context, place.statement):
            if name not in done:
                edits = _edits(context, place, name)
                if edits:
                    done.add(name)
                    yield Rewrite(tuple(edits), f"look {name} up in a set that is built once")


def _searched_names(context: FunctionContext, statement: ast.stmt) -> list[str]:
    """Names that the statement searches repeatedly: inside its loop body, or inside a comprehension."""
    repeated: list[ast.AST]
    if isinstance(statement, ast.For):
        repeated = list(statement.body)
    elif isinstance(statement, ast.While):
        repeated = [statement.test, *statement.body]
    else:
        repeated = [
            part
            for node in ast.walk(statement)
            if isinstance(node, ast.ListComp | ast.SetComp | ast.GeneratorExp | ast.DictComp)
            for part in _repeated_parts(node)
        ]
    names: list[str] = []
    for top in repeated:
        for node in ast.walk(top):
            if (
                isinstance(node, ast.Compare)
                and len(node.ops) == 1
                and isinstance(node.ops[0], ast.In | ast.NotIn)
            ):
                container = node.comparators[0]
                if isinstance(container, ast.Name) and container.id not in names:
                    names.append(container.id)
    return names


def _repeated_parts(node: ast.ListComp | ast.SetComp | ast.GeneratorExp | ast.DictComp) -> list[ast.AST]:
    parts: list[ast.AST] = [node.key, node.value] if isinstance(node, ast.DictComp) else [node.elt]
    for at, generator in enumerate(node.generators):
        parts += generator.ifs
        if at:
            parts.append(generator.iter)
    return parts


def _edits(context: FunctionContext, place: Place, name: str) -> list[TextEdit] | None:
    statement = place.statement
    shape = context.inference.names.get(name)
    if shape is None or shape.name not in _SEARCHED or name in context.scope.outer_writes:
        return None
    if shape.name == "" and (
        name not in parameters(context.node) or _looks_like_text(context, statement, name)
    ):
        return None
    element = shape.element
    if element.name in ("list", "dict", "set"):
        return None
    if not keeps_contents(context, name, [statement]):
        return None
    tests = [
        node
        for node in ast.walk(statement)
        if isinstance(node, ast.Compare)
        and len(node.ops) == 1
        and isinstance(node.ops[0], ast.In | ast.NotIn)
        and isinstance(node.comparators[0], ast.Name)
        and node.comparators[0].id == name
    ]
    if any(context.inference.of(test.left).name in ("list", "dict", "set", "bytearray") for test in tests):
        return None
    if not _may_be_hashed(context, tests):
        return None
    context.need_builtins("set")
    new_name = context.fresh(f"{name}_set", f"{name}_lookup")
    insertion = context.layout.insert_before(statement, f"{new_name} = set({name})")
    if insertion is None:
        return None
    return [insertion, *(context.layout.replace(test.comparators[0], new_name) for test in tests)]


def _may_be_hashed(context: FunctionContext, tests: list[ast.Compare]) -> bool:
    """False where the function itself tells types apart: then some may well be unhashable."""
    for node in ast.walk(context.node):
        if (
            isinstance(node, ast.Call)
            and isinstance(node.func, ast.Name)
            and node.func.id == "isinstance"
            and node.args
            and any(same(node.args[0], test.left) for test in tests)
        ):
            return False
    return True


def _looks_like_text(context: FunctionContext, statement: ast.stmt, name: str) -> bool:
    """Whether an unannotated parameter may be a str that is searched for substrings or characters."""
    for load in loads_of(name, context.node):
        parent = context.parents.get(load)
        if isinstance(parent, ast.Call | ast.Attribute | ast.BinOp | ast.Compare) and not (
            isinstance(parent, ast.Compare) and isinstance(parent.ops[0], ast.In | ast.NotIn)
        ):
            sibling = [*parent.comparators, parent.left] if isinstance(parent, ast.Compare) else []
            if any(context.inference.of(side).name == "str" for side in sibling):
                return True
    for node in ast.walk(statement):
        if isinstance(node, ast.Compare) and any(
            isinstance(side, ast.Name) and side.id == name for side in node.comparators
        ):
            left = context.inference.of(node.left)
            if left.name == "str" and left.evidence != "proved":
                return True
            if _iterates_text(context, node.left):
                return True
    return False


def _iterates_text(context: FunctionContext, node: ast.expr) -> bool:
    """c where some join or string method shows that it is a character."""
    if not isinstance(node, ast.Name):
        return context.inference.of(node).name == "str"
    for use in loads_of(node.id, context.node):
        parent = context.parents.get(use)
        while isinstance(parent, ast.ListComp | ast.GeneratorExp | ast.Attribute | ast.comprehension):
            if isinstance(parent, ast.Attribute) and parent.attr in ("lower", "upper", "isalpha", "isdigit"):
                return True
            parent = context.parents.get(parent)
        if (
            isinstance(parent, ast.Call)
            and isinstance(parent.func, ast.Attribute)
            and parent.func.attr == "join"
        ):
            return True
        if isinstance(parent, ast.Call) and isinstance(parent.func, ast.Name) and parent.func.id == "ord":
            return True
    return False


STRATEGY = BuiltinStrategy("set-membership", "data_structure", _build, __doc__ or "", ("VX101",))
