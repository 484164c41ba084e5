"""Stops at the first match instead of collecting all of them for the first.

What it does: `[x for x in xs if test(x)][0]` in an assignment or a `return` becomes a loop that ends at the first
match, and raises the same IndexError where there is none. `list(xs)[0]` under a test that there is something becomes
`next(iter(xs))`.

Example:
    def first_long(words: list[str], size: int) -> str:
        return [word for word in words if len(word) > size][0]

Result:
    def first_long(words: list[str], size: int) -> str:
        for word in words:
            if len(word) > size:
                return word
        raise IndexError("list index out of range")

Inputs:
    (["a", "abc", "abcd"], 2)
    (["a"], 2)
    ([], 0)

When it is unsafe: when the test has an effect, when it raises for an element after the first match, and for iterators,
of which the rest would stay.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator

from velox_engine.strategies.base import BuiltinStrategy, FunctionContext, Rewrite
from velox_engine.strategies.bindings import all_names, written_names
from velox_engine.strategies.effects import keeps_contents
from velox_engine.strategies.loops import places, read_outside
from velox_engine.strategies.patterns import match_expr, same
from velox_engine.strategies.purity import is_pure
from velox_engine.strategies.rendering import fits, one_line
from velox_engine.types import TextEdit

_ITERATORS = frozenset({"iterator", "generator"})
_VIEWS = ("M_d.keys()", "M_d.values()", "M_d.items()")


def _build(context: FunctionContext) -> Iterator[Rewrite]:
    for place in places(context.node):
        statement = place.statement
        if isinstance(statement, ast.Return | ast.Assign):
            edit = _loop(context, statement)
            if edit:
                yield Rewrite((edit,), "stop at the first match")
    for node in ast.walk(context.node):
        found = match_expr("list(M_x)[0]", node) if isinstance(node, ast.Subscript) else None
        if not found or not isinstance(node, ast.Subscript) or not isinstance(node.ctx, ast.Load):
            continue
        text = _first(context, node, found["M_x"])
        if text:
            yield Rewrite((context.layout.replace(node, text),), "take the first element only")


def _loop(context: FunctionContext, statement: ast.Return | ast.Assign) -> TextEdit | None:
    found = match_expr("M_l[0]", statement.value)
    listed = found["M_l"] if found else None
    if not isinstance(listed, ast.ListComp) or len(listed.generators) != 1 or statement.value is None:
        return None
    clause = listed.generators[0]
    if clause.is_async or not clause.ifs or context.inference.of(clause.iter).name in _ITERATORS:
        return None
    if isinstance(clause.iter, ast.List | ast.Tuple | ast.Constant):
        return None  # of a handful there is nothing to save
    if not is_pure(context, listed) or all_names([clause.iter]) & written_names([clause.target]):
        return None
    own = written_names([clause.target])
    targets = statement.targets if isinstance(statement, ast.Assign) else []
    # A comprehension keeps its variable to itself, a loop leaves it behind.
    if own & all_names(targets) or any(read_outside(context, name, statement) for name in own):
        return None
    context.need_builtins("IndexError")
    layout, unit = context.layout, context.layout.unit
    head = layout.data[layout.start(statement) : layout.start(statement.value)].decode("utf-8")
    tests = [context.text(test) for test in clause.ifs]
    test = tests[0] if len(tests) == 1 else " and ".join(context.operand(test) for test in clause.ifs)
    lines = [
        one_line(line)
        for line in (
            f"for {context.text(clause.target)} in {context.text(clause.iter)}:",
            f"{unit}if {test}:",
            f"{unit}{unit}{head}{context.text(listed.elt)}",
        )
    ]
    nothing = 'raise IndexError("list index out of range")'
    if isinstance(statement, ast.Assign):
        lines += [f"{unit}{unit}break", "else:", f"{unit}{nothing}"]
    else:
        lines.append(nothing)
    code = "\n".join(line for line in lines if line is not None)
    if None in lines or not fits(context, code, statement):
        return None
    return layout.replace_statements(statement, statement, code)


def _first(context: FunctionContext, node: ast.Subscript, walked: ast.expr) -> str | None:
    """next(iter(xs)) where there is an element."""
    held = walked
    for view in _VIEWS:
        found = match_expr(view, walked)
        held = found["M_d"] if found else held
    shape = context.inference.of(held)
    if not isinstance(held, ast.Name) or not (
        shape.is_mapping or shape.name in ("set", "frozenset", "deque")
    ):
        return None
    if held is not walked and not shape.is_mapping:
        return None
    context.need_builtins("list", "next", "iter")
    return f"next(iter({context.text(walked)}))" if _has_some(context, node, held.id) else None


def _has_some(context: FunctionContext, node: ast.AST, name: str) -> bool:
    """Whether a test around the node says that there is an element: `… if xs else …`, `if xs:`."""
    while node in context.parents:
        child, node = node, context.parents[node]
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda):
            return False
        if not isinstance(node, ast.If | ast.IfExp):
            continue
        inside = [node.body] if isinstance(node, ast.IfExp) else node.body
        asked = (
            node.test.values
            if isinstance(node.test, ast.BoolOp) and isinstance(node.test.op, ast.And)
            else [node.test]
        )
        says = any(
            same(test, ast.Name(name, ast.Load())) or match_expr(f"len({name}) > 0", test) for test in asked
        )
        if child in inside and says:
            return keeps_contents(context, name, [*inside, node.test])
    return False


STRATEGY = BuiltinStrategy("first-match", "lazy_generation", _build, __doc__ or "", ("VX506",))
