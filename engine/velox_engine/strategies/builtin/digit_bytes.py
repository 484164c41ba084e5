"""Takes the decimal digits of an integer from bytes, which hold numbers, instead of turning each character into one.

What it does: a sum of the digits of `str(n)` becomes a sum over `b"%d" % n`, whose bytes are 48 more than the digits,
and a comprehension that reads each character only as `int(c)` goes over the same bytes. Anything but a non-negative int
still goes through the text.

Example:
    def digit_sum(n):
        return sum(int(d) for d in str(n))

Result:
    def digit_sum(n):
        return sum(digits := b"%d" % n) - 48 * len(digits) if type(n) is int and n >= 0 else sum(int(d) for d in str(n))

Inputs:
    (1234567890,)
    (0,)
    (-5,)
    (2.5,)
    (True,)

When it is unsafe: never: other types, bools and negative numbers take the old way, and numbers too large to be written
in decimal raise the same error.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator

from velox_engine.strategies.base import BuiltinStrategy, FunctionContext, Rewrite
from velox_engine.strategies.bindings import loads_of
from velox_engine.strategies.loops import is_fallback
from velox_engine.strategies.patterns import match_expr
from velox_engine.strategies.rendering import one_line, render

_SUMS = (
    "sum(int(M_d) for M_d in str(M_n))",
    "sum([int(M_d) for M_d in str(M_n)])",
    "sum(map(int, str(M_n)))",
)


def _build(context: FunctionContext) -> Iterator[Rewrite]:
    used: set[ast.AST] = set()
    for node in ast.walk(context.node):
        if not isinstance(node, ast.Call | ast.ListComp | ast.SetComp) or node in used:
            continue
        number = _number(context, node)
        old = one_line(context.text(node))
        if number is None or old is None or is_fallback(context, node, number.id):
            continue
        fast = _summed(context, node, number) or _each(context, node, number)
        if fast is None:
            continue
        context.need_builtins("str", "int", "type")
        used.update(ast.walk(node))
        new = f"{fast} if type({number.id}) is int and {number.id} >= 0 else {old}"
        if not _stands_alone(context, node):
            new = f"({new})"
        yield Rewrite(
            (context.layout.replace(node, new),),
            f"take the digits of {number.id} from bytes, which are numbers",
        )


def _number(context: FunctionContext, node: ast.Call | ast.ListComp | ast.SetComp) -> ast.Name | None:
    """n, where the node goes through the characters of str(n) and reads each as an int only."""
    mapped = match_expr("list(map(int, str(M_n)))", node) or match_expr(_SUMS[2], node)
    if mapped:
        return mapped["M_n"] if isinstance(mapped["M_n"], ast.Name) else None
    over = _comprehension(node)
    if over is None or len(over.generators) != 1:
        return None
    generator = over.generators[0]
    digits = match_expr("str(M_n)", generator.iter)
    if not digits or not isinstance(generator.target, ast.Name) or generator.is_async:
        return None
    number = digits["M_n"]
    variable = generator.target.id
    asked = [over.elt, *generator.ifs]
    loads = [load for part in asked for load in loads_of(variable, part)]
    if not loads or not all(_is_int_of(context, load, variable) for load in loads):
        return None
    return number if isinstance(number, ast.Name) and number.id != variable else None


def _comprehension(node: ast.expr) -> ast.ListComp | ast.SetComp | ast.GeneratorExp | None:
    if isinstance(node, ast.ListComp | ast.SetComp):
        return node
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and len(node.args) == 1:
        inner = node.args[0]
        if not node.keywords and isinstance(inner, ast.GeneratorExp | ast.ListComp):
            return inner
    return None


def _is_int_of(context: FunctionContext, load: ast.Name, variable: str) -> bool:
    return match_expr(f"int({variable})", context.parents.get(load)) is not None


def _summed(context: FunctionContext, node: ast.expr, number: ast.Name) -> str | None:
    """sum(digits := b"%d" % n) - 48 * len(digits)"""
    if not any(match_expr(template, node) for template in _SUMS) or _in_an_iterable(context, node):
        return None
    context.need_builtins("sum", "len", "map")
    digits = context.fresh("digits", "digit_bytes")
    return f'sum({digits} := b"%d" % {number.id}) - 48 * len({digits})'


def _each(context: FunctionContext, node: ast.expr, number: ast.Name) -> str | None:
    """[d - 48 for d in b"%d" % n]"""
    if match_expr("list(map(int, str(M_n)))", node):
        context.need_builtins("list", "map")
        digit = context.fresh("digit", "byte")
        return f'[{digit} - 48 for {digit} in b"%d" % {number.id}]'
    over = _comprehension(node)
    if over is None:
        return None
    generator = over.generators[0]
    assert isinstance(generator.target, ast.Name)
    variable = generator.target.id
    parts: dict[ast.AST, str] = {generator.iter: f'b"%d" % {number.id}'}
    for part in (over.elt, *generator.ifs):
        for load in loads_of(variable, part):
            whole = context.parents[load]
            parts[whole] = f"{variable} - 48" if whole is over.elt else f"({variable} - 48)"
    return one_line(render(context, node, parts))


def _in_an_iterable(context: FunctionContext, node: ast.AST) -> bool:
    """Whether a comprehension goes over it, where no name may be bound on the way; a class body has such rules too."""
    while node in context.parents:
        parent = context.parents[node]
        if isinstance(parent, ast.comprehension) and node is parent.iter:
            return True
        if isinstance(parent, ast.ClassDef):
            return True
        node = parent
    return False


def _stands_alone(context: FunctionContext, node: ast.AST) -> bool:
    """Whether a conditional expression may stand here without parentheses."""
    parent = context.parents.get(node)
    return isinstance(parent, ast.Assign | ast.Return | ast.AugAssign | ast.AnnAssign | ast.Expr)


STRATEGY = BuiltinStrategy("digit-bytes", "builtin_substitution", _build, __doc__ or "")
