"""Walks the blocks and loops of a function, and reads the common loop headers."""

from __future__ import annotations

import ast
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from velox_engine.strategies.bindings import all_names
from velox_engine.strategies.patterns import match_expr

if TYPE_CHECKING:
    from velox_engine.strategies.base import FunctionContext

LoopNode = ast.For | ast.While
_REPEATS = ast.For | ast.While | ast.ListComp | ast.SetComp | ast.DictComp | ast.GeneratorExp | ast.Lambda


@dataclass(frozen=True, slots=True)
class Place:
    """A statement with the list it stands in."""

    statement: ast.stmt
    block: Sequence[ast.stmt]
    index: int
    loops: tuple[LoopNode, ...]
    """The loops around it, outermost first."""

    @property
    def before(self) -> Sequence[ast.stmt]:
        """The statements before it in its block."""
        return self.block[: self.index]

    @property
    def after(self) -> Sequence[ast.stmt]:
        """The statements after it in its block."""
        return self.block[self.index + 1 :]

    @property
    def previous(self) -> ast.stmt | None:
        """The statement right before it."""
        return self.block[self.index - 1] if self.index else None


def places(node: ast.AST, loops: tuple[LoopNode, ...] = ()) -> Iterator[Place]:
    """All statements of a function, inner functions and classes left out, in document order."""
    for field in ("body", "orelse", "finalbody", "handlers", "cases"):
        block = getattr(node, field, None)
        if not isinstance(block, list):
            continue
        inside = (*loops, node) if isinstance(node, ast.For | ast.While) and field == "body" else loops
        for index, statement in enumerate(block):
            if isinstance(statement, ast.stmt):
                yield Place(statement, block, index, inside)
            if not isinstance(statement, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
                yield from places(statement, inside)


def one_line_loops(function: ast.AST) -> Iterator[tuple[Place, ast.For, ast.Name]]:
    """All `for` loops over one plain name with a single statement and no `else`, each with that name."""
    for place in places(function):
        loop = place.statement
        if not isinstance(loop, ast.For) or loop.orelse or len(loop.body) != 1:
            continue
        if isinstance(loop.target, ast.Name):
            yield place, loop, loop.target


def walks(function: ast.AST) -> Iterator[tuple[ast.For | ast.comprehension, list[ast.AST]]]:
    """All `for` loops and clauses of comprehensions, each with the code that sees what they bind."""
    for place in places(function):
        loop = place.statement
        if isinstance(loop, ast.For):
            yield loop, [*loop.body, *loop.orelse]
    for node in ast.walk(function):
        if isinstance(node, ast.ListComp | ast.SetComp | ast.GeneratorExp | ast.DictComp):
            results = [node.key, node.value] if isinstance(node, ast.DictComp) else [node.elt]
            for at, clause in enumerate(node.generators):
                if not clause.is_async:
                    yield clause, [*clause.ifs, *node.generators[at + 1 :], *results]


def deep_places(function: ast.AST) -> Iterator[Place]:
    """The same, with the bodies of inner functions (as blocks of their own, outside of any loop)."""
    yield from places(function)
    for node in ast.walk(function):
        if node is not function and isinstance(node, ast.FunctionDef):
            yield from places(node)


def stands_guarded(place: Place, name: str) -> bool:
    """Whether the statement before already is a fast way for `name`, taken after a test of its type."""
    return isinstance(place.previous, ast.If) and any(
        isinstance(node, ast.Call)
        and isinstance(node.func, ast.Name)
        and node.func.id == "isinstance"
        and name in all_names(node.args)
        for node in ast.walk(place.previous.test)
    )


def is_fallback(context: FunctionContext, node: ast.AST, name: str) -> bool:
    """Whether a node is what remains for other types than a fast way around it takes: `… if type(n) is int else …`."""
    while node in context.parents:
        parent = context.parents[node]
        if isinstance(parent, ast.If | ast.IfExp) and node is not parent.test:
            asked = {part.id for part in ast.walk(parent.test) if isinstance(part, ast.Name)}
            membership = isinstance(parent, ast.IfExp) and isinstance(parent.test, ast.Compare)
            if name in asked and (asked & {"isinstance", "type"} or membership):
                return True
        node = parent
    return False


def range_parts(context: FunctionContext, node: ast.expr) -> tuple[ast.expr, ast.expr, ast.expr] | None:
    """Start, stop and step of a call of range, defaults filled in."""
    if not (isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "range"):
        return None
    if (
        node.keywords
        or not context.is_builtin("range")
        or any(isinstance(arg, ast.Starred) for arg in node.args)
    ):
        return None
    args = node.args
    if len(args) == 1:
        return ast.Constant(0), args[0], ast.Constant(1)
    if len(args) == 2:
        return args[0], args[1], ast.Constant(1)
    return (args[0], args[1], args[2]) if len(args) == 3 else None


def constant(node: ast.AST | None) -> object:
    """The value of a constant, negative numbers included; `...` when it is none."""
    if isinstance(node, ast.Constant):
        return node.value
    if (
        isinstance(node, ast.UnaryOp)
        and isinstance(node.op, ast.USub)
        and isinstance(node.operand, ast.Constant)
    ):
        value = node.operand.value
        if isinstance(value, int | float):
            return -value
    return ...


def length_of(context: FunctionContext, node: ast.expr) -> ast.expr | None:
    """xs for len(xs)."""
    if (
        isinstance(node, ast.Call)
        and isinstance(node.func, ast.Name)
        and node.func.id == "len"
        and len(node.args) == 1
        and context.is_builtin("len")
    ):
        return node.args[0]
    return None


def leaves(statements: Sequence[ast.AST]) -> bool:
    """Whether a break, continue, return, raise or yield may leave these statements early."""
    for top in statements:
        for node in ast.walk(top):
            if isinstance(
                node,
                ast.Break | ast.Continue | ast.Return | ast.Raise | ast.Yield | ast.YieldFrom | ast.Await,
            ):
                return True
    return False


def stands_in_loop(context: FunctionContext, node: ast.AST, outside: Collection[ast.AST] = ()) -> bool:
    """Whether a loop, comprehension or lambda stands around a node and may repeat it (those in `outside` aside)."""
    while node in context.parents:
        node = context.parents[node]
        if isinstance(node, _REPEATS) and node not in outside:
            return True
    return False


_LETTING_OUT_NAMES = (
    "open closing nullcontext scandir redirect_stdout redirect_stderr localcontext errstate catch_warnings "
    "TemporaryDirectory NamedTemporaryFile TemporaryFile ZipFile Pool ThreadPoolExecutor ProcessPoolExecutor "
    "Session connect cursor begin atomic urlopen mmap"
)
_LETTING_OUT = frozenset(_LETTING_OUT_NAMES.split())


def stands_in_try(context: FunctionContext, node: ast.AST) -> bool:
    """Whether a handler, a `finally` or what follows `with suppress(…)` may look at what an exception here leaves."""
    while node in context.parents:
        node = context.parents[node]
        if isinstance(node, ast.Try):
            return True
        if isinstance(node, ast.With | ast.AsyncWith) and not all(map(_lets_out, node.items)):
            return True
    return False


def _lets_out(item: ast.withitem) -> bool:
    """Whether a context manager is known not to swallow exceptions. Ex) `open(path)`, `self.lock`"""
    manager = item.context_expr
    function = manager.func if isinstance(manager, ast.Call) else manager
    name = function.attr if isinstance(function, ast.Attribute) else getattr(function, "id", "")
    return name in _LETTING_OUT or "lock" in name.lower()


def used_outside(context: FunctionContext, name: str, inside: ast.AST) -> bool:
    """Whether a local name is mentioned in the function anywhere outside of one statement."""
    if name in context.scope.outer_writes or name in context.scope.inner:
        return True
    within = set(ast.walk(inside))
    return any(
        isinstance(node, ast.Name) and node.id == name and node not in within
        for node in ast.walk(context.node)
    )


def read_outside(context: FunctionContext, name: str, inside: ast.AST) -> bool:
    """Whether a local name's value may be read outside of one statement before being bound anew there.

    Other loops and comprehensions that use the same name as their own variable do not count.
    """
    if name in context.scope.outer_writes or name in context.scope.inner:
        return True
    within = set(ast.walk(inside))
    own: set[ast.AST] = set()
    for node in ast.walk(context.node):
        if node in within:
            continue
        if (
            isinstance(node, ast.For)
            and name in all_names([node.target])
            and inside not in set(ast.walk(node))
        ):
            # Inside this other loop the name is that loop's variable.
            own.update(ast.walk(node.target))
            for part in node.body:
                own.update(ast.walk(part))
        elif isinstance(node, ast.ListComp | ast.SetComp | ast.GeneratorExp | ast.DictComp) and any(
            name in all_names([part.target]) for part in node.generators
        ):
            own.update(ast.walk(node))
    for node in ast.walk(context.node):
        if node in within or node in own:
            continue
        if isinstance(node, ast.Name) and node.id == name and isinstance(node.ctx, ast.Load):
            return True
        if isinstance(node, ast.AugAssign) and isinstance(node.target, ast.Name) and node.target.id == name:
            return True
        if isinstance(node, ast.Delete) and name in all_names([node]):
            return True
    return False


def is_only_measured(context: FunctionContext, load: ast.Name) -> bool:
    """Whether a list is only asked here for being empty, or for its length."""
    parent = context.parents.get(load)
    if isinstance(parent, ast.While | ast.If | ast.IfExp):
        return parent.test is load
    if isinstance(parent, ast.BoolOp):
        above = context.parents.get(parent)
        return isinstance(above, ast.While | ast.If) and above.test is parent
    if isinstance(parent, ast.UnaryOp):
        return isinstance(parent.op, ast.Not)
    return isinstance(parent, ast.Call) and match_expr(f"len({load.id})", parent) is not None
