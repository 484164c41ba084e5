"""What all functions of one file share: its names, its functions, and which of them have no effect.

Computed once for a file however many of its functions are looked at.
"""

from __future__ import annotations

import ast
from collections.abc import Mapping
from functools import cached_property

from velox_engine.source.document import SourceFile
from velox_engine.strategies.bindings import Scope, module_names, scope_of, written_names
from velox_engine.strategies.positions import Layout

FunctionNode = ast.FunctionDef | ast.AsyncFunctionDef
_NAMED = ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef | ast.ExceptHandler | ast.MatchAs


class ModuleFacts:
    """The shared analyses of one parsed file."""

    def __init__(self, source: SourceFile, module: ast.Module) -> None:
        self.module = module
        self.layout = Layout(source)
        self.purity: dict[ast.AST, bool] = {}
        """Functions of the file that were judged, and whether they have no effect."""
        self._scopes: dict[ast.AST, Scope] = {}

    def scope(self, node: FunctionNode | ast.Lambda) -> Scope:
        """The names of a function, remembered."""
        known = self._scopes.get(node)
        if known is None:
            known = self._scopes[node] = scope_of(node)
        return known

    @cached_property
    def definitions(self) -> Mapping[str, tuple[FunctionNode, tuple[ast.AST, ...]]]:
        """Each qualified name to the last function defined so, which counts once the module is loaded, and to the
        classes and functions around it, outermost first."""
        result: dict[str, tuple[FunctionNode, tuple[ast.AST, ...]]] = {}
        stack: list[tuple[ast.AST, tuple[ast.AST, ...], str]] = [(self.module, (), "")]
        while stack:
            node, enclosing, prefix = stack.pop()
            for child in reversed(list(ast.iter_child_nodes(node))):
                if isinstance(child, ast.FunctionDef | ast.AsyncFunctionDef):
                    name = prefix + child.name
                    if name not in result or child.lineno > result[name][0].lineno:
                        result[name] = (child, enclosing)
                    stack.append((child, (*enclosing, child), f"{name}."))
                elif isinstance(child, ast.ClassDef):
                    stack.append((child, (*enclosing, child), f"{prefix}{child.name}."))
                elif isinstance(child, ast.stmt | ast.ExceptHandler | ast.match_case):
                    stack.append((child, enclosing, prefix))
        return result

    @cached_property
    def names(self) -> frozenset[str]:
        """Names bound at module level; "*" stands for a star import."""
        return module_names(self.module)

    @cached_property
    def nodes(self) -> tuple[ast.AST, ...]:
        """All nodes of the file."""
        return tuple(ast.walk(self.module))

    @cached_property
    def numpy_names(self) -> frozenset[str]:
        """Names that mean NumPy."""
        return frozenset(
            alias.asname or alias.name
            for statement in self.module.body
            if isinstance(statement, ast.Import)
            for alias in statement.names
            if alias.name == "numpy"
        )

    @cached_property
    def binders(self) -> Mapping[str, tuple[ast.stmt, ...]]:
        """Each name bound at module level to the statements there that bind it."""
        found: dict[str, list[ast.stmt]] = {}
        for statement in self.module.body:
            for name in written_names([statement]):
                found.setdefault(name, []).append(statement)
        return {name: tuple(statements) for name, statements in found.items()}

    @cached_property
    def stores(self) -> Mapping[str, tuple[ast.Name, ...]]:
        """Each name to the places of the file where it is assigned, in whatever scope."""
        found: dict[str, list[ast.Name]] = {}
        for node in self.nodes:
            if isinstance(node, ast.Name) and not isinstance(node.ctx, ast.Load):
                found.setdefault(node.id, []).append(node)
        return {name: tuple(nodes) for name, nodes in found.items()}

    def binder(self, name: str) -> ast.stmt | None:
        """The one statement of the module that gives a name its value; None where anything else may, in any scope."""
        found = self.binders.get(name, ())
        if len(found) != 1 or "*" in self.names or name in self.global_names:
            return None
        stores = self.stores.get(name, ())
        within = set(ast.walk(found[0]))
        return found[0] if len(stores) <= 1 and all(store in within for store in stores) else None

    def imported(self, module: str) -> ast.Import | None:
        """The `import module` by which the name means that module wherever the file says it."""
        statement = self.binder(module)
        if not isinstance(statement, ast.Import) or self.imported_as(module) != module:
            return None
        return statement

    def imported_as(self, module: str) -> str | None:
        """The name by which the whole file means a module, np of `import numpy as np`; None where that is not sure."""
        for statement in self.module.body:
            for alias in statement.names if isinstance(statement, ast.Import) else ():
                name = alias.asname or alias.name
                if alias.name != module or "." in name or name in self.parameter_names:
                    continue
                if self.binder(name) is statement and not self._means_another(name, module):
                    return name
        return None

    def _means_another(self, name: str, module: str) -> bool:
        """Whether some inner scope binds a name to something else than the module."""
        for node in self.nodes:
            if isinstance(node, ast.ImportFrom):
                if any((alias.asname or alias.name) == name for alias in node.names):
                    return True
            elif isinstance(node, ast.Import):
                if any(
                    (alias.asname or alias.name.partition(".")[0]) == name
                    and (alias.name.partition(".")[0] if not alias.asname else alias.name) != module
                    for alias in node.names
                ):
                    return True
            elif isinstance(node, _NAMED) and node.name == name:
                return True
        return False

    @cached_property
    def parameter_names(self) -> frozenset[str]:
        """Names that some function of the file has as a parameter."""
        return frozenset(node.arg for node in self.nodes if isinstance(node, ast.arg))

    @cached_property
    def global_names(self) -> frozenset[str]:
        """Names that some function declares global."""
        return frozenset(name for node in self.nodes if isinstance(node, ast.Global) for name in node.names)

    @cached_property
    def variable_names(self) -> frozenset[str]:
        """All names of variables in whatever scope of the file; attributes are none."""
        names = {node.id for node in self.nodes if isinstance(node, ast.Name)} | self.parameter_names
        for node in self.nodes:
            if isinstance(node, ast.alias):
                names.add((node.asname or node.name).partition(".")[0])
            elif isinstance(
                node,
                ast.FunctionDef
                | ast.AsyncFunctionDef
                | ast.ClassDef
                | ast.ExceptHandler
                | ast.MatchAs
                | ast.MatchStar,
            ):
                names |= {node.name} if node.name else set()
            elif isinstance(node, ast.MatchMapping) and node.rest:
                names.add(node.rest)
        return frozenset(names)

    @cached_property
    def rebound_names(self) -> frozenset[str]:
        """Names that some function declares global or nonlocal, and may bind anew."""
        return frozenset(
            name for node in self.nodes if isinstance(node, ast.Global | ast.Nonlocal) for name in node.names
        )

    @cached_property
    def functions(self) -> Mapping[str, ast.FunctionDef]:
        """The functions at module level."""
        return functions_in(self.module.body)

    @cached_property
    def taken_names(self) -> frozenset[str]:
        """All identifiers of the file: a new name must not be one of them."""
        names: set[str] = set()
        for node in self.nodes:
            if isinstance(node, ast.Name):
                names.add(node.id)
            elif isinstance(node, ast.arg):
                names.add(node.arg)
            elif isinstance(node, ast.Attribute):
                names.add(node.attr)
            elif isinstance(node, ast.alias):
                names.add((node.asname or node.name).partition(".")[0])
            elif isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef | ast.ExceptHandler):
                names |= {node.name} if node.name else set()
        return frozenset(names) | self.rebound_names


def functions_in(body: list[ast.stmt]) -> dict[str, ast.FunctionDef]:
    """The undecorated functions that a block defines, and binds no other way."""
    counts: dict[str, int] = {}
    for statement in body:
        for name in written_names([statement]):
            counts[name] = counts.get(name, 0) + 1
    return {
        statement.name: statement
        for statement in body
        if isinstance(statement, ast.FunctionDef)
        and not statement.decorator_list
        and counts[statement.name] == 1
    }
