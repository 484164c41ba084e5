"""Sorts with list.sort where a function does it by hand with nested loops.

What it does: bubble, selection and insertion sorts that order a list in place call `sort` first, when the list holds
only ints or only strings, whose equal values cannot be told apart. Passes that find nothing to swap are what remains.

Example:
    def bubble_sort(items):
        for i in range(len(items)):
            for j in range(len(items) - 1):
                if items[j] > items[j + 1]:
                    items[j], items[j + 1] = items[j + 1], items[j]
        return items

Result:
    def bubble_sort(items):
        if isinstance(items, list) and set(map(type, items)) in ({int}, {str}):
            items.sort()
        else:
            for i in range(len(items)):
                for j in range(len(items) - 1):
                    if items[j] > items[j + 1]:
                        items[j], items[j + 1] = items[j + 1], items[j]
        return items

Inputs:
    ([3, 1, 2],)
    ([],)
    ([2.5, 1],)
    (["b", "a"],)

When it is unsafe: equal elements that differ would end in another order; hence the test for int and str.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator

from velox_engine.strategies.base import BuiltinStrategy, FunctionContext, Rewrite
from velox_engine.strategies.bindings import written_names
from velox_engine.strategies.effects import bindings_of
from velox_engine.strategies.loops import is_fallback, places, read_outside
from velox_engine.strategies.patterns import match_expr, match_stmt
from velox_engine.strategies.positions import indent_lines

_SWAP = "M_x[M_j], M_x[M_j + 1] = M_x[M_j + 1], M_x[M_j]"
_OTHER_SWAP = "M_x[M_j + 1], M_x[M_j] = M_x[M_j], M_x[M_j + 1]"
_BUBBLE_HEADS = (
    ("range(len(M_x))", "range(len(M_x) - 1)"),
    ("range(len(M_x) - 1)", "range(len(M_x) - 1)"),
    ("range(len(M_x))", "range(len(M_x) - 1 - M_i)"),
    ("range(len(M_x))", "range(len(M_x) - M_i - 1)"),
    ("range(len(M_x))", "range(0, len(M_x) - M_i - 1)"),
    ("range(len(M_x) - 1)", "range(len(M_x) - 1 - M_i)"),
    ("range(len(M_x) - 1)", "range(len(M_x) - M_i - 1)"),
    ("range(len(M_x) - 1)", "range(0, len(M_x) - M_i - 1)"),
    ("range(M_n)", "range(M_n - M_i - 1)"),
    ("range(M_n)", "range(0, M_n - M_i - 1)"),
    ("range(M_n - 1)", "range(M_n - M_i - 1)"),
    ("range(M_n - 1)", "range(0, M_n - M_i - 1)"),
    ("range(M_n)", "range(M_n - 1)"),
)
_TESTS = ("M_x[M_j] > M_x[M_j + 1]", "M_x[M_j + 1] < M_x[M_j]")


def _bubbles() -> list[str]:
    return [
        f"for M_i in {outer}:\n for M_j in {inner}:\n  if {test}:\n   {swap}"
        for outer, inner in _BUBBLE_HEADS
        for test in _TESTS
        for swap in (_SWAP, _OTHER_SWAP)
    ]


def _exchanges() -> list[str]:
    swaps = ("M_x[M_i], M_x[M_j] = M_x[M_j], M_x[M_i]", "M_x[M_j], M_x[M_i] = M_x[M_i], M_x[M_j]")
    found = []
    for size in ("len(M_x)", "M_n"):
        for outer in (f"range({size})", f"range({size} - 1)"):
            for test in ("M_x[M_i] > M_x[M_j]", "M_x[M_j] < M_x[M_i]"):
                found += [
                    f"for M_i in {outer}:\n for M_j in range(M_i + 1, {size}):\n  if {test}:\n   {swap}"
                    for swap in swaps
                ]
    return found


def _selections() -> list[str]:
    swaps = ("M_x[M_i], M_x[M_m] = M_x[M_m], M_x[M_i]", "M_x[M_m], M_x[M_i] = M_x[M_i], M_x[M_m]")
    found = []
    for size in ("len(M_x)", "M_n"):
        for outer in (f"range({size})", f"range({size} - 1)"):
            for test in ("M_x[M_j] < M_x[M_m]", "M_x[M_m] > M_x[M_j]"):
                for swap in swaps:
                    head = f"for M_i in {outer}:\n M_m = M_i\n for M_j in range(M_i + 1, {size}):\n"
                    head += f"  if {test}:\n   M_m = M_j\n"
                    found += [
                        f"{head} {swap}",
                        f"{head} if M_m != M_i:\n  {swap}",
                        f"{head} if M_i != M_m:\n  {swap}",
                    ]
    return found


def _insertions() -> list[str]:
    found = []
    for size in ("len(M_x)", "M_n"):
        for bound in ("M_j >= 0", "M_j > -1"):
            found += [
                f"for M_i in range(1, {size}):\n M_v = M_x[M_i]\n M_j = M_i - 1\n while {test}:\n"
                "  M_x[M_j + 1] = M_x[M_j]\n  M_j -= 1\n M_x[M_j + 1] = M_v"
                for test in (f"{bound} and M_x[M_j] > M_v", f"{bound} and M_v < M_x[M_j]")
            ]
    return found


_TEMPLATES = (*_bubbles(), *_exchanges(), *_selections(), *_insertions())
_COUNTED_SELECTION = (
    "for M_i in range(len(M_x) - 1):\n M_m = M_i\n for M_j in range(M_i + 1, len(M_x)):\n  if M_x[M_j] < M_x[M_m]:\n"
    "   M_m = M_j\n  M_c += 1\n M_x[M_m], M_x[M_i] = M_x[M_i], M_x[M_m]"
)


def _build(context: FunctionContext) -> Iterator[Rewrite]:
    for place in places(context.node):
        loop = place.statement
        if (
            not isinstance(loop, ast.For)
            or place.loops
            or not any(isinstance(node, ast.Assign) for node in ast.walk(loop))
        ):
            continue
        found = next((match for match in (match_stmt(one, loop) for one in _TEMPLATES) if match), None)
        counted = match_stmt(_COUNTED_SELECTION, loop)
        found = found or counted
        if not found or not isinstance(found["M_x"], ast.Name):
            continue
        name = found["M_x"].id
        if "M_n" in found and not _is_length(context, found["M_n"], name):
            continue
        others = written_names([loop]) - (
            {found["M_c"].id} if counted and isinstance(found["M_c"], ast.Name) else set()
        )
        if any(read_outside(context, other, loop) for other in others):
            continue
        body = context.layout.block_text([loop])
        if body is None or is_fallback(context, loop, name):
            continue
        context.need_builtins("isinstance", "list", "set", "map", "type", "int", "str", "len", "range")
        unit = context.layout.unit
        guard = f"if isinstance({name}, list) and set(map(type, {name})) in ({{int}}, {{str}}):"
        extra = (
            f"\n{unit}{context.text(found['M_c'])} += len({name}) * (len({name}) - 1) // 2" if counted else ""
        )
        code = f"{guard}\n{unit}{name}.sort(){extra}\nelse:\n{indent_lines(body, unit)}"
        edit = context.layout.replace_statements(loop, loop, code)
        if edit:
            yield Rewrite((edit,), "sort with list.sort")


def _is_length(context: FunctionContext, size: ast.expr, name: str) -> bool:
    if not isinstance(size, ast.Name):
        return False
    values = bindings_of(context, size.id)
    return len(values) == 1 and values[0] is not None and match_expr(f"len({name})", values[0]) is not None


STRATEGY = BuiltinStrategy("handwritten-sort", "algorithm_change", _build, __doc__ or "")
