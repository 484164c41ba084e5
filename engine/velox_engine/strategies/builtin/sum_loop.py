"""Sums in C what a loop adds up.

What it does: a loop that only adds an integer per turn becomes one `sum`, with `map` where the value is a call of a
builtin on the element.

Example:
    def letters(words: list[str]):
        total = 0
        for word in words:
            total += len(word)
        return total

Result:
    def letters(words: list[str]):
        total = sum(map(len, words))
        return total

Inputs:
    (["a", "bcd"],)
    ([],)

When it is unsafe: floats: from Python 3.12 on `sum` corrects their rounding. So only what is known to be an integer
is summed.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator

from velox_engine.strategies.base import BuiltinStrategy, FunctionContext, Rewrite
from velox_engine.strategies.bindings import all_names, written_names
from velox_engine.strategies.loops import Place, places, read_outside, stands_in_try
from velox_engine.strategies.patterns import match_expr, match_stmt, same
from velox_engine.strategies.purity import is_pure
from velox_engine.strategies.rendering import one_line
from velox_engine.types import TextEdit


def _build(context: FunctionContext) -> Iterator[Rewrite]:
    for place in places(context.node):
        if isinstance(place.statement, ast.For):
            edit = _edit(context, place, place.statement)
            if edit:
                yield Rewrite((edit,), "add up in C")
    for node in ast.walk(context.node):
        text = _mapped(context, node)
        if text and isinstance(node, ast.expr):
            yield Rewrite((context.layout.replace(node, text),), "call the builtin for each element in C")


def _edit(context: FunctionContext, place: Place, loop: ast.For) -> TextEdit | None:
    if loop.orelse or len(loop.body) != 1 or not isinstance(loop.target, ast.Name | ast.Tuple):
        return None
    found = match_stmt("M_t += M_e", loop.body[0]) or match_stmt("M_t = M_t + M_e", loop.body[0])
    if not found or not isinstance(found["M_t"], ast.Name):
        return None
    total, value = found["M_t"].id, found["M_e"]
    if total in all_names([value]) | all_names([loop.iter]) or not is_pure(context, value):
        return None
    if stands_in_try(context, loop):
        return None  # what was added before an exception counts
    if any(read_outside(context, name, loop) for name in written_names([loop.target])):
        return None
    known = context.inference.of
    if known(value).name not in ("int", "bool") or known(ast.Name(total, ast.Load())).name != "int":
        return None
    context.need_builtins("sum", "map")
    call = match_expr("M_f(M_x)", value)
    if (
        call
        and same(call["M_x"], loop.target)
        and isinstance(call["M_f"], ast.Name)
        and context.is_builtin(call["M_f"].id)
    ):
        inner = f"map({call['M_f'].id}, {context.text(loop.iter)})"
    elif same(value, loop.target):
        inner = context.text(loop.iter)
    else:
        inner = f"{context.text(value)} for {context.text(loop.target)} in {context.text(loop.iter)}"
        inner = f"[{inner}]"
    text = one_line(f"sum({inner})")
    if text is None:
        return None
    previous = place.previous
    zero = match_stmt("M_t = 0", previous) if previous else None
    if zero and isinstance(zero["M_t"], ast.Name) and zero["M_t"].id == total and previous is not None:
        return context.layout.replace_statements(previous, loop, f"{total} = {text}")
    return context.layout.replace_statements(loop, loop, f"{total} += {text}")


def _mapped(context: FunctionContext, node: ast.AST) -> str | None:
    """[int(c) for c in text] and sum(abs(x) for x in xs)"""
    if isinstance(node, ast.ListComp):
        inner, wrap = node, "list"
    elif (
        isinstance(node, ast.Call)
        and isinstance(node.func, ast.Name)
        and len(node.args) == 1
        and not node.keywords
    ):
        if node.func.id not in ("sum", "max", "min", "set", "tuple") or not isinstance(
            node.args[0], ast.ListComp | ast.GeneratorExp
        ):
            return None
        inner, wrap = node.args[0], node.func.id
    else:
        return None
    if len(inner.generators) != 1 or inner.generators[0].ifs or inner.generators[0].is_async:
        return None
    generator = inner.generators[0]
    call = match_expr("M_f(M_x)", inner.elt)
    if not call or not same(call["M_x"], generator.target) or not isinstance(generator.target, ast.Name):
        return None
    function = call["M_f"]
    if (
        not isinstance(function, ast.Name)
        or not context.is_builtin(function.id)
        or not context.is_builtin(wrap)
    ):
        return None
    parent = context.parents.get(node)
    if (
        isinstance(node, ast.ListComp)
        and isinstance(parent, ast.Call)
        and isinstance(parent.func, ast.Name)
        and parent.func.id in ("sum", "max", "min", "set", "tuple")
    ):
        return None
    if function.id not in (
        "int",
        "str",
        "len",
        "abs",
        "ord",
        "chr",
        "float",
        "bool",
        "repr",
        "tuple",
        "list",
        "set",
    ):
        return None
    context.need_builtins("map")
    return one_line(f"{wrap}(map({function.id}, {context.text(generator.iter)}))")


STRATEGY = BuiltinStrategy("sum-loop", "builtin_substitution", _build, __doc__ or "", ("VX304", "VX210"))
