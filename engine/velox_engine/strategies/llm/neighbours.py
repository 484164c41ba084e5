"""What other files of the workspace have to do with a function: what it uses of them, and how they call it."""

from __future__ import annotations

import ast
import re
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from pathlib import Path
from typing import Final

from velox_engine.strategies.base import FunctionContext
from velox_engine.workspace.import_graph import import_graph
from velox_engine.workspace.project import Project

IsHidden = Callable[[Path], bool]
_MOST_DEFINITIONS: Final = 6
_LONGEST_DEFINITION: Final = 1_500  # characters; of a longer one only the first line is shown
_MOST_CALLS: Final = 3
_LONGEST_CALL: Final = 120
_MOST_FILES: Final = 40  # that import the function's module and are read for calls


def shortened(text: str, node: ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef) -> str:
    """A definition's text, or only its first line when it is long."""
    if len(text) <= _LONGEST_DEFINITION:
        return text
    first = min([node.lineno, *(one.lineno for one in node.decorator_list)])
    return f"{text.splitlines()[node.lineno - first]} ..."


def used_definitions(context: FunctionContext, project: Project, is_hidden: IsHidden) -> Iterator[str]:
    """Yield the functions of other files of the workspace that it uses, each under the name of its module."""
    count = 0
    for module, file, names in _used(context, project):
        if is_hidden(file):
            continue
        for text in _definitions(file, names):
            if count < _MOST_DEFINITIONS:
                count += 1
                yield f"# from {module}\n{text}"


def _used(context: FunctionContext, project: Project) -> Iterator[tuple[str, Path, list[str]]]:
    """Yield (module as written, its file, names that the function uses of it)."""
    read = {node.id for node in ast.walk(context.node) if isinstance(node, ast.Name)}
    chains = {chain for node in ast.walk(context.node) if (chain := _chain(node))}
    members = partial(_members, chains)
    for statement in context.module.body:
        if isinstance(statement, ast.Import):
            for alias in statement.names:
                file = _file_of(alias.name, project)
                names = members(alias.asname or alias.name)
                if file is not None and names:
                    yield alias.name, file, names
        elif isinstance(statement, ast.ImportFrom):
            base = _absolute(statement, project)
            shown = "." * statement.level + (statement.module or "")
            taken = [alias.name for alias in statement.names if (alias.asname or alias.name) in read]
            file = _file_of(base, project) if taken else None
            if file is not None:
                yield shown, file, taken
            for alias in statement.names:
                inner = _file_of(f"{base}.{alias.name}", project) if alias.name in taken else None
                names = members(alias.asname or alias.name)
                if inner is not None and names:
                    yield f"{shown}.{alias.name}", inner, names


def _chain(node: ast.AST) -> str:
    """Ex) a.b.c → "a.b.c"; "" for what is no chain of names."""
    parts: list[str] = []
    while isinstance(node, ast.Attribute):
        parts.append(node.attr)
        node = node.value
    return ".".join([node.id, *reversed(parts)]) if parts and isinstance(node, ast.Name) else ""


def _members(chains: set[str], module: str) -> list[str]:
    """The names that chains take of a module. Ex) {"rates.rate_of"}, "rates" → ["rate_of"]."""
    found = {chain.removeprefix(f"{module}.") for chain in chains if chain.startswith(f"{module}.")}
    return sorted(name for name in found if "." not in name)


def _absolute(statement: ast.ImportFrom, project: Project) -> str:
    if not statement.level:
        return statement.module or ""
    package = project.package.split(".")
    above = package[: len(package) - statement.level + 1]
    return ".".join([*above, *([statement.module] if statement.module else [])])


def _file_of(module: str, project: Project) -> Path | None:
    """The file of the workspace that a dotted name means; None for installed packages."""
    if not module:
        return None
    relative = Path(*module.split("."))
    for folder in project.search_path:
        for file in (Path(folder, relative).with_suffix(".py"), Path(folder, relative, "__init__.py")):
            if file.is_file() and file.resolve().is_relative_to(project.root.resolve()):
                return file.resolve()
    return None


def _definitions(file: Path, names: Sequence[str]) -> Iterator[str]:
    text, tree = _parsed(file)
    for statement in tree.body:
        if isinstance(statement, ast.FunctionDef | ast.AsyncFunctionDef) and statement.name in names:
            yield shortened(ast.get_source_segment(text, statement) or "", statement)


def calls_elsewhere(context: FunctionContext, project: Project, is_hidden: IsHidden) -> Iterator[str]:
    """Yield the first few expressions of files that import the function's module and call it."""
    path, name = context.source.path, context.node.name
    if path is None:
        return
    word = re.compile(rf"\b{re.escape(name)}\b")
    count = 0
    for file in import_graph(project.root).direct(path)[:_MOST_FILES]:
        if is_hidden(file):
            continue
        text, tree = _parsed(file)
        if not word.search(text):
            continue
        for node in ast.walk(tree):
            if isinstance(node, ast.Call) and _names(node.func, name):
                call = ast.get_source_segment(text, node) or ""
                if count < _MOST_CALLS and len(call) <= _LONGEST_CALL and "\n" not in call:
                    count += 1
                    yield call


def _names(function: ast.expr, name: str) -> bool:
    if isinstance(function, ast.Attribute):
        return function.attr == name
    return isinstance(function, ast.Name) and function.id == name


def _parsed(file: Path) -> tuple[str, ast.Module]:
    """A file's text and tree; both empty where it cannot be read or is no Python."""
    try:
        text = file.read_text(encoding="utf-8")
        return text, ast.parse(text)
    except (OSError, ValueError, SyntaxError, RecursionError, MemoryError):
        return "", ast.Module(body=[], type_ignores=[])
