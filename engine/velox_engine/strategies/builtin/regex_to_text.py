"""Uses text methods where a regular expression is only a fixed text.

What it does: `re.sub`, `re.split`, `re.match`, `re.search` and `len(re.findall(…))` with a pattern without any special
character become `replace`, `split`, `startswith`, `in` and `count`. The matches must only be asked for being there.

Example:
    import re


    def underscored(text: str) -> str:
        return re.sub("-", "_", text)

Result:
    import re


    def underscored(text: str) -> str:
        return text.replace("-", "_")

Inputs:
    ("a-b-c",)
    ("",)
    ("plain",)

When it is unsafe: for bytes and for anything that is no text, where the error differs; so the type must be known, or
the text be used as one.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

from velox_engine.strategies.base import BuiltinStrategy, FunctionContext, Rewrite
from velox_engine.strategies.loops import constant
from velox_engine.strategies.patterns import match_expr


def _build(context: FunctionContext) -> Iterator[Rewrite]:
    if context.facts.imported("re") is None:
        return
    for node in ast.walk(context.node):
        text = _text(context, node) if isinstance(node, ast.Call) else None
        if text and isinstance(node, ast.expr):
            yield Rewrite((context.layout.replace(node, text),), "use the method of the text")


def _text(context: FunctionContext, node: ast.Call) -> str | None:
    found = match_expr("re.sub(M_p, M_r, M_s)", node)
    if found and _is_plain(found["M_p"]):
        replacement = constant(found["M_r"])
        if isinstance(replacement, str) and "\\" not in replacement:
            return _method(context, found["M_s"], "replace", found["M_p"], found["M_r"])
    found = match_expr("re.split(M_p, M_s)", node)
    if found and _is_plain(found["M_p"]):
        return _method(context, found["M_s"], "split", found["M_p"])
    found = match_expr("len(re.findall(M_p, M_s))", node)
    if found and _is_plain(found["M_p"]) and context.is_builtin("len"):
        return _method(context, found["M_s"], "count", found["M_p"])
    if not _as_truth(context, node):
        return None
    found = match_expr("re.match(M_p, M_s)", node)
    if found and _is_plain(found["M_p"]):
        return _method(context, found["M_s"], "startswith", found["M_p"])
    found = match_expr("re.search(M_p, M_s)", node)
    if not found or not isinstance(constant(found["M_p"]), str):
        return None
    pattern = str(constant(found["M_p"]))
    if pattern.startswith("^") and pattern[1:] and re.escape(pattern[1:]) == pattern[1:]:
        prefix = ast.copy_location(ast.Constant(pattern[1:]), found["M_p"])
        quote = context.text(found["M_p"])[-1]
        return _method(context, found["M_s"], "startswith", prefix, quoted=f"{quote}{pattern[1:]}{quote}")
    if not _is_plain(found["M_p"]) or not _known(context, found["M_s"]):
        return None
    text = f"{context.text(found['M_p'])} in {context.operand(found['M_s'])}"
    parent = context.parents.get(node)
    return f"({text})" if isinstance(parent, ast.UnaryOp | ast.Compare) else text


def _is_plain(pattern: ast.expr) -> bool:
    """Whether the pattern matches exactly its own text."""
    value = constant(pattern)
    return isinstance(value, str) and bool(value) and not set(value) & set(".^$*+?{}[]\\|()")


def _known(context: FunctionContext, text: ast.expr) -> bool:
    return context.inference.of(text).name == "str"


def _method(
    context: FunctionContext, text: ast.expr, method: str, *arguments: ast.expr, quoted: str = ""
) -> str | None:
    if not _known(context, text):
        return None
    given = quoted or ", ".join(context.text(one) for one in arguments)
    return f"{context.operand(text)}.{method}({given})"


def _as_truth(context: FunctionContext, node: ast.AST) -> bool:
    parent = context.parents.get(node)
    while isinstance(parent, ast.BoolOp | ast.UnaryOp):
        if isinstance(parent, ast.UnaryOp) and not isinstance(parent.op, ast.Not):
            return False
        if isinstance(parent, ast.UnaryOp):
            return True
        node, parent = parent, context.parents.get(parent)
    if isinstance(parent, ast.If | ast.IfExp | ast.While):
        return parent.test is node
    if isinstance(parent, ast.Call) and isinstance(parent.func, ast.Name):
        return parent.func.id == "bool"
    return isinstance(parent, ast.comprehension) and node in parent.ifs


STRATEGY = BuiltinStrategy("regex-to-text", "regex", _build, __doc__ or "")
