"""Writes what one turn of a loop adds to a text or a number as one expression, with the loop's own variables put in."""

from __future__ import annotations

import ast
import copy
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from velox_engine.strategies.patterns import match_stmt

_LARGE = 400


def emitted(
    body: Sequence[ast.stmt], out: str, nothing: str | int = "", besides: Collection[str] = ()
) -> ast.expr | None:
    """What the statements add to `out` (by +=, or as elements of a list); None when they do anything else.

    `nothing` is what a turn adds that adds nothing; names in `besides` are added to as well.
    Values that are bound on the way and might raise are evaluated where the statements evaluate them.
    """
    made = _Turn(out, nothing, besides).block(list(body), {})
    return _bounded(made) if made is not None else None


@dataclass(frozen=True, slots=True)
class _Turn:
    out: str
    nothing: str | int
    besides: Collection[str]

    def block(self, block: list[ast.stmt], values: Mapping[str, ast.expr]) -> ast.expr | None:
        if not block:
            return ast.Constant(self.nothing)
        first, rest = block[0], block[1:]
        if len(block) > 40:
            return None
        match first:
            case ast.Pass() | ast.Expr(value=ast.Constant()):
                return self.block(rest, values)
            case ast.Continue():
                return ast.Constant(self.nothing)
            case ast.If():
                left = self.block([*first.body, *rest], values)
                right = self.block([*first.orelse, *rest], values)
                if left is None or right is None:
                    return None
                return _bounded(ast.IfExp(_put_in(first.test, values), left, right))
            case ast.Assign(targets=[ast.Name(id=name)], value=value) if name not in (
                self.out,
                *self.besides,
            ):
                bound = _put_in(value, values)
                after = self.block(rest, {**values, name: bound})
                if after is None or _is_safe(bound):
                    return after
                both = ast.Tuple([bound, after], ast.Load())
                return _bounded(ast.Subscript(both, ast.Constant(1), ast.Load()))
        return self.addition(first, rest, values)

    def addition(
        self, first: ast.stmt, rest: list[ast.stmt], values: Mapping[str, ast.expr]
    ) -> ast.expr | None:
        after = self.block(rest, values)
        if after is None:
            return None
        for other in self.besides:
            found = match_stmt(f"{other} += M_e", first)
            if found:
                # What is added there must be a number without any doubt, or this addition might not be reached.
                return after if isinstance(found["M_e"], ast.Constant) else None
        added = _added(first, self.out)
        if added is None:
            return None
        text = _put_in(added, values)
        return text if isinstance(after, ast.Constant) else _bounded(ast.BinOp(text, ast.Add(), after))


def _added(statement: ast.stmt, out: str) -> ast.expr | None:
    for template in (f"{out} += M_e", f"{out} = {out} + M_e", f"{out}.append(M_e)"):
        found = match_stmt(template, statement)
        if found:
            return found["M_e"]
    return None


def _put_in(node: ast.expr, values: Mapping[str, ast.expr]) -> ast.expr:
    return _Values(values).visit(copy.deepcopy(node))


class _Values(ast.NodeTransformer):
    """Replaces names by what was bound to them."""

    def __init__(self, values: Mapping[str, ast.expr]) -> None:
        self.values = values

    def visit_Name(self, node: ast.Name) -> ast.expr:
        value = self.values.get(node.id)
        return copy.deepcopy(value) if value is not None and isinstance(node.ctx, ast.Load) else node


def _is_safe(node: ast.expr) -> bool:
    """Whether a value raises for no character: constants, the character, ord(c), c.lower()."""
    if isinstance(node, ast.Constant | ast.Name):
        return True
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
        return isinstance(node.func.value, ast.Name) and not node.args and not node.keywords
    return isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "ord"


def _bounded(node: ast.expr) -> ast.expr | None:
    return node if sum(1 for _ in ast.walk(node)) <= _LARGE else None
