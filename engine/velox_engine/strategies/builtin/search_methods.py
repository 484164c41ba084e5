"""Lets a list search itself: `in`, `index` and `count` instead of a loop with a comparison.

What it does: a loop that returns as soon as an element equals a value, sets a flag for one, or counts the elements that
do, asks the list or tuple, which compares in C. Other types still take the loop, unless the hints promise a list.

Example:
    def contains(items: list, wanted):
        for item in items:
            if item == wanted:
                return True
        return False

Result:
    def contains(items: list, wanted):
        if wanted in items:
            return True
        return False

Inputs:
    ([1, 2], 2)
    ([], 1)
    ([1], "a")

When it is unsafe: NaN, which `in` finds by identity although it is not equal to itself; so values known to be floats
are left alone.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator

from velox_engine.strategies.base import BuiltinStrategy, FunctionContext, Rewrite
from velox_engine.strategies.bindings import all_names
from velox_engine.strategies.loops import (
    Place,
    constant,
    one_line_loops,
    range_parts,
    read_outside,
    stands_guarded,
)
from velox_engine.strategies.patterns import match_expr, match_stmt, match_stmts, same
from velox_engine.strategies.positions import indent_lines
from velox_engine.strategies.purity import is_pure
from velox_engine.strategies.rendering import index_to_item
from velox_engine.strategies.shape import element_of
from velox_engine.types import TextEdit

_LISTS = ("list", "tuple")


def _build(context: FunctionContext) -> Iterator[Rewrite]:
    for place, loop, _ in one_line_loops(context.node):
        edit = (
            _found(context, place, loop)
            or _counted(context, place, loop)
            or _position(context, place, loop)
            or _flagged(context, place, loop)
        )
        if edit:
            yield Rewrite((edit,), "let the list search itself")


def _wanted(
    context: FunctionContext, test: ast.expr, element: ast.expr | str, loop: ast.For
) -> ast.expr | None:
    """The value that the element is compared with."""
    if not (isinstance(test, ast.Compare) and len(test.ops) == 1 and isinstance(test.ops[0], ast.Eq)):
        return None
    variable = loop.target.id if isinstance(loop.target, ast.Name) else ""
    for one, other in ((test.left, test.comparators[0]), (test.comparators[0], test.left)):
        if match_expr(
            element if isinstance(element, str) else context.text(element), one
        ) and variable not in all_names([other]):
            fine = is_pure(context, other) and isinstance(other, ast.Name | ast.Constant)
            return other if fine and context.inference.of(other).name not in ("float", "number") else None
    return None


def _guard(context: FunctionContext, place: Place, items: ast.expr) -> str | None:
    """The test that it is a list or tuple: empty when known, None when it is something else or tested already."""
    if not isinstance(items, ast.Name) or stands_guarded(place, items.id):
        return None
    shape = context.inference.of(items)
    if element_of(shape).name in ("float", "number"):
        return None
    if shape.name in _LISTS:
        return ""
    if shape.name != "":
        return None
    context.need_builtins("isinstance", "list", "tuple")
    return f"isinstance({items.id}, (list, tuple))"


def _found(context: FunctionContext, place: Place, loop: ast.For) -> TextEdit | None:
    branch = loop.body[0]
    if not isinstance(branch, ast.If) or branch.orelse or len(branch.body) != 1:
        return None
    left = branch.body[0]
    if not isinstance(left, ast.Return) or not isinstance(left.value, ast.Constant | None):
        return None
    variable = loop.target.id  # type: ignore[attr-defined]
    wanted, guard = _wanted(context, branch.test, variable, loop), _guard(context, place, loop.iter)
    if wanted is None or guard is None or read_outside(context, variable, loop):
        return None
    unit = context.layout.unit
    test = f"{context.text(wanted)} in {context.text(loop.iter)}"
    result = context.text(left)
    if not guard:
        return context.layout.replace_statements(loop, loop, f"if {test}:\n{unit}{result}")
    rest = place.after
    if not rest or not isinstance(rest[0], ast.Return):
        return None
    otherwise = match_stmt("return M_v", rest[0])
    if not otherwise or not isinstance(otherwise["M_v"], ast.Constant):
        return None
    lines = (
        f"return {test}"
        if (left.value, otherwise["M_v"]) and _is_truth(left.value, otherwise["M_v"])
        else (f"{result} if {test} else {context.text(otherwise['M_v'])}")
    )
    return context.layout.insert_before(loop, f"if {guard}:\n{unit}{lines}")


def _is_truth(found: ast.expr | None, otherwise: ast.expr) -> bool:
    return (
        isinstance(found, ast.Constant) and found.value is True and isinstance(otherwise, ast.Constant)
        and otherwise.value is False
    )  # fmt: skip


def _counted(context: FunctionContext, place: Place, loop: ast.For) -> TextEdit | None:
    found = match_stmt("if M_t:\n M_c += 1", loop.body[0]) or match_stmt(
        "if M_t:\n M_c = M_c + 1", loop.body[0]
    )
    variable = loop.target.id  # type: ignore[attr-defined]
    if not found or not isinstance(found["M_c"], ast.Name) or read_outside(context, variable, loop):
        return None
    counter = found["M_c"].id
    wanted, guard = _wanted(context, found["M_t"], variable, loop), _guard(context, place, loop.iter)
    if wanted is None or guard is None or context.inference.of(ast.Name(counter, ast.Load())).name != "int":
        return None
    if counter in all_names([wanted, loop.iter]) or _is_tested(context, loop):
        return None
    fast = f"{counter} += {context.text(loop.iter)}.count({context.text(wanted)})"
    if not guard:
        return context.layout.replace_statements(loop, loop, fast)
    slow, unit = context.layout.block_text([loop]), context.layout.unit
    if slow is None:
        return None
    code = f"if {guard}:\n{unit}{fast}\nelse:\n{indent_lines(slow.rstrip(), unit)}"
    return context.layout.replace_statements(loop, loop, code)


def _is_tested(context: FunctionContext, loop: ast.For) -> bool:
    """Whether the loop is what remains for other types already."""
    parent = context.parents.get(loop)
    return (
        isinstance(parent, ast.If)
        and loop in parent.orelse
        and isinstance(parent.test, ast.Call)
        and match_expr("isinstance(M_x, (list, tuple))", parent.test) is not None
    )


def _flagged(context: FunctionContext, place: Place, loop: ast.For) -> TextEdit | None:
    """known = False; for x in xs: if x == v: known = True; break"""
    set_by = match_stmts("if M_t:\n M_f = M_v\n break", loop.body) or match_stmts(
        "if M_t:\n M_f = M_v", loop.body
    )
    before = match_stmt("M_f = M_v", place.previous)
    if not set_by or not before or not same(set_by["M_f"], before["M_f"]) or place.previous is None:
        return None
    flag, variable = set_by["M_f"], loop.target.id  # type: ignore[attr-defined]
    values = (constant(before["M_v"]), constant(set_by["M_v"]))
    if not isinstance(flag, ast.Name) or ... in values or read_outside(context, variable, loop):
        return None
    found = index_to_item(context, loop, loop.body)
    element: ast.expr | str = variable
    items = loop.iter
    if found:
        items, element = found[0], f"{context.text(found[0])}[{variable}]"
        if not isinstance(items, ast.Name) or not match_expr(f"range(len({items.id}))", loop.iter):
            return None
    wanted, guard = _wanted(context, set_by["M_t"], element, loop), _guard(context, place, items)
    if wanted is None or guard or guard is None or flag.id in all_names([wanted, items]):
        return None
    test = f"{context.text(wanted)} in {context.text(items)}"
    if values == (False, True) and values[1] is True and values[0] is False:
        code = f"{flag.id} = {test}"
    elif values[0] is True and values[1] is False:
        code = f"{flag.id} = {context.text(wanted)} not in {context.text(items)}"
    else:
        code = f"{flag.id} = {context.text(set_by['M_v'])} if {test} else {context.text(before['M_v'])}"
    return context.layout.replace_statements(place.previous, loop, code)


def _position(context: FunctionContext, place: Place, loop: ast.For) -> TextEdit | None:
    """for i in range(len(xs)): if xs[i] == v: return i"""
    parts = range_parts(context, loop.iter)
    found = match_expr("range(len(M_x))", loop.iter) or match_expr("range(0, len(M_x))", loop.iter)
    if parts is None or not found or not isinstance(found["M_x"], ast.Name) or not context.is_builtin("len"):
        return None
    name, variable = found["M_x"].id, loop.target.id  # type: ignore[attr-defined]
    branch = match_stmt(f"if M_t:\n return {variable}", loop.body[0])
    if not branch or read_outside(context, variable, loop):
        return None
    wanted = _wanted(context, branch["M_t"], f"{name}[{variable}]", loop)
    guard = _guard(context, place, found["M_x"])
    if wanted is None or guard is None:
        return None
    test = f"{context.text(wanted)} in {name}"
    unit = context.layout.unit
    line = f"return {name}.index({context.text(wanted)})"
    if not guard:
        return context.layout.replace_statements(loop, loop, f"if {test}:\n{unit}{line}")
    if not place.after or not isinstance(place.after[0], ast.Return):
        return None
    rest = context.text(place.after[0])
    code = f"if {guard}:\n{unit}if {test}:\n{unit}{unit}{line}\n{unit}{rest}"
    return context.layout.insert_before(loop, code) if "\n" not in rest else None


STRATEGY = BuiltinStrategy("search-methods", "builtin_substitution", _build, __doc__ or "")
