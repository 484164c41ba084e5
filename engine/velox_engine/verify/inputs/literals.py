"""Read expressions as input values without running them: literals, a few pure constructors, the rest as recipes."""

from __future__ import annotations

import ast
import math
from collections.abc import Callable
from typing import Any

from velox_engine.verify.sandbox import Recipe

LARGEST = 100_000  # elements or bits that one expression may build here


class NotLiteral(ValueError):
    """The expression is not a value that can be read without running code."""


PURE: dict[str, Callable[..., Any]] = {
    "set": set, "frozenset": frozenset, "list": list, "tuple": tuple, "dict": dict, "bytearray": bytearray,
    "bytes": bytes, "float": float, "int": int, "complex": complex, "sorted": sorted, "str": str, "slice": slice,
}  # fmt: skip


def evaluate(node: ast.expr, names: dict[str, Any] | None = None) -> Any:
    """The value of an expression made of literals, known names and pure constructors; NotLiteral otherwise.

    `(a := [1])` adds to `names`, so that `((a := [1]), a)` holds one list twice.
    """
    names = {} if names is None else names
    match node:
        case ast.NamedExpr(target=ast.Name(id=name), value=inner):
            names[name] = evaluate(inner, names)
            return names[name]
        case ast.Constant(value=value) if value is not Ellipsis:
            return value
        case ast.Name(id=name) if name in names:
            return names[name]
        case ast.Name(id="nan" | "inf" as name):
            return float(name)
        case ast.List(elts=elements):
            return [evaluate(item, names) for item in elements]
        case ast.Tuple(elts=elements):
            return tuple(evaluate(item, names) for item in elements)
        case ast.Set(elts=elements):
            return _guarded(lambda: {evaluate(item, names) for item in elements})
        case ast.Dict(keys=keys, values=values) if None not in keys:
            return _guarded(
                lambda: {
                    evaluate(k, names): evaluate(v, names) for k, v in zip(keys, values, strict=True) if k
                }
            )
        case ast.UnaryOp(op=ast.USub() | ast.UAdd() | ast.Not() | ast.Invert() as operator, operand=operand):
            value = evaluate(operand, names)
            return _guarded(lambda: _unary(operator, value))
        case ast.BinOp(left=left, op=operator, right=right):
            return _binary(operator, evaluate(left, names), evaluate(right, names))
        case ast.Call(func=ast.Name(id="range"), args=args, keywords=[]):
            values = [evaluate(item, names) for item in args]
            return _bounded(_guarded(lambda: range(*values)))
        case ast.Call(func=ast.Name(id=name), args=args, keywords=[]) if name in PURE and name not in names:
            values = [evaluate(item, names) for item in args]
            if name in ("bytes", "bytearray") and values and isinstance(values[0], int):
                _bounded(range(max(values[0], 0)))
            return _guarded(lambda: PURE[name](*values))
        case ast.Attribute(
            value=ast.Name(id="math" | "np" | "numpy"), attr="inf" | "nan" | "pi" | "e" as name
        ):
            return getattr(math, name)
    raise NotLiteral(ast.unparse(node)[:80])


def evaluate_or_recipe(node: ast.expr, names: dict[str, Any] | None = None) -> Any:
    """Like `evaluate`, but what cannot be read becomes a Recipe, kept as small as possible inside containers."""
    names = {} if names is None else names
    try:
        return evaluate(node, names)
    except NotLiteral:
        pass
    match node:
        case ast.NamedExpr(target=ast.Name(id=name), value=inner):
            names[name] = evaluate_or_recipe(inner, names)
            return names[name]
        case ast.List(elts=elements):
            return [evaluate_or_recipe(item, names) for item in elements]
        case ast.Tuple(elts=elements):
            return tuple(evaluate_or_recipe(item, names) for item in elements)
        case ast.Dict(keys=keys, values=values) if None not in keys:
            return {
                evaluate(k, names): evaluate_or_recipe(v, names)
                for k, v in zip(keys, values, strict=True)
                if k
            }
        case ast.Call() | ast.Lambda() | ast.Attribute() | ast.Name() | ast.Subscript() | ast.BinOp():
            return Recipe(ast.unparse(node))
        case ast.ListComp() | ast.SetComp() | ast.DictComp() | ast.GeneratorExp():
            return Recipe(ast.unparse(node))
    raise NotLiteral(ast.unparse(node)[:80])


def _unary(operator: ast.unaryop, value: Any) -> Any:
    if isinstance(operator, ast.USub):
        return -value
    if isinstance(operator, ast.Not):
        return not value
    return ~value if isinstance(operator, ast.Invert) else +value


def _binary(operator: ast.operator, left: Any, right: Any) -> Any:
    """Arithmetic with bounds, so that a hostile `9**9**9` in a docstring costs nothing."""
    match operator:
        case ast.Add():
            return _guarded(lambda: left + right)
        case ast.Sub():
            return _guarded(lambda: left - right)
        case ast.Mult():
            for one, other in ((left, right), (right, left)):
                if isinstance(one, int) and isinstance(other, str | bytes | list | tuple):
                    _bounded(range(len(other) * max(one, 0)))
            return _guarded(lambda: left * right)
        case ast.Div():
            return _guarded(lambda: left / right)
        case ast.Pow() if isinstance(left, int | float) and isinstance(right, int) and abs(right) <= 512:
            if abs(left) <= 1 << 64:
                return _guarded(lambda: left**right)
    raise NotLiteral("an operation that is not read")


def _bounded(value: range) -> range:
    if len(value) > LARGEST:
        raise NotLiteral("too large")
    return value


def _guarded(build: Callable[[], Any]) -> Any:
    try:
        return build()
    except (TypeError, ValueError, ArithmeticError, MemoryError) as error:
        raise NotLiteral(str(error)) from None
