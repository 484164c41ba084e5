"""Computes once, before the loop, what gives the same value in every turn.

What it does: calls, items and sums that read only names the loop leaves alone are computed before the loop and kept
in a variable.

Example:
    def count_letters(text: str):
        counts = {}
        for letter in "abc":
            counts[letter] = text.lower().count(letter)
        return counts

Result:
    def count_letters(text: str):
        counts = {}
        text_lower = text.lower()
        for letter in "abc":
            counts[letter] = text_lower.count(letter)
        return counts

Inputs:
    ("abcabc",)
    ("",)

When it is unsafe: when the expression has an effect, when something in the loop changes what it reads, when it makes
a new list each time that is then changed, or when it may raise and the loop might not run at all.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator, Sequence

from velox_engine.strategies.base import BuiltinStrategy, FunctionContext, Rewrite
from velox_engine.strategies.bindings import written_names
from velox_engine.strategies.effects import keeps_value
from velox_engine.strategies.loops import LoopNode, constant, length_of, places, range_parts
from velox_engine.strategies.naming import compound
from velox_engine.strategies.patterns import same
from velox_engine.strategies.purity import cannot_raise, is_pure, makes_new

_NEVER_RAISE_ON_STR = frozenset(
    ["lower", "upper", "strip", "lstrip", "rstrip", "title", "casefold", "swapcase", "split", "splitlines"]
)


def _build(context: FunctionContext) -> Iterator[Rewrite]:
    taken: set[ast.AST] = set()
    for place in places(context.node):
        loop = place.statement
        if not isinstance(loop, ast.For | ast.While):
            continue
        groups = [group for group in _groups(context, loop) if not taken & set(group)]
        if not groups:
            continue
        lines: list[str] = []
        edits = []
        names: list[str] = []
        for group in groups:
            name = _name(context, group[0], names)
            names.append(name)
            lines.append(f"{name} = {context.text(group[0])}")
            for node in group:
                taken.update(ast.walk(node))
                edits.append(context.layout.replace(node, name))
        insertion = context.layout.insert_before(loop, "\n".join(lines))
        if insertion is not None and not any("\n" in context.text(group[0]) for group in groups):
            what = ", ".join(context.text(group[0]) for group in groups)
            yield Rewrite((insertion, *edits), f"compute {what} once, before the loop")


def _groups(context: FunctionContext, loop: LoopNode) -> list[list[ast.expr]]:
    """The invariant expressions of a loop, equal ones together."""
    body: list[ast.AST] = list(loop.body) if isinstance(loop, ast.For) else [loop.test, *loop.body]
    if isinstance(loop, ast.For):
        # The iterable of an inner loop's header belongs to the body; this loop's own runs once anyway.
        header: list[ast.AST] = [loop]
    else:
        header = [loop]
    groups: list[list[ast.expr]] = []
    for top in body:
        for node in _candidates(context, top, loop, header):
            for group in groups:
                if same(group[0], node):
                    group.append(node)
                    break
            else:
                groups.append([node])
    return [group for group in groups if any(_runs_safely(context, loop, node) for node in group)]


def _candidates(
    context: FunctionContext, node: ast.AST, loop: LoopNode, whole: Sequence[ast.AST]
) -> Iterator[ast.expr]:
    """The largest worthwhile invariant expressions under `node`."""
    if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef | ast.Lambda):
        return
    if (
        isinstance(node, ast.expr)
        and _is_worthwhile(context, node)
        and _is_invariant(context, node, loop, whole)
    ):
        yield node
        return
    for child in ast.iter_child_nodes(node):
        yield from _candidates(context, child, loop, whole)


def _is_worthwhile(context: FunctionContext, node: ast.expr) -> bool:
    if isinstance(node, ast.Call):
        return True
    if isinstance(node, ast.Subscript):
        if isinstance(node.slice, ast.Slice):
            return isinstance(node.ctx, ast.Load) and isinstance(context.parents.get(node), ast.Compare)
        return isinstance(node.ctx, ast.Load)
    if isinstance(node, ast.BinOp):
        return any(isinstance(part, ast.Name | ast.Call) for part in ast.walk(node)) and not _is_text(node)
    return False


def _is_text(node: ast.expr) -> bool:
    return any(isinstance(part, ast.JoinedStr) for part in ast.walk(node))


def _is_invariant(context: FunctionContext, node: ast.expr, loop: LoopNode, whole: Sequence[ast.AST]) -> bool:
    if not is_pure(context, node) or any(
        isinstance(part, ast.Lambda | ast.GeneratorExp | ast.ListComp | ast.NamedExpr)
        for part in ast.walk(node)
    ):
        return False
    names = {part.id for part in ast.walk(node) if isinstance(part, ast.Name)}
    if not names & context.scope.bound or names & (context.scope.inner & written_names([context.node])):
        return False
    if names & _comprehension_names(context, node):
        return False
    if isinstance(loop, ast.For) and names & written_names([loop.target]):
        return False
    if makes_new(node) and not isinstance(node, ast.BinOp) and not _only_read(context, node):
        return False
    if (
        isinstance(node, ast.BinOp)
        and context.inference.of(node).name in ("list", "", "set")
        and (context.inference.of(node).name != "" or not _arithmetic_only(context, node))
    ):
        return False
    return keeps_value(context, node, whole)


def _arithmetic_only(context: FunctionContext, node: ast.BinOp) -> bool:
    """Whether the value of an operator on unknown types is only calculated with or compared."""
    parent = context.parents.get(node)
    if isinstance(parent, ast.Tuple | ast.Subscript):
        # Ex) grid[rows, (shift + at) % width]: an index is read, not kept.
        above = context.parents.get(parent) if isinstance(parent, ast.Tuple) else parent
        return isinstance(above, ast.Subscript) and isinstance(above.ctx, ast.Load)
    return isinstance(parent, ast.BinOp | ast.Compare | ast.UnaryOp)


def _comprehension_names(context: FunctionContext, node: ast.AST) -> set[str]:
    """Variables of the comprehensions around an expression: they change inside."""
    names: set[str] = set()
    while node in context.parents and not isinstance(node, ast.stmt):
        node = context.parents[node]
        if isinstance(node, ast.ListComp | ast.SetComp | ast.DictComp | ast.GeneratorExp):
            names |= written_names([part.target for part in node.generators])
        elif isinstance(node, ast.Lambda):
            names |= {arg.arg for arg in node.args.args}
    return names


def _only_read(context: FunctionContext, node: ast.expr) -> bool:
    """Whether a new container is only looked into where it stands."""
    parent = context.parents.get(node)
    if isinstance(parent, ast.Compare):
        return True
    if isinstance(parent, ast.Subscript):
        return parent.value is node and isinstance(parent.ctx, ast.Load)
    if isinstance(parent, ast.For | ast.comprehension):
        return (
            parent.iter is node
            and isinstance(node, ast.Call)
            and isinstance(node.func, ast.Name)
            and (node.func.id in ("list", "sorted", "set", "dict"))
        )
    if isinstance(parent, ast.Call) and isinstance(parent.func, ast.Name):
        return parent.func.id in ("len", "sum", "max", "min") and context.is_builtin(parent.func.id)
    return False


def _runs_safely(context: FunctionContext, loop: LoopNode, node: ast.expr) -> bool:
    """Whether computing it before the loop can raise only what the loop would have raised first."""
    if cannot_raise(context, node):
        return True
    if isinstance(node, ast.Call):
        measured = length_of(context, node)
        if measured is not None and isinstance(measured, ast.Name):
            return True
        if (
            isinstance(node.func, ast.Attribute)
            and node.func.attr in _NEVER_RAISE_ON_STR
            and not node.args
            and isinstance(node.func.value, ast.Name)
        ):
            return True
    if isinstance(node, ast.BinOp) and all(_plain_arithmetic(context, part) for part in ast.walk(node)):
        # Arithmetic on plain names raises only for types that the loop could not have worked with.
        return True
    if isinstance(node, ast.Subscript) and isinstance(node.slice, ast.Slice):
        return context.inference.of(node.value).name in ("list", "str", "tuple")
    if isinstance(node, ast.Subscript) and _index_in_range(context, node):
        return True
    return _always_first(context, loop, node)


def _plain_arithmetic(context: FunctionContext, node: ast.AST) -> bool:
    if isinstance(node, ast.BinOp):
        if isinstance(node.op, ast.Mod | ast.FloorDiv):
            return _is_range_stop(context, node, node.right)
        return isinstance(node.op, ast.Add | ast.Sub | ast.Mult)
    return isinstance(
        node, ast.Name | ast.Constant | ast.UnaryOp | ast.unaryop | ast.operator | ast.expr_context
    )


def _is_range_stop(context: FunctionContext, node: ast.AST, divisor: ast.expr) -> bool:
    """Whether a loop `for i in range(divisor)` stands around: inside, the divisor is at least 1."""
    if isinstance(divisor, ast.Constant):
        return bool(divisor.value)
    while node in context.parents:
        node = context.parents[node]
        if isinstance(node, ast.For):
            parts = range_parts(context, node.iter)
            if (
                parts is not None
                and constant(parts[0]) == 0
                and constant(parts[2]) == 1
                and same(parts[1], divisor)
            ):
                return True
    return False


def _index_in_range(context: FunctionContext, node: ast.Subscript) -> bool:
    """Whether xs[i] stands inside `for i in range(len(xs))`, so that the item exists."""
    if not isinstance(node.slice, ast.Name):
        return False
    around: ast.AST = node
    while around in context.parents:
        around = context.parents[around]
        if (
            isinstance(around, ast.For)
            and isinstance(around.target, ast.Name)
            and around.target.id == node.slice.id
        ):
            parts = range_parts(context, around.iter)
            if parts is None:
                return False
            stop = parts[1]
            if (
                isinstance(stop, ast.BinOp)
                and isinstance(stop.op, ast.Sub)
                and isinstance(stop.right, ast.Constant)
            ):
                stop = stop.left
            measured = length_of(context, stop)
            return measured is not None and same(measured, node.value) and isinstance(constant(parts[0]), int)
    return False


def _always_first(context: FunctionContext, loop: LoopNode, node: ast.expr) -> bool:
    """Whether the first turn surely happens and surely evaluates the expression before anything that matters."""
    if isinstance(loop, ast.While):
        return node in set(ast.walk(loop.test)) and _unconditional(context, node, loop)
    if not _runs_at_least_once(context, loop.iter):
        return False
    first = loop.body[0]
    return node in set(ast.walk(first)) and _unconditional(context, node, loop)


def _runs_at_least_once(context: FunctionContext, iterable: ast.expr) -> bool:
    if isinstance(iterable, ast.Constant):
        return isinstance(iterable.value, str | bytes) and bool(iterable.value)
    if isinstance(iterable, ast.Tuple | ast.List):
        return bool(iterable.elts) and not any(isinstance(item, ast.Starred) for item in iterable.elts)
    parts = range_parts(context, iterable)
    if parts is None:
        return False
    values = [constant(part) for part in parts]
    if not all(isinstance(value, int) for value in values) or values[2] == 0:
        return False
    return len(range(*[value for value in values if isinstance(value, int)])) > 0


def _unconditional(context: FunctionContext, node: ast.AST, loop: LoopNode) -> bool:
    """Whether no branch, short circuit or inner loop stands between the loop and the expression."""
    while node in context.parents:
        parent = context.parents[node]
        if parent is loop:
            return True
        if isinstance(parent, ast.BoolOp):
            if parent.values[0] is not node:
                return False
        elif isinstance(parent, ast.IfExp | ast.If | ast.While):
            if parent.test is not node:
                return False
        elif isinstance(parent, ast.For):
            if parent.iter is not node:
                return False
        elif isinstance(parent, ast.Compare):
            if node is not parent.left and node is not parent.comparators[0]:
                return False
        elif isinstance(
            parent,
            ast.Try
            | ast.With
            | ast.GeneratorExp
            | ast.ListComp
            | ast.SetComp
            | ast.DictComp
            | ast.comprehension,
        ):
            return False
        node = parent
    return False


def _name(context: FunctionContext, node: ast.expr, others: list[str]) -> str:
    """A variable's name that says what it holds."""
    measured = length_of(context, node)
    words: list[str] = []
    if measured is not None and isinstance(measured, ast.Name):
        words = [measured.id, "length"]
    elif isinstance(node, ast.Call):
        called = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "value")
        words = [*_roots(node)[:1], called]
    elif isinstance(node, ast.Subscript):
        words = [*_roots(node)[:1], "item"]
    else:
        words = [*_roots(node)[:1], "value"]
    wish = compound(*words)
    name = context.fresh(wish)
    number = 2
    while name in others:
        name = context.fresh(f"{wish}_{number}")
        number += 1
    return name


def _roots(node: ast.expr) -> list[str]:
    called = {part.func for part in ast.walk(node) if isinstance(part, ast.Call)}
    return [part.id for part in ast.walk(node) if isinstance(part, ast.Name) and part not in called]


STRATEGY = BuiltinStrategy("hoist-invariant", "loop_invariant_hoisting", _build, __doc__ or "", ("VX302",))
