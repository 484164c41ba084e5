"""Counts and adds up the elements of a NumPy array at once instead of one per turn of a loop.

What it does: a loop over an array, by position or by element, that counts the elements that satisfy a condition asks
`np.count_nonzero`; one that adds up takes the last of the running sums, `np.cumsum(…)[-1]`, which adds in the loop's
order and so keeps every bit (`np.sum` adds in another order).

Example:
    import numpy as np


    def hot(grid: np.ndarray, limit: float) -> int:
        count = 0
        for i in range(grid.shape[0]):
            for j in range(grid.shape[1]):
                if grid[i, j] > limit:
                    count += 1
        return count

Result:
    import numpy as np


    def hot(grid: np.ndarray, limit: float) -> int:
        count = 0
        if (
            type(grid) is np.ndarray
            and grid.dtype in (float, int)
            and grid.ndim == 2
            and type(limit) in (float, int)
            and grid.size
        ):
            count += int(np.count_nonzero(grid > limit))
        else:
            for i in range(grid.shape[0]):
                for j in range(grid.shape[1]):
                    if grid[i, j] > limit:
                        count += 1
        return count

Inputs:
    (np.arange(6.0).reshape(2, 3), 2.5)
    (np.arange(6).reshape(2, 3), 2)
    (np.zeros((0, 2)), 1.0)

When it is unsafe: when the loop may end early, when the sum does not start from zero, and for elements of other types,
which keep the loop.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator

from velox_engine.strategies.array_facts import is_array, made_array, made_type
from velox_engine.strategies.arrays import Axis, Vectors, axis_of, over_array_loops
from velox_engine.strategies.base import BuiltinStrategy, FunctionContext, NotApplicable, Rewrite
from velox_engine.strategies.bindings import all_names, parameters, written_names
from velox_engine.strategies.effects import bindings_of
from velox_engine.strategies.guards import either
from velox_engine.strategies.loops import Place, constant, read_outside
from velox_engine.strategies.patterns import match_stmt
from velox_engine.strategies.positions import indent_lines


def _build(context: FunctionContext) -> Iterator[Rewrite]:
    return over_array_loops(context, lambda place, loop: _total(context, place, loop))


def _total(context: FunctionContext, place: Place, loop: ast.For) -> Rewrite | None:
    axes, elements, block = _walked(context, loop)
    if len(block) != 1:
        return None
    variables = {axis.name for axis in axes} | set(elements)
    if any(read_outside(context, name, loop) for name in variables):
        return None
    if variables & {name for axis in axes for name in all_names([axis.size])}:
        return None
    vectors = Vectors(context, axes, {}, elements=elements, changing=frozenset(written_names([loop])))
    for array in elements.values():
        if array in parameters(context.node) and bindings_of(context, array):
            return None
        vectors.arrays[array] = [f"{array}.ndim == 1"]
    test: ast.expr | None = None
    final = block[0]
    if isinstance(final, ast.If) and len(final.body) == 1 and not final.orelse:
        test, final = final.test, final.body[0]
    added = match_stmt("M_t += M_e", final)
    if (
        not added
        or not isinstance(added["M_t"], ast.Name)
        or added["M_t"].id in all_names([added["M_e"], *([test] if test else [])])
    ):
        return None
    name, step = added["M_t"].id, constant(added["M_e"])
    if type(step) is int:
        fast = _counted(vectors, name, step, test)
    else:
        fast = _added_up(context, place, vectors, name, added["M_e"], test)
    if fast is None or not vectors.whole:
        return None
    for array in vectors.arrays:
        made = made_array(context, array)
        if made is not None and made_type(context, made) not in ("float", "int"):
            return None
    tests = vectors.tests(["float", "int"])
    if vectors.needs_elements:
        tests += [f"{array}.size" for array in vectors.arrays]
    edit = either(context, loop, loop, tests, fast, context.layout.block_text([loop]))
    return Rewrite((edit,), f"compute {name} at once") if edit else None


def _walked(context: FunctionContext, loop: ast.For) -> tuple[list[Axis], dict[str, str], list[ast.stmt]]:
    """The positions or elements that a nest of loops goes through, and what it does with each."""
    if isinstance(loop.iter, ast.Name) and isinstance(loop.target, ast.Name) and not loop.orelse:
        if not is_array(context, loop.iter.id):
            raise NotApplicable("not an array")
        return [], {loop.target.id: loop.iter.id}, loop.body
    axes: list[Axis] = []
    block: list[ast.stmt] = [loop]
    while len(block) == 1 and isinstance(one := block[0], ast.For):
        axis = axis_of(context, one)
        if axis is None:
            raise NotApplicable("not a counted loop")
        axes.append(axis)
        block = one.body
    if len(axes) > 2:
        raise NotApplicable("more dimensions than two")
    return axes, {}, block


def _counted(vectors: Vectors, name: str, step: int, test: ast.expr | None) -> str | None:
    """`count += 1` under a condition."""
    if test is None or vectors.context.inference.of(ast.Name(name, ast.Load())).name != "int":
        return None
    vectors.context.need_builtins("int")
    found = f"int({vectors.numpy}.count_nonzero({vectors.test(test)}))"
    return f"{name} += {found}" if step == 1 else f"{name} += {step} * {found}"


def _added_up(
    context: FunctionContext,
    place: Place,
    vectors: Vectors,
    name: str,
    added: ast.expr,
    test: ast.expr | None,
) -> str | None:
    """`total += a[i]`, where total is a plain zero before."""
    whole = match_stmt(f"{name} = 0", place.previous) is not None
    if not whole and not match_stmt(f"{name} = 0.0", place.previous):
        return None
    value = vectors.inside(added, (ast.Name,))
    if not vectors.whole:
        return None
    if test is not None:
        if vectors.may_warn:
            return None
        vectors.whole = False
        value = f"{value}[{vectors.test(test)}]"
    values, unit = context.fresh("values", "selected"), context.layout.unit
    lines = [f"{values} = {value}", f"if {values}.size:"]
    # 0.0 and whole numbers add up to floats.
    sums = f"{vectors.numpy}.cumsum({values}{'' if whole else ', dtype=float'})"
    return "\n".join([*lines, indent_lines(f"{name} += {sums}[-1]", unit)])


STRATEGY = BuiltinStrategy("numpy-total", "vectorization", _build, __doc__ or "")
