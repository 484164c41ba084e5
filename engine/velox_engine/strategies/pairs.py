"""Recognises loops over the pairs of elements of one sequence: i < j, i != j, or all."""

from __future__ import annotations

import ast
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from velox_engine.strategies.bindings import all_names, stores_of, written_names
from velox_engine.strategies.effects import bindings_of, effects_of
from velox_engine.strategies.lengths import measured
from velox_engine.strategies.loops import constant, read_outside
from velox_engine.strategies.patterns import match_expr, match_stmt

if TYPE_CHECKING:
    from velox_engine.strategies.base import FunctionContext

Order = Literal["ascending", "different", "all"]


@dataclass(frozen=True, slots=True)
class PairLoop:
    """Two nested loops that visit pairs of elements of the list `sequence`."""

    outer: ast.For
    inner: ast.For
    sequence: str
    order: Order
    body: Sequence[ast.stmt]
    """What is done for each pair."""
    first: tuple[str, str]
    """How the body writes the outer element: (index name or "", element name or "")."""
    second: tuple[str, str]
    """How it writes the inner one."""
    tests: tuple[str, ...]
    """What must be true for the loops to visit all elements: a size given apart is the length."""

    def side(self, node: ast.expr) -> int:
        """1 for the outer element, 2 for the inner one, 0 for anything else."""
        for number, (index, element) in ((1, self.first), (2, self.second)):
            if isinstance(node, ast.Name) and element and node.id == element:
                return number
            if (
                index
                and isinstance(node, ast.Subscript)
                and isinstance(node.value, ast.Name)
                and node.value.id == self.sequence
                and isinstance(node.slice, ast.Name)
                and node.slice.id == index
            ):
                return number
        return 0

    def elements(self, node: ast.AST) -> dict[ast.AST, int]:
        """The places inside `node` that read an element of the pair, and which."""
        return {
            part: side for part in ast.walk(node) if isinstance(part, ast.expr) and (side := self.side(part))
        }

    def only_elements(self, node: ast.AST) -> bool:
        """Whether `node` depends on the pair through its two elements alone."""
        own = {name for pair in (self.first, self.second) for name in pair if name} | {self.sequence}
        covered = {inner for part in self.elements(node) for inner in ast.walk(part)}
        return not any(
            isinstance(part, ast.Name) and part.id in own and part not in covered for part in ast.walk(node)
        )


def pair_loop(context: FunctionContext, statement: ast.stmt, *, either_way: bool = False) -> PairLoop | None:
    """The pair loop that starts at a statement; None when it is none, or its variables live on after it.

    With `either_way`, one that visits each element with those before it is an ascending one too, whose second element
    is the outer one: for those to whom it is the same in which order the pairs come.
    """
    if not isinstance(statement, ast.For) or statement.orelse or len(statement.body) != 1:
        return None
    inner = statement.body[0]
    if not isinstance(inner, ast.For) or inner.orelse:
        return None
    found = _ascending(context, statement, inner) or _full(context, statement, inner)
    if found is None and either_way:
        found = _descending(context, statement, inner)
    if found is None:
        return None
    names = written_names([statement.target, inner.target])
    effects = effects_of(context, list(found.body))
    if (
        names & effects.written
        or found.sequence in effects.written | effects.mutated
        or effects.calls_unknown
        or any(all_names([ast.parse(test)]) & effects.written for test in found.tests)
    ):
        return None
    return None if any(read_outside(context, name, statement) for name in names) else found


def _header(context: FunctionContext, node: ast.For) -> tuple[str, str, ast.expr | None, int] | None:
    """(index, element, what is iterated or measured, how many elements are left out at the end)."""
    if isinstance(node.target, ast.Tuple):
        found = match_expr("enumerate(M_x)", node.iter)
        names = node.target.elts
        if not found or len(names) != 2 or not all(isinstance(one, ast.Name) for one in names):
            return None
        index, element = names
        return index.id, element.id, found["M_x"], 0  # type: ignore[attr-defined]
    if not isinstance(node.target, ast.Name):
        return None
    for template, less in (
        ("range(len(M_x))", 0), ("range(0, len(M_x))", 0), ("range(len(M_x) - 1)", 1), ("range(0, len(M_x) - 1)", 1),
    ):  # fmt: skip
        found = match_expr(template, node.iter)
        if found:
            return node.target.id, "", found["M_x"], less
    for template, less in (
        ("range(M_n)", 0), ("range(0, M_n)", 0), ("range(M_n - 1)", 1), ("range(0, M_n - 1)", 1),
    ):  # fmt: skip
        found = match_expr(template, node.iter)
        if found and isinstance(found["M_n"], ast.Name):
            return node.target.id, "", ast.Call(ast.Name("size", ast.Load()), [found["M_n"]], []), less
    return ("", node.target.id, node.iter, 0) if isinstance(node.iter, ast.Name) else None


def _measured(
    context: FunctionContext, node: ast.expr | None, index: str, body: ast.AST
) -> tuple[str, tuple[str, ...]] | None:
    """The sequence a header goes over, and the test that a size given as a name is its length."""
    if isinstance(node, ast.Name):
        return node.id, ()
    if not isinstance(node, ast.Call) or not isinstance(node.args[0], ast.Name):
        return None
    size = node.args[0].id
    indexed = {
        part.value.id
        for part in ast.walk(body)
        if isinstance(part, ast.Subscript)
        and isinstance(part.value, ast.Name)
        and isinstance(part.slice, ast.Name)
        and part.slice.id == index
    }
    if len(indexed) != 1:
        return None
    (sequence,) = indexed
    held = measured(context, node.args[0])
    if held is not None and held.id == sequence:
        return sequence, ()
    # Where the list is changed after it was measured, or another size may be given, that is asked before the loops.
    lengths = [
        value for value in bindings_of(context, size) if value and match_expr(f"len({sequence})", value)
    ]
    stores = stores_of(size, context.own)
    if (
        len(lengths) != len(bindings_of(context, size))
        or len(stores) != len(lengths)
        or not context.is_builtin("len")
    ):
        return None
    return sequence, (f"{size} == len({sequence})",)


def _ascending(context: FunctionContext, outer: ast.For, inner: ast.For) -> PairLoop | None:
    header = _header(context, outer)
    if header is None or not header[0]:
        return None
    index, element, over, _ = header
    measured = _measured(context, over, index, inner)
    if measured is None or not isinstance(inner.target, ast.Name):
        return None
    sequence, tests = measured
    sizes = {f"len({sequence})"}
    if isinstance(over, ast.Call) and isinstance(over.args[0], ast.Name):
        sizes.add(over.args[0].id)
    if any(match_expr(f"range({index} + 1, {size})", inner.iter) for size in sizes):
        second = (inner.target.id, "")
    elif match_expr(f"{sequence}[{index} + 1:]", inner.iter):
        second = ("", inner.target.id)
    else:
        return None
    context.need_builtins("range", "len")
    return PairLoop(outer, inner, sequence, "ascending", inner.body, (index, element), second, tests)


def _descending(context: FunctionContext, outer: ast.For, inner: ast.For) -> PairLoop | None:
    """for i in range(len(xs)): for j in range(i): …"""
    header = _header(context, outer)
    started = match_expr("range(1, M_n)", outer.iter)
    if header is None and started and isinstance(outer.target, ast.Name):
        size = started["M_n"]
        measured = match_expr("len(M_x)", size)
        over = measured["M_x"] if measured else ast.Call(ast.Name("size", ast.Load()), [size], [])
        header = (outer.target.id, "", over, 0)
    if header is None or not header[0] or header[3]:
        return None
    index, element, over, _ = header
    measured_by = _measured(context, over, index, inner)
    if measured_by is None or not isinstance(inner.target, ast.Name):
        return None
    sequence, tests = measured_by
    if match_expr(f"range({index})", inner.iter) or match_expr(f"range(0, {index})", inner.iter):
        earlier = (inner.target.id, "")
    elif match_expr(f"{sequence}[:{index}]", inner.iter):
        earlier = ("", inner.target.id)
    else:
        return None
    context.need_builtins("range", "len")
    return PairLoop(outer, inner, sequence, "ascending", inner.body, earlier, (index, element), tests)


def _full(context: FunctionContext, outer: ast.For, inner: ast.For) -> PairLoop | None:
    first, second = _header(context, outer), _header(context, inner)
    if first is None or second is None or first[3] or second[3]:
        return None
    left, right = (
        _measured(context, first[2], first[0], inner),
        _measured(context, second[2], second[0], inner),
    )
    if left is None or right is None or left[0] != right[0]:
        return None
    order: Order = "all"
    body: Sequence[ast.stmt] = inner.body
    if first[0] and second[0]:
        for template in (f"{first[0]} != {second[0]}", f"{second[0]} != {first[0]}"):
            branch = match_stmt(f"if {template}:\n M__rest", body[0]) if len(body) == 1 else None
            if branch and isinstance(body[0], ast.If):
                order, body = "different", body[0].body
                break
            if len(body) == 1 and isinstance(body[0], ast.If) and not body[0].orelse:
                test = body[0].test
                if (
                    isinstance(test, ast.BoolOp)
                    and isinstance(test.op, ast.And)
                    and match_expr(template, test.values[0])
                ):
                    rest = test.values[1:]
                    kept = rest[0] if len(rest) == 1 else ast.BoolOp(ast.And(), rest)
                    order, body = "different", [ast.copy_location(ast.If(kept, body[0].body, []), body[0])]
                    break
    tests = tuple(dict.fromkeys((*left[1], *right[1])))
    return PairLoop(outer, inner, left[0], order, body, (first[0], first[1]), (second[0], second[1]), tests)


def counted(body: Sequence[ast.stmt]) -> tuple[ast.expr, str] | None:
    """(test, counter) for a body that is `if test: counter += 1`."""
    if len(body) != 1 or not isinstance(body[0], ast.If) or body[0].orelse:
        return None
    for template in ("M_c += 1", "M_c = M_c + 1"):
        found = match_stmt(template, body[0].body[0]) if len(body[0].body) == 1 else None
        if found and isinstance(found["M_c"], ast.Name):
            return body[0].test, found["M_c"].id
    return None


def is_fixed(pairs: PairLoop, node: ast.expr) -> bool:
    """Whether an expression is a constant or a name that the pair has no part in."""
    own = {name for pair in (pairs.first, pairs.second) for name in pair if name}
    if isinstance(node, ast.Name):
        return node.id not in own and node.id != pairs.sequence
    return constant(node) is not ... and not all_names([node])
