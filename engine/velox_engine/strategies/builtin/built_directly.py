"""Builds a container as what it is to be, without another one on the way.

What it does: `set([…])` becomes a set comprehension and `dict((k, v) for …)` a dict comprehension; `[x for x in xs]`
becomes `list(xs)`, `{x: 0 for x in xs}` becomes `dict.fromkeys(xs, 0)`; and `join` gets the list that it would
otherwise make of a generator.

Example:
    def names(users: list[str]) -> set[str]:
        return set([user.strip() for user in users])

Result:
    def names(users: list[str]) -> set[str]:
        return {user.strip() for user in users}

Inputs:
    ([" a", "a"],)
    ([],)

When it is unsafe: a StopIteration out of the element's expression ends a list made from it, and is an error in a
generator; expressions that call `next` are left alone.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator

from velox_engine.strategies.base import BuiltinStrategy, FunctionContext, Rewrite
from velox_engine.strategies.patterns import match_expr, same


def _build(context: FunctionContext) -> Iterator[Rewrite]:
    note = "build it as what it is to be"
    for node in ast.walk(context.node):
        if _calls_next(node):
            continue
        if isinstance(node, ast.Call):
            new = _converted(context, node)
        elif isinstance(node, ast.ListComp | ast.SetComp | ast.DictComp):
            new = _plain_copy(context, node)
        else:
            new = None
        if new is not None:
            yield Rewrite((context.layout.replace(node, new),), note)


def _calls_next(node: ast.AST) -> bool:
    return isinstance(node, ast.Call | ast.ListComp | ast.SetComp | ast.DictComp) and any(
        isinstance(part, ast.Await | ast.NamedExpr) or (isinstance(part, ast.Name) and part.id == "next")
        for part in ast.walk(node)
    )


def _converted(context: FunctionContext, call: ast.Call) -> str | None:
    """The text of a container that a comprehension is turned into."""
    if len(call.args) != 1 or call.keywords or not isinstance(call.args[0], ast.ListComp | ast.GeneratorExp):
        return None
    inner = call.args[0]
    body = _inside(context, inner)
    if isinstance(call.func, ast.Attribute):
        is_join = call.func.attr == "join" and isinstance(inner, ast.GeneratorExp)
        is_text = context.inference.of(call.func.value).name in ("str", "bytes")
        return f"{context.text(call.func)}([{body}])" if is_join and is_text else None
    if not isinstance(call.func, ast.Name) or not context.is_builtin(call.func.id):
        return None
    if call.func.id == "set":
        return f"{{{body}}}"
    if call.func.id == "list" and isinstance(inner, ast.GeneratorExp):
        return f"[{body}]"
    pair = inner.elt
    if call.func.id != "dict" or not isinstance(pair, ast.Tuple) or len(pair.elts) != 2:
        return None
    if any(isinstance(part, ast.Starred) for part in pair.elts):
        return None
    layout = context.layout
    rest = layout.data[layout.end(pair) : layout.end(inner) - 1].decode("utf-8", "surrogatepass")
    if not rest.lstrip().startswith(("for ", "async ")):
        return None  # parentheses around the pair
    rest = rest.replace("\r\n", "\n").rstrip()
    return f"{{{context.text(pair.elts[0])}: {context.text(pair.elts[1])}{rest}}}"


def _inside(context: FunctionContext, inner: ast.ListComp | ast.GeneratorExp) -> str:
    """What stands between the brackets of a comprehension, or between the parentheses of the call."""
    layout = context.layout
    start, end = layout.start(inner.elt), layout.end(inner) - 1
    opening = layout.data[layout.start(inner) : start]
    if opening.strip() not in (b"(", b"["):  # the element itself begins with a parenthesis
        start = layout.start(inner) + 1
    return layout.data[start:end].decode("utf-8", "surrogatepass").replace("\r\n", "\n").strip()


def _plain_copy(context: FunctionContext, node: ast.ListComp | ast.SetComp | ast.DictComp) -> str | None:
    """The call that does what a comprehension without any work does."""
    if len(node.generators) != 1:
        return None
    generator = node.generators[0]
    if generator.ifs or generator.is_async:
        return None
    walked = context.text(generator.iter)
    if isinstance(node, ast.DictComp):
        return _plain_dict(context, node, generator)
    kind = "list" if isinstance(node, ast.ListComp) else "set"
    if not isinstance(generator.target, ast.Name) or not same(node.elt, generator.target):
        return None
    return f"{kind}({walked})" if context.is_builtin(kind) else None


def _plain_dict(context: FunctionContext, node: ast.DictComp, generator: ast.comprehension) -> str | None:
    if not context.is_builtin("dict"):
        return None
    walked, target = context.text(generator.iter), generator.target
    if isinstance(target, ast.Name) and same(node.key, target) and _is_immutable(node.value):
        return f"dict.fromkeys({walked}, {context.text(node.value)})"
    if not isinstance(target, ast.Tuple) or len(target.elts) != 2:
        return None
    is_copy = same(node.key, target.elts[0]) and same(node.value, target.elts[1])
    found = match_expr("M_d.items()", generator.iter)
    names = [part.id for part in target.elts if isinstance(part, ast.Name)]
    if not is_copy or not found or len(set(names)) != 2 or context.inference.of(found["M_d"]).name != "dict":
        return None
    return f"dict({context.text(found['M_d'])})"


def _is_immutable(node: ast.expr) -> bool:
    return isinstance(node, ast.Constant)


STRATEGY = BuiltinStrategy(
    "built-directly", "builtin_substitution", _build, __doc__ or "", ("VX205", "VX504", "VX512", "VX513")
)
