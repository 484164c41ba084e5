"""What a piece of code changes, and whether an expression keeps its value while it runs."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from velox_engine.strategies.bindings import parameters, stores_of, written_names
from velox_engine.strategies.purity import PURE_BUILTINS, PURE_METHODS

if TYPE_CHECKING:
    from velox_engine.strategies.base import FunctionContext

_READING_BUILTINS: Final = PURE_BUILTINS | frozenset(["print", "map", "filter", "iter", "next", "input"])
"""Builtins that keep no reference to their arguments and change none (next advances an iterator only)."""
_MUTATORS: Final = frozenset(
    [
        "append",
        "extend",
        "insert",
        "remove",
        "pop",
        "clear",
        "sort",
        "reverse",
        "add",
        "discard",
        "update",
        "setdefault",
        "popitem",
        "appendleft",
        "popleft",
        "extendleft",
        "rotate",
        "difference_update",
        "intersection_update",
        "symmetric_difference_update",
        "move_to_end",
        "write",
        "writelines",
        "fill",
        "put",
        "itemset",
        "resize",
    ]
)
_NEW_ARRAYS: Final = frozenset(
    {
        "zeros",
        "ones",
        "empty",
        "full",
        "zeros_like",
        "ones_like",
        "empty_like",
        "full_like",
        "arange",
        "array",
    }
)
_GIVING: Final = frozenset({"get", "pop", "popitem", "popleft", "setdefault"})
"""Methods that hand out what a container holds."""
_IMMUTABLE: Final = frozenset({"int", "str", "float", "bool", "bytes", "none", "range", "number", "complex"})


@dataclass(frozen=True, slots=True)
class Effects:
    """What some statements may change."""

    written: frozenset[str]
    """Names they bind."""
    mutated: frozenset[str]
    """Names of objects that they change in place."""
    calls_unknown: bool
    """Whether they run code that this file's analysis does not see through."""


def root_name(node: ast.AST) -> str | None:
    """The name at the root of a.b[c].d; None when it is a call or something else."""
    while isinstance(node, ast.Attribute | ast.Subscript | ast.Starred):
        node = node.value
    return node.id if isinstance(node, ast.Name) else None


def effects_of(context: FunctionContext, nodes: Iterable[ast.AST]) -> Effects:
    """What the statements or expressions may change (remembered for nodes of the function's own tree)."""
    nodes = list(nodes)
    key = tuple(nodes)
    known = context.effects_memo.get(key)
    if known is None:
        known = _effects_of(context, nodes)
        # Nodes made up for a question do not outlive it, so only those of the tree are remembered.
        if all(node in context.parents for node in nodes):
            context.effects_memo[key] = known
    return known


def _effects_of(context: FunctionContext, nodes: list[ast.AST]) -> Effects:
    mutated: set[str] = set()
    unknown = False
    for top in nodes:
        for node in ast.walk(top):
            if isinstance(node, ast.Attribute | ast.Subscript) and not isinstance(node.ctx, ast.Load):
                root = root_name(node)
                if root is None:
                    unknown = True
                else:
                    mutated.add(root)
            elif isinstance(node, ast.AugAssign) and isinstance(node.target, ast.Name):
                # xs += ys changes a list in place.
                if context.inference.of(ast.Name(node.target.id, ast.Load())).name not in _IMMUTABLE:
                    mutated.add(node.target.id)
            elif isinstance(node, ast.Call):
                changed = _called(context, node)
                if changed is None:
                    unknown = True
                else:
                    mutated |= changed
            elif isinstance(node, ast.Await | ast.Yield | ast.YieldFrom | ast.With | ast.AsyncWith):
                unknown = True
    return Effects(frozenset(written_names(nodes)), frozenset(mutated), unknown)


def _called(context: FunctionContext, node: ast.Call) -> set[str] | None:
    """The names whose objects a call changes; None when it may run anything."""
    func = node.func
    if isinstance(func, ast.Name):
        if not context.is_builtin(func.id):
            pure = func.id in context.pure_functions or func.id in context.pure_elsewhere
            return set() if pure else None
        if func.id == "next" and node.args:
            root = root_name(node.args[0])
            return {root} if root else None
        if func.id in ("map", "filter") and node.args:
            called = node.args[0]
            harmless = isinstance(called, ast.Lambda) or (
                isinstance(called, ast.Name) and called.id in PURE_BUILTINS and context.is_builtin(called.id)
            )
            return set() if harmless else None
        is_exception = func.id.endswith(("Error", "Exception", "Iteration", "Exit", "Warning"))
        return set() if func.id in _READING_BUILTINS or is_exception else None
    if isinstance(func, ast.Attribute):
        if isinstance(func.value, ast.Name) and func.value.id in context.pure_modules:
            return set()
        if func.attr in PURE_METHODS or func.attr in ("get", "copy", "join", "most_common"):
            return set()
        if func.attr in _MUTATORS:
            root = root_name(func.value)
            return {root} if root else set()
        if context.pure_elsewhere and ast.unparse(func) in context.pure_elsewhere:
            return set()
    return None


def is_local_new(context: FunctionContext, name: str) -> bool:
    """Whether all that the name ever holds was made in this function: no caller has a reference to it."""
    known = context.memo.get(("new", name))
    if known is None:
        values = bindings_of(context, name)
        outside = name in parameters(context.node) or name not in context.scope.bound
        made = bool(values) and all(value is not None and _makes_object(context, value) for value in values)
        known = context.memo["new", name] = made and not outside
    return known


def bindings_of(context: FunctionContext, name: str) -> list[ast.expr | None]:
    """The expressions bound to a local name; None for a binding that is not a plain assignment."""
    return context.bindings.get(name, [])


def only_binding(context: FunctionContext, name: str) -> ast.expr | None:
    """What a name holds wherever it is read: bound once, and no parameter, which may come with another value."""
    once = is_bound_once(context, name) and name not in parameters(context.node)
    return bindings_of(context, name)[0] if once else None


def is_bound_once(context: FunctionContext, name: str) -> bool:
    """Whether one statement of the function says what a name holds; a parameter may hold something else before."""
    # `n -= 1` is no binding to an expression.
    return len(bindings_of(context, name)) == 1 == len(stores_of(name, context.own))


def collect_bindings(context: FunctionContext) -> dict[str, list[ast.expr | None]]:
    """The same for all names at once, which is what `FunctionContext.bindings` keeps."""
    found: dict[str, list[ast.expr | None]] = {}

    def add(names: Iterable[str], value: ast.expr | None = None) -> None:
        for name in names:
            found.setdefault(name, []).append(value)

    for node in context.own:
        if isinstance(node, ast.Assign):
            for target in node.targets:
                if isinstance(target, ast.Name):
                    add([target.id], node.value)
                elif isinstance(target, ast.Tuple | ast.List):
                    _add_unpacked(target, node.value, add)
        elif isinstance(node, ast.AnnAssign):
            if isinstance(node.target, ast.Name) and node.value:
                add([node.target.id], node.value)
        elif isinstance(node, ast.For | ast.AsyncFor | ast.comprehension | ast.NamedExpr):
            add(written_names([node.target]))
        elif isinstance(node, ast.With | ast.AsyncWith):
            add(written_names([item.optional_vars for item in node.items if item.optional_vars]))
        elif isinstance(node, ast.ExceptHandler):
            add([node.name] if node.name else [])
        elif isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            add([node.name])
        elif isinstance(
            node, ast.Import | ast.ImportFrom | ast.Delete | ast.MatchAs | ast.MatchStar | ast.MatchMapping
        ):
            add(written_names([node]))
    add(context.scope.outer_writes)
    for node in ast.walk(context.node):
        if isinstance(node, ast.Nonlocal):
            add(node.names)
    return found


def _add_unpacked(
    target: ast.Tuple | ast.List, value: ast.expr, add: Callable[[Iterable[str], ast.expr | None], None]
) -> None:
    values = (
        value.elts
        if isinstance(value, ast.Tuple | ast.List) and len(value.elts) == len(target.elts)
        else None
    )
    for at, part in enumerate(target.elts):
        if values is not None and isinstance(part, ast.Name) and not isinstance(values[at], ast.Starred):
            add([part.id], values[at])
        else:
            add(written_names([part]), None)


def _makes_object(context: FunctionContext, node: ast.expr) -> bool:
    if isinstance(
        node,
        ast.List | ast.Dict | ast.Set | ast.ListComp | ast.SetComp | ast.DictComp | ast.GeneratorExp | ast.Constant
        | ast.JoinedStr | ast.Tuple | ast.Compare,
    ):  # fmt: skip
        return True
    if isinstance(node, ast.BinOp):
        return context.inference.of(node).name != ""
    if isinstance(node, ast.Subscript):
        return isinstance(node.slice, ast.Slice) and context.inference.of(node.value).name in ("list", "str")
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
        made = {
            "list",
            "dict",
            "set",
            "sorted",
            "bytearray",
            "len",
            "str",
            "int",
            "float",
            "range",
            "sum",
            "frozenset",
        }
        if node.func.id in made and context.is_builtin(node.func.id):
            return True
        return context.inference.of(node).is_container and not context.is_builtin(node.func.id)
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
        if isinstance(node.func.value, ast.Name) and node.func.value.id in context.facts.numpy_names:
            return node.func.attr in _NEW_ARRAYS
        if node.func.attr in _GIVING:
            return False
        return context.inference.of(node.func.value).name == "str" or context.inference.of(node).is_container
    return False


def escapes(context: FunctionContext, name: str) -> bool:
    """Whether a local object may be reachable by another name: it was stored, returned, captured or passed on."""
    known = context.memo.get(("escapes", name))
    if known is None:
        known = context.memo["escapes", name] = name in context.scope.inner or any(
            isinstance(node, ast.Name)
            and node.id == name
            and isinstance(node.ctx, ast.Load)
            and not _is_plain_use(context, node)
            for node in context.own
        )
    return known


def _is_plain_use(context: FunctionContext, node: ast.Name) -> bool:
    """A use that keeps no reference: an item, a method, a comparison, an argument of a reading builtin, a loop."""
    parent = context.parents.get(node)
    if isinstance(parent, ast.Subscript | ast.Attribute):
        return parent.value is node
    if isinstance(
        parent, ast.Compare | ast.UnaryOp | ast.BinOp | ast.FormattedValue | ast.AugAssign | ast.Expr
    ):
        return True
    if isinstance(parent, ast.For | ast.AsyncFor | ast.comprehension):
        return parent.iter is node
    if isinstance(parent, ast.If | ast.While | ast.Assert):
        return True
    if isinstance(parent, ast.IfExp):
        return parent.test is node
    if isinstance(parent, ast.Call) and node in parent.args:
        if isinstance(parent.func, ast.Name):
            keeps = {"iter", "map", "filter", "zip", "enumerate", "reversed", "min", "max"}
            return (parent.func.id in _READING_BUILTINS - keeps and context.is_builtin(parent.func.id)) or (
                parent.func.id in keeps
                and isinstance(context.parents.get(parent), ast.For | ast.comprehension)
            )
        if isinstance(parent.func, ast.Attribute):
            return parent.func.attr in ("join", "extend", "update", "fromkeys") or (
                parent.func.attr in PURE_METHODS
            )
    return False


def keeps_value(context: FunctionContext, expression: ast.expr, code: Iterable[ast.AST]) -> bool:
    """Whether a pure expression gives the same value before, during and after `code`."""
    code = list(code)
    effects = effects_of(context, code)
    names = {node.id for node in ast.walk(expression) if isinstance(node, ast.Name)}
    own = written_names([node.target for node in ast.walk(expression) if isinstance(node, ast.comprehension)])
    names -= own
    if names & effects.written:
        return False
    contents = {name for name in names if reads_contents(context, expression, name)}
    if not contents:
        return True
    if contents & effects.mutated:
        return False
    if effects.calls_unknown and not all(is_private(context, name) for name in contents):
        return False
    # Two names may be one object: a caller can pass the same list twice.
    return all(is_private(context, name) or is_separate(context, name) for name in effects.mutated) or all(
        is_private(context, name) for name in contents
    )


def keeps_contents(context: FunctionContext, held: str | ast.expr, code: Iterable[ast.AST]) -> bool:
    """Whether a name (or expression) holds the same object with the same elements before, during and after `code`."""
    read = ast.Name(held, ast.Load()) if isinstance(held, str) else held
    return keeps_value(context, ast.Call(ast.Name("len", ast.Load()), [read], []), code)


def is_private(context: FunctionContext, name: str) -> bool:
    """Whether nobody else can change what the name holds: immutable, or made here and never handed on."""
    if context.inference.of(ast.Name(name, ast.Load())).name in _IMMUTABLE:
        return True
    return is_local_new(context, name) and not escapes(context, name)


def is_separate(context: FunctionContext, name: str) -> bool:
    """Whether what it holds was made in this function, so that no parameter or global is the same object."""
    return is_local_new(context, name) and not _stored(context, name)


def _stored(context: FunctionContext, name: str) -> bool:
    """Whether another local name may hold the same object."""
    for node in context.own:
        if isinstance(node, ast.Assign | ast.AnnAssign | ast.NamedExpr) and node.value is not None:
            value = node.value
            if isinstance(value, ast.Name) and value.id == name:
                return True
            if isinstance(value, ast.Tuple | ast.List | ast.IfExp | ast.BoolOp) and any(
                isinstance(part, ast.Name) and part.id == name and not _is_plain_use(context, part)
                for part in ast.walk(value)
            ):
                return True
    return name in context.scope.inner


def reads_contents(context: FunctionContext, expression: ast.expr, name: str) -> bool:
    """Whether the value depends on what is inside the object, not only on which object the name holds."""
    shape = context.inference.of(ast.Name(name, ast.Load()))
    if shape.name in _IMMUTABLE:
        return False
    if isinstance(expression, ast.Name):
        return False
    called = {
        node.func
        for node in ast.walk(expression)
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name)
    }
    return any(
        isinstance(node, ast.Name) and node.id == name and node not in called for node in ast.walk(expression)
    )
