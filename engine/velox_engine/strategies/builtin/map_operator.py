"""Combines two sequences with a C function instead of a generator.

What it does: `sum(a * b for a, b in zip(xs, ys))` becomes `sum(map(mul, xs, ys))`, likewise other operators and
comparisons, and other consumers of all elements.

Example:
    def dot(left: list[int], right: list[int]) -> int:
        return sum(a * b for a, b in zip(left, right))

Result:
    from operator import mul


    def dot(left: list[int], right: list[int]) -> int:
        return sum(map(mul, left, right))

Inputs:
    ([1, 2], [3, 4])
    ([], [1])

When it is unsafe: never; with `zip(…, strict=True)` it is left alone.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator

from velox_engine.strategies.base import BuiltinStrategy, FunctionContext, Rewrite
from velox_engine.strategies.imports import import_member
from velox_engine.types import TextEdit

_CONSUMERS = ("sum", "all", "any", "max", "min", "list", "tuple", "set", "sorted")
_OPERATORS: dict[type[ast.AST], str] = {
    ast.Add: "add", ast.Sub: "sub", ast.Mult: "mul", ast.Div: "truediv", ast.FloorDiv: "floordiv", ast.Mod: "mod",
    ast.BitAnd: "and_", ast.BitOr: "or_", ast.BitXor: "xor", ast.Eq: "eq", ast.NotEq: "ne", ast.Lt: "lt",
    ast.LtE: "le", ast.Gt: "gt", ast.GtE: "ge", ast.Pow: "pow",
}  # fmt: skip


def _build(context: FunctionContext) -> Iterator[Rewrite]:
    for node in ast.walk(context.node):
        if isinstance(node, ast.ListComp):
            made, inner, before, after = node, node, "list(", ")"
        elif isinstance(node, ast.Call) and len(node.args) == 1 and _consumes(context, node):
            made, before, after = node.args[0], "", ""
            inner = made if isinstance(made, ast.GeneratorExp | ast.ListComp) else None
        else:
            continue
        mapped = _mapped(context, inner) if inner is not None else None
        if mapped is None:
            continue
        name, imported, arguments = mapped
        if isinstance(node, ast.ListComp):
            parent = context.parents.get(node)
            if (isinstance(parent, ast.Call) and _consumes(context, parent)) or not context.is_builtin(
                "list"
            ):
                continue  # seen at the call
        new = f"{before}map({name}, {arguments}){after}"
        start, end = context.layout.start(made), context.layout.end(made)
        if isinstance(node, ast.Call):  # a generator's parentheses may be those of the call
            start = context.layout.end(node.func)
            end, new = context.layout.end(node), f"({new})"
            if node.keywords:
                continue
        yield Rewrite((context.layout.between(start, end, new), *imported), "combine the elements in C")


def _consumes(context: FunctionContext, call: ast.Call) -> bool:
    return isinstance(call.func, ast.Name) and call.func.id in _CONSUMERS and context.is_builtin(call.func.id)


def _mapped(
    context: FunctionContext, inner: ast.GeneratorExp | ast.ListComp
) -> tuple[str, list[TextEdit], str] | None:
    """(the operator's name, the edits that import it, the sequences) of `a op b for a, b in zip(xs, ys)`."""
    if len(inner.generators) != 1:
        return None
    generator, target = inner.generators[0], inner.generators[0].target
    if generator.ifs or generator.is_async or not isinstance(target, ast.Tuple) or len(target.elts) != 2:
        return None
    walked = generator.iter
    if not (isinstance(walked, ast.Call) and isinstance(walked.func, ast.Name) and walked.func.id == "zip"):
        return None
    if walked.keywords or len(walked.args) != 2 or any(isinstance(arg, ast.Starred) for arg in walked.args):
        return None
    element = inner.elt
    if isinstance(element, ast.BinOp):
        left, operator, right = element.left, element.op, element.right
    elif isinstance(element, ast.Compare) and len(element.ops) == 1:
        left, operator, right = element.left, element.ops[0], element.comparators[0]
    else:
        return None
    wanted = [part.id for part in target.elts if isinstance(part, ast.Name)]
    found = [part.id for part in (left, right) if isinstance(part, ast.Name)]
    if wanted != found or len(set(wanted)) != 2 or type(operator) not in _OPERATORS:
        return None
    if not context.is_builtin("zip") or not context.is_builtin("map"):
        return None
    name, imported = import_member(context, "operator", _OPERATORS[type(operator)])
    return name, imported, ", ".join(context.text(arg) for arg in walked.args)


STRATEGY = BuiltinStrategy("map-operator", "builtin_substitution", _build, __doc__ or "", ("VX612",))
