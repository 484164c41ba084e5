"""Asks `math.comb` and `math.perm` instead of dividing factorials.

What it does: `factorial(n) // (factorial(k) * factorial(n - k))`, in any order and also divided in two steps, becomes
`math.comb(n, k)`, and `factorial(n) // factorial(n - k)` becomes `math.perm(n, k)`: neither makes the large products.
Where k is not between 0 and n, the factorials are still asked, and raise.

Example:
    from math import factorial


    def hands(cards: int, held: int):
        return factorial(cards) // (factorial(held) * factorial(cards - held))

Result:
    from math import factorial, comb


    def hands(cards: int, held: int):
        return (
            comb(cards, held)
            if 0 <= held <= cards
            else factorial(cards) // (factorial(held) * factorial(cards - held))
        )

Inputs:
    (52, 5)
    (5, 0)
    (3, 4)
    (3, -1)

When it is unsafe: where the division is not a floor division: floats round large factorials.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator

from velox_engine.strategies.base import BuiltinStrategy, FunctionContext, Rewrite
from velox_engine.strategies.imports import import_member, import_module
from velox_engine.strategies.loops import constant
from velox_engine.strategies.patterns import match_expr
from velox_engine.strategies.rendering import one_line

_CHOSEN = (
    "{f}(M_n) // ({f}(M_k) * {f}(M_n - M_k))",
    "{f}(M_n) // ({f}(M_n - M_k) * {f}(M_k))",
    "{f}(M_n) // {f}(M_k) // {f}(M_n - M_k)",
    "{f}(M_n) // {f}(M_n - M_k) // {f}(M_k)",
)
_ORDERED = "{f}(M_n) // {f}(M_n - M_k)"


def _build(context: FunctionContext) -> Iterator[Rewrite]:
    factorial = _factorial(context)
    if not factorial:
        return
    for node in ast.walk(context.node):
        if not isinstance(node, ast.BinOp) or not isinstance(node.op, ast.FloorDiv):
            continue
        chosen = next(
            (found for one in _CHOSEN if (found := match_expr(one.format(f=factorial), node))), None
        )
        ordered = None if chosen else match_expr(_ORDERED.format(f=factorial), node)
        found = chosen or ordered
        if not found or not all(_is_plain(found[key]) for key in ("M_n", "M_k")) or _is_kept(context, node):
            continue
        member = "comb" if chosen else "perm"
        if factorial == "factorial":
            called, imported = import_member(context, "math", member)
        else:
            module, imported = import_module(context, "math")
            called = f"{module}.{member}"
        n, k, old = context.text(found["M_n"]), context.text(found["M_k"]), one_line(context.text(node))
        if old is None:
            continue
        statement = context.parents.get(node)
        indent = context.layout.unit
        if isinstance(statement, ast.Return | ast.Assign) and "\n" not in context.text(statement):
            around = context.layout.indent(statement)
            lines = (f"{called}({n}, {k})", f"if 0 <= {k} <= {n}", f"else {old}")
            code = "(\n" + "".join(f"{around}{indent}{line}\n" for line in lines) + f"{around})"
        else:
            code = f"({called}({n}, {k}) if 0 <= {k} <= {n} else {old})"
        yield Rewrite(
            (*imported, context.layout.replace(node, code)),
            f"ask math.{member} instead of dividing factorials",
        )


def _factorial(context: FunctionContext) -> str:
    """How the file calls math's factorial."""
    for statement in context.module.body:
        if not isinstance(statement, ast.Import | ast.ImportFrom):
            continue
        names = {alias.name for alias in statement.names if not alias.asname}
        if isinstance(statement, ast.Import) and "math" in names:
            return "" if "math" in context.scope.bound else "math.factorial"
        member = isinstance(statement, ast.ImportFrom) and statement.module == "math" and not statement.level
        if member and "factorial" in names:
            return "" if "factorial" in context.scope.bound else "factorial"
    return ""


def _is_plain(node: ast.expr) -> bool:
    """A name or a whole number, which costs nothing to write twice."""
    return isinstance(node, ast.Name) or type(constant(node)) is int


def _is_kept(context: FunctionContext, node: ast.AST) -> bool:
    """Whether it already is what is left for other values, or a part of a longer division."""
    parent = context.parents.get(node)
    if isinstance(parent, ast.BinOp) and isinstance(parent.op, ast.FloorDiv) and parent.left is node:
        return True
    return (
        isinstance(parent, ast.IfExp)
        and isinstance(parent.body, ast.Call)
        and (context.text(parent.body.func).split(".")[-1] in ("comb", "perm"))
    )


STRATEGY = BuiltinStrategy("binomial", "stdlib_substitution", _build, __doc__ or "")
