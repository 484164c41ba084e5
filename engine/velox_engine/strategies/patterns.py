"""Matches syntax against templates written as Python, such as `for M_i in range(len(M_xs)): M__body`.

`M_name` stands for one expression, the same one wherever the template repeats it. A statement `M__name` stands for
any number of statements.
"""

from __future__ import annotations

import ast
from collections.abc import Sequence
from functools import lru_cache

Match = dict[str, ast.expr]
"""What the expression variables of a template stand for. Never empty, so that it is true for a template without any."""

_MATCHED = ast.Constant(True)


def same(left: ast.AST | None, right: ast.AST | None) -> bool:
    """Whether two pieces of syntax are equal, be they read or written."""
    return _equal(left, right, None)


def match_expr(template: str, node: ast.AST | None) -> Match | None:
    """What the variables stand for when the expression matches."""
    found: Match = {"": _MATCHED}
    return found if node is not None and _equal(_expression(template), node, found) else None


def match_stmt(template: str, node: ast.stmt | None) -> Match | None:
    """The same for one statement."""
    found: Match = {"": _MATCHED}
    return found if node is not None and _equal(_statement(template), node, found) else None


def match_stmts(template: str, nodes: Sequence[ast.stmt]) -> Match | None:
    """The same for a whole list of statements."""
    found: Match = {"": _MATCHED}
    return found if _equal(list(_statements(template)), list(nodes), found) else None


@lru_cache(maxsize=512)
def _expression(template: str) -> ast.expr:
    return ast.parse(template, mode="eval").body


@lru_cache(maxsize=512)
def _statements(template: str) -> tuple[ast.stmt, ...]:
    return tuple(ast.parse(template).body)


def _statement(template: str) -> ast.stmt:
    return _statements(template)[0]


def _is_rest(node: object) -> bool:
    return isinstance(node, ast.Expr) and isinstance(node.value, ast.Name) and node.value.id.startswith("M__")


def _equal(pattern: object, node: object, found: Match | None) -> bool:
    if found is not None and isinstance(pattern, ast.Name) and pattern.id.startswith("M_"):
        if not isinstance(node, ast.expr):
            return False
        if pattern.id in found:
            return _equal(found[pattern.id], node, None)
        found[pattern.id] = node
        return True
    if isinstance(pattern, ast.AST):
        if type(pattern) is not type(node):
            return False
        for field in pattern._fields:
            if field in ("ctx", "type_comment", "kind", "type_params", "returns"):
                continue
            if not _equal(getattr(pattern, field, None), getattr(node, field, None), found):
                return False
        return True
    if isinstance(pattern, list):
        if not isinstance(node, list):
            return False
        if found is not None and pattern and _is_rest(pattern[-1]):
            head = pattern[:-1]
            return len(node) >= len(head) and all(
                _equal(part, other, found) for part, other in zip(head, node, strict=False)
            )
        return len(pattern) == len(node) and all(
            _equal(part, other, found) for part, other in zip(pattern, node, strict=True)
        )
    return type(pattern) is type(node) and pattern == node
