"""Computes a whole NumPy array at once instead of one element per turn.

What it does: a loop that fills an array position by position from the same position of other arrays becomes one
assignment of whole slices; a choice between two values becomes `np.where`. Only `+ - * abs` and comparisons are taken,
which give the same bits for one element as for many.

Example:
    import numpy as np


    def blend(a: np.ndarray, b: np.ndarray) -> np.ndarray:
        result = np.zeros(len(a))
        for i in range(len(a)):
            result[i] = a[i] * 2 + b[i]
        return result

Result:
    import numpy as np


    def blend(a: np.ndarray, b: np.ndarray) -> np.ndarray:
        result = np.zeros(len(a))
        if len(b) >= len(a):
            result[:] = a * 2 + b[:len(a)]
        else:
            for i in range(len(a)):
                result[i] = a[i] * 2 + b[i]
        return result

Inputs:
    (np.arange(4.0), np.arange(4.0))
    (np.arange(3), np.arange(5))
    (np.zeros(0), np.zeros(0))

When it is unsafe: when an element depends on one computed before, when two arrays share their memory, and for arrays
of more dimensions than the loop goes over. Sums are left alone: NumPy adds in another order.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator

from velox_engine.strategies.array_facts import known_dimensions, made_array, made_is_like, settled
from velox_engine.strategies.base import BuiltinStrategy, FunctionContext, NotApplicable, Rewrite
from velox_engine.strategies.bindings import all_names, parameters
from velox_engine.strategies.effects import bindings_of, is_local_new, only_binding
from velox_engine.strategies.guards import either
from velox_engine.strategies.loops import constant, is_fallback, one_line_loops, range_parts, read_outside
from velox_engine.strategies.patterns import match_expr
from velox_engine.strategies.rendering import render

_EXACT = (ast.Add, ast.Sub, ast.Mult)
_MAKERS = frozenset({"zeros", "ones", "empty", "full", "arange", "linspace", "array"})


def _build(context: FunctionContext) -> Iterator[Rewrite]:
    if not context.facts.numpy_names:
        return
    for _, loop, target in one_line_loops(context.node):
        parts = range_parts(context, loop.iter)
        if parts is None or constant(parts[0]) != 0 or constant(parts[2]) != 1:
            continue
        if read_outside(context, target.id, loop):
            continue
        rewrite = _whole(context, loop, target.id, parts[1])
        if rewrite:
            yield rewrite


def _is_array(context: FunctionContext, name: str) -> bool:
    if context.inference.of(ast.Name(name, ast.Load())).name == "ndarray":
        return True
    values = bindings_of(context, name)
    return (
        bool(values) and name not in parameters(context.node) and all(_makes(context, one) for one in values)
    )


def _makes(context: FunctionContext, value: ast.expr | None) -> bool:
    """Whether it is a call that makes an array with memory of its own: np.flip and the like give a view."""
    return (
        isinstance(value, ast.Call)
        and isinstance(value.func, ast.Attribute)
        and isinstance(value.func.value, ast.Name)
        and value.func.value.id in context.facts.numpy_names
        and value.func.attr.removesuffix("_like") in _MAKERS
    )


def _may_share(context: FunctionContext, name: str) -> bool:
    """Whether an array may be a view of one that was made here."""
    return any(
        value is None
        or not (_makes(context, value) or match_expr("M_a.copy()", value) or _is_computed(value))
        for value in bindings_of(context, name)
    )


def _is_computed(value: ast.expr) -> bool:
    return isinstance(value, ast.BinOp | ast.UnaryOp | ast.Compare)


def _whole(context: FunctionContext, loop: ast.For, index: str, stop: ast.expr) -> Rewrite | None:
    statement = loop.body[0]
    test: ast.expr | None = None
    otherwise: ast.expr | None = None
    if isinstance(statement, ast.If) and len(statement.body) == len(statement.orelse) == 1:
        first, second = statement.body[0], statement.orelse[0]
        if not isinstance(first, ast.Assign) or not isinstance(second, ast.Assign):
            return None
        if ast.dump(first.targets[0]) != ast.dump(second.targets[0]):
            return None
        test, otherwise, statement = statement.test, second.value, first
    if not isinstance(statement, ast.Assign) or len(statement.targets) != 1:
        return None
    target = statement.targets[0]
    if not isinstance(target, ast.Subscript) or not isinstance(target.value, ast.Name):
        return None
    name = target.value.id
    if not _is_array(context, name) or not is_local_new(context, name) or is_fallback(context, loop, index):
        return None
    if not isinstance(target.slice, ast.Name) or target.slice.id != index:
        return None
    size = context.text(stop)
    values = [node for node in (test, statement.value, otherwise) if node is not None]
    # Into a row, another row would go where one number was meant.
    tests = [] if _is_flat(context, name, values) else [f"{name}.ndim == 1"]
    written = [_vector(context, node, index, size, stop, name, tests) for node in values]
    own = _slice(context, name, size, stop, tests)
    tests = list(dict.fromkeys(tests))
    if len(written) == 3:
        numpy = sorted(context.facts.numpy_names)[0]
        value = f"{numpy}.where({', '.join(written)})"
    else:
        value = written[0]
    fast = f"{name}[{own}] = {value}"
    if _tested(context, loop, tests):
        return None
    edit = either(context, loop, loop, tests, fast, context.layout.block_text([loop]))
    return Rewrite((edit,), "compute the whole array at once") if edit else None


def _is_flat(context: FunctionContext, name: str, values: list[ast.expr]) -> bool:
    """Whether an array has one dimension, or as many as the only array that its elements come from."""
    if known_dimensions(context, name) == 1:
        return True
    made = made_array(context, name)
    if made is None or not made_is_like(made) or not isinstance(made.args[0], ast.Name):
        return False
    arrays = {one for one in all_names(values) if _is_array(context, one)}
    return arrays <= {made.args[0].id, name}


def _tested(context: FunctionContext, loop: ast.For, tests: list[str]) -> bool:
    parent = context.parents.get(loop)
    return (
        isinstance(parent, ast.If)
        and loop in parent.orelse
        and any(test in context.text(parent.test) for test in tests)
    )


def _slice(context: FunctionContext, name: str, size: str, stop: ast.expr, tests: list[str]) -> str:
    """ ":" where the loop surely goes over the whole array, else ":n" with a test that the array is long enough."""
    if _is_length(context, stop, name):
        return ":"
    tests.append(f"len({name}) >= {size}")
    if isinstance(stop, ast.Name):
        tests.append(f"{size} >= 0")
    context.need_builtins("len")
    return f":{size}"


def _is_length(context: FunctionContext, stop: ast.expr, name: str) -> bool:
    for form in (f"len({name})", f"{name}.shape[0]", f"{name}.size"):
        if match_expr(form, stop):
            return True
    made = only_binding(context, name)
    if not isinstance(made, ast.Call) or not isinstance(made.func, ast.Attribute):
        return False
    method = made.func.attr
    if not made.args:
        return False
    if method in ("zeros", "ones", "empty") and ast.dump(made.args[0]) == ast.dump(stop):
        return settled(context, stop)
    of = made.args[0]
    return method.endswith("_like") and isinstance(of, ast.Name) and _is_length(context, stop, of.id)


def _vector(
    context: FunctionContext,
    node: ast.expr,
    index: str,
    size: str,
    stop: ast.expr,
    target: str,
    tests: list[str],
) -> str:
    """The expression over slices; NotApplicable when it is more than exact arithmetic on elements at the index."""
    parts: dict[ast.AST, str] = {}
    stack: list[ast.expr] = [node]
    while stack:
        one = stack.pop()
        if isinstance(one, ast.Subscript) and isinstance(one.value, ast.Name):
            found = match_expr(f"M_a[{index}]", one)
            name = one.value.id
            if not found or not _is_array(context, name) or (name != target and _may_share(context, name)):
                raise NotApplicable("not an element of an array at the index")
            piece = _slice(context, one.value.id, size, stop, tests)
            parts[one] = one.value.id if piece == ":" else f"{one.value.id}[{piece}]"
        elif isinstance(one, ast.BinOp) and isinstance(one.op, _EXACT):
            stack += [one.left, one.right]
        elif isinstance(one, ast.UnaryOp) and isinstance(one.op, ast.USub):
            stack.append(one.operand)
        elif isinstance(one, ast.Compare) and len(one.ops) == 1 and isinstance(
            one.ops[0], ast.Lt | ast.LtE | ast.Gt | ast.GtE | ast.Eq | ast.NotEq
        ):  # fmt: skip
            stack += [one.left, one.comparators[0]]
        elif isinstance(one, ast.Call) and match_expr("abs(M_x)", one) and context.is_builtin("abs"):
            stack += one.args
        elif isinstance(one, ast.Name) and one.id != index and not _is_array(context, one.id):
            if context.inference.of(one).name not in ("int", "float", "bool"):
                raise NotApplicable("a value of an unknown type may be an array")
        elif not (isinstance(one, ast.Constant) and isinstance(one.value, int | float)):
            raise NotApplicable("not exact for a whole array")
    return render(context, node, parts)


STRATEGY = BuiltinStrategy("numpy-elementwise", "vectorization", _build, __doc__ or "", ("VX611",))
