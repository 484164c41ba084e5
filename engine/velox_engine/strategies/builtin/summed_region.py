"""Adds up parts of a list or of a grid from running totals, which are computed once.

What it does: inside another loop, a loop over positions that adds up `xs[j]`, or two that add up `grid[i][j]`, and
`sum` of a generator that does, subtract entries of a table of running totals made before the loops. Positions that
the table does not hold (negative ones, or past an end) take the old way, and so does what is no list of ints or no
rectangle of them.

Example:
    def largest_square(grid: list[list[int]], size: int) -> int:
        best = 0
        for top in range(len(grid) - size + 1):
            for left in range(len(grid[0]) - size + 1):
                total = 0
                for i in range(top, top + size):
                    for j in range(left, left + size):
                        total += grid[i][j]
                best = max(best, total)
        return best

Result:
    from itertools import accumulate


    def largest_square(grid: list[list[int]], size: int) -> int:
        best = 0
        totals = []
        if size > 2 and size <= len(grid) and size <= len(grid[0]) and len(set(map(len, grid))) == 1:
            totals.append([0] * (len(grid[0]) + 1))
            for row in grid:
                sums = accumulate(row, initial=0)
                totals.append([above + beside for above, beside in zip(totals[-1], sums)])
        for top in range(len(grid) - size + 1):
            for left in range(len(grid[0]) - size + 1):
                total = 0
                if totals and 0 <= top <= top + size < len(totals) and 0 <= left <= left + size < len(totals[0]):
                    total += (
                        totals[top + size][left + size]
                        - totals[top][left + size]
                        - totals[top + size][left]
                        + totals[top][left]
                    )
                else:
                    for i in range(top, top + size):
                        for j in range(left, left + size):
                            total += grid[i][j]
                best = max(best, total)
        return best

Inputs:
    ([[1, 2, 3], [4, 5, 6], [7, 8, 9]], 2)
    ([[1, 2, 3, 4], [4, 5, 6, 7], [7, 8, 9, 9]], 3)
    ([[1, 2], [3]], 1)
    ([[1]], 3)
    ([[1, 2], [3, 4]], -1)

When it is unsafe: floats, whose sums depend on the order; a list that changes in the loops.
"""

from __future__ import annotations

import ast
from collections.abc import Collection, Iterator
from dataclasses import dataclass

from velox_engine.strategies.base import BuiltinStrategy, FunctionContext, Rewrite
from velox_engine.strategies.bindings import all_names, stores_of, written_names
from velox_engine.strategies.builtin import prefix_sums, running_slice_sum
from velox_engine.strategies.effects import effects_of, is_private, is_separate
from velox_engine.strategies.imports import import_member
from velox_engine.strategies.loops import Place, constant, places, range_parts, read_outside
from velox_engine.strategies.patterns import match_expr, match_stmt, same
from velox_engine.strategies.positions import indent_lines
from velox_engine.strategies.purity import is_pure
from velox_engine.strategies.rendering import one_line
from velox_engine.strategies.shape import element_of
from velox_engine.types import TextEdit

_ASKED = "< len("
_FEW = (8, 2)
"""So many are added as fast as totals are looked up, in a list and in each dimension of a grid."""
_LONG = 70
"""Longer expressions go over several lines."""


@dataclass(frozen=True, slots=True)
class _Part:
    """What is added up: the elements of `name` between bounds, for each dimension."""

    name: str
    bounds: tuple[tuple[str, str], ...]
    widths: tuple[ast.expr, ...] = ()
    """How many are added in a dimension, where that is the same for all turns."""


def _build(context: FunctionContext) -> Iterator[Rewrite]:
    if not all(context.is_builtin(name) for name in ("len", "list", "map", "set", "sum", "range")):
        return
    done: set[ast.AST] = set()
    for place in places(context.node):
        loop = place.statement
        if not isinstance(loop, ast.For) or not place.loops or loop in done or _has_table(context, loop):
            continue
        rewrite = _of_loops(context, place, loop)
        if rewrite:
            done.update(ast.walk(loop))
            yield rewrite
    for place in places(context.node):
        for node in (one for part in _own_expressions(place.statement) for one in ast.walk(part)):
            if isinstance(node, ast.Call) and place.loops and not _has_table(context, node):
                rewrite = _of_call(context, place.loops, node)
                if rewrite:
                    yield rewrite


def _own_expressions(statement: ast.stmt) -> list[ast.AST]:
    """What a statement computes itself, the statements inside of it aside."""
    if isinstance(statement, ast.If):
        return [statement.test]
    if isinstance(statement, ast.For):
        return [statement.iter]
    plain = ast.Assign | ast.AugAssign | ast.AnnAssign | ast.Expr | ast.Return
    return [statement] if isinstance(statement, plain) else []


def _has_table(context: FunctionContext, node: ast.AST) -> bool:
    """Whether it is what is left for positions that a table does not hold."""
    while node in context.parents:
        parent = context.parents[node]
        asked = parent.test if isinstance(parent, ast.If | ast.IfExp) else node
        if asked is not node and _ASKED in context.text(asked):
            return True
        node = parent
    return False


def _of_loops(context: FunctionContext, place: Place, loop: ast.For) -> Rewrite | None:
    walks: list[ast.For | ast.comprehension] = [loop]
    block = loop.body
    if len(block) == 1 and isinstance(block[0], ast.For) and not block[0].orelse:
        walks.append(block[0])
        block = block[0].body
    if loop.orelse or len(block) != 1:
        return None
    found = match_stmt("M_t += M_e", block[0]) or match_stmt("M_t = M_t + M_e", block[0])
    if not found or not isinstance(found["M_t"], ast.Name):
        return None
    total = found["M_t"].id
    starts = match_stmt(f"{total} = M_k", place.previous)
    if not starts or type(constant(starts["M_k"])) is not int:
        return None
    part = _part(context, walks, found["M_e"])
    if part is None or total in all_names([loop.iter]):
        return None
    if any(read_outside(context, name, loop) for name in written_names([loop]) - {total}):
        return None
    nest = _outermost(context, place.loops, part.name, total)
    if nest is None:
        return None
    table, before, imports = _table(context, nest, part)
    old = context.layout.block_text([loop])
    if before is None or old is None:
        return None
    unit = context.layout.unit
    value = _difference(table, part)
    added = f"{total} += {' '.join(value)}"
    if len(value) > 2:
        added = f"{total} += (" + "".join(f"\n{unit}{one}" for one in value) + "\n)"
    code = f"if {_held(table, part)}:\n{indent_lines(added, unit)}\nelse:\n{indent_lines(old.rstrip(), unit)}"
    change = context.layout.replace_statements(loop, loop, code)
    return Rewrite((before, change, *imports), f"add up parts of {part.name} from totals") if change else None


def _of_call(
    context: FunctionContext, around: tuple[ast.For | ast.While, ...], call: ast.Call
) -> Rewrite | None:
    """`sum(xs[j] for j in range(low, high))`; `sum(xs[low:high])` where other strategies see no order in the bounds."""
    found = match_expr("sum(M_g)", call)
    given = found["M_g"] if found else None
    part: _Part | None = None
    if isinstance(given, ast.GeneratorExp | ast.ListComp):
        walks = given.generators
        if len(walks) < 3 and not any(one.ifs or one.is_async for one in walks):
            part = _part(context, list(walks), given.elt)
    elif isinstance(given, ast.Subscript) and isinstance(given.slice, ast.Slice) and len(around) > 1:
        part = _sliced(context, given.value, given.slice)
    old = one_line(context.text(call))
    nest = _outermost(context, around, part.name) if part is not None else None
    if part is None or nest is None or old is None or part.name in _own_names(context, call):
        return None
    table, before, imports = _table(context, nest, part)
    if before is None:
        return None
    value = " ".join(_difference(table, part))
    layout = context.layout
    indent = layout.indent(call) + layout.unit
    text = f"({value} if {_held(table, part)} else {old})"
    if len(text) > _LONG:
        lines = (value, f"if {_held(table, part)}", f"else {old}")
        text = "(" + "".join(f"\n{indent}{line}" for line in lines) + f"\n{layout.indent(call)})"
    return Rewrite(
        (before, context.layout.replace(call, text), *imports), f"add up parts of {part.name} from totals"
    )


def _own_names(context: FunctionContext, node: ast.AST) -> set[str]:
    """Names that comprehensions and lambdas around an expression bind: before the loops there are none of them."""
    names: set[str] = set()
    while node in context.parents:
        node = context.parents[node]
        if isinstance(node, ast.ListComp | ast.SetComp | ast.DictComp | ast.GeneratorExp):
            names |= all_names([one.target for one in node.generators])
        elif isinstance(node, ast.Lambda):
            names |= {argument.arg for argument in ast.walk(node.args) if isinstance(argument, ast.arg)}
    return names


def _sliced(context: FunctionContext, held: ast.expr, piece: ast.Slice) -> _Part | None:
    low, high = piece.lower, piece.upper
    if not isinstance(held, ast.Name) or piece.step is not None or high is None:
        return None
    if any(one is not None and not _is_simple(context, one) for one in (low, high)):
        return None
    if any(True for other in (prefix_sums, running_slice_sum) for _ in other.STRATEGY.propose(context)):
        return None
    return _Part(held.id, ((context.text(low) if low else "0", context.text(high)),))


def _part(
    context: FunctionContext, walks: list[ast.For | ast.comprehension], added: ast.expr
) -> _Part | None:
    """Which elements are added, each once, in one or two dimensions."""
    indices: list[ast.expr] = []
    while isinstance(added, ast.Subscript):
        indices.insert(0, added.slice)
        added = added.value
    if not isinstance(added, ast.Name) or len(indices) != len(walks):
        return None
    own = {walk.target.id: walk for walk in walks if isinstance(walk.target, ast.Name)}
    bounds: list[tuple[str, str]] = []
    widths: list[ast.expr] = []
    used: list[str] = []
    for index in indices:
        used += all_names([index]) & own.keys()
        limits = _limits(context, own[used[-1]], index, used[-1], own.keys()) if used else None
        if limits is None:
            return None
        bounds.append(limits)
        widths += _width(own[used[-1]])
    # Each of the loops goes through one of the dimensions.
    if sorted(used) != sorted(own) or len(own) != len(walks):
        return None
    # Where the outer loop has no turn, nobody asks where the inner one ends, so that must not raise.
    asked = [node for walk in walks[1:] for node in ast.walk(walk.iter) if isinstance(node, ast.Subscript)]
    if any(not match_expr(f"{added.id}[0]", node) for node in asked):
        return None
    return _Part(added.id, tuple(bounds), tuple(widths))


def _width(walk: ast.For | ast.comprehension) -> list[ast.expr]:
    """size, for range(size) and range(start, start + size)."""
    assert isinstance(walk.iter, ast.Call)
    first, *more = walk.iter.args
    if not more:
        return [first]
    for form in ("M_a + M_k", "M_k + M_a"):
        found = match_expr(form, more[0])
        if found and same(found["M_a"], first):
            return [found["M_k"]]
    return []


def _limits(
    context: FunctionContext,
    walk: ast.For | ast.comprehension,
    index: ast.expr,
    name: str,
    own: Collection[str],
) -> tuple[str, str] | None:
    """The first position and the one after the last, where the index is the loop variable, plus something fixed."""
    parts = range_parts(context, walk.iter)
    if parts is None or constant(parts[2]) != 1:
        return None
    moved = match_expr(f"{name} + M_m", index) or match_expr(f"M_m + {name}", index)
    pieces = [parts[0], parts[1], *([moved["M_m"]] if moved else [])]
    if not moved and not match_expr(name, index):
        return None
    if any(not _is_simple(context, one) or all_names([one]) & set(own) for one in pieces):
        return None
    start, stop = (
        (context.text(one) for one in parts[:2]) if constant(parts[0]) != 0 else ("0", context.text(parts[1]))
    )
    if not moved:
        return start, stop
    by = context.operand(moved["M_m"])
    return by if start == "0" else f"{by} + {start}", f"{by} + {stop}"


def _is_simple(context: FunctionContext, node: ast.expr) -> bool:
    """Sums and differences of names, numbers and lengths, which may be written twice."""
    if isinstance(node, ast.BinOp):
        return isinstance(node.op, ast.Add | ast.Sub) and all(
            _is_simple(context, one) for one in (node.left, node.right)
        )
    whole = type(constant(node)) is int
    kind = context.inference.of(node).name
    plain = isinstance(node, ast.Name | ast.Call | ast.Subscript) and kind in ("int", "number", "", "!")
    return whole or (plain and is_pure(context, node) and "\n" not in context.text(node))


def _outermost(
    context: FunctionContext, loops: tuple[ast.For | ast.While, ...], name: str, total: str = ""
) -> ast.For | ast.While | None:
    """The outermost loop that leaves a list as it is."""
    found = None
    for loop in reversed(loops):
        effects = effects_of(context, [loop])
        # What starts as an int and only has ints added to it is changed in place by no `+=`.
        counted = {total} if len(stores_of(total, ast.walk(loop))) == 2 else set()
        others = effects.mutated - counted
        if name in effects.written | others or (effects.calls_unknown and not is_private(context, name)):
            break
        if not is_private(context, name) and not all(
            is_private(context, one) or is_separate(context, one) for one in others
        ):
            break
        found = loop
    return found


def _held(table: str, part: _Part) -> str:
    """The test that the table holds what is asked of it."""
    of = [table, f"{table}[0]"]
    # Where there is no table, which costs nothing to ask, there is nothing to compare.
    return f"{table} and " + " and ".join(
        f"0 <= {high} {_ASKED}{one})" if low == "0" else f"0 <= {low} <= {high} {_ASKED}{one})"
        for (low, high), one in zip(part.bounds, of, strict=False)
    )


def _difference(table: str, part: _Part) -> list[str]:
    (low, high), *more = part.bounds
    if not more:
        return [f"{table}[{high}]", f"- {table}[{low}]"]
    left, right = more[0]
    corners = (("", high, right), ("- ", low, right), ("- ", high, left), ("+ ", low, left))
    return [f"{sign}{table}[{row}][{column}]" for sign, row, column in corners]


def _table(
    context: FunctionContext, nest: ast.stmt, part: _Part
) -> tuple[str, TextEdit | None, list[TextEdit]]:
    """The name of the table, the edit that makes it before the loops, and its imports."""
    name, unit = part.name, context.layout.unit
    table = context.fresh("totals", f"{name}_totals")
    accumulate, imports = import_member(context, "itertools", "accumulate")
    shape = context.inference.of(ast.Name(name, ast.Load()))
    inner = element_of(shape)
    few = _FEW[len(part.bounds) - 1]
    changing = written_names([nest])
    # Windows of a few elements, or larger than the list, need no table.
    widths = [
        context.text(one)
        for one in part.widths
        if isinstance(one, ast.Name | ast.Call) and not all_names([one]) & changing
    ]
    tests = [f"{width} > {few}" for width in dict.fromkeys(widths)]
    fits: list[str] = []
    if len(widths) == len(part.bounds):
        fits += [f"{width} <= len({one})" for width, one in zip(widths, (name, f"{name}[0]"), strict=False)]
    if len(part.bounds) == 1:
        if not (shape.name == "list" and inner.name == "int" and inner.evidence != "use"):
            context.need_builtins("isinstance", "type", "int")
            tests += [f"isinstance({name}, list)", *fits, f"set(map(type, {name})) <= {{int}}"]
        else:
            tests += fits
        condition = f" if {' and '.join(tests)} else []" if tests else ""
        made = f"list({accumulate}({name}, initial=0)){condition}"
        return table, context.layout.insert_before(nest, f"{table} = {made}"), imports
    context.need_builtins("zip")
    row = context.fresh("row", "line")
    sums = context.fresh("sums", "row_sums")
    numbers = element_of(inner)
    if not (shape.name == inner.name == "list" and numbers.name == "int" and numbers.evidence != "use"):
        context.need_builtins("isinstance", "type", "int", "all")
        plain = f"isinstance({row}, list) and set(map(type, {row})) <= {{int}}"
        if fits:
            fits.insert(1, f"isinstance({name}[0], list)")
        tests += [f"isinstance({name}, list)", *fits, f"all({plain} for {row} in {name})"]
    else:
        tests += fits
    tests.append(f"len(set(map(len, {name}))) == 1")
    condition = " and ".join(tests)
    if len(condition) > 90:
        condition = (
            "(" + "".join(f"\n{unit}{'and ' if at else ''}{one}" for at, one in enumerate(tests)) + "\n)"
        )
    lines = [
        f"{table} = []",
        f"if {condition}:",
        f"{unit}{table}.append([0] * (len({name}[0]) + 1))",
        f"{unit}for {row} in {name}:",
        f"{unit * 2}{sums} = {accumulate}({row}, initial=0)",
        f"{unit * 2}{table}.append([above + beside for above, beside in zip({table}[-1], {sums})])",
    ]
    return table, context.layout.insert_before(nest, "\n".join(lines)), imports


STRATEGY = BuiltinStrategy("summed-region", "algorithm_change", _build, __doc__ or "")
