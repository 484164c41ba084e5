"""How one module of a workspace speaks of another: the names that its imports bind, followed exactly or not at all."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from velox_engine.workspace.import_graph import ImportGraph, module_name


@dataclass(frozen=True, slots=True)
class Binding:
    """One way in which a file can say `target.NAME`: as the member itself, or as an attribute of the module."""

    written: str  # Ex) "RESERVED", "words.RESERVED", "shop.words.RESERVED"
    alias: ast.alias  # that binds it
    statement: ast.Import | ast.ImportFrom
    is_member: bool  # the name itself was imported, so that a further one must be imported too


def bindings(
    graph: ImportGraph, path: Path, module: ast.Module, target: Path, name: str
) -> Iterator[Binding]:
    """Yield the ways in which the file `path` names `name` of the module `target`, by its top-level imports."""
    package = module_name(path, graph.root).split(".")
    if path.name != "__init__.py":
        package = package[:-1]
    for statement in module.body:
        if isinstance(statement, ast.Import):
            for alias in statement.names:
                if graph.modules.get(alias.name) == target:
                    yield Binding(f"{alias.asname or alias.name}.{name}", alias, statement, False)
        elif isinstance(statement, ast.ImportFrom):
            base = statement.module or ""
            if statement.level:
                above = package[: len(package) - statement.level + 1]
                base = ".".join([*above, *filter(None, [statement.module])])
            for alias in statement.names:
                if alias.name == name and graph.modules.get(base) == target:
                    yield Binding(alias.asname or name, alias, statement, True)
                elif graph.modules.get(f"{base}.{alias.name}") == target:
                    yield Binding(f"{alias.asname or alias.name}.{name}", alias, statement, False)
