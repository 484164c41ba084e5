"""The part of a module that a function's inputs depend on, as text: edits elsewhere leave it as it is."""

from __future__ import annotations

import ast

from velox_engine.verify.inputs.target import locate


def relevant_text(text: str, qualname: str) -> str:
    """The function, its class, what they name of the module directly or not, calls of it, and statements that run.

    Definitions that nothing of this mentions are left out. Comments count, since inputs are read from them.
    Raises VeloxError when the module does not hold the function.
    """
    target = locate(text, qualname)
    lines = text.splitlines(keepends=True)
    definitions: dict[str, list[ast.stmt]] = {}
    for item in target.module.body:
        if isinstance(item, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            definitions.setdefault(item.name, []).append(item)
    own = target.owner or target.node
    wanted: dict[int, ast.stmt] = {id(own): own}
    waiting: list[ast.AST] = [own]
    for item in target.module.body:
        if not isinstance(item, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef) or _mentions(
            item, target.name
        ):
            wanted.setdefault(id(item), item)
            waiting.append(item)
    while waiting:
        for name in _names(waiting.pop()):
            for item in definitions.pop(name, ()):
                if id(item) not in wanted:
                    wanted[id(item)] = item
                    waiting.append(item)
    kept = sorted(wanted.values(), key=lambda item: item.lineno)
    return "\n".join(_with_comments(lines, item) for item in kept)


def _mentions(node: ast.AST, name: str) -> bool:
    return name in _names(node)


def _names(node: ast.AST) -> set[str]:
    found: set[str] = set()
    for item in ast.walk(node):
        if isinstance(item, ast.Name):
            found.add(item.id)
        elif isinstance(item, ast.Attribute):
            found.add(item.attr)
        elif isinstance(item, ast.Constant) and isinstance(item.value, str) and len(item.value) < 80:
            found.update(
                part for part in item.value.replace("[", " ").replace("]", " ").split()
            )  # hints as text
    return found


def _with_comments(lines: list[str], node: ast.stmt) -> str:
    """A statement with the comment lines directly above it."""
    decorators = getattr(node, "decorator_list", [])
    first = min([node.lineno, *(item.lineno for item in decorators)]) - 1
    while first > 0 and lines[first - 1].lstrip().startswith("#"):
        first -= 1
    return "".join(lines[first : node.end_lineno])
