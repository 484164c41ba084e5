"""Planted bugs that change nothing anybody could see: left out, so that strength is neither flattered nor belittled.

Some compile to the same code and are never planted. Others only look harmless, such as `<` for `<=` where the smaller
of two values is kept; they count when an input shows them and are left out when none does.
"""

from __future__ import annotations

import ast
from types import CodeType
from typing import Any

FunctionNode = ast.FunctionDef | ast.AsyncFunctionDef
QUIET = frozenset({"debug", "info"})  # levels that logging drops unless somebody asks for them
LOGGERS = frozenset({"logger", "log", "logging", "_logger", "LOGGER", "LOG", "_log"})
FLIPPED = {(ast.Lt, "<="), (ast.LtE, "<"), (ast.Gt, ">="), (ast.GtE, ">")}


def compiled(node: FunctionNode) -> Any:
    """What a function compiles to, without positions: equal for two texts that run the same. None where it does not."""
    try:
        module = ast.fix_missing_locations(ast.Module([node], []))
        return _essence(compile(module, "mutant", "exec", dont_inherit=True))
    except (SyntaxError, ValueError, RecursionError):
        return None


def _essence(code: CodeType) -> tuple[Any, ...]:
    constants = tuple(
        _essence(item) if isinstance(item, CodeType) else (type(item).__name__, repr(item))
        for item in code.co_consts
    )
    return (
        code.co_code,
        constants,
        code.co_names,
        code.co_varnames,
        code.co_freevars,
        code.co_flags,
        code.co_exceptiontable,
    )


class Harmless:
    """Recognises places in one function where a change may well show nowhere."""

    def __init__(self, node: FunctionNode) -> None:
        self.read = {
            item.id
            for item in ast.walk(node)
            if isinstance(item, ast.Name) and not isinstance(item.ctx, ast.Store)
        }
        self.read |= {
            name
            for item in ast.walk(node)
            if isinstance(item, ast.Global | ast.Nonlocal)
            for name in item.names
        }
        self._quiet: set[int] = set()  # nodes whose value nobody sees
        self._kept: set[int] = set()  # comparisons that keep one of two values
        self._exits: set[int] = set()  # breaks that only save time
        for item in ast.walk(node):
            self._look(item)

    def tie(self, node: ast.Compare, operator: type[ast.cmpop], new: str) -> bool:
        """Ex) `if item < best: best = item` with `<=`: equal values take each other's place."""
        return id(node) in self._kept and (operator, new) in FLIPPED

    def exits(self, node: ast.AST) -> bool:
        """Ex) `found = True; break` without the break: the rest of the loop can only do the same again."""
        return id(node) in self._exits

    def unseen(self, node: ast.AST) -> bool:
        """A value that is never read, or goes to a log that is off."""
        return id(node) in self._quiet

    def _look(self, node: ast.AST) -> None:
        match node:
            case ast.Assign(targets=[ast.Name(id=name)]) | ast.AugAssign(target=ast.Name(id=name)) if (
                name not in self.read
            ):
                self._hide(node)
            case ast.Expr(value=ast.Call(func=ast.Attribute(value=ast.Name(id=owner), attr=level))):
                if owner in LOGGERS and level in QUIET:
                    self._hide(node)
            case ast.Call(func=ast.Name(id="cast"), args=[first, _]):
                self._hide(first)
            case ast.If(
                test=ast.Compare(left=left, comparators=[right]) as test,
                body=[ast.Assign(targets=[target], value=value)],
                orelse=[],
            ):
                if {ast.dump(_loaded(target)), ast.dump(value)} == {ast.dump(left), ast.dump(right)}:
                    self._kept.add(id(test))
            case ast.IfExp(
                test=ast.Compare(left=left, comparators=[right]) as test, body=body, orelse=orelse
            ):
                if {ast.dump(body), ast.dump(orelse)} == {ast.dump(left), ast.dump(right)}:
                    self._kept.add(id(test))
            case ast.For(body=[ast.If(body=[*assigned, ast.Break() as leave], orelse=[])], orelse=[]):
                if all(_constant_assignment(item) for item in assigned):
                    self._exits.add(id(leave))

    def _hide(self, node: ast.AST) -> None:
        self._quiet.update(id(item) for item in ast.walk(node))


def _loaded(node: ast.expr) -> ast.expr:
    """The same name or place as something that is read."""
    return ast.parse(ast.unparse(node), mode="eval").body


def _constant_assignment(node: ast.stmt) -> bool:
    return isinstance(node, ast.Assign) and isinstance(node.value, ast.Constant)
