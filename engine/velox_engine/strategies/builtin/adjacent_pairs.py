"""Walks over neighbouring elements, or over two sequences at once, without indices.

What it does: a loop or comprehension over `range(len(xs) - 1)` that reads only `xs[i]` and `xs[i + 1]` goes over
`zip(xs, xs[1:])`, with `islice` where the type is open; one over `range(len(xs))` that reads `xs[i]` and `ys[i]` goes
over `zip(xs, ys)` where a test says that `ys` is long enough.

Example:
    def is_sorted(numbers: list[int]):
        for i in range(len(numbers) - 1):
            if numbers[i] > numbers[i + 1]:
                return False
        return True

Result:
    def is_sorted(numbers: list[int]):
        for current, following in zip(numbers, numbers[1:]):
            if current > following:
                return False
        return True

Inputs:
    ([1, 2, 3],)
    ([2, 1],)
    ([],)
    ([1],)

When it is unsafe: when the loop changes the sequence or needs the index, and for a type that goes over something else
than its items (a dict with integer keys).
"""

from __future__ import annotations

import ast
from collections.abc import Iterator

from velox_engine.strategies.base import BuiltinStrategy, FunctionContext, Rewrite
from velox_engine.strategies.effects import effects_of, is_private
from velox_engine.strategies.imports import import_member
from velox_engine.strategies.lengths import measured_for
from velox_engine.strategies.loops import constant, is_fallback, places, range_parts, read_outside
from velox_engine.strategies.patterns import match_expr
from velox_engine.strategies.positions import indent_lines
from velox_engine.strategies.rendering import block_with_parts, fits
from velox_engine.types import TextEdit

_SEQUENCES = frozenset({"list", "tuple", "str", "bytes", "range", "sequence"})


def _build(context: FunctionContext) -> Iterator[Rewrite]:
    for place in places(context.node):
        loop = place.statement
        if isinstance(loop, ast.For) and isinstance(loop.target, ast.Name) and not read_outside(
            context, loop.target.id, loop
        ):  # fmt: skip
            edits = _neighbours(context, loop, loop.target.id, list(loop.body)) or _parallel(
                context, loop, loop.target.id
            )
            if edits:
                yield Rewrite(tuple(edits), "walk without indices")
    for node in ast.walk(context.node):
        if isinstance(node, ast.ListComp | ast.GeneratorExp | ast.SetComp) and len(node.generators) == 1:
            generator = node.generators[0]
            if isinstance(generator.target, ast.Name) and not generator.is_async:
                edits = _neighbours(context, generator, generator.target.id, [node.elt, *generator.ifs])
                if edits:
                    yield Rewrite(tuple(edits), "walk without indices")


def _length(context: FunctionContext, node: ast.expr, loop: ast.AST) -> str:
    """xs for len(xs), or for a name that holds it."""
    held = measured_for(context, node, loop)
    return held.id if held is not None else ""


def _reads(body: list[ast.AST], index: str) -> dict[ast.AST, tuple[str, int]] | None:
    """Each place that uses the index, as (sequence, offset); None when it is used in another way."""
    found: dict[ast.AST, tuple[str, int]] = {}
    covered: set[ast.AST] = set()
    for top in body:
        for node in ast.walk(top):
            if not isinstance(node, ast.Subscript) or not isinstance(node.value, ast.Name):
                continue
            ahead = match_expr(f"{index} + M_k", node.slice) or match_expr(f"{index} - M_k", node.slice)
            offset = 0 if match_expr(index, node.slice) else constant(ahead["M_k"]) if ahead else None
            if type(offset) is not int or not isinstance(node.ctx, ast.Load):
                continue
            if ahead and isinstance(node.slice, ast.BinOp) and isinstance(node.slice.op, ast.Sub):
                offset = -offset
            found[node] = (node.value.id, offset)
            covered.update(ast.walk(node))
    mentioned = {
        node for top in body for node in ast.walk(top) if isinstance(node, ast.Name) and node.id == index
    }
    return found if found and mentioned <= covered else None


def _unchanged(context: FunctionContext, body: list[ast.AST], names: set[str]) -> bool:
    effects = effects_of(context, body)
    if names & (effects.written | effects.mutated):
        return False
    if effects.calls_unknown and not all(is_private(context, name) for name in names):
        return False
    return (
        not effects.mutated
        or all(is_private(context, name) for name in effects.mutated)
        or all(is_private(context, name) for name in names)
    )


def _neighbours(
    context: FunctionContext, loop: ast.For | ast.comprehension, index: str, body: list[ast.AST]
) -> list[TextEdit] | None:
    parts = range_parts(context, loop.iter)
    reads = _reads(body, index)
    if parts is None or reads is None or constant(parts[2]) != 1:
        return None
    names, offsets = {name for name, _ in reads.values()}, {offset for _, offset in reads.values()}
    if len(names) != 1 or not 2 <= len(offsets) <= 3:
        return None
    (name,) = names
    low = min(offsets)
    if sorted(offsets) != list(range(low, low + len(offsets))) or constant(parts[0]) != -low:
        return None
    less = max(offsets)
    stop = match_expr("M_n - M_k", parts[1]) if less else {"M_n": parts[1], "M_k": ast.Constant(0)}
    if not stop or constant(stop["M_k"]) != less or _length(context, stop["M_n"], loop) != name:
        return None
    kind = context.inference.of(ast.Name(name, ast.Load())).name
    if kind not in (*_SEQUENCES, "") or not _unchanged(context, body, {name}):
        return None
    context.need_builtins("zip")
    wishes = (
        {0: "current", 1: "following", 2: "after"}
        if low == 0
        else {low: "previous", low + 1: "current", low + 2: "following"}
    )
    variables = {
        offset: context.fresh(wishes[offset], f"{name}_{offset - low}") for offset in sorted(offsets)
    }
    imported = []
    if kind:
        slices = ", ".join(
            name if offset == low else f"{name}[{offset - low}:]" for offset in sorted(offsets)
        )
    else:
        islice, imported = import_member(context, "itertools", "islice")
        slices = ", ".join(
            name if offset == low else f"{islice}({name}, {offset - low}, None)" for offset in sorted(offsets)
        )
    header = ", ".join(variables[offset] for offset in sorted(offsets))
    layout = context.layout
    edits = [layout.replace(loop.target, header), layout.replace(loop.iter, f"zip({slices})"), *imported]
    return [*edits, *(layout.replace(node, variables[offset]) for node, (_, offset) in reads.items())]


def _parallel(context: FunctionContext, loop: ast.For, index: str) -> list[TextEdit] | None:
    """xs[i] and ys[i] for i in range(len(xs))."""
    parts = range_parts(context, loop.iter)
    body: list[ast.AST] = list(loop.body)
    reads = _reads(body, index)
    if parts is None or reads is None or constant(parts[2]) != 1 or constant(parts[0]) != 0 or loop.orelse:
        return None
    first = _length(context, parts[1], loop)
    names = list(dict.fromkeys(name for name, _ in reads.values()))
    if len(names) != 2 or first not in names or any(offset for _, offset in reads.values()):
        return None
    second = names[1] if names[0] == first else names[0]
    if not _unchanged(context, body, set(names)) or is_fallback(context, loop, first):
        return None
    parent = context.parents.get(loop)
    if isinstance(parent, ast.If) and first in {
        part.id for part in ast.walk(parent.test) if isinstance(part, ast.Name)
    }:
        return None
    known = [context.inference.of(ast.Name(name, ast.Load())).name for name in (first, second)]
    tests = (
        []
        if all(one in _SEQUENCES for one in known)
        else [f"isinstance({first}, (list, tuple, str))", f"isinstance({second}, (list, tuple, str))"]
    )
    if any(one not in _SEQUENCES and one != "" for one in known):
        return None
    if tests:
        context.need_builtins("isinstance", "list", "tuple", "str")
    context.need_builtins("zip", "len")
    tests.append(f"len({first}) <= len({second})")
    one, other = context.fresh(f"{first}_item", "left"), context.fresh(f"{second}_item", "right")
    variables = {first: one, second: other}
    layout, unit = context.layout, context.layout.unit
    new = block_with_parts(context, loop.body, {node: variables[name] for node, (name, _) in reads.items()})
    slow = layout.block_text([loop])
    if new is None or slow is None:
        return None
    fast = f"for {one}, {other} in zip({first}, {second}):\n{indent_lines(new.rstrip(), unit)}"
    code = (
        f"if {' and '.join(tests)}:\n{indent_lines(fast, unit)}\nelse:\n{indent_lines(slow.rstrip(), unit)}"
    )
    if not fits(context, code, loop, 120):
        return None
    edit = layout.replace_statements(loop, loop, code)
    return [edit] if edit else None


STRATEGY = BuiltinStrategy("adjacent-pairs", "loop_restructuring", _build, __doc__ or "")
