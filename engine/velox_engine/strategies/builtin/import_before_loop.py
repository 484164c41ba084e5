"""Imports once before a loop instead of in each of its turns.

What it does: an `import` of the standard library that stands in a loop moves right before it.

Example:
    def roots(values: list[int]) -> list[float]:
        result = []
        for value in values:
            from math import sqrt
            result.append(sqrt(value) + 1)
        return result

Result:
    def roots(values: list[int]) -> list[float]:
        result = []
        from math import sqrt
        for value in values:
            result.append(sqrt(value) + 1)
        return result

Inputs:
    ([1, 4],)
    ([],)

When it is unsafe: a module whose import has effects would be imported for an empty loop, too; so only the standard
library's are moved, and none that stands under a condition.
"""

from __future__ import annotations

import ast
import sys
from collections.abc import Iterator

from velox_engine.strategies.base import BuiltinStrategy, FunctionContext, Rewrite
from velox_engine.strategies.bindings import written_names
from velox_engine.strategies.loops import places, used_outside

_WITH_EFFECTS = frozenset({"this", "antigravity", "idlelib", "turtle", "tkinter"})


def _build(context: FunctionContext) -> Iterator[Rewrite]:
    for place in places(context.node):
        statement = place.statement
        if not isinstance(statement, ast.Import | ast.ImportFrom) or not place.loops or len(place.block) < 2:
            continue
        outermost = place.loops[0]
        if place.block is not place.loops[-1].body or not _is_standard(statement):
            continue
        names = written_names([statement])
        if "*" in names or any(used_outside(context, name, outermost) for name in names):
            continue
        if any(_is_bound_elsewhere(context, name, statement) for name in names):
            continue
        above = context.layout.insert_before(outermost, context.text(statement))
        gone = context.layout.delete(statement)
        if above and gone:
            yield Rewrite((above, gone), "import once before the loop")


def _is_standard(statement: ast.Import | ast.ImportFrom) -> bool:
    if isinstance(statement, ast.ImportFrom):
        modules = [statement.module or ""] if not statement.level else [""]
    else:
        modules = [alias.name for alias in statement.names]
    roots = {module.partition(".")[0] for module in modules}
    return roots <= sys.stdlib_module_names - _WITH_EFFECTS


def _is_bound_elsewhere(context: FunctionContext, name: str, statement: ast.stmt) -> bool:
    """Whether something besides the import gives the name a value."""
    others = [node for node in context.own if isinstance(node, ast.stmt) and node is not statement]
    simple = [node for node in others if not isinstance(getattr(node, "body", None), list)]
    stored = any(
        isinstance(node, ast.Name) and node.id == name and not isinstance(node.ctx, ast.Load)
        for node in ast.walk(context.node)
    )
    return stored or name in written_names(simple)


STRATEGY = BuiltinStrategy("import-before-loop", "loop_invariant_hoisting", _build, __doc__ or "", ("VX307",))
