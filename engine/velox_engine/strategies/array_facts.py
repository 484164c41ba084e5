"""What is known of the NumPy arrays of a function: which names hold one, how large it is, whose memory it has."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING, Final

from velox_engine.strategies.bindings import parameters, stores_of
from velox_engine.strategies.effects import bindings_of, is_local_new, is_separate
from velox_engine.strategies.loops import length_of
from velox_engine.strategies.patterns import match_expr

if TYPE_CHECKING:
    from velox_engine.strategies.base import FunctionContext

_MADE: Final = frozenset({"zeros", "ones", "empty"})


def is_array(context: FunctionContext, name: str) -> bool:
    """Whether a name surely holds an array, or the function uses it as only an array can be used."""
    if context.inference.of(ast.Name(name, ast.Load())).name == "ndarray" or made_array(context, name):
        return True
    values = [
        value for value in bindings_of(context, name) if value is None or not match_expr("M_a.copy()", value)
    ]
    if values:
        return all(value is not None and _from_numpy(context, value) for value in values)
    return any(
        isinstance(node, ast.Attribute | ast.Subscript)
        and isinstance(node.value, ast.Name)
        and node.value.id == name
        and (
            node.attr in ("shape", "dtype", "ndim")
            if isinstance(node, ast.Attribute)
            else isinstance(node.slice, ast.Tuple)
        )
        for node in context.own
    )


def _from_numpy(context: FunctionContext, node: ast.expr) -> bool:
    return (
        isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and isinstance(node.func.value, ast.Name)
        and node.func.value.id in context.facts.numpy_names
        and node.func.attr in ("array", "asarray", "arange", "linspace")
    )


def made_array(context: FunctionContext, name: str) -> ast.Call | None:
    """The one call of np.zeros and the like that makes a local array which no other name holds."""
    values = bindings_of(context, name)
    if len(values) != 1 or name in parameters(context.node) or not is_local_new(context, name):
        return None
    made = values[0]
    if not isinstance(made, ast.Call) or not isinstance(made.func, ast.Attribute) or not made.args:
        return None
    plain = made.func.attr.removesuffix("_like") in _MADE and len(made.args) == 1
    return made if plain and is_separate(context, name) else None


def made_type(context: FunctionContext, made: ast.Call) -> str:
    """float, int or bool, the type of a new array's elements; "like" for zeros_like; "" when it is another."""
    assert isinstance(made.func, ast.Attribute)
    if not made.keywords:
        return "like" if made.func.attr.endswith("_like") else "float"
    kind = made.keywords[0]
    if len(made.keywords) > 1 or kind.arg != "dtype" or not isinstance(kind.value, ast.Name):
        return ""
    known = kind.value.id in ("float", "int", "bool") and context.is_builtin(kind.value.id)
    return kind.value.id if known else ""


def known_dimensions(context: FunctionContext, name: str) -> int | None:
    """How many dimensions an array surely has."""
    made = made_array(context, name)
    if made is not None:
        return (
            len(made.args[0].elts)
            if isinstance(made.args[0], ast.Tuple)
            else _is_whole(context, made.args[0])
        )
    for node in context.own:
        if isinstance(node, ast.Assign) and match_expr(f"{name}.shape", node.value):
            target = node.targets[0]
            if isinstance(target, ast.Tuple) and not any(isinstance(one, ast.Starred) for one in target.elts):
                return len(target.elts)
    return None


def _is_whole(context: FunctionContext, size: ast.expr) -> int | None:
    shape = context.inference.of(size)
    if (isinstance(size, ast.Name) and is_dimension(context, size.id)) or match_expr("M_a.shape[M_k]", size):
        return 1
    return 1 if shape.name == "int" and shape.evidence != "use" else None


def made_is_like(made: ast.Call) -> bool:
    """Whether it is np.zeros_like and not np.zeros."""
    return isinstance(made.func, ast.Attribute) and made.func.attr.endswith("_like")


def is_size(context: FunctionContext, name: str, at: int, size: ast.expr) -> bool:
    """Whether dimension `at` of an array surely is as long as `size` says."""
    if match_expr(f"{name}.shape[{at}]", size) or (at == 0 and match_expr(f"len({name})", size)):
        return True
    made = made_array(context, name)
    if made is not None:
        source = made.args[0]
        if isinstance(source, ast.Tuple):
            return (
                at < len(source.elts)
                and ast.dump(source.elts[at]) == ast.dump(size)
                and settled(context, size)
            )
        return at == 0 and ast.dump(source) == ast.dump(size) and settled(context, size)
    if (
        not isinstance(size, ast.Name)
        or len(stores_of(size.id, context.own)) != 1
        or size.id in parameters(context.node)
        or bindings_of(context, name)
    ):
        return False
    for node in context.own:
        if not isinstance(node, ast.Assign) or len(node.targets) != 1:
            continue
        target = node.targets[0]
        if isinstance(target, ast.Name) and target.id == size.id:
            return is_size(context, name, at, node.value)
        if isinstance(target, ast.Tuple) and match_expr(f"{name}.shape", node.value):
            if at < len(target.elts) and match_expr(size.id, target.elts[at]):
                return True
        elif (
            isinstance(target, ast.Tuple)
            and isinstance(node.value, ast.Tuple)
            and len(target.elts) == len(node.value.elts)
        ):
            for part, value in zip(target.elts, node.value.elts, strict=True):
                if match_expr(size.id, part):
                    return is_size(context, name, at, value)
    return False


def shaped_like(context: FunctionContext, name: str) -> str | None:
    """The array that lent its shape to a new one, by np.zeros_like(a) or np.zeros(a.shape)."""
    made = made_array(context, name)
    if made is None:
        return None
    source = made.args[0]
    found = match_expr("M_a.shape", source)
    other = found["M_a"] if found else source if made_is_like(made) else None
    return other.id if isinstance(other, ast.Name) and own_memory(context, other.id) else None


def own_memory(context: FunctionContext, name: str) -> bool:
    """Whether it holds a caller's array or a copy, so that no array made here can share its memory."""
    values = bindings_of(context, name)
    if not values:
        return name in parameters(context.node)
    return made_array(context, name) is not None or all(
        value is not None and (match_expr("M_a.copy()", value) or _is_new(context, value)) for value in values
    )


def _is_new(context: FunctionContext, node: ast.expr) -> bool:
    """Whether it calls np.array, which copies, or np.asarray of what a caller gave."""
    if not _from_numpy(context, node) or not isinstance(node, ast.Call) or not node.args:
        return False
    given = node.args[0]
    return match_expr("M_np.asarray", node.func) is None or (
        isinstance(given, ast.Name) and given.id in parameters(context.node)
    )


def is_dimension(context: FunctionContext, name: str) -> bool:
    """Whether a name holds the length of an array, which is a plain int, and not a large one."""
    if len(stores_of(name, context.own)) != 1 or name in parameters(context.node):
        return False
    for node in context.own:
        if isinstance(node, ast.Assign) and len(node.targets) == 1:
            target, value = node.targets[0], node.value
            if isinstance(target, ast.Tuple) and not isinstance(value, ast.Tuple):
                if match_expr("M_a.shape", value) and any(match_expr(name, one) for one in target.elts):
                    return True
            elif isinstance(target, ast.Tuple) and isinstance(value, ast.Tuple):
                pairs = zip(target.elts, value.elts, strict=False)
                if any(match_expr(name, one) and _measures(context, other) for one, other in pairs):
                    return True
            elif match_expr(name, target):
                return _measures(context, value)
    return False


def _measures(context: FunctionContext, node: ast.expr) -> bool:
    return length_of(context, node) is not None or match_expr("M_a.shape[M_k]", node) is not None


def settled(context: FunctionContext, size: ast.expr) -> bool:
    """Whether the names in a size are bound once, so that it is the same wherever it stands."""
    names = [part.id for part in ast.walk(size) if isinstance(part, ast.Name) and part.id != "len"]
    given = parameters(context.node)
    return all(len(stores_of(name, context.own)) == (0 if name in given else 1) for name in names)
