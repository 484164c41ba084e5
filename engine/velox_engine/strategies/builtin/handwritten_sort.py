"""Sorts with list.sort where a function does it by hand with nested loops.

What it does: bubble, selection and insertion sorts that order a list in place call `sort` first, when the list holds
only ints or only strings, whose equal values cannot be told apart. Where a bubble sort counts its swaps, these are the
pairs that stand the wrong way round, which bisection counts.

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
from collections.abc import Iterator, Sequence

from velox_engine.strategies.base import BuiltinStrategy, FunctionContext, Rewrite
from velox_engine.strategies.bindings import written_names
from velox_engine.strategies.imports import import_member
from velox_engine.strategies.lengths import measured_for
from velox_engine.strategies.loops import is_fallback, places, read_outside
from velox_engine.strategies.patterns import Match, match_stmt
from velox_engine.strategies.positions import indent_lines
from velox_engine.types import TextEdit

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
_UPWARD_HEADS = (
    ("range(M_n)", "range(M_n - 1, M_i, -1)"),
    ("range(M_n - 1)", "range(M_n - 1, M_i, -1)"),
    ("range(len(M_x))", "range(len(M_x) - 1, M_i, -1)"),
    ("range(len(M_x) - 1)", "range(len(M_x) - 1, M_i, -1)"),
)
_UPWARD_TESTS = ("M_x[M_j] < M_x[M_j - 1]", "M_x[M_j - 1] > M_x[M_j]")
_UPWARD_SWAPS = (
    "M_x[M_j], M_x[M_j - 1] = M_x[M_j - 1], M_x[M_j]",
    "M_x[M_j - 1], M_x[M_j] = M_x[M_j], M_x[M_j - 1]",
)
_TESTS = ("M_x[M_j] > M_x[M_j + 1]", "M_x[M_j + 1] < M_x[M_j]")


def _bubbles(counted: bool) -> list[str]:
    """Passes that swap neighbours, each swap counted or not."""
    kinds = ((_BUBBLE_HEADS, _TESTS, (_SWAP, _OTHER_SWAP)), (_UPWARD_HEADS, _UPWARD_TESTS, _UPWARD_SWAPS))
    return [
        f"for M_i in {outer}:\n for M_j in {inner}:\n  if {test}:\n   {swap}"
        + ("\n   M_c += 1" if counted else "")
        for heads, tests, swaps in kinds
        for outer, inner in heads
        for test in tests
        for swap in swaps
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


_TEMPLATES = (*_bubbles(counted=False), *_exchanges(), *_selections(), *_insertions())
_COUNTED_BUBBLES = tuple(_bubbles(counted=True))
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
        swaps = _first(_COUNTED_BUBBLES, loop)
        counted = match_stmt(_COUNTED_SELECTION, loop)
        found = _first(_TEMPLATES, loop) or counted or swaps
        if not found or not isinstance(found["M_x"], ast.Name):
            continue
        name = found["M_x"].id
        if "M_n" in found and not _is_length(context, found["M_n"], name, loop):
            continue
        counter = found.get("M_c")
        if counter is not None and not _counts(context, counter):
            continue
        kept = {counter.id} if isinstance(counter, ast.Name) else set()
        if any(read_outside(context, other, loop) for other in written_names([loop]) - kept):
            continue
        body = context.layout.block_text([loop])
        if body is None or is_fallback(context, loop, name):
            continue
        context.need_builtins("isinstance", "list", "set", "map", "type", "int", "str", "len", "range")
        unit = context.layout.unit
        guard = f"if isinstance({name}, list) and set(map(type, {name})) in ({{int}}, {{str}}):"
        imported: list[TextEdit] = []
        if swaps and counter is not None:
            fast, imported = _inversions(context, name, context.text(counter))
        else:
            fast = f"{name}.sort()"
            if counter is not None:
                fast += f"\n{context.text(counter)} += len({name}) * (len({name}) - 1) // 2"
        code = f"{guard}\n{indent_lines(fast, unit)}\nelse:\n{indent_lines(body, unit)}"
        edit = context.layout.replace_statements(loop, loop, code)
        if edit:
            yield Rewrite((edit, *imported), "sort with list.sort")


def _first(templates: Sequence[str], loop: ast.For) -> Match | None:
    return next((match for match in (match_stmt(one, loop) for one in templates) if match), None)


def _counts(context: FunctionContext, counter: ast.expr) -> bool:
    """Whether a counter is a local number, so that adding many at once is the same."""
    return isinstance(counter, ast.Name) and context.inference.of(counter).name == "int"


def _inversions(context: FunctionContext, name: str, counter: str) -> tuple[str, list[TextEdit]]:
    """The code that orders the list and adds the number of swaps: of pairs that stand the wrong way round."""
    bisect, imported = import_member(context, "bisect", "bisect_right")
    ordered, item, at = (
        context.fresh("ordered"),
        context.fresh("item", "element"),
        context.fresh("at", "position"),
    )
    unit = context.layout.unit
    lines = (
        f"{ordered} = []",
        f"for {item} in {name}:",
        f"{unit}{at} = {bisect}({ordered}, {item})",
        f"{unit}{counter} += len({ordered}) - {at}",
        f"{unit}{ordered}.insert({at}, {item})",
        f"{name}[:] = {ordered}",
    )
    return "\n".join(lines), imported


def _is_length(context: FunctionContext, size: ast.expr, name: str, loop: ast.For) -> bool:
    held = measured_for(context, size, loop) if isinstance(size, ast.Name) else None
    return held is not None and held.id == name


STRATEGY = BuiltinStrategy("handwritten-sort", "algorithm_change", _build, __doc__ or "", ("VX509",))
