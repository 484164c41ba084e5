"""How a function may be called: what a rewrite must keep even where every call that was tried gives the same."""

from __future__ import annotations

import ast

from velox_engine.types import Difference

_KINDS = ("staticmethod", "classmethod", "property")


def interface_difference(old: str, new: str, qualname: str) -> Difference | None:
    """Compare the two definitions of `qualname`; None when whoever may call the old one may call the new one.

    Parameters that the new one adds at the end with a default, and more general kinds, do no harm. None as well
    where either text has no plain definition of that name.
    """
    before, after = _find(old, qualname), _find(new, qualname)
    if before is None or after is None:
        return None
    if type(before) is not type(after):
        return _difference("one is a coroutine function and the other is not", before, after)
    if _kinds(before) != _kinds(after):
        return _difference(
            "one is a static or class method or a property and the other is not", before, after
        )
    reason = _parameters(before.args, after.args)
    return _difference(reason, before, after) if reason else None


def _parameters(old: ast.arguments, new: ast.arguments) -> str:
    was, now = [*old.posonlyargs, *old.args], [*new.posonlyargs, *new.args]
    least_was, least_now = len(was) - len(old.defaults), len(now) - len(new.defaults)
    if len(now) < len(was) and not new.vararg:
        return "it takes fewer positional arguments"
    if least_now > least_was:
        return "a parameter has no default any more"
    if old.vararg and (not new.vararg or len(now) > len(was)):
        return "it takes other arguments by position"
    for position, item in enumerate(was[: len(now)]):
        by_name = position >= len(old.posonlyargs)
        if by_name and (now[position].arg != item.arg or position < len(new.posonlyargs)):
            return f"the parameter {item.arg} cannot be named any more"
    named_was = {item.arg: value for item, value in zip(old.kwonlyargs, old.kw_defaults, strict=True)}
    named_now = {item.arg: value for item, value in zip(new.kwonlyargs, new.kw_defaults, strict=True)}
    accepted = {*named_now, *(item.arg for item in new.args)}
    for name in named_was:
        if name not in accepted and not new.kwarg:
            return f"the parameter {name} cannot be named any more"
    for name, value in named_now.items():
        if value is None and (name not in named_was or named_was[name] is not None):
            return f"the parameter {name} has to be given now"
    if old.kwarg and not new.kwarg:
        return "it takes no other named arguments any more"
    return ""


def _find(text: str, qualname: str) -> ast.FunctionDef | ast.AsyncFunctionDef | None:
    try:
        body = ast.parse(text).body
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return None
    *owners, name = qualname.split(".")
    for owner in owners:
        inside = [node for node in body if isinstance(node, ast.ClassDef) and node.name == owner]
        if not inside:
            return None
        body = inside[-1].body
    found = [n for n in body if isinstance(n, ast.FunctionDef | ast.AsyncFunctionDef) and n.name == name]
    return found[-1] if found else None


def _kinds(node: ast.FunctionDef | ast.AsyncFunctionDef) -> list[str]:
    return sorted(item.id for item in node.decorator_list if isinstance(item, ast.Name) and item.id in _KINDS)


def _difference(says: str, old: ast.AST, new: ast.AST) -> Difference:
    return Difference(
        f"the rewrite is called differently: {says}", "(any call)", _headline(old), _headline(new)
    )


def _headline(node: ast.AST) -> str:
    """Ex) `async def f(x, y=1)`."""
    assert isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
    word = "async def" if isinstance(node, ast.AsyncFunctionDef) else "def"
    marks = "".join(f"@{name} " for name in _kinds(node))
    return f"{marks}{word} {node.name}({ast.unparse(node.args)})"
