"""Compares the two ends of a text before all of it with its reverse.

What it does: `s == s[::-1]` asks first whether the first and the last element are equal, which settles it for most
texts without making the reversed copy.

Example:
    def palindromes(words: list[str]) -> list[str]:
        found = []
        for word in words:
            if word == word[::-1]:
                found.append(word)
        return found

Result:
    def palindromes(words: list[str]) -> list[str]:
        found = []
        for word in words:
            if word[:1] == word[-1:] and word == word[::-1]:
                found.append(word)
        return found

Inputs:
    (["anna", "bob", "to", "", "x"],)
    ([],)

When it is unsafe: for arrays, whose comparison is an array; so the type must be known. It does not pay where nearly all
texts are short or read the same backwards.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator

from velox_engine.strategies.base import BuiltinStrategy, FunctionContext, Rewrite
from velox_engine.strategies.patterns import match_expr, same

_FORMS = (
    ("M_s == M_s[::-1]", "=="), ("M_s[::-1] == M_s", "=="), ("M_s != M_s[::-1]", "!="), ("M_s[::-1] != M_s", "!="),
)  # fmt: skip


def _build(context: FunctionContext) -> Iterator[Rewrite]:
    for node in ast.walk(context.node):
        if not isinstance(node, ast.Compare):
            continue
        for template, sign in _FORMS:
            found = match_expr(template, node)
            if found and isinstance(found["M_s"], ast.Name) and _ends_decide(context, node, found["M_s"]):
                name, joined = found["M_s"].id, "and" if sign == "==" else "or"
                code = f"{name}[:1] {sign} {name}[-1:] {joined} {context.text(node)}"
                if not _stands_alone(context, node):
                    code = f"({code})"
                yield Rewrite((context.layout.replace(node, code),), "compare the two ends first")
                break


def _ends_decide(context: FunctionContext, node: ast.Compare, text: ast.Name) -> bool:
    shape = context.inference.of(text)
    if shape.name not in ("str", "bytes", "list", "tuple") or shape.evidence == "use":
        return False
    # Ex) s[:1] == s[-1:] and s == s[::-1], which is what this strategy makes.
    parent = context.parents.get(node)
    asked = match_expr("M_s[:1] == M_s[-1:]", parent.values[0]) if isinstance(parent, ast.BoolOp) else None
    asked = asked or (
        match_expr("M_s[:1] != M_s[-1:]", parent.values[0]) if isinstance(parent, ast.BoolOp) else None
    )
    return asked is None or not same(asked["M_s"], text)


def _stands_alone(context: FunctionContext, node: ast.AST) -> bool:
    """Whether `… and …` may stand here without parentheses."""
    parent = context.parents.get(node)
    return isinstance(parent, ast.Assign | ast.Return) or (
        isinstance(parent, ast.If | ast.While) and parent.test is node
    )


STRATEGY = BuiltinStrategy("compare-ends", "algorithm_change", _build, __doc__ or "")
