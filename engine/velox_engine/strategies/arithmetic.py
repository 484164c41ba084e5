"""Runs small integer functions step by step on their syntax tree, to recognise them by what they compute.

Nothing of the person's code is executed by Python: the interpreter here knows integers, comparisons and loops, counts
its steps, and gives up on everything else.
"""

from __future__ import annotations

import ast
import math
import operator
from collections.abc import Callable, Mapping
from functools import lru_cache
from typing import Any, Final

Value = int | float | bool | range | None

_BINARY: Final[Mapping[type[ast.operator], Callable[[Any, Any], Any]]] = {
    ast.Add: operator.add, ast.Sub: operator.sub, ast.Mult: operator.mul, ast.FloorDiv: operator.floordiv,
    ast.Mod: operator.mod, ast.Div: operator.truediv,
}  # fmt: skip
_COMPARE: Final[Mapping[type[ast.cmpop], Callable[[Any, Any], bool]]] = {
    ast.Eq: operator.eq, ast.NotEq: operator.ne, ast.Lt: operator.lt, ast.LtE: operator.le, ast.Gt: operator.gt,
    ast.GtE: operator.ge,
}  # fmt: skip
_STEPS: Final = 6000
_ASKED: Final = (
    *range(-3, 200),
    211,
    221,
    289,
    323,
    361,
    437,
    529,
    667,
    841,
    899,
    961,
    1009,
    1147,
    1369,
    1681,
    1763,
)


class _GiveUp(Exception):
    """The function does something that this interpreter does not know, or takes too long."""


class _Left(Exception):
    """A return, break or continue on its way out."""

    def __init__(self, kind: str, value: Value = None) -> None:
        super().__init__(kind)
        self.kind, self.value = kind, value


def is_primality_test(function: ast.FunctionDef) -> bool:
    """Whether the function of one integer is true exactly for primes, as far as trying many numbers tells."""
    arguments = function.args
    if len(arguments.args) != 1 or arguments.vararg or arguments.kwarg or arguments.kwonlyargs:
        return False
    return _agrees(ast.unparse(ast.Module([function], [])))


@lru_cache(maxsize=256)
def _agrees(text: str) -> bool:
    function = ast.parse(text).body[0]
    assert isinstance(function, ast.FunctionDef)
    loops = any(isinstance(node, ast.For | ast.While | ast.GeneratorExp) for node in ast.walk(function))
    if not loops or not any(isinstance(node, ast.Mod) for node in ast.walk(function)):
        return False
    try:
        return all(bool(call(function, number)) == _is_prime(number) for number in _ASKED)
    except (_GiveUp, ArithmeticError, TypeError, ValueError):
        return False


def answers_integers(function: ast.FunctionDef) -> bool:
    """Whether the function of one integer returns for every one, as far as trying many numbers tells."""
    arguments = function.args
    if len(arguments.args) != 1 or arguments.vararg or arguments.kwarg or arguments.kwonlyargs:
        return False
    return _returns(ast.unparse(ast.Module([function], [])))


@lru_cache(maxsize=256)
def _returns(text: str) -> bool:
    function = ast.parse(text).body[0]
    assert isinstance(function, ast.FunctionDef)
    try:
        for number in range(-3, 200):
            call(function, number)
    except (_GiveUp, ArithmeticError, TypeError, ValueError):
        return False
    return True


def _is_prime(number: int) -> bool:
    return number > 1 and all(number % divisor for divisor in range(2, math.isqrt(number) + 1))


def call(function: ast.FunctionDef, argument: int) -> Value:
    """What the function returns for an integer; raises when it uses anything but plain arithmetic."""
    run = _Run({function.args.args[0].arg: argument})
    try:
        run.block(function.body)
    except _Left as left:
        if left.kind != "return":
            raise _GiveUp from None
        return left.value
    return None


class _Run:
    """One call: its variables and how many steps it may still take."""

    def __init__(self, names: dict[str, Value]) -> None:
        self.names = names
        self.left = _STEPS

    def block(self, statements: list[ast.stmt]) -> None:
        for statement in statements:
            self.statement(statement)

    def statement(self, node: ast.stmt) -> None:
        self.left -= 1
        if self.left < 0:
            raise _GiveUp
        match node:
            case ast.Return(value=None):
                raise _Left("return")
            case ast.Return(value=value) if value is not None:
                raise _Left("return", self.value(value))
            case ast.If():
                self.block(node.body if self.value(node.test) else node.orelse)
            case ast.While():
                self.loop_while(node)
            case ast.For(target=ast.Name(id=name)):
                self.loop_for(node, name)
            case ast.Assign(targets=[ast.Name(id=name)], value=value):
                self.names[name] = self.value(value)
            case ast.AugAssign(target=ast.Name(id=name), op=op, value=value):
                self.names[name] = self.binary(op, self.names.get(name), self.value(value))
            case ast.Break():
                raise _Left("break")
            case ast.Continue():
                raise _Left("continue")
            case ast.Expr(value=ast.Constant()) | ast.Pass():
                pass
            case _:
                raise _GiveUp

    def turn(self, body: list[ast.stmt]) -> bool:
        """One turn of a loop; whether the loop goes on."""
        try:
            self.block(body)
        except _Left as left:
            if left.kind == "return":
                raise
            return left.kind == "continue"
        return True

    def loop_while(self, node: ast.While) -> None:
        while self.value(node.test):
            self.left -= 1
            if self.left < 0:
                raise _GiveUp
            if not self.turn(node.body):
                return
        self.block(node.orelse)

    def loop_for(self, node: ast.For, name: str) -> None:
        values = self.value(node.iter)
        if not isinstance(values, range):
            raise _GiveUp
        for value in values:
            self.names[name] = value
            if not self.turn(node.body):
                return
        self.block(node.orelse)

    def value(self, node: ast.expr) -> Value:
        self.left -= 1
        if self.left < 0:
            raise _GiveUp
        match node:
            case ast.Constant(value=bool() | int() | float() | None as value):
                return value
            case ast.Name(id=name) if name in self.names:
                return self.names[name]
            case ast.BinOp(left=left, op=op, right=right):
                return self.binary(op, self.value(left), self.value(right))
            case ast.UnaryOp(op=ast.Not(), operand=operand):
                return not self.value(operand)
            case ast.UnaryOp(op=ast.USub(), operand=operand):
                value = self.value(operand)
                if isinstance(value, int | float):
                    return -value
            case ast.BoolOp(op=op, values=values):
                return self.choose(isinstance(op, ast.And), values)
            case ast.IfExp(test=test, body=body, orelse=orelse):
                return self.value(body if self.value(test) else orelse)
            case ast.Compare():
                return self.compare(node)
            case ast.Call(keywords=[]):
                return self.called(node)
        raise _GiveUp

    def binary(self, op: ast.operator, left: Value, right: Value) -> Value:
        if not isinstance(left, int | float) or not isinstance(right, int | float):
            raise _GiveUp
        if isinstance(op, ast.Pow) and abs(left) < 10**6 and right in (0.5, 1, 2, 3):
            return left**right
        if isinstance(op, ast.Pow) and abs(left) < 10**6 and right == 1 / 2:
            return math.sqrt(left)
        if type(op) not in _BINARY or abs(left) > 10**12 or abs(right) > 10**12:
            raise _GiveUp
        return _BINARY[type(op)](left, right)

    def choose(self, wants_all: bool, values: list[ast.expr]) -> Value:
        value: Value = None
        for one in values:
            value = self.value(one)
            if bool(value) != wants_all:
                return value
        return value

    def compare(self, node: ast.Compare) -> bool:
        left = self.value(node.left)
        for op, right_node in zip(node.ops, node.comparators, strict=True):
            if isinstance(op, ast.In | ast.NotIn) and isinstance(right_node, ast.Tuple | ast.List | ast.Set):
                found = any(left == self.value(item) for item in right_node.elts)
                if found == isinstance(op, ast.NotIn):
                    return False
                continue
            right = self.value(right_node)
            if (
                not isinstance(left, int | float)
                or not isinstance(right, int | float)
                or type(op) not in _COMPARE
            ):
                raise _GiveUp
            if not _COMPARE[type(op)](left, right):
                return False
            left = right
        return True

    def called(self, node: ast.Call) -> Value:
        name = node.func.id if isinstance(node.func, ast.Name) else ""
        if (
            isinstance(node.func, ast.Attribute)
            and isinstance(node.func.value, ast.Name)
            and node.func.value.id == "math"
        ):
            name = node.func.attr
        if (
            name in ("all", "any")
            and len(node.args) == 1
            and isinstance(node.args[0], ast.GeneratorExp | ast.ListComp)
        ):
            return self.quantified(name == "all", node.args[0])
        values = [self.value(one) for one in node.args]
        numbers = [value for value in values if isinstance(value, int | float)]
        if len(numbers) != len(values) or not numbers:
            raise _GiveUp
        if name == "range":
            return range(*(operator.index(number) for number in numbers))  # type: ignore[arg-type]
        if name in ("int", "abs", "round") and len(numbers) == 1:
            return {"int": int, "abs": abs, "round": round}[name](numbers[0])
        if name in ("sqrt", "isqrt", "ceil", "floor") and len(numbers) == 1:
            return getattr(math, name)(numbers[0])
        raise _GiveUp

    def quantified(self, wants_all: bool, node: ast.GeneratorExp | ast.ListComp) -> bool:
        """all(… for d in range(…))"""
        generator = node.generators[0]
        if len(node.generators) != 1 or not isinstance(generator.target, ast.Name):
            raise _GiveUp
        values = self.value(generator.iter)
        if not isinstance(values, range):
            raise _GiveUp
        for value in values:
            self.names[generator.target.id] = value
            if all(self.value(test) for test in generator.ifs) and bool(self.value(node.elt)) != wants_all:
                return not wants_all
        return wants_all
