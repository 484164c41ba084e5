"""Reads a property that computes its value once, before the loop that would compute it in each turn.

What it does: `self.total` in a loop or a comprehension, where `total` is a property of a class of the file that goes
through something, is kept in a variable. So is `basket.total` of a parameter whose hint names the class.

Example:
    from dataclasses import dataclass


    @dataclass
    class Basket:
        prices: list[int]

        @property
        def total(self) -> int:
            return sum(price for price in self.prices)


    def shares(basket: Basket) -> list[float]:
        return [price / (basket.total + 1) for price in basket.prices]

Result:
    from dataclasses import dataclass


    @dataclass
    class Basket:
        prices: list[int]

        @property
        def total(self) -> int:
            return sum(price for price in self.prices)


    def shares(basket: Basket) -> list[float]:
        basket_total = basket.total
        return [price / (basket_total + 1) for price in basket.prices]

Inputs:
    (Basket([1, 2, 3]),)
    (Basket([]),)

When it is unsafe: when the property has an effect or may fail, when the loop changes what it is computed from, or when
a class derived from this one computes it in another way.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator, Sequence

from velox_engine.strategies.base import BuiltinStrategy, FunctionContext, Rewrite
from velox_engine.strategies.bindings import parameters, stores_of
from velox_engine.strategies.effects import keeps_value
from velox_engine.strategies.loops import places
from velox_engine.strategies.patterns import match_expr, same
from velox_engine.strategies.purity import PURE_BUILTINS

_COMPREHENSIONS = ast.ListComp | ast.SetComp | ast.DictComp | ast.GeneratorExp
_LOOPS = ast.For | ast.While | _COMPREHENSIONS
# A property made of these alone fails for no values that it can be computed from at all.
_RAISING = frozenset({"min", "max", "int", "float", "next", "chr", "ord", "pow", "divmod"})


def _build(context: FunctionContext) -> Iterator[Rewrite]:
    owners = _owners(context)
    if not owners:
        return
    for place in places(context.node):
        statement = place.statement
        if place.loops:
            continue
        reads = [
            node
            for node in _repeated(statement)
            if isinstance(node, ast.Attribute) and _is_property(context, node, owners, statement)
        ]
        for first in {read.attr: read for read in reversed(reads)}.values():
            alike = [read for read in reads if same(read, first)]
            name = context.fresh(*_wishes(first))
            above = context.layout.insert_before(statement, f"{name} = {context.text(first)}")
            if above:
                edits = (above, *(context.layout.replace(read, name) for read in alike))
                yield Rewrite(edits, f"read {context.text(first)} once, before the loop")


def _wishes(read: ast.Attribute) -> list[str]:
    holder = read.value.id if isinstance(read.value, ast.Name) else ""
    name = read.attr.strip("_")
    return [f"{name}_value" if holder == "self" else f"{holder}_{name}", f"{name}_once"]


def _owners(context: FunctionContext) -> dict[str, ast.ClassDef]:
    """The names in the function that hold an object of a class of the file, each with the class."""
    found: dict[str, ast.ClassDef] = {}
    around = context.enclosing[-1] if context.enclosing else None
    names = parameters(context.node)
    if isinstance(around, ast.ClassDef) and names and not context.node.decorator_list:
        found[names[0]] = around
    classes = {one.name: one for one in context.module.body if isinstance(one, ast.ClassDef)}
    for arg in context.node.args.args:
        hint = arg.annotation
        if (
            isinstance(hint, ast.Name)
            and hint.id in classes
            and context.facts.binder(hint.id) is classes[hint.id]
        ):
            found[arg.arg] = classes[hint.id]
    return {name: owner for name, owner in found.items() if not stores_of(name, context.own)}


def _repeated(statement: ast.stmt) -> Iterator[ast.AST]:
    """What a statement computes again and again: the body of its loop, or what comprehensions do with each element."""
    if isinstance(statement, ast.For):
        tops: Sequence[ast.AST] = statement.body
    elif isinstance(statement, ast.Return | ast.Assign | ast.AugAssign | ast.Expr):
        tops = [
            part
            for node in ast.walk(statement)
            if isinstance(node, ast.ListComp | ast.SetComp | ast.DictComp)
            for part in ast.iter_child_nodes(node)
            if not isinstance(part, ast.comprehension)
        ]
    else:
        tops = []
    for top in tops:
        yield from ast.walk(top)


def _is_property(
    context: FunctionContext, node: ast.Attribute, owners: dict[str, ast.ClassDef], statement: ast.stmt
) -> bool:
    if (
        not isinstance(node.ctx, ast.Load)
        or not isinstance(node.value, ast.Name)
        or node.value.id not in owners
    ):
        return False
    made = [one for one in owners[node.value.id].body if _names(one) == node.attr]
    if len(made) != 1 or not isinstance(made[0], ast.FunctionDef) or made[0] is context.node:
        return False
    decorators = made[0].decorator_list
    if (
        len(decorators) != 1
        or not match_expr("property", decorators[0])
        or not context.is_builtin("property")
    ):
        return False
    if not _computes_safely(context, made[0]) or not _is_only_read(context, node):
        return False
    return not _stands_in_function(context, node) and keeps_value(context, node, [statement])


def _stands_in_function(context: FunctionContext, node: ast.AST) -> bool:
    """Whether it is read when some function inside is called, whenever that may be."""
    while node in context.parents and node is not context.node:
        node = context.parents[node]
        if isinstance(node, ast.Lambda) or (isinstance(node, ast.FunctionDef) and node is not context.node):
            return True
    return False


def _names(statement: ast.stmt) -> str:
    return statement.name if isinstance(statement, ast.FunctionDef | ast.AsyncFunctionDef) else ""


def _computes_safely(context: FunctionContext, made: ast.FunctionDef) -> bool:
    """Whether a property goes through something, has no effect and nothing in it that may fail."""
    nodes = [node for statement in made.body for node in ast.walk(statement)]
    for node in nodes:
        if isinstance(node, ast.Raise | ast.Assert | ast.Subscript | ast.Try | ast.Lambda):
            return False
        if isinstance(node, ast.BinOp) and not isinstance(node.op, ast.Add | ast.Sub | ast.Mult):
            return False
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in _RAISING:
            return False
    return any(isinstance(node, _LOOPS) for node in nodes) and context.context_of(made).only_computes


def _is_only_read(context: FunctionContext, node: ast.Attribute) -> bool:
    """Whether the value goes into a calculation, so that nobody can keep or change it."""
    parent = context.parents.get(node)
    if isinstance(parent, ast.BinOp | ast.Compare | ast.UnaryOp | ast.FormattedValue):
        return True
    return (
        isinstance(parent, ast.Call)
        and isinstance(parent.func, ast.Name)
        and parent.func.id in PURE_BUILTINS - {"list", "tuple", "set", "dict", "enumerate", "zip", "reversed"}
        and context.is_builtin(parent.func.id)
    )


STRATEGY = BuiltinStrategy("property-once", "loop_invariant_hoisting", _build, __doc__ or "", ("VX314",))
