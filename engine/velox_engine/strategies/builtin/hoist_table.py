"""Makes a table of constants once, when the module is loaded, instead of in every call.

What it does: a dict, list or set of constants that a function makes only to look things up in it becomes a constant of
the module; so does one of which a loop takes an item where it stands.

Example:
    def roman(n: int) -> str:
        names = {1: "I", 2: "II", 3: "III", 4: "IV", 5: "V"}
        return names.get(n, "?")

Result:
    _NAMES = {1: "I", 2: "II", 3: "III", 4: "IV", 5: "V"}


    def roman(n: int) -> str:
        return _NAMES.get(n, "?")

Inputs:
    (3,)
    (9,)

When it is unsafe: never: it is left alone where the table is changed, handed on or returned, or holds what could be
changed.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator

from velox_engine.strategies.base import BuiltinStrategy, FunctionContext, Rewrite
from velox_engine.strategies.bindings import loads_of
from velox_engine.strategies.effects import is_bound_once
from velox_engine.strategies.loops import stands_in_loop
from velox_engine.types import TextEdit

_FEWEST = 3  # smaller tables cost as much as the lookup of a global name
_READING = frozenset({"get", "items", "keys", "values", "index", "count"})


def _build(context: FunctionContext) -> Iterator[Rewrite]:
    body = context.node.body
    layout = context.layout
    for at, statement in enumerate(body):
        if not isinstance(statement, ast.Assign) or len(statement.targets) != 1:
            continue
        target = statement.targets[0]
        if not isinstance(target, ast.Name) or not _is_table(statement.value):
            continue
        name = target.id
        # `table |= …` would change the table of all calls.
        if not is_bound_once(context, name) or name in context.scope.inner | context.scope.outer_writes:
            continue
        loads = loads_of(name, context.node)
        later = {node for one in body[at + 1 :] for node in ast.walk(one)}
        if not loads or not all(load in later and _is_lookup(context, load) for load in loads):
            continue
        gone = layout.delete(statement)
        if gone is None or layout.multiline_string([statement]) or "\t" in context.text(statement):
            continue
        wish = f"_{name.strip('_').upper()}"
        new = context.fresh(wish, f"{wish}_TABLE")
        remarks = _remarks_above(context, statement)
        made = context.insert_above(f"{remarks}{new} = {_moved(context, statement, len(new) - len(name))}")
        if made is None:
            return
        gone = TextEdit(gone.start - _size_above(context, statement), gone.end, "")
        edits = (made, gone, *(layout.replace(load, new) for load in loads))
        yield Rewrite(edits, f"make the table {name} once, when the module is loaded")
    yield from _looked_up_where_they_stand(context)


def _looked_up_where_they_stand(context: FunctionContext) -> Iterator[Rewrite]:
    """{1: "one", 2: "two", 3: "three"}.get(code), in a loop"""
    layout = context.layout
    tables = [
        node
        for node in ast.walk(context.node)
        if isinstance(node, ast.Dict | ast.List)
        and _is_table(node)
        and _is_read_here(context, node)
        and stands_in_loop(context, node)
    ]
    for number, node in enumerate(tables, 1):
        text = context.text(node)
        wish = f"_{context.node.name.strip('_').upper()}_TABLE"
        name = context.fresh(wish if number == 1 else f"{wish}_{number}")
        made = context.insert_above(f"{name} = {text}")
        if made is not None and "\n" not in text:
            yield Rewrite(
                (made, layout.replace(node, name)), "make the table once, when the module is loaded"
            )


def _is_read_here(context: FunctionContext, node: ast.expr) -> bool:
    """Whether an item is taken from a display on the spot; what is searched by `in`, Python keeps as a constant."""
    parent = context.parents.get(node)
    if isinstance(parent, ast.Subscript):
        return parent.value is node and not isinstance(parent.slice, ast.Slice)
    call = context.parents.get(parent) if isinstance(parent, ast.Attribute) else None
    return (
        isinstance(parent, ast.Attribute)
        and isinstance(call, ast.Call)
        and parent.attr in ("get", "index", "count")
    )


def _size_above(context: FunctionContext, statement: ast.stmt) -> int:
    """Bytes of the lines right above a statement that hold nothing but a comment."""
    data, start = context.layout.data, context.layout.line_start(context.layout.start(statement))
    at = start
    while at:
        line_start = context.layout.line_start(at - 1)
        if not data[line_start:at].lstrip().startswith(b"#"):
            break
        at = line_start
    return start - at


def _remarks_above(context: FunctionContext, statement: ast.stmt) -> str:
    """Those comments, which say something of the table, at the left margin."""
    end = context.layout.line_start(context.layout.start(statement))
    raw = context.layout.data[end - _size_above(context, statement) : end].decode("utf-8", "surrogatepass")
    return "".join(f"{line.strip()}\n" for line in raw.splitlines())


def _moved(context: FunctionContext, statement: ast.Assign, longer: int) -> str:
    """The table's text at the left margin; lines that hang under its first entry go with the longer name."""
    first, *rest = context.text(statement.value).split("\n")
    margin = len(context.layout.indent(statement))
    hangs = bool(rest) and len(rest[0]) - len(rest[0].lstrip()) == statement.value.col_offset + 1
    moved = []
    for line in rest:
        inner = len(line) - len(line.lstrip())
        moved.append(" " * (max(0, inner - margin) + (longer if hangs else 0)) + line.lstrip())
    return "\n".join([first, *(line.rstrip() for line in moved)])


def _is_table(node: ast.expr) -> bool:
    """A display of constants that is worth keeping."""
    if isinstance(node, ast.Dict):
        parts = [*node.keys, *node.values]
        return len(node.keys) >= _FEWEST and all(part is not None and _is_constant(part) for part in parts)
    if isinstance(node, ast.List | ast.Set):
        return len(node.elts) >= _FEWEST and all(_is_constant(part) for part in node.elts)
    return False


def _is_constant(node: ast.expr) -> bool:
    if isinstance(node, ast.Tuple):
        return all(_is_constant(part) for part in node.elts)
    if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.USub):
        node = node.operand
        return isinstance(node, ast.Constant) and type(node.value) in (int, float)
    return isinstance(node, ast.Constant)


def _is_lookup(context: FunctionContext, load: ast.Name) -> bool:
    """A use that neither changes the table nor lets anybody else hold it."""
    parent = context.parents.get(load)
    if isinstance(parent, ast.Subscript):
        return parent.value is load and isinstance(parent.ctx, ast.Load)
    if isinstance(parent, ast.Compare):
        return load in parent.comparators and all(isinstance(op, ast.In | ast.NotIn) for op in parent.ops)
    if isinstance(parent, ast.For | ast.comprehension):
        return parent.iter is load
    if isinstance(parent, ast.Call):
        return isinstance(parent.func, ast.Name) and parent.func.id == "len" and context.is_builtin("len")
    call = context.parents.get(parent) if isinstance(parent, ast.Attribute) else None
    if not (isinstance(parent, ast.Attribute) and parent.attr in _READING and isinstance(call, ast.Call)):
        return False
    # A view keeps the table reachable, so it has to be used up on the spot.
    return parent.attr in ("get", "index", "count") or isinstance(
        context.parents.get(call), ast.For | ast.comprehension
    )


STRATEGY = BuiltinStrategy("hoist-table", "precomputation", _build, __doc__ or "", ("VX804", "VX310"))
