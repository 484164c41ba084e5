"""Keeps running totals or extremes of prefixes instead of computing each slice anew.

What it does: `sum(xs[:i + 1])`, `sum(xs[i:j])` and their like, repeated in a loop or comprehension, subtract two
entries of a list of running totals; `max(xs[:i + 1])` reads a list of running extremes, and `text[:i].count("(")`
one of running counts. Sums need ints, which add up
to the same in any order: other types still take the old way, unless the hints promise ints.

Example:
    def running(numbers: list[int]) -> list[int]:
        result = []
        for i in range(len(numbers)):
            result.append(sum(numbers[: i + 1]))
        return result

Result:
    from itertools import accumulate


    def running(numbers: list[int]) -> list[int]:
        result = []
        totals = list(accumulate(numbers, initial=0))
        for i in range(len(numbers)):
            result.append(totals[i + 1])
        return result

Inputs:
    ([3, 1, 2],)
    ([],)

When it is unsafe: floats, whose sums depend on the order; a list that changes in the loop; and positions that may lie
outside of the list, which a slice forgives.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator

from velox_engine.strategies.base import BuiltinStrategy, FunctionContext, Rewrite
from velox_engine.strategies.effects import bindings_of, keeps_contents
from velox_engine.strategies.guards import list_of_integers
from velox_engine.strategies.imports import import_member
from velox_engine.strategies.lengths import measured
from velox_engine.strategies.loops import constant, is_fallback, places, range_parts
from velox_engine.strategies.patterns import match_expr
from velox_engine.strategies.shape import element_of
from velox_engine.strategies.totals import subtract_totals


def _build(context: FunctionContext) -> Iterator[Rewrite]:
    for place in places(context.node):
        statement = place.statement
        if place.loops or not isinstance(
            statement, ast.For | ast.Assign | ast.Return | ast.AugAssign | ast.Expr
        ):
            continue
        for variable, iterable, inside in _repeated(statement):
            for name in _summed(inside):
                rewrite = _totals(context, statement, variable, iterable, inside, name)
                if rewrite:
                    yield rewrite
            yield from _extremes(context, statement, variable, iterable, inside)
            yield from _counts(context, statement, variable, iterable, inside)


def _repeated(statement: ast.stmt) -> Iterator[tuple[str, ast.expr, list[ast.AST]]]:
    """(variable, iterable, what is done for each value) of the loops and comprehensions at a statement."""
    if isinstance(statement, ast.For):
        if isinstance(statement.target, ast.Name):
            yield statement.target.id, statement.iter, list(statement.body)
        elif (
            isinstance(statement.target, ast.Tuple)
            and match_expr("enumerate(M_x)", statement.iter)
            and isinstance(statement.target.elts[0], ast.Name)
        ):
            yield statement.target.elts[0].id, statement.iter, list(statement.body)
        return
    for node in ast.walk(statement):
        if isinstance(node, ast.ListComp | ast.GeneratorExp | ast.SetComp) and len(node.generators) == 1:
            generator = node.generators[0]
            if isinstance(generator.target, ast.Name):
                yield generator.target.id, generator.iter, [node.elt, *generator.ifs]


def _sums(inside: list[ast.AST]) -> Iterator[tuple[ast.Call, str, ast.Slice]]:
    for top in inside:
        for node in ast.walk(top):
            found = match_expr("sum(M_s)", node) if isinstance(node, ast.Call) else None
            if not found or not isinstance(node, ast.Call):
                continue
            part = found["M_s"]
            if (
                isinstance(part, ast.Subscript)
                and isinstance(part.value, ast.Name)
                and isinstance(part.slice, ast.Slice)
            ):
                yield node, part.value.id, part.slice


def _summed(inside: list[ast.AST]) -> list[str]:
    return list(dict.fromkeys(name for _, name, _ in _sums(inside)))


def _totals(
    context: FunctionContext,
    statement: ast.stmt,
    variable: str,
    iterable: ast.expr,
    inside: list[ast.AST],
    name: str,
) -> Rewrite | None:
    if not context.is_builtin("sum") or is_fallback(context, statement, name) or variable == name:
        return None
    if not keeps_contents(context, name, [statement]):
        return None
    totals = context.fresh("totals", "prefix_sums")
    parts: dict[ast.AST, str] = {}
    tests = list_of_integers(context, name)
    for call, one, piece in _sums(inside):
        if one != name:
            continue
        found = _difference(context, piece, variable, iterable, name, totals)
        if found is None:
            return None
        parts[call] = found[0]
        tests += [test for test in found[1] if test not in tests]
    return subtract_totals(context, statement, name, totals, parts, tests)


def _difference(
    context: FunctionContext, piece: ast.Slice, variable: str, iterable: ast.expr, name: str, totals: str
) -> tuple[str, list[str]] | None:
    """The sum of xs[a:b] by running totals, and the tests that all positions lie in the list."""
    if piece.step is not None:
        return None
    end, tests = _last(context, iterable, name)
    if end is None:
        return None
    low, high = piece.lower, piece.upper
    for one in (low, high):
        if one is not None and not _position(one, variable, end):
            return None
    extra = _widths(low, high, variable, end)
    if extra is None:
        return None
    tests = [*tests, *(f"{width} >= 0" for width in extra if not _known_size(context, width))]
    first = "" if low is None or constant(low) == 0 else f" - {totals}[{context.text(low)}]"
    last = f"{totals}[-1]" if high is None else f"{totals}[{context.text(high)}]"
    text = last + first
    return (f"({text})" if first else text), tests


def _known_size(context: FunctionContext, width: str) -> bool:
    return width.isdigit()


def _last(context: FunctionContext, iterable: ast.expr, name: str) -> tuple[str | None, list[str]]:
    """How far before the end of the list the loop's last position is, as text: "1" for range(len(xs))."""
    if match_expr(f"enumerate({name})", iterable):
        return "1", []
    parts = range_parts(context, iterable)
    if parts is None or constant(parts[2]) != 1:
        return None, []
    start = constant(parts[0])
    if not isinstance(start, int) or start < 0:
        return None, []
    stop, tests = parts[1], []
    size = next(
        (
            node.id
            for node in ast.walk(stop)
            if isinstance(node, ast.Name) and _is_length(context, node.id, name)
        ),
        None,
    )
    lengths = [f"len({name})", *([size] if size else [])]
    if size and _is_another(context, size, name):
        tests = [f"{size} == len({name})"]
    for length in lengths:
        if match_expr(length, stop):
            return "1", tests
        if match_expr(f"{length} + 1", stop):
            return "0", tests
        found = match_expr(f"{length} - M_k + 1", stop) or match_expr(f"{length} + 1 - M_k", stop)
        if found and isinstance(found["M_k"], ast.Name):
            return found["M_k"].id, tests
        found = match_expr(f"{length} - M_k", stop)
        if found and type(constant(found["M_k"])) is int and constant(found["M_k"]) > 0:  # type: ignore[operator]
            return str(constant(found["M_k"]) + 1), tests  # type: ignore[operator]
    return None, []


def _is_length(context: FunctionContext, size: str, name: str) -> bool:
    values = bindings_of(context, size)
    return len(values) == 1 and values[0] is not None and match_expr(f"len({name})", values[0]) is not None


def _is_another(context: FunctionContext, size: str, name: str) -> bool:
    """Whether it may be another number: given to the function, or of a list that has changed since."""
    held = measured(context, ast.Name(size, ast.Load()))
    return held is None or held.id != name


def _position(node: ast.expr, variable: str, end: str) -> bool:
    """i, i + k or a constant that is surely within the list, when i ends `end` before its end."""
    if isinstance(node, ast.Name) and node.id == variable:
        return True
    if constant(node) == 0:
        return True
    found = match_expr(f"{variable} + M_k", node)
    if not found:
        return False
    step = found["M_k"]
    if isinstance(step, ast.Name):
        return step.id == end
    size = constant(step)
    return type(size) is int and end.isdigit() and 0 <= size <= int(end)


def _widths(low: ast.expr | None, high: ast.expr | None, variable: str, end: str) -> list[str] | None:
    """The sizes that must not be negative; None where the end may come before the start."""
    if low is not None and high is not None:
        offsets = []
        for one in (low, high):
            found = match_expr(f"{variable} + M_k", one)
            offsets.append(constant(found["M_k"]) if found else 0 if constant(one) != 0 else None)
        if None in offsets:
            return [] if constant(low) == 0 else None
        if isinstance(offsets[0], int) and isinstance(offsets[1], int) and offsets[0] > offsets[1]:
            return None
        if not isinstance(offsets[0], int):
            return None
    return [] if end.isdigit() else [end]


def _extremes(
    context: FunctionContext, statement: ast.stmt, variable: str, iterable: ast.expr, inside: list[ast.AST]
) -> Iterator[Rewrite]:
    """max(xs[:i + 1]) by a list of running maxima."""
    for top in inside:
        for node in ast.walk(top):
            if not isinstance(node, ast.Call):
                continue
            found = match_expr("M_f(M_x[:M_i + 1])", node)
            if not found or not isinstance(found["M_f"], ast.Name) or found["M_f"].id not in ("max", "min"):
                continue
            function, name = found["M_f"].id, found["M_x"]
            if (
                not isinstance(name, ast.Name)
                or not match_expr(variable, found["M_i"])
                or not context.is_builtin(function)
            ):
                continue
            end, tests = _last(context, iterable, name.id)
            if end is None or tests or not end.isdigit() or not keeps_contents(context, name, [statement]):
                continue
            accumulate, imported = import_member(context, "itertools", "accumulate")
            context.need_builtins("list")
            extremes = context.fresh("highest" if function == "max" else "lowest", "extremes")
            before = context.layout.insert_before(
                statement, f"{extremes} = list({accumulate}({name.id}, {function}))"
            )
            edit = context.layout.replace(node, f"{extremes}[{variable}]")
            if before:
                yield Rewrite((before, edit, *imported), "read the running extremes")


def _counts(
    context: FunctionContext, statement: ast.stmt, variable: str, iterable: ast.expr, inside: list[ast.AST]
) -> Iterator[Rewrite]:
    """text[:i].count("(") and text[i:].count("(") by the counts of all beginnings."""
    found: dict[tuple[str, str], list[tuple[ast.Call, ast.Slice]]] = {}
    for node in (node for top in inside for node in ast.walk(top)):
        asked = match_expr("M_x.count(M_c)", node) if isinstance(node, ast.Call) else None
        if not asked or not isinstance(node, ast.Call):
            continue
        piece, mark = asked["M_x"], constant(asked["M_c"])
        if (
            isinstance(piece, ast.Subscript)
            and isinstance(piece.value, ast.Name)
            and isinstance(piece.slice, ast.Slice)
            and isinstance(mark, str)
            and len(mark) == 1
        ):
            found.setdefault((piece.value.id, context.text(asked["M_c"])), []).append((node, piece.slice))
    names = {name for name, _ in found}
    if len(names) != 1 or not all(keeps_contents(context, name, [statement]) for name in names):
        return
    (name,) = names
    end, tests = _last(context, iterable, name)
    if end is None or tests or not end.isdigit():
        return
    searched = context.inference.of(ast.Name(name, ast.Load()))
    texts = searched.name == "str" or element_of(searched).name == "str"
    item = context.fresh("item", "element")
    accumulate, imported = import_member(context, "itertools", "accumulate")
    context.need_builtins("list", "map")
    created, edits = [], []
    for (_, mark), calls in found.items():
        counts = f"{context.fresh('counts', 'prefix_counts')}{f'_{len(created) + 1}' if created else ''}"
        if counts in context.taken_names:
            return
        # With what is no text, `__eq__` of text gives no number.
        compared = f"map({mark}.__eq__, {name})" if texts else f"({item} == {mark} for {item} in {name})"
        created.append(f"{counts} = list({accumulate}({compared}, initial=0))")
        for call, piece in calls:
            low, high = piece.lower, piece.upper
            if piece.step or not all(one is None or _position(one, variable, end) for one in (low, high)):
                return
            if low is not None and constant(low) != 0 and high is not None:
                return
            text = f"{counts}[{'-1' if high is None else context.text(high)}]"
            if low is not None and constant(low) != 0:
                text = f"({text} - {counts}[{context.text(low)}])"
            edits.append(context.layout.replace(call, text))
    before = context.layout.insert_before(statement, "\n".join(created))
    if before:
        yield Rewrite((before, *edits, *imported), "read the counts of all beginnings")


STRATEGY = BuiltinStrategy("prefix-sums", "precomputation", _build, __doc__ or "", ("VX303",))
