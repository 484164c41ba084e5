"""Filters a list in place once instead of removing its elements one by one.

What it does: a loop over a copy of a list that removes the elements for which a test is true, and `while x in xs:
xs.remove(x)`, assign the elements that stay to the whole list. It is the same list object, so everybody who holds it
sees the result. Where the loop collects what it removes, it goes on to do so.

Example:
    def drop_even(numbers: list[int]):
        for number in numbers[:]:
            if number % 2 == 0:
                numbers.remove(number)
        return numbers

Result:
    def drop_even(numbers: list[int]):
        numbers[:] = [number for number in numbers if not (number % 2 == 0)]
        return numbers

Inputs:
    ([1, 2, 4, 3],)
    ([],)
    ([2, 2],)

When it is unsafe: when the test looks at more than the element, so that what was removed before changes its answer, or
tells equal elements apart (1 and 1.0 by their type).
"""

from __future__ import annotations

import ast
from collections.abc import Iterator

from velox_engine.strategies.base import BuiltinStrategy, FunctionContext, Rewrite
from velox_engine.strategies.bindings import all_names
from velox_engine.strategies.effects import is_private, is_separate
from velox_engine.strategies.loops import constant, places, read_outside
from velox_engine.strategies.patterns import match_expr, match_stmt
from velox_engine.strategies.purity import cannot_raise, is_pure
from velox_engine.strategies.rendering import fits, one_line

_COPIES = ("M_xs[:]", "list(M_xs)", "M_xs.copy()", "copy.copy(M_xs)")


def _build(context: FunctionContext) -> Iterator[Rewrite]:
    for place in places(context.node):
        loop = place.statement
        if isinstance(loop, ast.For):
            code = _filtered(context, loop) or _parted(context, loop)
        else:
            code = _without(context, loop)
        if code and fits(context, code, loop):
            edit = context.layout.replace_statements(loop, loop, code)
            if edit:
                yield Rewrite((edit,), "keep what stays in one pass")


def _filtered(context: FunctionContext, loop: ast.For) -> str | None:
    found = _conditional(context, loop)
    if found is None or len(found[2]) != 1:
        return None
    name, item, _, test = found
    return f"{name}[:] = [{item} for {item} in {name} if not ({test})]"


def _parted(context: FunctionContext, loop: ast.For) -> str | None:
    """The same with what goes collected in other lists."""
    found = _conditional(context, loop)
    if found is None or len(found[2]) < 2:
        return None
    name, item, body, test = found
    collected = []
    for statement in body:
        added = match_stmt(f"M_out.append({item})", statement)
        if added and isinstance(added["M_out"], ast.Name) and added["M_out"].id != name:
            if not is_private(context, added["M_out"].id) and not is_separate(context, added["M_out"].id):
                return None
            collected.append(context.text(statement))
        elif not match_stmt(f"{name}.remove({item})", statement):
            return None
    if len(collected) != len(body) - 1:
        return None
    unit = context.layout.unit
    kept = context.fresh("kept", f"kept_{name}")
    lines = [f"{kept} = []", f"for {item} in {name}:", f"{unit}if {test}:"]
    lines += [f"{unit}{unit}{line}" for line in collected]
    return "\n".join([*lines, f"{unit}else:", f"{unit}{unit}{kept}.append({item})", f"{name}[:] = {kept}"])


def _conditional(context: FunctionContext, loop: ast.For) -> tuple[str, str, list[ast.stmt], str] | None:
    """(list, element, statements under the test, test) of `for x in xs[:]: if test: …xs.remove(x)…`."""
    copied = next((found for found in (match_expr(one, loop.iter) for one in _COPIES) if found), None)
    if (
        not copied
        or not isinstance(copied["M_xs"], ast.Name)
        or not isinstance(loop.target, ast.Name)
        or loop.orelse
        or len(loop.body) != 1
    ):
        return None
    name, item, branch = copied["M_xs"].id, loop.target.id, loop.body[0]
    if not isinstance(branch, ast.If) or branch.orelse or read_outside(context, item, loop):
        return None
    if not any(match_stmt(f"{name}.remove({item})", statement) for statement in branch.body):
        return None
    test = branch.test
    if name in all_names([test]) or item not in all_names([test]) or not is_pure(context, test):
        return None
    if _tells_equals_apart(test) or context.inference.of(copied["M_xs"]).name not in ("list", ""):
        return None
    # An error half-way would leave the list half filtered.
    if not _is_quiet(context, test):
        return None
    text = one_line(context.text(test))
    return (name, item, branch.body, text) if text else None


_QUIET = (
    ast.Compare, ast.BoolOp, ast.Name, ast.Constant, ast.BinOp, ast.UnaryOp, ast.operator, ast.boolop, ast.cmpop,
    ast.unaryop, ast.expr_context,
)  # fmt: skip


def _is_quiet(context: FunctionContext, test: ast.expr) -> bool:
    return cannot_raise(context, test) or all(
        isinstance(node, _QUIET) or _is_field(context, node) for node in ast.walk(test)
    )


def _is_field(context: FunctionContext, node: ast.AST) -> bool:
    """An item of a tuple that its hint promises: `tuple[str, int]` has a second one."""
    return (
        isinstance(node, ast.Subscript)
        and context.inference.of(node.value).name == "tuple"
        and type(constant(node.slice)) is int
    )


def _tells_equals_apart(test: ast.expr) -> bool:
    return any(
        isinstance(node, ast.Is | ast.IsNot)
        # Ex) "%s" % item shows the type of what is equal
        or (isinstance(node, ast.BinOp) and isinstance(node.op, ast.Mod) and _may_be_text(node.left))
        or (isinstance(node, ast.Name) and node.id in ("type", "isinstance", "id", "str", "repr", "hasattr"))
        for node in ast.walk(test)
    )


def _may_be_text(node: ast.expr) -> bool:
    return isinstance(node, ast.Constant) and isinstance(node.value, str | bytes)


def _without(context: FunctionContext, loop: ast.stmt) -> str | None:
    found = match_stmt("while M_v in M_xs:\n M_xs.remove(M_v)", loop)
    if (
        not found
        or not isinstance(found["M_xs"], ast.Name)
        or not isinstance(found["M_v"], ast.Name | ast.Constant)
    ):
        return None
    name, value = found["M_xs"].id, found["M_v"]
    if (
        context.inference.of(found["M_xs"]).name not in ("list", "")
        or context.inference.of(value).name == "float"
    ):
        return None
    item = context.fresh("item", "element")
    return f"{name}[:] = [{item} for {item} in {name} if {item} != {context.text(value)}]"


STRATEGY = BuiltinStrategy("drop-while-removing", "in_place_update", _build, __doc__ or "")
