"""Takes the value from the walk over a dict instead of looking each key up again.

What it does: `for key in table:` whose body reads `table[key]` goes over `table.items()`, or over `table.values()`
where the key is used for nothing else.

Example:
    def dear(prices: dict[str, int], limit: int) -> list[str]:
        return [name for name in prices if prices[name] > limit]

Result:
    def dear(prices: dict[str, int], limit: int) -> list[str]:
        return [name for name, value in prices.items() if value > limit]

Inputs:
    ({"a": 3, "b": 9}, 5)
    ({}, 5)

When it is unsafe: when the loop gives the dict other values or the key another meaning; then it is left alone. A class
of one's own may answer `items()` with something else than `[]` does.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator, Sequence

from velox_engine.strategies.base import BuiltinStrategy, FunctionContext, Rewrite
from velox_engine.strategies.bindings import written_names
from velox_engine.strategies.effects import keeps_contents
from velox_engine.strategies.loops import read_outside, walks
from velox_engine.strategies.patterns import match_expr, same

_VALUE_NAMES = ("value", "item_value", "found_value")


def _build(context: FunctionContext) -> Iterator[Rewrite]:
    for loop, body in walks(context.node):
        if isinstance(loop, ast.For) and loop.orelse:
            continue
        kept = (
            isinstance(loop, ast.For)
            and isinstance(loop.target, ast.Name)
            and read_outside(context, loop.target.id, loop)
        )
        rewrite = _walk(context, loop, body, key_kept=kept)
        if rewrite:
            yield rewrite


def _walk(
    context: FunctionContext, loop: ast.For | ast.comprehension, body: Sequence[ast.AST], *, key_kept: bool
) -> Rewrite | None:
    found = match_expr("M_d.keys()", loop.iter)
    walked = found["M_d"] if found else loop.iter
    if not isinstance(walked, ast.Name) or not isinstance(loop.target, ast.Name):
        return None
    key = loop.target.id
    if not context.inference.of(walked).is_mapping or key == walked.id:
        return None
    uses = [node for part in body for node in ast.walk(part)]
    looked_up = [
        node
        for node in uses
        if isinstance(node, ast.Subscript) and same(node.value, walked) and same(node.slice, loop.target)
    ]
    if not looked_up or not all(isinstance(node.ctx, ast.Load) for node in looked_up):
        return None
    if {key, walked.id} & written_names(body) or not keeps_contents(context, walked, body):
        return None
    if any(isinstance(node, ast.Lambda | ast.FunctionDef | ast.Yield | ast.Await) for node in uses):
        return None
    value = context.fresh(*_VALUE_NAMES)
    inside = {part for node in looked_up for part in ast.walk(node)}
    is_key_used = key_kept or any(
        isinstance(node, ast.Name) and node.id == key and node not in inside for node in uses
    )
    layout = context.layout
    target, view = (f"{key}, {value}", "items") if is_key_used else (value, "values")
    edits = [layout.replace(loop.target, target), layout.replace(loop.iter, f"{walked.id}.{view}()")]
    edits += [layout.replace(node, value) for node in looked_up]
    return Rewrite(tuple(edits), f"take the values of {walked.id} from the walk over it")


STRATEGY = BuiltinStrategy("own-key", "loop_restructuring", _build, __doc__ or "", ("VX126",))
