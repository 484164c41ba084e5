"""Fills a table of running totals with itertools.accumulate instead of one position per turn.

What it does: a loop that sets each position of a list from the position before it and one element of another list,
by `+`, `max` or `min`, becomes one assignment of a slice. `accumulate` adds in the same order, so floats come out the
same to the last bit. Tests keep the loop where a list is too short or something else than a list.

Example:
    def totals(amounts: list[int]) -> list[int]:
        sums = [0] * (len(amounts) + 1)
        for i in range(len(amounts)):
            sums[i + 1] = sums[i] + amounts[i]
        return sums

Result:
    from itertools import accumulate


    def totals(amounts: list[int]) -> list[int]:
        sums = [0] * (len(amounts) + 1)
        sums[: len(amounts) + 1] = accumulate(amounts[: len(amounts)], initial=sums[0])
        return sums

Inputs:
    ([3, 1, 2],)
    ([0.1, 0.2, 0.3],)
    ([],)

When it is unsafe: when the table can be seen under another name, in whose half-filled state an exception would leave
it, and when an index is negative, which a slice reads as another place.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass

from velox_engine.strategies.base import BuiltinStrategy, FunctionContext, Rewrite
from velox_engine.strategies.bindings import parameters, stores_of
from velox_engine.strategies.effects import bindings_of, is_separate, keeps_contents, only_binding
from velox_engine.strategies.guards import either, integer
from velox_engine.strategies.imports import import_member
from velox_engine.strategies.lengths import stays_as_measured
from velox_engine.strategies.loops import (
    constant,
    is_fallback,
    length_of,
    one_line_loops,
    range_parts,
    read_outside,
    stands_in_try,
)
from velox_engine.strategies.patterns import match_expr, match_stmt


@dataclass(frozen=True, slots=True)
class _Size:
    """base + offset, where base is a name, a `len(…)` or nothing."""

    base: str
    offset: int

    def __add__(self, more: int) -> _Size:
        return _Size(self.base, self.offset + more)

    def __str__(self) -> str:
        if not self.base or not self.offset:
            return self.base or str(self.offset)
        return f"{self.base} {'+' if self.offset > 0 else '-'} {abs(self.offset)}"


@dataclass(frozen=True, slots=True)
class _Step:
    """table[i + at] = table[i + at - 1] ∘ items[i + item]."""

    table: str
    at: int
    items: str
    item: int
    function: str
    """"" for +, else max or min."""


def _build(context: FunctionContext) -> Iterator[Rewrite]:
    for _, loop, target in one_line_loops(context.node):
        parts = range_parts(context, loop.iter)
        step = _step(context, loop.body[0], target.id)
        if parts is None or step is None or constant(parts[2]) != 1 or read_outside(context, target.id, loop):
            continue
        start, stop = constant(parts[0]), _size(context, parts[1])
        if type(start) is not int or stop is None or not _is_own_list(context, loop, step.table):
            continue
        rewrite = _filled(context, loop, step, start, stop)
        if rewrite:
            yield rewrite


def _step(context: FunctionContext, statement: ast.stmt, index: str) -> _Step | None:
    if isinstance(statement, ast.AugAssign):
        # Ex) sums[i] += sums[i - 1], which changes the element itself unless it is a number
        found = match_stmt("M_t[M_k] += M_t[M_j]", statement)
        if not found or not isinstance(found["M_t"], ast.Name):
            return None
        if not context.inference.of(found["M_t"]).element.is_number:
            return None
        found = {**found, "M_a": found["M_t"], "M_q": found["M_k"]}
        function = ""
    else:
        for function, value in (
            ("", "M_t[M_j] + M_a[M_q]"),
            ("max", "max(M_t[M_j], M_a[M_q])"),
            ("min", "min(M_t[M_j], M_a[M_q])"),
        ):
            found = match_stmt(f"M_t[M_k] = {value}", statement)
            if found and (not function or context.is_builtin(function)):
                break
        else:
            return None
    table, items = found["M_t"], found["M_a"]
    at, before, item = (_offset(found[key], index) for key in ("M_k", "M_j", "M_q"))
    if not isinstance(table, ast.Name) or not isinstance(items, ast.Name) or index in (table.id, items.id):
        return None
    if at is None or before is None or item is None or before != at - 1:
        return None
    # Of the table itself, an element that was set already would be read.
    return _Step(table.id, at, items.id, item, function) if table.id != items.id or item == at else None


def _offset(node: ast.expr, index: str) -> int | None:
    """k for `i + k`."""
    if match_expr(index, node):
        return 0
    for template, sign in ((f"{index} + M_k", 1), (f"M_k + {index}", 1), (f"{index} - M_k", -1)):
        found = match_expr(template, node)
        value = constant(found["M_k"]) if found else None
        if type(value) is int:
            return sign * value
    return None


def _size(context: FunctionContext, node: ast.expr) -> _Size | None:
    value = constant(node)
    if type(value) is int:
        return _Size("", value)
    measured = length_of(context, node)
    if isinstance(measured, ast.Name):
        return _Size(f"len({measured.id})", 0)
    if isinstance(node, ast.Name):
        given = node.id in parameters(context.node)
        bound = len(bindings_of(context, node.id)), len(stores_of(node.id, context.own))
        return _Size(node.id, 0) if bound == ((0, 0) if given else (1, 1)) else None
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add | ast.Sub):
        more, inner = constant(node.right), _size(context, node.left)
        if type(more) is int and inner is not None:
            return inner + (more if isinstance(node.op, ast.Add) else -more)
    return None


def _is_own_list(context: FunctionContext, loop: ast.For, name: str) -> bool:
    """Whether a name holds a list made here, which nobody looks at when an exception leaves it half filled."""
    if context.inference.of(ast.Name(name, ast.Load())).name != "list" or not is_separate(context, name):
        return False
    return not stands_in_try(context, loop)


def _filled(context: FunctionContext, loop: ast.For, step: _Step, start: int, stop: _Size) -> Rewrite | None:
    first, first_item = start + step.at - 1, start + step.item
    if first < 0 or first_item < 0 or is_fallback(context, loop, step.table):
        return None
    if is_fallback(context, loop, step.items) or is_fallback(context, loop, stop.base):
        return None
    context.need_builtins("len")
    tests: list[str] = []
    if context.inference.of(ast.Name(step.items, ast.Load())).name != "list":
        context.need_builtins("isinstance", "list")
        tests.append(f"isinstance({step.items}, list)")
    for node in ast.walk(loop.iter):
        if isinstance(node, ast.Name) and node.id == stop.base:
            # Of a float, range complains in other words than a slice.
            tests += integer(context, node)
    turns = stop + -start
    if turns.offset < 0 or (turns.base and not turns.base.startswith("len(")):
        if not turns.base:
            return None
        tests.append(f"{turns.base} >= {-turns.offset}")
    for name, needed in ((step.table, stop + step.at), (step.items, stop + step.item)):
        if not _is_long_enough(context, name, needed):
            tests.append(f"len({name}) >= {needed}")
    accumulate, imported = import_member(context, "itertools", "accumulate")
    function = f", {step.function}" if step.function else ""
    place = _slice(step.table, first, stop + step.at)
    if step.items == step.table:
        fast = f"{place} = {accumulate}({place}{function})"
    else:
        items = _slice(step.items, first_item, stop + step.item)
        fast = f"{place} = {accumulate}({items}{function}, initial={step.table}[{first}])"
    edit = either(context, loop, loop, tests, fast, context.layout.block_text([loop]))
    note = f"fill {step.table} with itertools.accumulate"
    # The keyword of accumulate is no variable that two rewrites could fight over.
    return Rewrite((edit, *imported), note, reusable=frozenset({"initial"})) if edit else None


def _slice(name: str, first: int, end: _Size) -> str:
    """The text of `name[first:end]`, as formatters write it."""
    last = f" {end}" if (end.offset and end.base) or "(" in end.base else str(end)
    begin = "" if not first else f"{first} " if last.startswith(" ") else str(first)
    return f"{name}[{begin}:{last}]"


def _is_long_enough(context: FunctionContext, name: str, needed: _Size) -> bool:
    """Whether a list surely has `needed` elements: it was measured for that, or made that long."""
    if needed.base == f"len({name})" and needed.offset <= 0:
        return True
    only = only_binding(context, needed.base)
    if only is not None and match_expr(f"len({name})", only) and needed.offset <= 0:
        return keeps_contents(context, name, context.node.body)
    made = only_binding(context, name)
    if made is None or any(_changes_length(context, node, name) for node in context.own):
        return False
    for template in ("[M_c] * M_n", "M_n * [M_c]", "[M_c for M_v in range(M_n)]"):
        found = match_expr(template, made)
        size = _size(context, found["M_n"]) if found else None
        if found and size is not None:
            lists = [length_of(context, one) for one in ast.walk(found["M_n"]) if isinstance(one, ast.Call)]
            if not all(isinstance(held, ast.Name) and _stays_as_long(context, held) for held in lists):
                return False
            return size.base == needed.base and size.offset >= needed.offset
    return False


def _stays_as_long(context: FunctionContext, held: ast.Name) -> bool:
    """Whether a list that was measured has as many elements in the whole function, or from there on."""
    name = held.id
    return stays_as_measured(context, held) or (
        only_binding(context, name) is not None
        and is_separate(context, name)
        and not any(_changes_length(context, node, name) for node in context.own)
    )


def _changes_length(context: FunctionContext, node: ast.AST, name: str) -> bool:
    """Whether a node may make a list shorter: a method of it, or a slice that is written or deleted."""
    if isinstance(node, ast.Attribute):
        return match_expr(name, node.value) is not None
    if isinstance(node, ast.Subscript):
        written = not isinstance(node.ctx, ast.Load)
        return written and isinstance(node.slice, ast.Slice) and match_expr(name, node.value) is not None
    if isinstance(node, ast.Delete):
        return any(isinstance(part, ast.Name) and part.id == name for part in ast.walk(node))
    if not isinstance(node, ast.Call) or not any(match_expr(name, one) is not None for one in node.args):
        return False
    return not isinstance(node.func, ast.Name) or not context.is_builtin(node.func.id)


STRATEGY = BuiltinStrategy("running-table", "stdlib_substitution", _build, __doc__ or "")
