"""Says whether an expression that moves before its loop raises only what the loop would have raised first."""

from __future__ import annotations

import ast

from velox_engine.strategies.base import FunctionContext
from velox_engine.strategies.loops import LoopNode, constant, length_of, range_parts
from velox_engine.strategies.patterns import same
from velox_engine.strategies.purity import cannot_raise

_NEVER_RAISE_ON_STR = frozenset(
    ["lower", "upper", "strip", "lstrip", "rstrip", "title", "casefold", "swapcase", "split", "splitlines"]
)


def runs_safely(context: FunctionContext, loop: LoopNode, node: ast.expr) -> bool:
    """Whether computing it before the loop can raise only what the loop would have raised first."""
    if cannot_raise(context, node):
        return True
    if isinstance(node, ast.Call):
        measured = length_of(context, node)
        if measured is not None and isinstance(measured, ast.Name):
            return True
        if is_text_method(node):
            return True
    if isinstance(node, ast.BinOp) and all(_plain_arithmetic(context, part) for part in ast.walk(node)):
        # Arithmetic on plain names raises only for types that the loop could not have worked with.
        return True
    if isinstance(node, ast.Subscript) and isinstance(node.slice, ast.Slice):
        return context.inference.of(node.value).name in ("list", "str", "tuple")
    if isinstance(node, ast.Subscript) and _index_in_range(context, node):
        return True
    return _always_first(context, loop, node)


def is_text_method(call: ast.Call) -> bool:
    """Whether it is `text.lower()` and the like, which raise for no text; `text.lower().split()` too."""
    if not isinstance(call.func, ast.Attribute) or call.func.attr not in _NEVER_RAISE_ON_STR or call.args:
        return False
    value = call.func.value
    return isinstance(value, ast.Name) or (isinstance(value, ast.Call) and is_text_method(value))


def _plain_arithmetic(context: FunctionContext, node: ast.AST) -> bool:
    if isinstance(node, ast.BinOp):
        if isinstance(node.op, ast.Mod | ast.FloorDiv):
            return _is_range_stop(context, node, node.right)
        return isinstance(node.op, ast.Add | ast.Sub | ast.Mult)
    return isinstance(
        node, ast.Name | ast.Constant | ast.UnaryOp | ast.unaryop | ast.operator | ast.expr_context
    )


def _is_range_stop(context: FunctionContext, node: ast.AST, divisor: ast.expr) -> bool:
    """Whether a loop `for i in range(divisor)` stands around: inside, the divisor is at least 1."""
    if isinstance(divisor, ast.Constant):
        return bool(divisor.value)
    while node in context.parents:
        node = context.parents[node]
        if isinstance(node, ast.For):
            parts = range_parts(context, node.iter)
            if (
                parts is not None
                and constant(parts[0]) == 0
                and constant(parts[2]) == 1
                and same(parts[1], divisor)
            ):
                return True
    return False


def _index_in_range(context: FunctionContext, node: ast.Subscript) -> bool:
    """Whether xs[i] stands inside `for i in range(len(xs))`, so that the item exists."""
    if not isinstance(node.slice, ast.Name):
        return False
    around: ast.AST = node
    while around in context.parents:
        around = context.parents[around]
        if (
            isinstance(around, ast.For)
            and isinstance(around.target, ast.Name)
            and around.target.id == node.slice.id
        ):
            parts = range_parts(context, around.iter)
            if parts is None:
                return False
            stop = parts[1]
            if (
                isinstance(stop, ast.BinOp)
                and isinstance(stop.op, ast.Sub)
                and isinstance(stop.right, ast.Constant)
            ):
                stop = stop.left
            measured = length_of(context, stop)
            return measured is not None and same(measured, node.value) and isinstance(constant(parts[0]), int)
    return False


def _always_first(context: FunctionContext, loop: LoopNode, node: ast.expr) -> bool:
    """Whether the first turn surely happens and surely evaluates the expression before anything that matters."""
    if isinstance(loop, ast.While):
        return node in set(ast.walk(loop.test)) and unconditional(context, node, loop)
    if not _runs_at_least_once(context, loop.iter):
        return False
    first = loop.body[0]
    return node in set(ast.walk(first)) and unconditional(context, node, loop)


def _runs_at_least_once(context: FunctionContext, iterable: ast.expr) -> bool:
    if isinstance(iterable, ast.Constant):
        return isinstance(iterable.value, str | bytes) and bool(iterable.value)
    if isinstance(iterable, ast.Tuple | ast.List):
        return bool(iterable.elts) and not any(isinstance(item, ast.Starred) for item in iterable.elts)
    parts = range_parts(context, iterable)
    if parts is None:
        return False
    values = [constant(part) for part in parts]
    if not all(isinstance(value, int) for value in values) or values[2] == 0:
        return False
    return len(range(*[value for value in values if isinstance(value, int)])) > 0


def unconditional(context: FunctionContext, node: ast.AST, loop: ast.AST) -> bool:
    """Whether no branch, short circuit or inner loop stands between the loop and the expression."""
    while node in context.parents:
        parent = context.parents[node]
        if parent is loop:
            return True
        if isinstance(parent, ast.BoolOp):
            if parent.values[0] is not node:
                return False
        elif isinstance(parent, ast.IfExp | ast.If | ast.While):
            if parent.test is not node:
                return False
        elif isinstance(parent, ast.For):
            if parent.iter is not node:
                return False
        elif isinstance(parent, ast.Compare):
            if node is not parent.left and node is not parent.comparators[0]:
                return False
        elif isinstance(
            parent,
            ast.Try
            | ast.With
            | ast.GeneratorExp
            | ast.ListComp
            | ast.SetComp
            | ast.DictComp
            | ast.Lambda
            | ast.comprehension,
        ):
            return False
        node = parent
    return False
