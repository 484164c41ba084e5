"""Moduli that are written in the code: which positive whole number an expression always is."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from velox_engine.strategies.effects import only_binding
from velox_engine.strategies.loops import constant

if TYPE_CHECKING:
    from velox_engine.strategies.base import FunctionContext

_MOST_BITS = 512


def modulus(context: FunctionContext, node: ast.expr) -> int | None:
    """The value of a constant, a sum or power of constants, or a name that holds nothing else; None unless positive."""
    value = _whole(context, node, 0)
    return value if value is not None and value > 0 else None


def _whole(context: FunctionContext, node: ast.expr, depth: int) -> int | None:
    value = constant(node)
    if type(value) is int:
        return value if value.bit_length() <= _MOST_BITS else None
    if depth > 3:
        return None
    if isinstance(node, ast.Name):
        bound = _only_binding(context, node.id)
        return _whole(context, bound, depth + 1) if bound is not None else None
    if not isinstance(node, ast.BinOp):
        return None
    left, right = _whole(context, node.left, depth + 1), _whole(context, node.right, depth + 1)
    if left is None or right is None:
        return None
    if isinstance(node.op, ast.Add):
        return left + right
    if isinstance(node.op, ast.Sub):
        return left - right
    if isinstance(node.op, ast.Mult) and left.bit_length() + right.bit_length() <= _MOST_BITS:
        return left * right
    small = right >= 0 and left.bit_length() * right <= _MOST_BITS
    return left**right if isinstance(node.op, ast.Pow) and small else None


def _only_binding(context: FunctionContext, name: str) -> ast.expr | None:
    """What the name holds: it is bound once, here or at module level, and nothing declares it global."""
    if name in context.facts.rebound_names:
        return None
    if name in context.scope.bound:
        return only_binding(context, name)
    if any(
        name in context.facts.scope(one).bound
        for one in context.enclosing
        if isinstance(one, ast.FunctionDef)
    ):
        return None
    values = [
        one.value
        for one in context.module.body
        if isinstance(one, ast.Assign)
        and any(isinstance(to, ast.Name) and to.id == name for to in one.targets)
    ]
    return values[0] if len(values) == 1 else None


def is_prime(number: int) -> bool:
    """Whether a number of up to 64 bits is prime (Miller and Rabin's test, exact for these bases up to 3.3 · 10²⁴)."""
    bases = (2, 3, 5, 7, 11, 13, 17, 19, 23, 29, 31, 37, 41)
    if number < 2 or number.bit_length() > 64:
        return False
    for base in bases:
        if number % base == 0:
            return number == base
    odd, twos = number - 1, 0
    while odd % 2 == 0:
        odd, twos = odd // 2, twos + 1
    for base in bases:
        power = pow(base, odd, number)
        if power not in (1, number - 1) and all(
            (power := power * power % number) != number - 1 for _ in range(twos - 1)
        ):
            return False
    return True
