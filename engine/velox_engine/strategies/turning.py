"""Says of a comparison of whole numbers whether it turns once, from false to true or back, as one of them goes up."""

from __future__ import annotations

import ast
from dataclasses import dataclass
from typing import Literal

from velox_engine.strategies.bindings import all_names
from velox_engine.strategies.loops import constant


def is_never_negative(node: ast.expr) -> bool:
    """Whether it is a whole number from 0 on, written in the code."""
    value = constant(node)
    return type(value) is int and value >= 0


@dataclass(frozen=True, slots=True)
class Course:
    """How expressions go as the whole number `variable` goes up."""

    variable: str
    never_negative: bool
    """Whether the variable itself is never below 0."""

    def starts_to_hold(self, test: ast.expr, *, ascending: bool) -> Literal["surely", "maybe"] | None:
        """Whether the comparison, once true, stays so, as the variable goes up (or down).

        "maybe" when it turns once and the direction depends on a sign; None when it may turn twice, when it surely
        turns the other way, or when anything but arithmetic of names and whole numbers stands in it.
        """
        if not isinstance(test, ast.Compare) or len(test.ops) != 1 or self.variable not in all_names([test]):
            return None
        left, right, sign = test.left, test.comparators[0], test.ops[0]
        if not isinstance(sign, ast.Lt | ast.LtE | ast.Gt | ast.GtE):
            return None
        rising = isinstance(sign, ast.Gt | ast.GtE)
        if self._fixed(left):
            left, right, rising = right, left, not rising
        if self._fixed(right) and self._grows(left):
            return "surely" if rising == ascending else None
        return "maybe" if self._linear(left) and self._linear(right) else None

    def _fixed(self, node: ast.expr) -> bool:
        """Made of other names and whole numbers, so that it raises for no ints."""
        if isinstance(node, ast.Name):
            return node.id != self.variable
        if isinstance(node, ast.BinOp):
            if isinstance(node.op, ast.Add | ast.Sub | ast.Mult):
                return self._fixed(node.left) and self._fixed(node.right)
            if isinstance(node.op, ast.FloorDiv | ast.Mod | ast.Pow):
                return self._fixed(node.left) and _is_small(node.right)
        return isinstance(node, ast.Constant | ast.UnaryOp) and type(constant(node)) is int

    def _linear(self, node: ast.expr) -> bool:
        """Changes by the same amount with each step of the variable."""
        if self._fixed(node) or isinstance(node, ast.Name):
            return True
        if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add | ast.Sub):
            return self._linear(node.left) and self._linear(node.right)
        if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Mult):
            sides = (node.left, node.right)
            return all(self._linear(side) for side in sides) and any(self._fixed(side) for side in sides)
        return False

    def _grows(self, node: ast.expr) -> bool:
        """Never goes down as the variable goes up."""
        if self._fixed(node) or isinstance(node, ast.Name):
            return True
        if not isinstance(node, ast.BinOp):
            return False
        left, right = node.left, node.right
        if isinstance(node.op, ast.Add):
            return self._grows(left) and self._grows(right)
        if isinstance(node.op, ast.Sub):
            return self._grows(left) and self._fixed(right)
        if isinstance(node.op, ast.Mult):
            return all(self._grows(side) and self._from_zero(side) for side in (left, right)) or any(
                self._grows(one) and is_never_negative(other) for one, other in ((left, right), (right, left))
            )
        if isinstance(node.op, ast.FloorDiv):
            return self._grows(left) and _is_small(right)
        return (
            isinstance(node.op, ast.Pow) and self._grows(left) and self._from_zero(left) and _is_small(right)
        )

    def _from_zero(self, node: ast.expr) -> bool:
        """Never below 0."""
        if isinstance(node, ast.Name):
            return node.id == self.variable and self.never_negative
        if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add | ast.Mult):
            return self._from_zero(node.left) and self._from_zero(node.right)
        if isinstance(node, ast.BinOp) and isinstance(node.op, ast.FloorDiv | ast.Pow):
            return self._from_zero(node.left) and _is_small(node.right)
        return is_never_negative(node)


def _is_small(node: ast.expr) -> bool:
    """A whole number above 0 that is small enough for an exponent."""
    value = constant(node)
    return type(value) is int and 0 < value < 100_000
