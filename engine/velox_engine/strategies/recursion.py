"""What recursive functions do: where they call themselves, what they pass on, whether results can be remembered."""

from __future__ import annotations

import ast
from collections.abc import Collection, Iterator
from typing import TYPE_CHECKING

from velox_engine.strategies.bindings import own_nodes, parameters, written_names
from velox_engine.strategies.effects import bindings_of, is_local_new, root_name
from velox_engine.strategies.loops import places
from velox_engine.strategies.patterns import match_expr
from velox_engine.strategies.purity import PURE_BUILTINS, PURE_METHODS

if TYPE_CHECKING:
    from velox_engine.strategies.base import FunctionContext

_SCALARS = frozenset({"int", "str", "float", "bool", "none", "number", "bytes"})
_GROWING = frozenset({"append", "extend", "add", "update", "insert", "sort", "reverse", "pop"})


def self_calls(function: ast.FunctionDef, method: bool = False) -> list[ast.Call]:
    """The calls of the function in its own body: f(…), or self.f(…) for a method."""
    return [
        node
        for node in ast.walk(function)
        if isinstance(node, ast.Call) and is_self_call(function, node, method)
    ]


def is_self_call(function: ast.FunctionDef, node: ast.Call, method: bool = False) -> bool:
    """Whether a call is of the function that it stands in."""
    if not method:
        return isinstance(node.func, ast.Name) and node.func.id == function.name
    return (
        isinstance(node.func, ast.Attribute)
        and node.func.attr == function.name
        and isinstance(node.func.value, ast.Name)
        and bool(function.args.args)
        and node.func.value.id == function.args.args[0].arg
    )


def recomputes(function: ast.FunctionDef, calls: Collection[ast.AST]) -> bool:
    """Whether one call can lead to two more: two calls in one statement, or one inside a loop."""
    for place in places(function):
        statement = place.statement
        if isinstance(statement, ast.For | ast.While | ast.If | ast.Try | ast.With):
            continue
        inside = [node for node in ast.walk(statement) if node in calls]
        if len(inside) >= 2 or (inside and place.loops):
            return True
        if inside and any(
            node in calls
            for part in ast.walk(statement)
            if isinstance(part, ast.ListComp | ast.GeneratorExp | ast.SetComp)
            for node in ast.walk(part)
        ):
            return True
    # A call on every way through the function, and another one after it.
    for at, statement in enumerate(function.body):
        if isinstance(statement, ast.Assign | ast.AugAssign) and any(
            node in calls for node in ast.walk(statement)
        ):
            return any(node in calls for later in function.body[at + 1 :] for node in ast.walk(later))
    # One way that is tried first, and another where that led nowhere: `if f(…): return True`, `return f(…)`.
    for place in places(function):
        if isinstance(place.statement, ast.If) and any(
            node in calls for node in ast.walk(place.statement.test)
        ):
            rest = [*place.statement.orelse, *place.after]
            if any(node in calls for later in rest for node in ast.walk(later)):
                return True
    # Two branches of one call that both go on: max of two variables assigned from calls.
    assigned = [
        place
        for place in places(function)
        if isinstance(place.statement, ast.Assign | ast.AugAssign)
        and any(node in calls for node in ast.walk(place.statement))
    ]
    return len(assigned) >= 2


_SMALL_STEP = 10  # f(n - 1) + f(n - 10) makes more than 10³⁰ calls before it is 500 deep


def branches_always(function: ast.FunctionDef, calls: Collection[ast.Call]) -> bool:
    """Whether every call of a function of one number leads to two for slightly smaller ones, as Fibonacci's does.

    Then it can never go deep, since that would take for ever; with a second parameter or a condition it may.
    """
    names = parameters(function)
    if len(names) != 1 or len(calls) < 2 or names[0] in written_names(function.body):
        return False
    for call in calls:
        step = match_expr(f"{names[0]} - M_k", call.args[0]) if len(call.args) == 1 else None
        if step is None or call.keywords:
            return False
        size = step["M_k"]
        if not (
            isinstance(size, ast.Constant) and type(size.value) is int and 1 <= size.value <= _SMALL_STEP
        ):
            return False
    plain = [one for one in function.body if isinstance(one, ast.Return | ast.Assign | ast.Expr)]
    sure = {node for one in plain for node in ast.walk(one)}
    for node in list(sure):
        if isinstance(node, ast.BoolOp | ast.IfExp | ast.GeneratorExp | ast.ListComp | ast.Lambda):
            sure.difference_update(ast.walk(node))
    return all(call in sure for call in calls)


def fixed_parameters(
    function: ast.FunctionDef, calls: list[ast.Call], method: bool = False
) -> set[str] | None:
    """The parameters that every self-call passes on as they are; None when a call cannot be matched to them."""
    names = parameters(function)
    positional = [arg.arg for arg in function.args.args]
    if names != positional or function.args.posonlyargs:
        return None
    rebound = written_names(function.body)
    fixed = {name for name in names if name not in rebound}
    for call in calls:
        given: list[ast.expr] = (
            [call.func.value] if isinstance(call.func, ast.Attribute) and method else []
        ) + call.args
        if call.keywords or len(given) != len(names) or any(isinstance(one, ast.Starred) for one in given):
            return None
        for name, value in zip(names, given, strict=True):
            if not (isinstance(value, ast.Name) and value.id == name):
                fixed.discard(name)
    return fixed


def is_effect_free(context: FunctionContext, function: ast.FunctionDef, calls: Collection[ast.AST]) -> bool:
    """Whether the function, its self-calls aside, only computes: it changes nothing but what it made itself."""
    for node in ast.walk(function):
        if isinstance(
            node,
            ast.Yield | ast.YieldFrom | ast.Await | ast.Global | ast.Nonlocal | ast.With | ast.Delete | ast.Lambda
            | ast.ClassDef | ast.Import | ast.ImportFrom,
        ):  # fmt: skip
            return False
        if isinstance(node, ast.FunctionDef) and node is not function:
            return False
        if isinstance(node, ast.Attribute | ast.Subscript) and not isinstance(node.ctx, ast.Load):
            root = root_name(node)
            if root is None or not is_local_new(context, root):
                return False
        if isinstance(node, ast.AugAssign) and isinstance(node.target, ast.Name):
            name = node.target.id
            if (
                name in parameters(function)
                and context.inference.of(ast.Name(name, ast.Load())).name not in _SCALARS
            ):
                return False
        if isinstance(node, ast.Call) and node not in calls and not _is_harmless(context, node):
            return False
    return True


def _is_harmless(context: FunctionContext, node: ast.Call) -> bool:
    func = node.func
    if isinstance(func, ast.Name):
        if context.is_builtin(func.id):
            return func.id in PURE_BUILTINS or func.id.endswith(("Error", "Exception"))
        return func.id in context.pure_functions
    if not isinstance(func, ast.Attribute):
        return False
    if isinstance(func.value, ast.Name) and func.value.id in context.pure_modules:
        return True
    if func.attr in PURE_METHODS or func.attr == "get":
        return True
    root = root_name(func.value)
    return func.attr in _GROWING and root is not None and is_local_new(context, root)


def is_hashable(context: FunctionContext, name: str, function: ast.FunctionDef) -> bool:
    """Whether a parameter can be a key: its type says so, or it is used as a number or a position."""
    shape = context.inference.names.get(name)
    if shape is not None and shape.hashable:
        return True
    if shape is not None and shape.name != "":
        return False
    for node in ast.walk(function):
        # Ex) n in `n % 2`, `n - 1`, `n * 2`: a number
        if isinstance(node, ast.BinOp):
            sides = (node.left, node.right)
            if any(isinstance(side, ast.Name) and side.id == name for side in sides):
                if isinstance(node.op, ast.Sub | ast.Mod | ast.FloorDiv | ast.Mult):
                    return True
                if any(isinstance(side, ast.Constant) and type(side.value) is int for side in sides):
                    return True
        # Ex) xs[i]
        elif isinstance(node, ast.Subscript) and isinstance(node.slice, ast.Name) and node.slice.id == name:
            return True
    return False


def returns(function: ast.FunctionDef) -> Iterator[ast.Return]:
    """The return statements of the function itself."""
    return (node for node in own_nodes(function) if isinstance(node, ast.Return))


def scalar_results(context: FunctionContext, function: ast.FunctionDef, calls: Collection[ast.AST]) -> bool:
    """Whether every result is something that a caller cannot change: then one object may be handed out twice."""
    return all(_scalar(context, node.value, function, calls, 0) for node in returns(function))


def _scalar(
    context: FunctionContext,
    value: ast.expr | None,
    function: ast.FunctionDef,
    calls: Collection[ast.AST],
    depth: int,
) -> bool:
    def again(node: ast.expr) -> bool:
        return _scalar(context, node, function, calls, depth + 1)

    if value is None or value in calls:
        return True
    if depth > 12:
        return False
    if context.inference.of(value).name in _SCALARS:
        return True
    if depth == 0 and isinstance(value, ast.Subscript) and not isinstance(value.slice, ast.Slice):
        # An item is the same object each time, with or without a cache.
        return True
    if isinstance(value, ast.Tuple):
        return all(map(again, value.elts))
    if isinstance(value, ast.IfExp):
        return again(value.body) and again(value.orelse)
    if isinstance(value, ast.Compare):
        return True
    if isinstance(value, ast.BoolOp):
        return all(map(again, value.values))
    if isinstance(value, ast.UnaryOp):
        return isinstance(value.op, ast.Not | ast.USub)
    if isinstance(value, ast.Call) and isinstance(value.func, ast.Name):
        return value.func.id in ("min", "max", "sum", "abs", "len", "int") and context.is_builtin(
            value.func.id
        )
    if isinstance(value, ast.BinOp):
        sides = (value.left, value.right)
        if isinstance(value.op, ast.Sub | ast.FloorDiv | ast.Mod | ast.Div | ast.Pow):
            return True
        # A sum with a number is a number or an error; a product may be a repeated list.
        return any(map(again, sides)) if isinstance(value.op, ast.Add) else all(map(again, sides))
    if isinstance(value, ast.Name):
        # Ex) out *= [n], which makes a list of a number
        if not all(again(operand) for operand in _factors(context, value.id)):
            return False
        if value.id in parameters(function):
            return is_hashable(context, value.id, function)
        values = bindings_of(context, value.id)
        return bool(values) and all(
            one is not None and not isinstance(one, ast.Name) and again(one) for one in values
        )
    return False


def _factors(context: FunctionContext, name: str) -> list[ast.expr]:
    """What a name is multiplied by in place."""
    return [
        node.value
        for node in context.own
        if isinstance(node, ast.AugAssign)
        and isinstance(node.op, ast.Mult)
        and isinstance(node.target, ast.Name)
        and node.target.id == name
    ]
