"""Keeps the elements that came before in a set instead of searching a slice of them each time.

What it does: `x in xs[:i]` in a loop over the positions of `xs` asks a set to which each element is added at the end of
its turn. Comprehensions and sorts that say nothing but "each value where it occurs first" become
`list(dict.fromkeys(xs))`.

Example:
    def repeated(names: list[str]):
        found = []
        for i in range(len(names)):
            if names[i] in names[:i]:
                found.append(names[i])
        return found

Result:
    def repeated(names: list[str]):
        found = []
        earlier_names = set()
        for i in range(len(names)):
            if names[i] in earlier_names:
                found.append(names[i])
            earlier_names.add(names[i])
        return found

Inputs:
    (["a", "b", "a", "a"],)
    ([],)

When it is unsafe: unhashable elements raise TypeError. Not proposed where the sequence changes in the loop, where a
turn may be cut short by `continue`, and for texts unless a single character is looked for.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator

from velox_engine.strategies.base import BuiltinStrategy, FunctionContext, Rewrite
from velox_engine.strategies.bindings import written_names
from velox_engine.strategies.effects import keeps_contents
from velox_engine.strategies.loops import constant, places, range_parts
from velox_engine.strategies.naming import compound
from velox_engine.strategies.patterns import match_expr, same
from velox_engine.strategies.purity import is_pure
from velox_engine.strategies.shape import element_of
from velox_engine.types import TextEdit

_UNHASHABLE = frozenset({"list", "dict", "set"})
_ANY_ELEMENT = frozenset({"list", "tuple"})


def _build(context: FunctionContext) -> Iterator[Rewrite]:
    for place in places(context.node):
        if isinstance(place.statement, ast.For):
            edits = _in_loop(context, place.statement)
            if edits:
                yield Rewrite(tuple(edits), "look among the earlier elements with a set")
    for node in context.own:
        sequence = _first_occurrences(context, node)
        if sequence is not None and isinstance(node, ast.expr):
            context.need_builtins("list", "dict")
            text = f"list(dict.fromkeys({context.text(sequence)}))"
            yield Rewrite((context.layout.replace(node, text),), "keep first occurrences with dict.fromkeys")


def _in_loop(context: FunctionContext, loop: ast.For) -> list[TextEdit] | None:
    walked = _walked(context, loop)
    if walked is None or loop.orelse or _may_skip(loop):
        return None
    index, sequence, element = walked
    shape = context.inference.of(sequence)
    if element_of(shape).name in _UNHASHABLE or not keeps_contents(context, sequence.id, [loop]):
        return None
    if {index, element} & written_names(loop.body):
        return None
    current = element or f"{sequence.id}[{index}]"
    layout = context.layout
    name = context.fresh(compound("earlier", sequence.id))
    edits: list[TextEdit] = []
    for node in (part for statement in loop.body for part in ast.walk(statement)):
        if not isinstance(node, ast.Compare) or not isinstance(node.ops[0], ast.In | ast.NotIn):
            continue
        if len(node.ops) != 1 or not match_expr(f"{sequence.id}[:{index}]", node.comparators[0]):
            continue
        own = match_expr(f"{sequence.id}[{index}]", node.left) or (element and match_expr(element, node.left))
        if not own and (shape.name not in _ANY_ELEMENT or not _is_hashable(context, node.left)):
            return None
        edits.append(layout.replace(node.comparators[0], name))
    if not edits:
        return None
    context.need_builtins("set")
    before = layout.insert_before(loop, f"{name} = set()")
    after = layout.insert_after(loop.body[-1], f"{name}.add({current})")
    return [before, *edits, after] if before is not None and after is not None else None


def _walked(context: FunctionContext, loop: ast.For) -> tuple[str, ast.Name, str] | None:
    """The index, the sequence and the variable of its element ("" if there is none) of a loop over all positions."""
    target = loop.target
    pair = match_expr("enumerate(M_xs)", loop.iter)
    if pair and isinstance(target, ast.Tuple) and context.is_builtin("enumerate"):
        names = [part.id for part in target.elts if isinstance(part, ast.Name)]
        if len(names) == len(target.elts) == 2 and isinstance(pair["M_xs"], ast.Name):
            return names[0], pair["M_xs"], names[1]
        return None
    parts = range_parts(context, loop.iter)
    if (
        parts is None
        or not isinstance(target, ast.Name)
        or (constant(parts[0]), constant(parts[2])) != (0, 1)
    ):
        return None
    measured = match_expr("len(M_xs)", parts[1])
    if measured and isinstance(measured["M_xs"], ast.Name) and context.is_builtin("len"):
        return target.id, measured["M_xs"], ""
    return None


def _may_skip(loop: ast.For) -> bool:
    """Whether a turn may end before the last statement and the loop still go on."""
    waiting: list[ast.AST] = list(loop.body)
    while waiting:
        node = waiting.pop()
        if isinstance(node, ast.Continue | ast.Try):
            return True
        if not isinstance(node, ast.For | ast.While | ast.FunctionDef | ast.ClassDef | ast.Lambda):
            waiting += ast.iter_child_nodes(node)
    return False


def _is_hashable(context: FunctionContext, node: ast.expr) -> bool:
    shape = context.inference.of(node)
    return is_pure(context, node) and (shape.is_number or shape.name in ("str", "bytes"))


def _first_occurrences(context: FunctionContext, node: ast.AST) -> ast.Name | None:
    """The sequence of which an expression makes a list of its values, each where it occurs first."""
    if isinstance(node, ast.ListComp):
        found = _filtered(node)
    else:
        sort = match_expr("sorted(set(M_xs), key=M_xs.index)", node)
        found = sort["M_xs"] if sort and context.is_builtin("sorted") and context.is_builtin("set") else None
    if not isinstance(found, ast.Name) or not context.is_builtin("enumerate"):
        return None
    element = element_of(context.inference.of(found))
    return None if element.name in _UNHASHABLE else found


def _filtered(node: ast.ListComp) -> ast.expr | None:
    # Ex) [x for i, x in enumerate(xs) if x not in xs[:i]]
    generator = node.generators[0]
    over = match_expr("enumerate(M_xs)", generator.iter)
    target = generator.target
    if not over or len(node.generators) != 1 or len(generator.ifs) != 1 or generator.is_async:
        return None
    if not isinstance(target, ast.Tuple) or len(target.elts) != 2 or not same(node.elt, target.elts[1]):
        return None
    asked = match_expr("M_x not in M_xs[:M_i]", generator.ifs[0])
    wanted = {"M_x": target.elts[1], "M_xs": over["M_xs"], "M_i": target.elts[0]}
    if not asked or not all(same(asked[key], value) for key, value in wanted.items()):
        return None
    return over["M_xs"]


STRATEGY = BuiltinStrategy("earlier-elements", "data_structure", _build, __doc__ or "")
