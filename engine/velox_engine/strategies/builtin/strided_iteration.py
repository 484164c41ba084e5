"""Takes every k-th element by a step instead of testing each index.

What it does: `for i, x in enumerate(xs) if i % 2 == 0` in a comprehension that uses the index for nothing else becomes
`for x in islice(xs, 0, None, 2)`.

Example:
    def even_places(items):
        return sum([item for index, item in enumerate(items) if index % 2 == 0 and item > 1])

Result:
    from itertools import islice


    def even_places(items):
        return sum([item for item in islice(items, 0, None, 2) if item > 1])

Inputs:
    ([1, 2, 3, 4],)
    ([],)

When it is unsafe: when something after the index test depends on the elements that were passed over.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator

from velox_engine.strategies.base import BuiltinStrategy, FunctionContext, Rewrite
from velox_engine.strategies.bindings import all_names
from velox_engine.strategies.imports import import_member
from velox_engine.strategies.loops import constant
from velox_engine.strategies.patterns import match_expr


def _build(context: FunctionContext) -> Iterator[Rewrite]:
    for node in ast.walk(context.node):
        if not isinstance(node, ast.ListComp | ast.GeneratorExp | ast.SetComp) or len(node.generators) != 1:
            continue
        generator = node.generators[0]
        target, test = generator.target, generator.ifs[0] if len(generator.ifs) == 1 else None
        call = match_expr("enumerate(M_x)", generator.iter)
        if call is None or test is None or not isinstance(target, ast.Tuple) or len(target.elts) != 2:
            continue
        index, item = target.elts
        if not isinstance(index, ast.Name) or not context.is_builtin("enumerate"):
            continue
        tests = test.values if isinstance(test, ast.BoolOp) and isinstance(test.op, ast.And) else [test]
        found = match_expr(f"{index.id} % M_k == M_r", tests[0])
        step = constant(found["M_k"]) if found else None
        first = constant(found["M_r"]) if found else None
        if (
            not isinstance(step, int)
            or not isinstance(first, int)
            or not 0 <= first < step
            or isinstance(step, bool)
        ):
            continue
        if index.id in all_names([node.elt, *tests[1:], item]):
            continue
        islice, imported = import_member(context, "itertools", "islice")
        layout = context.layout
        source = f"{islice}({context.text(call['M_x'])}, {first}, None, {step})"
        rest = " and ".join(context.text(one) for one in tests[1:])
        new = f"{context.text(item)} in {source}" + (f" if {rest}" if rest else "")
        edit = layout.between(layout.start(target), layout.end(test), new)
        yield Rewrite((edit, *imported), "step over the elements that the index test leaves out")


STRATEGY = BuiltinStrategy("strided-iteration", "lazy_generation", _build, __doc__ or "")
