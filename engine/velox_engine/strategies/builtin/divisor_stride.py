"""Steps through the multiples of a number instead of asking every number in a range.

What it does: a loop or comprehension over a range that does something only where the loop variable is divisible by a
constant goes through the multiples with a step; a loop that only counts adds the length of the range.

Example:
    def squares_of_sevens(limit: int):
        found = []
        for i in range(1, limit):
            if i % 7 == 0:
                found.append(i * i)
        return found

Result:
    def squares_of_sevens(limit: int):
        found = []
        for i in range(7, limit, 7):
            found.append(i * i)
        return found

Inputs:
    (30,)
    (0,)
    (8,)

When it is unsafe: when the loop does something for other numbers as well, or its variable is read after the loop.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator

from velox_engine.strategies.base import BuiltinStrategy, FunctionContext, Rewrite
from velox_engine.strategies.bindings import written_names
from velox_engine.strategies.loops import constant, leaves, places, range_parts, read_outside
from velox_engine.strategies.patterns import match_expr, match_stmt
from velox_engine.strategies.positions import indent_lines


def _build(context: FunctionContext) -> Iterator[Rewrite]:
    for place in places(context.node):
        loop = place.statement
        if not isinstance(loop, ast.For) or loop.orelse or not isinstance(loop.target, ast.Name):
            continue
        if read_outside(context, loop.target.id, loop):
            continue
        rewrite = _strided(context, loop, loop.target.id) or _counted(context, loop)
        if rewrite:
            yield rewrite
    for node in ast.walk(context.node):
        if isinstance(node, ast.ListComp | ast.GeneratorExp | ast.SetComp) and len(node.generators) == 1:
            rewrite = _comprehension(context, node)
            if rewrite:
                yield rewrite


def _multiples(context: FunctionContext, iterable: ast.expr, variable: str, test: ast.expr) -> str | None:
    """The range of the multiples for a test `variable % k == 0`."""
    parts = range_parts(context, iterable)
    if parts is None or constant(parts[2]) != 1:
        return None
    step, offset = None, 0
    for template, odd in (
        (f"{variable} % M_k == 0", 0), (f"not {variable} % M_k", 0), (f"0 == {variable} % M_k", 0),
        (f"{variable} % M_k == 1", 1), (f"{variable} % 2 != 0", 1), (f"{variable} % 2", 1),
    ):  # fmt: skip
        found = match_expr(template, test)
        if found:
            step, offset = (constant(found["M_k"]) if "M_k" in found else 2), odd
            break
    if not isinstance(step, int) or isinstance(step, bool) or step < 2:
        return None
    start = constant(parts[0])
    if not isinstance(start, int) or isinstance(start, bool):
        return None
    first = start + (offset - start) % step
    return f"range({first}, {context.text(parts[1])}, {step})"


def _strided(context: FunctionContext, loop: ast.For, variable: str) -> Rewrite | None:
    if len(loop.body) != 1 or not isinstance(loop.body[0], ast.If):
        return None
    branch = loop.body[0]
    if branch.orelse or variable in written_names(branch.body):
        return None
    tests = (
        branch.test.values
        if isinstance(branch.test, ast.BoolOp) and isinstance(branch.test.op, ast.And)
        else [branch.test]
    )
    multiples = _multiples(context, loop.iter, variable, tests[0])
    body = context.layout.block_text(branch.body)
    if multiples is None or body is None:
        return None
    unit = context.layout.unit
    inner = indent_lines(body.rstrip(), unit)
    if len(tests) > 1:
        rest = " and ".join(context.text(test) for test in tests[1:])
        inner = f"{unit}if {rest}:\n{indent_lines(inner, unit)}"
    code = f"for {variable} in {multiples}:\n{inner}"
    edit = context.layout.replace_statements(loop, loop, code)
    return Rewrite((edit,), "step through the multiples") if edit else None


def _counted(context: FunctionContext, loop: ast.For) -> Rewrite | None:
    """for i in range(…): count += 1"""
    if range_parts(context, loop.iter) is None or leaves(loop.body) or len(loop.body) != 1:
        return None
    found = match_stmt("M_c += M_k", loop.body[0])
    if not found or not isinstance(found["M_c"], ast.Name):
        return None
    step, counter = constant(found["M_k"]), found["M_c"]
    if type(step) is not int or context.inference.of(ast.Name(counter.id, ast.Load())).name != "int":
        return None
    context.need_builtins("len")
    times = f"{step} * " if step != 1 else ""
    edit = context.layout.replace_statements(
        loop, loop, f"{counter.id} += {times}len({context.text(loop.iter)})"
    )
    return Rewrite((edit,), "count the range by its length") if edit else None


def _comprehension(
    context: FunctionContext, node: ast.ListComp | ast.GeneratorExp | ast.SetComp
) -> Rewrite | None:
    generator = node.generators[0]
    if not isinstance(generator.target, ast.Name) or not generator.ifs or generator.is_async:
        return None
    multiples = _multiples(context, generator.iter, generator.target.id, generator.ifs[0])
    if multiples is None:
        return None
    layout = context.layout
    end = layout.end(generator.ifs[0])
    # Between the range and the test stands nothing but ` if `.
    edit = layout.between(layout.start(generator.iter), end, multiples)
    between = layout.data[layout.end(generator.iter) : layout.start(generator.ifs[0])]
    if between.strip() != b"if" or b"\n" in between:
        return None
    return Rewrite((edit,), "step through the multiples")


STRATEGY = BuiltinStrategy("divisor-stride", "loop_restructuring", _build, __doc__ or "")
