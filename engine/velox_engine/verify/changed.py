"""Which functions of a module differ between two texts of it, and which are touched by what changed around them."""

from __future__ import annotations

import ast
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Changes:
    """Functions by qualified name: `changed` exist on both sides, in the order of the new text."""

    changed: tuple[str, ...] = ()
    added: tuple[str, ...] = ()
    removed: tuple[str, ...] = ()


def changed_functions(old: str, new: str) -> Changes:
    """Compare two module texts; layout, comments and docstrings do not count.

    A function whose own text is the same counts as changed where it uses a name of its module that is not: a
    constant, an import, a helper that is gone. Raises SyntaxError when a text does not parse.
    """
    before, after = _Module(old), _Module(new)
    around = {
        name
        for name in before.others.keys() | after.others.keys()
        if before.others.get(name) != after.others.get(name)
    }
    around |= before.functions.keys() ^ after.functions.keys()
    changed = tuple(
        name
        for name, text in after.functions.items()
        if name in before.functions and (before.functions[name] != text or after.uses[name] & around)
    )
    return Changes(
        changed,
        tuple(name for name in after.functions if name not in before.functions),
        tuple(name for name in before.functions if name not in after.functions),
    )


class _Module:
    """A module's functions and its other top-level names, each with a text that only meaning changes."""

    def __init__(self, text: str) -> None:
        self.functions: dict[str, str] = {}
        self.uses: dict[str, set[str]] = {}
        self.others: dict[str, str] = {}
        self._read(ast.parse(text).body, "")

    def _read(self, body: list[ast.stmt], prefix: str) -> None:
        for node in body:
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                name = prefix + node.name
                self.uses[name] = {item.id for item in ast.walk(node) if isinstance(item, ast.Name)}
                self.functions[name] = _meaning(node)
            elif isinstance(node, ast.ClassDef):
                self._read(node.body, f"{prefix}{node.name}.")
                heading = [*node.bases, *node.keywords, *node.decorator_list]
                self.others[prefix + node.name] = " ".join(ast.dump(item) for item in heading)
            elif isinstance(node, ast.If | ast.Try):
                self._read(node.body, prefix)
                self._read([*node.orelse, *getattr(node, "finalbody", [])], prefix)
            elif not prefix:
                text = ast.dump(node)
                for name in _bound(node):
                    self.others[name] = self.others.get(name, "") + text


def _bound(node: ast.stmt) -> list[str]:
    if isinstance(node, ast.Import | ast.ImportFrom):
        return [(alias.asname or alias.name).partition(".")[0] for alias in node.names]
    return [
        item.id for item in ast.walk(node) if isinstance(item, ast.Name) and isinstance(item.ctx, ast.Store)
    ]


def _meaning(node: ast.FunctionDef | ast.AsyncFunctionDef) -> str:
    """The dump of a function without the docstrings in it."""
    for inner in ast.walk(node):
        if isinstance(inner, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef) and ast.get_docstring(
            inner
        ):
            inner.body = inner.body[1:] or [ast.Pass()]
    return ast.dump(node)
