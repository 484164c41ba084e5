"""Applies an operator to two sequences in C instead of in a comprehension.

What it does: a comprehension that only compares or combines the pairs of `zip(xs, ys)`, or each element with the next
one, becomes `map` with the function of the `operator` module.

Example:
    def distance(left: str, right: str):
        return sum(a != b for a, b in zip(left, right))

Result:
    import operator


    def distance(left: str, right: str):
        return sum(map(operator.ne, left, right))

Inputs:
    ("abc", "abd")
    ("", "a")

When it is unsafe: for `zip` with `strict`, and where the operands stand the other way round, so that the other
element's method would be asked.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator

from velox_engine.strategies.base import BuiltinStrategy, FunctionContext, Rewrite
from velox_engine.strategies.imports import import_member, import_module
from velox_engine.strategies.loops import range_parts
from velox_engine.strategies.patterns import match_expr, same
from velox_engine.strategies.rendering import one_line
from velox_engine.types import TextEdit

_COMPARES = {ast.Lt: "lt", ast.LtE: "le", ast.Gt: "gt", ast.GtE: "ge", ast.Eq: "eq", ast.NotEq: "ne"}
_COMBINES = {
    ast.Add: "add", ast.Sub: "sub", ast.Mult: "mul", ast.Mod: "mod", ast.FloorDiv: "floordiv", ast.Div: "truediv",
    ast.BitXor: "xor", ast.BitAnd: "and_", ast.BitOr: "or_",
}  # fmt: skip
_LAZY = ("all", "any", "sum", "max", "min", "set", "tuple", "list", "sorted", "frozenset")
_EAGER = ("sum", "max", "min", "set", "tuple", "sorted", "frozenset")
_INDEXED = frozenset({"list", "tuple", "str", ""})


def _build(context: FunctionContext) -> Iterator[Rewrite]:
    for node in ast.walk(context.node):
        if not isinstance(node, ast.ListComp | ast.GeneratorExp) or len(node.generators) != 1:
            continue
        generator = node.generators[0]
        if generator.ifs or generator.is_async:
            continue
        wrap, outer = _consumer(context, node)
        found = _pairs(node.elt, generator) or _neighbours(context, node.elt, generator)
        if found is None or outer is None:
            continue
        name, is_absolute, first, second = found
        module, imported = import_module(context, "operator")
        left, right = context.text(first), None if second is None else context.text(second)
        if right is None:
            if context.inference.of(first).name == "":
                islice, more = import_member(context, "itertools", "islice")
                imported = _together(imported, more)
                right = f"{islice}({left}, 1, None)"
            else:
                right = f"{left}[1:]"
        context.need_builtins("map", "zip", wrap)
        mapped = f"map({module}.{name}, {left}, {right})"
        if is_absolute:
            context.need_builtins("abs")
            mapped = f"map(abs, {mapped})"
        new = one_line(f"{wrap}({mapped})")
        if new:
            yield Rewrite((context.layout.replace(outer, new), *imported), "apply the operator in C")


def _together(first: list[TextEdit], second: list[TextEdit]) -> list[TextEdit]:
    """Two lines of imports at the same place, one right below the other."""
    if (
        len(first) != 1
        or len(second) != 1
        or first[0].start != second[0].start
        or second[0].text.startswith(",")
    ):
        return [*first, *second]
    line = second[0].text.strip("\r\n")
    text = first[0].text
    head = text.rstrip("\r\n")
    newline = "\r\n" if "\r\n" in text else "\n"
    return [TextEdit(first[0].start, first[0].end, f"{head}{newline}{line}{text[len(head) :]}")]


def _consumer(context: FunctionContext, node: ast.ListComp | ast.GeneratorExp) -> tuple[str, ast.expr | None]:
    """What takes the values, and what is replaced: sum(…) as a whole, or a list alone."""
    parent = context.parents.get(node)
    if isinstance(parent, ast.Call) and isinstance(parent.func, ast.Name) and parent.args == [node]:
        known = _LAZY if isinstance(node, ast.GeneratorExp) else _EAGER
        if parent.func.id in known and not parent.keywords:
            return parent.func.id, parent
    return ("list", node) if isinstance(node, ast.ListComp) else ("", None)


def _operator(node: ast.expr) -> tuple[str, bool, ast.expr, ast.expr] | None:
    """The function's name, whether its absolute value is taken, and both operands."""
    absolute = match_expr("abs(M_x)", node)
    inner = absolute["M_x"] if absolute else node
    if isinstance(inner, ast.Compare) and len(inner.ops) == 1 and type(inner.ops[0]) in _COMPARES:
        if absolute:
            return None
        return _COMPARES[type(inner.ops[0])], False, inner.left, inner.comparators[0]
    if isinstance(inner, ast.BinOp) and type(inner.op) in _COMBINES:
        return _COMBINES[type(inner.op)], bool(absolute), inner.left, inner.right
    return None


def _pairs(
    element: ast.expr, generator: ast.comprehension
) -> tuple[str, bool, ast.expr, ast.expr | None] | None:
    """a < b for a, b in zip(xs, ys)"""
    found = _operator(element)
    zipped = match_expr("zip(M_xs, M_ys)", generator.iter)
    target = generator.target
    if found is None or not zipped or not isinstance(target, ast.Tuple) or len(target.elts) != 2:
        return None
    name, is_absolute, left, right = found
    names = [one.id for one in (*target.elts, left, right) if isinstance(one, ast.Name)]
    if len(names) != 4 or names[:2] != names[2:] or names[0] == names[1]:
        return None
    if any(isinstance(one, ast.Starred) for one in (zipped["M_xs"], zipped["M_ys"])):
        return None
    return name, is_absolute, zipped["M_xs"], zipped["M_ys"]


def _neighbours(
    context: FunctionContext, element: ast.expr, generator: ast.comprehension
) -> tuple[str, bool, ast.expr, ast.expr | None] | None:
    """xs[i] < xs[i + 1] for i in range(len(xs) - 1), or xs[i - 1] < xs[i] for i in range(1, len(xs))"""
    found = _operator(element)
    parts = range_parts(context, generator.iter)
    if found is None or parts is None or not isinstance(generator.target, ast.Name):
        return None
    index = generator.target.id
    name, is_absolute, left, right = found
    for start, stop, first, second in (
        ("0", "len(M_xs) - 1", f"M_xs[{index}]", f"M_xs[{index} + 1]"),
        ("1", "len(M_xs)", f"M_xs[{index} - 1]", f"M_xs[{index}]"),
    ):
        ends = match_expr(stop, parts[1])
        one, other = match_expr(first, left), match_expr(second, right)
        if not (ends and one and other and match_expr(start, parts[0]) and match_expr("1", parts[2])):
            continue
        base = ends["M_xs"]
        if not (same(base, one["M_xs"]) and same(base, other["M_xs"]) and isinstance(base, ast.Name)):
            continue
        if context.inference.of(base).name in _INDEXED and base.id != index and context.is_builtin("len"):
            return name, is_absolute, base, None
    return None


STRATEGY = BuiltinStrategy("operator-map", "builtin_substitution", _build, __doc__ or "", ("VX612",))
