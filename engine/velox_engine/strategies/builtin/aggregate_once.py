"""Computes the minimum, maximum or sum of a sequence once, not once per element.

What it does: `min(xs)`, `max(xs)` and `sum(xs)` inside a loop or comprehension over `xs` itself (or over its positions
or its slices) are computed before it. Where there is no element, they would not have been computed: hence the default.

Example:
    def normalised(values: list[float]):
        return [(value - min(values)) / (max(values) - min(values) + 1) for value in values]

Result:
    def normalised(values: list[float]):
        lowest = min(values, default=None)
        highest = max(values, default=None)
        return [(value - lowest) / (highest - lowest + 1) for value in values]

Inputs:
    ([1.0, 3.0, 2.0],)
    ([],)
    ([5.0],)

When it is unsafe: when the loop changes the sequence, or the sequence is an iterator, which the first call would use
up.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator

from velox_engine.strategies.base import BuiltinStrategy, FunctionContext, Rewrite
from velox_engine.strategies.effects import keeps_contents
from velox_engine.strategies.loops import places
from velox_engine.strategies.patterns import match_expr

_NAMES = {"min": ("lowest", "minimum"), "max": ("highest", "maximum"), "sum": ("whole", "sum_of_all")}
_SEQUENCES = frozenset({"list", "tuple", "str", "set", "dict", "sequence", "frozenset", "deque", "range", ""})


def _build(context: FunctionContext) -> Iterator[Rewrite]:
    for place in places(context.node):
        statement = place.statement
        if isinstance(statement, ast.For):
            rewrite = _hoisted(context, statement, _iterated(statement.iter), list(statement.body))
            if rewrite:
                yield rewrite
        elif isinstance(statement, ast.Return | ast.Assign | ast.AugAssign | ast.Expr):
            for node in ast.walk(statement):
                if isinstance(node, ast.ListComp | ast.GeneratorExp | ast.SetComp | ast.DictComp):
                    if len(node.generators) != 1 or not _runs_first(context, node, statement):
                        continue
                    elements = [node.key, node.value] if isinstance(node, ast.DictComp) else [node.elt]
                    inside: list[ast.AST] = [*elements, *node.generators[0].ifs]
                    rewrite = _hoisted(context, statement, _iterated(node.generators[0].iter), inside)
                    if rewrite:
                        yield rewrite


def _runs_first(context: FunctionContext, node: ast.AST, statement: ast.stmt) -> bool:
    """Whether nothing decides before it whether it runs at all: no other comprehension, branch or lambda around it."""
    while node is not statement:
        node = context.parents[node]
        if isinstance(
            node,
            ast.IfExp
            | ast.BoolOp
            | ast.Lambda
            | ast.ListComp
            | ast.GeneratorExp
            | ast.SetComp
            | ast.DictComp,
        ):
            return False
    return True


def _iterated(iterable: ast.expr) -> str:
    """xs for a loop over xs, its positions or its slices."""
    for form in ("M_x", "enumerate(M_x)", "range(len(M_x))", "M_x[M_a:M_b]", "M_x[M_a:]", "M_x[:M_b]"):
        found = match_expr(form, iterable)
        if found and isinstance(found["M_x"], ast.Name):
            return found["M_x"].id
    return ""


def _hoisted(
    context: FunctionContext, statement: ast.stmt, name: str, inside: list[ast.AST]
) -> Rewrite | None:
    if not name or context.inference.of(ast.Name(name, ast.Load())).name not in _SEQUENCES:
        return None
    found: dict[str, list[ast.expr]] = {}
    for top in inside:
        for node in ast.walk(top):
            for function in _NAMES:
                if (
                    isinstance(node, ast.Call)
                    and match_expr(f"{function}({name})", node)
                    and context.is_builtin(function)
                ):
                    found.setdefault(function, []).append(node)
    if not found:
        return None
    if not keeps_contents(context, name, [statement]):
        return None
    layout = context.layout
    lines, edits = [], []
    for function, nodes in found.items():
        variable = context.fresh(*_NAMES[function])
        default = "" if function == "sum" else ", default=None"
        lines.append(f"{variable} = {function}({name}{default})")
        edits += [layout.replace(node, variable) for node in nodes]
    before = layout.insert_before(statement, "\n".join(lines))
    return Rewrite((before, *edits), f"look through {name} once") if before else None


STRATEGY = BuiltinStrategy("aggregate-once", "loop_invariant_hoisting", _build, __doc__ or "", ("VX302",))
