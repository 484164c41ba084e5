"""Iterates over the elements instead of over indices.

What it does: `for i in range(len(xs))` whose body reads only `xs[i]` iterates over `xs`; where the index is needed as
well, `enumerate` gives both. Works in comprehensions and in steps as well.

Example:
    def total_length(words: list[str]):
        result = 0
        for i in range(len(words)):
            result += len(words[i])
        return result

Result:
    def total_length(words: list[str]):
        result = 0
        for word in words:
            result += len(word)
        return result

Inputs:
    (["a", "bcd"],)
    ([],)

When it is unsafe: when the loop changes the sequence or the element's name, and for a dict with the keys 0, 1, 2, …
which iterates over its keys: names known to be dicts are left alone.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator

from velox_engine.strategies.base import BuiltinStrategy, FunctionContext, Rewrite
from velox_engine.strategies.bindings import all_names, written_names
from velox_engine.strategies.effects import keeps_contents
from velox_engine.strategies.lengths import measured
from velox_engine.strategies.loops import constant, length_of, places, range_parts, read_outside
from velox_engine.strategies.patterns import same
from velox_engine.types import TextEdit

_ITERABLE = frozenset({"list", "tuple", "str", "sequence", "", "bytes", "deque"})


def _build(context: FunctionContext) -> Iterator[Rewrite]:
    for place in places(context.node):
        loop = place.statement
        if isinstance(loop, ast.For) and isinstance(loop.target, ast.Name):
            if read_outside(context, loop.target.id, loop):
                continue
            edits = _edits(context, loop, list(loop.body), loop.target, outside=loop)
            if edits:
                yield Rewrite(tuple(edits), "iterate over the elements instead of their indices")
    for node in ast.walk(context.node):
        if isinstance(node, ast.ListComp | ast.GeneratorExp | ast.SetComp | ast.DictComp):
            for at, generator in enumerate(node.generators):
                body = _evaluated_inside(node, at)
                if body is None or not isinstance(generator.target, ast.Name):
                    continue
                edits = _edits(context, generator, body, generator.target, outside=None)
                if edits:
                    yield Rewrite(tuple(edits), "iterate over the elements instead of their indices")


def _evaluated_inside(
    node: ast.ListComp | ast.GeneratorExp | ast.SetComp | ast.DictComp, at: int
) -> list[ast.AST] | None:
    """What a comprehension evaluates for each turn of one of its clauses; None where a later clause hides its names."""
    generator, later = node.generators[at], node.generators[at + 1 :]
    mine = all_names([generator.target, generator.iter])
    if generator.is_async or any(one.is_async or mine & all_names([one.target]) for one in later):
        return None
    values: list[ast.AST] = [node.key, node.value] if isinstance(node, ast.DictComp) else [node.elt]
    return [*values, *generator.ifs, *(part for one in later for part in (one.iter, *one.ifs))]


def _edits(
    context: FunctionContext,
    loop: ast.For | ast.comprehension,
    body: list[ast.AST],
    target: ast.Name,
    outside: ast.For | None,
) -> list[TextEdit] | None:
    parts = range_parts(context, loop.iter)
    if parts is None or constant(parts[0]) != 0:
        return None
    step = constant(parts[2])
    sequence = length_of(context, parts[1]) or measured(context, parts[1])
    if sequence is None or not _is_place(sequence) or type(step) is not int or step < 1:
        return None
    shape, names = context.inference.of(sequence), all_names([sequence])
    if shape.name not in _ITERABLE or target.id in names:
        return None
    if step > 1 and shape.name not in ("list", "tuple", "str", "bytes"):
        return None
    uses, indexed = _uses(body, sequence, target.id)
    if not uses or ({target.id} | names) & written_names(body):
        return None
    if not keeps_contents(context, sequence, body):
        return None
    if outside is not None and any(
        isinstance(node, ast.Yield | ast.YieldFrom | ast.Await) for node in ast.walk(outside)
    ):
        return None
    item = _item_name(context, sequence)
    source = context.text(sequence) if step == 1 else f"{context.text(sequence)}[::{step}]"
    layout = context.layout
    if outside is not None and not indexed and len(uses) == 1:
        edits = _own_name(context, outside, uses[0], source)
        if edits:
            return edits
    if indexed:
        if step > 1:
            return None
        context.need_builtins("enumerate")
        header = f"{target.id}, {item} in enumerate({source})"
    else:
        header = f"{item} in {source}"
    edits = [layout.between(layout.start(loop.target), layout.end(loop.iter), header)]
    edits += [layout.replace(use, item) for use in uses]
    return edits


def _own_name(
    context: FunctionContext, loop: ast.For, use: ast.Subscript, source: str
) -> list[TextEdit] | None:
    """Where a loop begins with `word = words[i]`, the loop itself binds that name."""
    first, layout = loop.body[0], context.layout
    if len(loop.body) < 2 or not isinstance(first, ast.Assign) or first.value is not use:
        return None
    target = first.targets[0]
    if len(first.targets) != 1 or not isinstance(target, ast.Name) or target.id in all_names([use.value]):
        return None
    dropped = layout.delete(first)
    header = f"{target.id} in {source}"
    return (
        [layout.between(layout.start(loop.target), layout.end(loop.iter), header), dropped]
        if dropped
        else None
    )


def _is_place(node: ast.expr) -> bool:
    """xs, or rows[i] and rows[0]"""
    if isinstance(node, ast.Subscript):
        return isinstance(node.value, ast.Name) and isinstance(node.slice, ast.Name | ast.Constant)
    return isinstance(node, ast.Name)


def _uses(body: list[ast.AST], sequence: ast.expr, index: str) -> tuple[list[ast.Subscript], bool]:
    """The places that read xs[i], and whether i is used in another way; none when xs[i] is written."""
    uses: list[ast.Subscript] = []
    inside: set[ast.AST] = set()
    for top in body:
        for node in ast.walk(top):
            if (
                isinstance(node, ast.Subscript)
                and same(node.value, sequence)
                and same(node.slice, ast.Name(index, ast.Load()))
            ):
                if not isinstance(node.ctx, ast.Load):
                    return [], False
                uses.append(node)
                inside.update(ast.walk(node))
    others = any(
        isinstance(node, ast.Name) and node.id == index and node not in inside
        for top in body
        for node in ast.walk(top)
    )
    return uses, others


def _item_name(context: FunctionContext, place: ast.expr) -> str:
    """word for words, item otherwise."""
    if not isinstance(place, ast.Name):
        return context.fresh("value", "element")
    sequence = place.id
    if sequence.endswith("s") and len(sequence) > 3 and not sequence.endswith("ss"):
        return context.fresh(sequence[:-1], f"{sequence[:-1]}_item")
    shape = context.inference.of(ast.Name(sequence, ast.Load()))
    return context.fresh(*(("char", "letter") if shape.name == "str" else ("item", "element", "value")))


STRATEGY = BuiltinStrategy("direct-iteration", "loop_restructuring", _build, __doc__ or "", ("VX306",))
