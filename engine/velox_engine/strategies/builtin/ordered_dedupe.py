"""Removes duplicates with a dict or a companion set instead of searching the result list for each element.

What it does: a loop that only appends what the list does not hold yet becomes `list(dict.fromkeys(…))`. Where the
loop does more, a set that grows with the list answers the membership test.

Example:
    def unique(items):
        result = []
        for item in items:
            if item not in result:
                result.append(item)
        return result

Result:
    def unique(items):
        result = list(dict.fromkeys(items))
        return result

Inputs:
    ([3, 1, 3, 2],)
    ([],)
    ("hello",)

When it is unsafe: unhashable elements raise TypeError. Proposed only where nothing in the function shows that it
expects such elements.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator

from velox_engine.strategies.base import BuiltinStrategy, FunctionContext, Rewrite
from velox_engine.strategies.bindings import all_names, loads_of, parameters
from velox_engine.strategies.effects import bindings_of, effects_of
from velox_engine.strategies.loops import Place, constant, places, stands_in_loop, used_outside
from velox_engine.strategies.patterns import match_expr, match_stmt, same
from velox_engine.types import TextEdit

_HASHED = frozenset({"str", "bytes", "int", "float", "bool"})
_CONSTANT = (ast.Constant, ast.Tuple, ast.UnaryOp, ast.USub, ast.Load)


def _build(context: FunctionContext) -> Iterator[Rewrite]:
    for place in places(context.node):
        if isinstance(place.statement, ast.For):
            edits = _whole_loop(context, place, place.statement)
            if edits:
                yield Rewrite(tuple(edits), "drop duplicates with dict.fromkeys")
                return
    for name in sorted(context.scope.bound - set(parameters(context.node)) - context.scope.inner):
        edits = _companion(context, name)
        if edits:
            yield Rewrite(tuple(edits), f"answer membership in {name} from a set that grows with it")


def _whole_loop(context: FunctionContext, place: Place, loop: ast.For) -> list[TextEdit] | None:
    # Ex) out = []; for x in xs: if x not in out: out.append(x)
    previous = place.previous
    if loop.orelse or len(loop.body) != 1 or not isinstance(loop.target, ast.Name) or previous is None:
        return None
    found = match_stmt("if M_x not in M_out:\n M_out.append(M_x)", loop.body[0])
    if not found or not same(found["M_x"], loop.target) or not isinstance(found["M_out"], ast.Name):
        return None
    start = match_stmt("M_out = []", previous) or match_stmt("M_out = list()", previous)
    if not start or not same(start["M_out"], found["M_out"]) or used_outside(context, loop.target.id, loop):
        return None
    element = context.inference.of(loop.target)
    if element.name in ("list", "dict", "set") or found["M_out"].id in {
        n.id for n in ast.walk(loop.iter) if isinstance(n, ast.Name)
    }:
        return None
    if _told_apart(context, loop.target):
        return None
    context.need_builtins("list", "dict")
    text = f"{found['M_out'].id} = list(dict.fromkeys({context.text(loop.iter)}))"
    edit = context.layout.replace_statements(previous, loop, text)
    return [edit] if edit else None


def _companion(context: FunctionContext, name: str) -> list[TextEdit] | None:
    values = bindings_of(context, name)
    if len(values) != 1 or values[0] is None:
        return None
    start = _first_elements(context, values[0])
    tests: list[ast.Name] = []
    appends: list[ast.Expr] = []
    in_loop = False
    for load in loads_of(name, context.node):
        parent = context.parents.get(load)
        if (
            isinstance(parent, ast.Compare)
            and len(parent.ops) == 1
            and isinstance(parent.ops[0], ast.In | ast.NotIn)
        ):
            if parent.comparators[0] is not load:
                return None
            if not _may_be_hashed(context, parent.left) or not _is_sure(context, parent, parent.left):
                return None
            tests.append(load)
            in_loop = in_loop or stands_in_loop(context, load)
            continue
        statement = _statement_of(context, load)
        if isinstance(parent, ast.Attribute) and parent.attr in ("index", "count", "copy"):
            if not isinstance(context.parents.get(parent), ast.Call):
                return None
        elif isinstance(parent, ast.Attribute):
            if not isinstance(statement, ast.Expr) or not match_stmt(f"{name}.append(M_x)", statement):
                return None
            call = statement.value
            if not isinstance(call, ast.Call) or not _can_be_repeated(call.args[0]):
                return None
            if not _may_be_hashed(context, call.args[0]) or not _is_sure(context, call, call.args[0]):
                return None
            appends.append(statement)
        elif (isinstance(parent, ast.Subscript) and isinstance(parent.ctx, ast.Load)) or (
            isinstance(parent, ast.Tuple) and isinstance(context.parents.get(parent), ast.Return)
        ):
            continue
        elif not isinstance(parent, ast.Return | ast.For | ast.If | ast.UnaryOp | ast.Call | ast.BinOp) or (
            isinstance(parent, ast.Call) and effects_of(context, [parent]).calls_unknown
        ):
            return None
    if start is None or not tests or not appends or not in_loop:
        return None
    if any(_changes(node, name) for node in ast.walk(context.node)):
        return None
    context.need_builtins("set")
    seen = context.fresh("seen", "known", f"{name}_set")
    created = next(
        (
            place.statement
            for place in places(context.node)
            if getattr(place.statement, "value", None) is values[0]
        ),
        None,
    )
    if created is None:
        return None
    edits = [context.layout.insert_after(created, f"{seen} = {start}")]
    edits += [context.layout.replace(test, seen) for test in tests]
    for statement in appends:
        call = statement.value
        if isinstance(call, ast.Call):
            edits.append(context.layout.insert_after(statement, f"{seen}.add({context.text(call.args[0])})"))
    kept = [edit for edit in edits if edit is not None]
    return kept if len(kept) == len(edits) else None


def _changes(node: ast.AST, name: str) -> bool:
    """Whether a node changes the list in a way that the set would not follow."""
    if isinstance(node, ast.Delete):
        return name in all_names([node])
    if isinstance(node, ast.AugAssign):
        return isinstance(node.target, ast.Name) and node.target.id == name
    return (
        isinstance(node, ast.Subscript)
        and not isinstance(node.ctx, ast.Load)
        and isinstance(node.value, ast.Name)
        and node.value.id == name
    )


def _first_elements(context: FunctionContext, value: ast.expr) -> str | None:
    """The set of what the list starts with, as text; None where it starts with more than constants."""
    if match_expr("[]", value) or match_expr("list()", value):
        return "set()"
    if not isinstance(value, ast.List):
        return None
    if not all(isinstance(part, _CONSTANT) for one in value.elts for part in ast.walk(one)):
        return None
    return f"{{{', '.join(context.text(one) for one in value.elts)}}}"


def _may_be_hashed(context: FunctionContext, node: ast.expr) -> bool:
    """Whether nothing says that the value has no hash; of a tuple, whether nothing says so of its parts."""
    if isinstance(node, ast.Tuple):
        return all(_may_be_hashed(context, one) for one in node.elts)
    return context.inference.of(node).name not in ("list", "dict", "set")


def _can_be_repeated(node: ast.expr) -> bool:
    """A name, a constant, a tuple of them, or an item counted from the front, which an append does not move."""
    if isinstance(node, ast.Tuple):
        return bool(node.elts) and all(_can_be_repeated(one) for one in node.elts)
    if isinstance(node, ast.Subscript):
        at = constant(node.slice)
        return isinstance(node.value, ast.Name) and isinstance(at, int) and at >= 0
    return isinstance(node, ast.Name | ast.Constant)


def _told_apart(context: FunctionContext, item: ast.expr) -> bool:
    """Whether the function asks for the type of the element: then it expects several, maybe unhashable ones."""
    return any(
        isinstance(node, ast.Call)
        and isinstance(node.func, ast.Name)
        and node.func.id in ("isinstance", "type", "hasattr")
        and bool(node.args)
        and same(node.args[0], item)
        for node in ast.walk(context.node)
    )


def _is_sure(context: FunctionContext, node: ast.AST, item: ast.expr) -> bool:
    """Whether types of the element are not told apart, or only one with a hash comes here."""
    if not _told_apart(context, item):
        return True
    while node in context.parents:
        above = context.parents[node]
        if isinstance(above, ast.If) and node in above.body and context.is_builtin("isinstance"):
            asked = match_expr("isinstance(M_x, M_t)", above.test)
            kind = asked["M_t"] if asked and same(asked["M_x"], item) else None
            if isinstance(kind, ast.Name) and kind.id in _HASHED and context.is_builtin(kind.id):
                return True
        node = above
    return False


def _statement_of(context: FunctionContext, node: ast.AST) -> ast.AST:
    while not isinstance(node, ast.stmt):
        node = context.parents[node]
    return node


STRATEGY = BuiltinStrategy("ordered-dedupe", "data_structure", _build, __doc__ or "", ("VX103",))
