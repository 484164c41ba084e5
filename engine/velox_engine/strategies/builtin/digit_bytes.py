"""Takes the decimal digits of an integer from bytes, which hold numbers, instead of turning each character into one.

What it does: a sum of the digits of `str(n)` becomes a sum over `b"%d" % n`, whose bytes are 48 more than the digits,
and a comprehension or short loop that reads each character only as `int(c)` goes over the same bytes. Anything but a
non-negative int still goes through the text.

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
from dataclasses import dataclass

from velox_engine.strategies.base import BuiltinStrategy, FunctionContext, Rewrite
from velox_engine.strategies.bindings import loads_of, written_names
from velox_engine.strategies.guards import either
from velox_engine.strategies.loops import is_fallback, places, read_outside
from velox_engine.strategies.patterns import match_expr
from velox_engine.strategies.rendering import block_with_parts, one_line, render

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
        text = _text_gone_through(context, node)
        number = _Number.of(context, text) if text else None
        old = one_line(context.text(node))
        if number is None or old is None or is_fallback(context, node, number.name):
            continue
        fast = _summed(context, node, number) or _each(context, node, number)
        if fast is None:
            continue
        context.need_builtins("str", "int", "type")
        used.update(ast.walk(node))
        new = f"{fast} if {' and '.join(number.tests)} else {old}"
        if not _stands_alone(context, node):
            new = f"({new})"
        yield Rewrite((context.layout.replace(node, new),), _note(number))
    for place in places(context.node):
        rewrite = _loop(context, place.statement) if isinstance(place.statement, ast.For) else None
        if rewrite:
            yield rewrite


@dataclass(frozen=True, slots=True)
class _Number:
    """n, or abs(n), of which the text is taken."""

    name: str
    text: str
    tests: tuple[str, ...]
    """That it is a plain int, and not below 0."""

    @classmethod
    def of(cls, context: FunctionContext, text: ast.expr) -> _Number | None:
        """What stands in `str(…)`."""
        plain, size = match_expr("str(M_n)", text), match_expr("str(abs(M_n))", text)
        if size and isinstance(size["M_n"], ast.Name) and context.is_builtin("abs"):
            name = size["M_n"].id
            return cls(name, f"abs({name})", (f"type({name}) is int",))
        if plain and isinstance(plain["M_n"], ast.Name):
            name = plain["M_n"].id
            return cls(name, name, (f"type({name}) is int", f"{name} >= 0"))
        return None


def _note(number: _Number) -> str:
    return f"take the digits of {number.name} from bytes, which are numbers"


def _loop(context: FunctionContext, loop: ast.For) -> Rewrite | None:
    """for d in str(n): … int(d) …"""
    number = _Number.of(context, loop.iter)
    if number is None or loop.orelse or not isinstance(loop.target, ast.Name):
        return None
    if (loop.end_lineno or loop.lineno) - loop.lineno > 8 or is_fallback(context, loop, number.name):
        return None
    variable = loop.target.id
    loads = loads_of(variable, loop)
    if not loads or not all(_is_int_of(context, load, variable) for load in loads):
        return None
    if variable in written_names(loop.body) or read_outside(context, variable, loop):
        return None
    context.need_builtins("str", "int", "type")
    parts: dict[ast.AST, str] = {context.parents[load]: f"({variable} - 48)" for load in loads}
    parts[loop.iter] = f'b"%d" % {number.text}'
    fast, slow = block_with_parts(context, [loop], parts), context.layout.block_text([loop])
    if fast is None or slow is None:
        return None
    edit = either(context, loop, loop, number.tests, fast.rstrip(), slow)
    return Rewrite((edit,), _note(number)) if edit else None


def _text_gone_through(
    context: FunctionContext, node: ast.Call | ast.ListComp | ast.SetComp
) -> ast.expr | None:
    """str(n), where the node goes through its characters and reads each as an int only."""
    mapped = match_expr("list(map(int, M_t))", node) or match_expr("sum(map(int, M_t))", node)
    if mapped:
        return mapped["M_t"]
    over = _comprehension(node)
    if over is None or len(over.generators) != 1:
        return None
    generator = over.generators[0]
    if not isinstance(generator.target, ast.Name) or generator.is_async:
        return None
    variable = generator.target.id
    asked = [over.elt, *generator.ifs]
    loads = [load for part in asked for load in loads_of(variable, part)]
    if not loads or not all(_is_int_of(context, load, variable) for load in loads):
        return None
    return None if loads_of(variable, generator.iter) else generator.iter


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


def _summed(context: FunctionContext, node: ast.expr, number: _Number) -> str | None:
    """sum(digits := b"%d" % n) - 48 * len(digits)"""
    if not any(match_expr(template, node) for template in _SUMS) or _in_an_iterable(context, node):
        return None
    context.need_builtins("sum", "len", "map")
    digits = context.fresh("digits", "digit_bytes")
    return f'sum({digits} := b"%d" % {number.text}) - 48 * len({digits})'


def _each(context: FunctionContext, node: ast.expr, number: _Number) -> str | None:
    """[d - 48 for d in b"%d" % n]"""
    if match_expr("list(map(int, M_t))", node):
        context.need_builtins("list", "map")
        digit = context.fresh("digit", "byte")
        return f'[{digit} - 48 for {digit} in b"%d" % {number.text}]'
    over = _comprehension(node)
    if over is None:
        return None
    generator = over.generators[0]
    assert isinstance(generator.target, ast.Name)
    variable = generator.target.id
    parts: dict[ast.AST, str] = {generator.iter: f'b"%d" % {number.text}'}
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
