"""Computes what depends on the inner loop only once for each of its values, not in every turn of the outer loop.

What it does: in nested loops, a value that is searched or added up from data that stays the same, and that depends on
the inner loop's index or name only, is kept in a dict by it. The first turn of the outer loop computes it, the others
read it.

Example:
    def layout(rows: list[list[str]]) -> list[str]:
        lines = []
        for row in rows:
            cells = []
            for index, cell in enumerate(row):
                width = max([len(other[index]) for other in rows])
                cells.append(cell.ljust(width))
            lines.append(" | ".join(cells))
        return lines

Result:
    def layout(rows: list[list[str]]) -> list[str]:
        lines = []
        width_by_index = {}
        for row in rows:
            cells = []
            for index, cell in enumerate(row):
                width = width_by_index.get(index)
                if width is None:
                    width = width_by_index[index] = max([len(other[index]) for other in rows])
                cells.append(cell.ljust(width))
            lines.append(" | ".join(cells))
        return lines

Inputs:
    ([["a", "bcd"], ["ef", "g"]],)
    ([],)
    ([["a", "b"], ["c"]],)

When it is unsafe: when the loops change the data, when the value is a list or dict that is changed later, and when the
value depends on the outer loop as well.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator

from velox_engine.strategies.base import BuiltinStrategy, FunctionContext, Rewrite
from velox_engine.strategies.bindings import read_names, written_names
from velox_engine.strategies.effects import keeps_value
from velox_engine.strategies.loops import Place, places
from velox_engine.strategies.patterns import match_expr
from velox_engine.strategies.purity import is_pure
from velox_engine.strategies.rendering import one_line

_SCALARS = frozenset({"int", "float", "str", "bool", "number", "bytes"})
_KEYS = frozenset({"int", "str"})


def _build(context: FunctionContext) -> Iterator[Rewrite]:
    for place in places(context.node):
        rewrite = _kept(context, place)
        if rewrite:
            yield rewrite


def _kept(context: FunctionContext, place: Place) -> Rewrite | None:
    statement = place.statement
    if len(place.loops) < 2 or not isinstance(statement, ast.Assign) or len(statement.targets) != 1:
        return None
    inner, outer = place.loops[-1], place.loops[-2]
    target, value = statement.targets[0], statement.value
    if (
        not isinstance(target, ast.Name)
        or not isinstance(inner, ast.For)
        or not _takes_a_pass(context, value)
    ):
        return None
    own = _comprehension_names(value)
    names = read_names([value]) - own
    keys = sorted(names & written_names([inner.target]))
    if not keys or len(keys) > 2 or own & context.scope.bound or not is_pure(context, value):
        return None
    if any(context.inference.of(ast.Name(key, ast.Load())).name not in _KEYS for key in keys):
        return None
    if not all(_is_plain_key(context, key, inner, value) for key in keys):
        return None
    if set(keys) & written_names(inner.body) or not _stays(context, names - set(keys), outer):
        return None
    text = one_line(context.text(value))
    if text is None:
        return None
    name = target.id
    table = context.fresh(f"{name}_by_{keys[0]}", f"{name}_table")
    key = ", ".join(keys)
    unit = context.layout.unit
    code = f"{name} = {table}.get({key if len(keys) == 1 else f'({key})'})\n"
    code += f"if {name} is None:\n{unit}{name} = {table}[{key}] = {text}"
    before = context.layout.insert_before(outer, f"{table} = {{}}")
    edit = context.layout.replace_statements(statement, statement, code)
    if before is None or edit is None:
        return None
    return Rewrite((before, edit), f"compute {name} once for each {' and '.join(keys)}")


def _takes_a_pass(context: FunctionContext, value: ast.expr) -> bool:
    """Whether it goes through data, and gives a number or text, which nobody can change."""
    if not any(isinstance(node, ast.ListComp | ast.GeneratorExp | ast.SetComp) for node in ast.walk(value)):
        return False
    return context.inference.of(value).name in _SCALARS


def _is_plain_key(context: FunctionContext, key: str, inner: ast.For, value: ast.expr) -> bool:
    """Whether equal keys give the same value: 1 and True are one key, and differ as soon as they are shown."""
    counted = match_expr("range(M_n)", inner.iter) or match_expr("enumerate(M_xs)", inner.iter)
    if counted and isinstance(inner.target, ast.Tuple) and isinstance(inner.target.elts[0], ast.Name):
        counted = counted if inner.target.elts[0].id == key else None
    if counted or context.inference.of(ast.Name(key, ast.Load())).name == "str":
        return True
    return all(
        isinstance(parent := context.parents.get(node), ast.Compare)
        or (isinstance(parent, ast.Subscript) and parent.slice is node)
        for node in ast.walk(value)
        if isinstance(node, ast.Name) and node.id == key
    )


def _comprehension_names(value: ast.expr) -> set[str]:
    return written_names([node.target for node in ast.walk(value) if isinstance(node, ast.comprehension)])


def _stays(context: FunctionContext, names: set[str], outer: ast.AST) -> bool:
    """Whether the contents of all names are the same throughout the outer loop."""
    local = sorted(name for name in names if not context.is_builtin(name))
    whole = ast.Tuple([ast.List([ast.Name(name, ast.Load())], ast.Load()) for name in local], ast.Load())
    return bool(local) and keeps_value(context, whole, [outer])


STRATEGY = BuiltinStrategy("compute-per-index", "precomputation", _build, __doc__ or "")
