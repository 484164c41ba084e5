"""Writes the body of a one-expression helper where it is called in a loop.

What it does: a call, inside a loop or comprehension, of a function of the same file that only returns an expression
(or chooses between a few) is replaced by that expression. A call costs more than most such expressions.

Example:
    def differences(left: str, right: str):
        def compare(a, b):
            if a == b:
                return "0"
            else:
                return "1"

        return "".join(compare(x, y) for x, y in zip(left, right))

Result:
    def differences(left: str, right: str):
        def compare(a, b):
            if a == b:
                return "0"
            else:
                return "1"

        return "".join(("0" if x == y else "1") for x, y in zip(left, right))

Inputs:
    ("0101", "0011")
    ("", "")

When it is unsafe: when an argument has an effect or is evaluated in another order, and when somebody replaces the
helper at run time. Arguments must be names or constants.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator

from velox_engine.strategies.base import BuiltinStrategy, FunctionContext, Rewrite
from velox_engine.strategies.bindings import all_names, loads_of, scope_of
from velox_engine.strategies.purity import is_pure
from velox_engine.strategies.rendering import one_line, with_names


def _build(context: FunctionContext) -> Iterator[Rewrite]:
    for call in ast.walk(context.node):
        if not (isinstance(call, ast.Call) and isinstance(call.func, ast.Name)) or not _is_repeated(
            context, call
        ):
            continue
        helper = context.known_functions.get(call.func.id)
        if helper is None or helper is context.node:
            continue
        text = _inlined(context, call, helper)
        if text:
            yield Rewrite(
                (context.layout.replace(call, text),), f"write {call.func.id} out where it is called"
            )


def _is_repeated(context: FunctionContext, node: ast.AST) -> bool:
    while node in context.parents:
        parent = context.parents[node]
        if isinstance(parent, ast.For | ast.While):
            return node not in (getattr(parent, "iter", None),)
        if isinstance(parent, ast.ListComp | ast.GeneratorExp | ast.SetComp | ast.DictComp):
            return True
        if isinstance(parent, ast.FunctionDef | ast.Lambda):
            return False
        node = parent
    return False


def _inlined(context: FunctionContext, call: ast.Call, helper: ast.FunctionDef) -> str | None:
    arguments = helper.args
    if arguments.vararg or arguments.kwarg or arguments.kwonlyargs or arguments.defaults or call.keywords:
        return None
    names = [arg.arg for arg in [*arguments.posonlyargs, *arguments.args]]
    if len(names) != len(call.args) or not all(isinstance(arg, ast.Name | ast.Constant) for arg in call.args):
        return None
    inner = context.context_of(helper)
    body = [
        one for one in helper.body if not (isinstance(one, ast.Expr) and isinstance(one.value, ast.Constant))
    ]
    texts = dict(zip(names, (context.text(arg) for arg in call.args), strict=True))
    if scope_of(helper).bound != set(names):
        return None
    for statement in body:
        for node in ast.walk(statement):
            if isinstance(node, ast.ListComp | ast.GeneratorExp | ast.SetComp | ast.DictComp | ast.Lambda):
                return None
    # A name that the helper takes from outside must mean the same where the call stands.
    outside = all_names(body) - set(names)
    if any(not context.is_builtin(name) for name in outside):
        return None
    text = _expression(inner, body, texts)
    flat = one_line(text) if text else None
    return f"({flat})" if flat and len(flat) < 100 else None


def _expression(context: FunctionContext, body: list[ast.stmt], texts: dict[str, str]) -> str | None:
    """The body as one expression: a return, or if/else around returns."""
    if not body:
        return None
    first = body[0]
    if isinstance(first, ast.Return) and first.value is not None:
        if not is_pure(context, first.value) or any(len(loads_of(name, first.value)) > 3 for name in texts):
            return None
        return with_names(context, first.value, texts)
    if isinstance(first, ast.If):
        chosen = _expression(context, first.body, texts)
        other = _expression(context, first.orelse or body[1:], texts)
        if chosen is None or other is None or not is_pure(context, first.test):
            return None
        return f"{chosen} if {with_names(context, first.test, texts)} else {other}"
    return None


STRATEGY = BuiltinStrategy("inline-helper", "name_lookup", _build, __doc__ or "")
