"""Uses a deque for a list that is consumed or filled at its front.

What it does: a local list on which `pop(0)` or `insert(0, …)` is called in a loop becomes a `collections.deque`, when
everything else done with it works on a deque as well.

Example:
    def walk(graph, start):
        order = []
        queue = [start]
        while queue:
            node = queue.pop(0)
            order.append(node)
            for other in graph.get(node, ()):
                queue.append(other)
        return order

Result:
    from collections import deque


    def walk(graph, start):
        order = []
        queue = deque([start])
        while queue:
            node = queue.popleft()
            order.append(node)
            for other in graph.get(node, ()):
                queue.append(other)
        return order

Inputs:
    ({1: [2, 3], 2: [4]}, 1)
    ({}, 0)

When it is unsafe: a deque has no slices, is slow in its middle, is not equal to a list, and says something else when
it is empty. So the list must not leave the function, may only be indexed at its ends, and each `pop` must stand
under a test that it is not empty.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator

from velox_engine.strategies.base import BuiltinStrategy, FunctionContext, Rewrite
from velox_engine.strategies.bindings import own_nodes, parameters
from velox_engine.strategies.effects import bindings_of
from velox_engine.strategies.freshness import returns_new_list
from velox_engine.strategies.imports import import_member
from velox_engine.strategies.loops import constant, places, stands_in_loop
from velox_engine.strategies.patterns import match_expr
from velox_engine.types import TextEdit

_SAME_METHODS = frozenset({"append", "extend", "clear", "count", "remove", "reverse"})


def _build(context: FunctionContext) -> Iterator[Rewrite]:
    for name in sorted(context.scope.bound - set(parameters(context.node)) - context.scope.inner):
        edits = _edits(context, name)
        if edits:
            wrapper, imported = import_member(context, "collections", "deque")
            yield Rewrite((*edits(wrapper), *imported), f"keep {name} in a deque, whose ends are cheap")


def _edits(context: FunctionContext, name: str) -> Callable[[str], list[TextEdit]] | None:
    front = False
    changes: list[TextEdit] = []
    guarded = _guarded_pops(context, name)
    for node in own_nodes(context.node):
        if not (isinstance(node, ast.Name) and node.id == name):
            continue
        if not isinstance(node.ctx, ast.Load):
            continue
        parent = context.parents.get(node)
        call = context.parents.get(parent) if parent else None
        if isinstance(parent, ast.Attribute) and isinstance(call, ast.Call) and call.func is parent:
            change = _method(context, parent, call)
            if change is None:
                return None
            if parent.attr == "pop" and call not in guarded:
                return None
            changes += change
            front = front or (bool(change) and stands_in_loop(context, call))
        elif not _works_on_deque(context, node, parent):
            return None
    if not front or _is_assigned_oddly(context, name):
        return None
    values = [value for value in bindings_of(context, name) if value is not None]
    if not values or len(values) != len(bindings_of(context, name)):
        return None
    if not all(_new_list(context, value) for value in values):
        return None

    def finish(wrapper: str) -> list[TextEdit]:
        wrapped = [
            context.layout.replace(
                value,
                f"{wrapper}()"
                if match_expr("[]", value) or match_expr("list()", value)
                else f"{wrapper}({_inside(context, value)})",
            )
            for value in values
        ]
        return [*wrapped, *changes]

    return finish


def _inside(context: FunctionContext, value: ast.expr) -> str:
    # deque(list(x)) would copy twice
    if match_expr("list(M_x)", value) and isinstance(value, ast.Call) and context.is_builtin("list"):
        return context.text(value.args[0])
    return context.text(value)


def _method(context: FunctionContext, func: ast.Attribute, call: ast.Call) -> list[TextEdit] | None:
    """The edits for q.method(…): none when a deque has the same, None when it has not."""
    layout = context.layout
    if func.attr in _SAME_METHODS and not call.keywords:
        return []
    if func.attr == "pop" and not call.keywords:
        if not call.args:
            return []
        if len(call.args) == 1 and constant(call.args[0]) == 0 and constant(call.args[0]) is not False:
            return [layout.between(layout.end(func.value), layout.end(call), ".popleft()")]
        return None
    if func.attr == "insert" and len(call.args) == 2 and constant(call.args[0]) == 0:
        return [layout.between(layout.end(func.value), layout.start(call.args[1]), ".appendleft(")]
    return None


def _works_on_deque(context: FunctionContext, node: ast.Name, parent: ast.AST | None) -> bool:
    if isinstance(parent, ast.While | ast.If | ast.IfExp) and parent.test is node:
        return True
    if isinstance(parent, ast.UnaryOp) and isinstance(parent.op, ast.Not):
        return True
    if isinstance(parent, ast.BoolOp):
        above = context.parents.get(parent)
        return isinstance(above, ast.While | ast.If) and above.test is parent
    if isinstance(parent, ast.Call) and node in parent.args and isinstance(parent.func, ast.Name):
        fine = {"len", "bool", "list", "tuple", "set", "sum", "sorted", "any", "all", "enumerate"}
        return parent.func.id in fine and context.is_builtin(parent.func.id)
    if isinstance(parent, ast.Subscript) and parent.value is node:
        # An empty deque words its IndexError differently, so an index needs the same guard as a pop.
        return constant(parent.slice) in (0, -1) and _stands_under_test(context, node)
    if isinstance(parent, ast.Compare) and len(parent.ops) == 1:
        return isinstance(parent.ops[0], ast.In | ast.NotIn) and parent.comparators[0] is node
    if isinstance(parent, ast.Call) and isinstance(parent.func, ast.Attribute) and node in parent.args:
        return parent.func.attr in ("join", "extend")
    return False


def _guarded_pops(context: FunctionContext, name: str) -> set[ast.Call]:
    """pop calls that run only when the list is not empty."""
    safe: set[ast.Call] = set()
    for place in places(context.node):
        statement = place.statement
        if isinstance(statement, ast.While | ast.If) and _says_filled(statement.test, name):
            for inner in statement.body:
                pops = [
                    node
                    for node in ast.walk(inner)
                    if (isinstance(node, ast.Call) and match_expr(f"{name}.pop(M_i)", node)) or
                    (isinstance(node, ast.Call) and match_expr(f"{name}.pop()", node))
                ]  # fmt: skip
                if pops:
                    if len(pops) == 1 and isinstance(
                        inner, ast.Assign | ast.Expr | ast.AnnAssign | ast.AugAssign
                    ):
                        safe.update(pop for pop in pops if isinstance(pop, ast.Call))
                    break
                if isinstance(inner, ast.For | ast.While) or name in {
                    node.id
                    for node in ast.walk(inner)
                    if isinstance(node, ast.Name) and not isinstance(node.ctx, ast.Load)
                }:
                    break
    return safe


def _says_filled(test: ast.expr, name: str) -> bool:
    """Whether the test is true only for a list with elements."""
    for template in (
        f"{name}",
        f"len({name})",
        f"len({name}) > 0",
        f"len({name}) != 0",
        f"len({name}) >= 1",
        f"{name} != []",
    ):
        if match_expr(template, test) is not None:
            return True
    if isinstance(test, ast.BoolOp) and isinstance(test.op, ast.And):
        return any(_says_filled(value, name) for value in test.values)
    return False


def _stands_under_test(context: FunctionContext, node: ast.Name) -> bool:
    """Whether it is in the test of `while q and …q[0]…`."""
    parent = context.parents.get(node)
    while parent is not None and not isinstance(parent, ast.stmt):
        if isinstance(parent, ast.BoolOp) and isinstance(parent.op, ast.And):
            first = parent.values[0]
            return _says_filled(first, node.id) and node not in set(ast.walk(first))
        parent = context.parents.get(parent)
    return False


def _is_assigned_oddly(context: FunctionContext, name: str) -> bool:
    return any(
        isinstance(node, ast.AugAssign | ast.Delete | ast.AnnAssign)
        and any(
            isinstance(part, ast.Name) and part.id == name and not isinstance(part.ctx, ast.Load)
            for part in ast.walk(node)
        )
        and not (
            isinstance(node, ast.AugAssign)
            and isinstance(node.op, ast.Add)
            and isinstance(node.target, ast.Name)
        )
        for node in own_nodes(context.node)
    )


def _new_list(context: FunctionContext, value: ast.expr) -> bool:
    """Whether the expression makes a list that nobody else holds."""
    if isinstance(value, ast.List | ast.ListComp):
        return True
    if isinstance(value, ast.Call) and isinstance(value.func, ast.Name):
        if value.func.id in ("list", "sorted") and context.is_builtin(value.func.id):
            return True
        return returns_new_list(context, value.func.id)
    if isinstance(value, ast.Subscript) and isinstance(value.slice, ast.Slice):
        return match_expr("M_x[:]", value) is not None or context.inference.of(value.value).name == "list"
    if isinstance(value, ast.Call) and isinstance(value.func, ast.Attribute):
        return context.inference.of(value).name == "list" and value.func.attr in (
            "split",
            "splitlines",
            "rsplit",
            "copy",
        )
    return False


STRATEGY = BuiltinStrategy("deque-queue", "data_structure", _build, __doc__ or "", ("VX102",))
