"""Computes once, before the loop or the comprehension, what gives the same value in every turn.

What it does: calls, items and sums that read only names the loop leaves alone are computed before the loop and kept
in a variable; so are calls inside a comprehension whose statement surely evaluates it.

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
from velox_engine.strategies.first_turn import is_text_method, runs_safely, unconditional
from velox_engine.strategies.loops import LoopNode, length_of, places
from velox_engine.strategies.naming import compound
from velox_engine.strategies.patterns import same
from velox_engine.strategies.purity import cannot_raise, is_pure, makes_new
from velox_engine.strategies.shape import element_of

_GO_THROUGH = frozenset(
    ["all", "any", "dict", "frozenset", "list", "max", "min", "set", "sorted", "sum", "tuple"]
)
_ORDERED = frozenset(["int", "float", "str", "bool", "bytes"])  # hashed and compared without raising


def _build(context: FunctionContext) -> Iterator[Rewrite]:
    taken: set[ast.AST] = set()
    for place in places(context.node):
        statement = place.statement
        if isinstance(statement, ast.For | ast.While):
            found = _groups(context, statement)
        else:
            found = _groups_of_comprehensions(context, statement)
        groups = [group for group in found if not taken & set(group)]
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
        insertion = context.layout.insert_before(statement, "\n".join(lines))
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
    found = [node for top in body for node in _candidates(context, top, loop, header)]
    return [group for group in _grouped(found) if any(runs_safely(context, loop, node) for node in group)]


def _grouped(nodes: list[ast.expr]) -> list[list[ast.expr]]:
    groups: list[list[ast.expr]] = []
    for node in nodes:
        for group in groups:
            if same(group[0], node):
                group.append(node)
                break
        else:
            groups.append([node])
    return groups


def _groups_of_comprehensions(context: FunctionContext, statement: ast.stmt) -> list[list[ast.expr]]:
    """The invariant calls inside the comprehensions that a statement evaluates whatever happens."""
    if not isinstance(statement, ast.Return | ast.Assign | ast.AnnAssign | ast.AugAssign | ast.Expr):
        return []
    safe: list[ast.expr] = []
    for node in ast.walk(statement):
        if not isinstance(node, ast.ListComp | ast.SetComp | ast.DictComp | ast.GeneratorExp):
            continue
        if not unconditional(context, node, statement) or not _is_used_up(context, node):
            continue
        if any(part.is_async for part in node.generators):
            continue
        repeated = [part for part in ast.iter_child_nodes(node) if part not in node.generators]
        for number, part in enumerate(node.generators):
            repeated += [*part.ifs, *([part.iter] if number else [])]
        safe += [
            found
            for top in repeated
            for found in _candidates(context, top, None, [statement])
            if isinstance(found, ast.Call) and _needs_no_turn(context, node.generators[0].iter, found)
        ]
    return _grouped(safe)


def _is_used_up(context: FunctionContext, node: ast.expr) -> bool:
    """Whether a comprehension is gone through where it stands, as far as a generator is."""
    if not isinstance(node, ast.GeneratorExp):
        return True
    call = context.parents.get(node)
    if not isinstance(call, ast.Call) or call.args[:1] != [node]:
        return False
    if isinstance(call.func, ast.Attribute):
        return call.func.attr == "join" and context.inference.of(call.func.value).name == "str"
    return (
        isinstance(call.func, ast.Name) and call.func.id in _GO_THROUGH and context.is_builtin(call.func.id)
    )


def _needs_no_turn(context: FunctionContext, iterable: ast.expr, call: ast.Call) -> bool:
    """Whether the call raises nothing, not even where the comprehension has no element and would not make it."""
    if cannot_raise(context, call) or is_text_method(call):
        return True
    if not isinstance(call.func, ast.Name) or call.func.id not in ("sorted", "set", "list", "tuple", "len"):
        return False
    if not context.is_builtin(call.func.id) or len(call.args) != 1 or not isinstance(call.args[0], ast.Name):
        return False
    known = context.inference.of(call.args[0])
    if not known.is_container and known.name not in ("str", "range"):
        return False  # it may be an iterator, of which each turn takes some
    # Of no elements they make an empty one; of the same elements they raise in the first turn anyway, if at all.
    return all(keyword.arg == "reverse" for keyword in call.keywords) and (
        same(call.args[0], iterable) or element_of(known).name in _ORDERED
    )


def _candidates(
    context: FunctionContext, node: ast.AST, loop: LoopNode | None, whole: Sequence[ast.AST]
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


def _is_invariant(
    context: FunctionContext, node: ast.expr, loop: LoopNode | None, whole: Sequence[ast.AST]
) -> bool:
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
    if isinstance(parent, ast.Attribute):
        call = context.parents.get(parent)
        return isinstance(call, ast.Call) and call.func is parent and parent.attr in ("count", "get", "index")
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


STRATEGY = BuiltinStrategy(
    "hoist-invariant", "loop_invariant_hoisting", _build, __doc__ or "", ("VX302", "VX311")
)
