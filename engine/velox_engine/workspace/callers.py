"""What surrounds a function in its workspace: who imports its module, who calls it, and whom it calls."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Final

from velox_engine.source.document import read_source
from velox_engine.types import VeloxError
from velox_engine.workspace.import_graph import ImportGraph, import_graph, module_name
from velox_engine.workspace.references import bindings

_MOST_FILES: Final = 200
_LONGEST: Final = 200  # characters of a line that is shown

Function = ast.FunctionDef | ast.AsyncFunctionDef


@dataclass(frozen=True, slots=True)
class Caller:
    """One call of the function."""

    path: Path
    function: str  # around the call; "" at module level
    line: int  # from 1
    text: str
    certain: bool  # False for a method, of which only the name is known


@dataclass(frozen=True, slots=True)
class Callee:
    """One function of the workspace that it calls."""

    path: Path
    function: str
    line: int  # of its `def`, from 1


@dataclass(frozen=True, slots=True)
class Surroundings:
    """The files that import the module directly, the calls of the function, and the functions that it calls."""

    imported_by: tuple[Path, ...]
    callers: tuple[Caller, ...]
    callees: tuple[Callee, ...]
    complete: bool  # False where the workspace was too large to read whole


def surroundings(root: Path, path: Path, qualname: str) -> Surroundings:
    """Look around the function `qualname` of the file `path`; the imports alone where `qualname` is empty."""
    graph, path = import_graph(root), path.resolve()
    importers = tuple(graph.direct(path))
    if not qualname:
        return Surroundings(importers, (), (), graph.complete)
    callers: list[Caller] = []
    for file in (path, *importers[:_MOST_FILES]):
        tree = _tree(file)
        if tree is not None:
            callers += _calls(graph, file, tree, path, qualname)
    complete = graph.complete and len(importers) <= _MOST_FILES
    return Surroundings(importers, tuple(callers), tuple(_callees(graph, path, qualname)), complete)


def _tree(path: Path) -> ast.Module | None:
    try:
        status = path.stat()
    except OSError:
        return None
    return _parsed(path, status.st_mtime_ns, status.st_size)


@lru_cache(maxsize=256)
def _parsed(path: Path, stamp: int, size: int) -> ast.Module | None:
    """Parse a file once for all functions whose surroundings are asked for, until it changes."""
    try:
        return ast.parse(read_source(path).text)
    except (VeloxError, SyntaxError, ValueError, RecursionError, MemoryError):
        return None


def _calls(graph: ImportGraph, file: Path, tree: ast.Module, target: Path, qualname: str) -> Iterator[Caller]:
    first, _, method = qualname.partition(".")
    own = {first} if file == target else {one.written for one in bindings(graph, file, tree, target, first)}
    for function, call in _with_functions(tree, ""):
        callee = ast.unparse(call.func)
        exact = callee in own if not method else any(callee == f"{name}.{method}" for name in own)
        named = (
            bool(method)
            and isinstance(call.func, ast.Attribute)
            and call.func.attr == method.rpartition(".")[2]
        )
        if exact or named:
            text = ast.unparse(call)[:_LONGEST]
            yield Caller(file, function, call.lineno, text, exact)


def _with_functions(node: ast.AST, around: str) -> Iterator[tuple[str, ast.Call]]:
    """Every call, with the qualified name of the function it is in; what a nested one calls counts for its own name."""
    for child in ast.iter_child_nodes(node):
        if isinstance(child, Function | ast.ClassDef):
            inner = f"{around}.{child.name}" if around else child.name
            yield from _with_functions(child, inner)
            continue
        if isinstance(child, ast.Call):
            yield around, child
        yield from _with_functions(child, around)


def _callees(graph: ImportGraph, path: Path, qualname: str) -> Iterator[Callee]:
    """The functions that the body names and that a file of the workspace defines at module level."""
    tree = _tree(path)
    node = _definition(tree, qualname) if tree is not None else None
    if tree is None or node is None:
        return
    called = {ast.unparse(one.func) for one in ast.walk(node) if isinstance(one, ast.Call)}
    seen: set[tuple[Path, str]] = {(path, qualname)}
    for file, name, written in _nameable(graph, path, tree, called):
        if written in called and (file, name) not in seen:
            seen.add((file, name))
            other = tree if file == path else _tree(file)
            found = _definition(other, name) if other is not None else None
            if found is not None:
                yield Callee(file, name, found.lineno)


def _nameable(
    graph: ImportGraph, path: Path, tree: ast.Module, called: set[str]
) -> Iterator[tuple[Path, str, str]]:
    """(file, name, how it is written here) of what the calls may mean."""
    for statement in tree.body:
        if isinstance(statement, Function):
            yield path, statement.name, statement.name
    package = module_name(path, graph.root)
    modules = {file for name, file in graph.modules.items() if name != package and file != path}
    names = {text.rpartition(".")[2] for text in called} | {text.partition(".")[0] for text in called}
    aliases = (alias for one in tree.body if isinstance(one, ast.ImportFrom) for alias in one.names)
    names |= {alias.name for alias in aliases if alias.asname in called}
    imported = _imported_files(graph, path, modules)
    for file in imported:
        for name in sorted(names):
            for binding in bindings(graph, path, tree, file, name):
                yield file, name, binding.written


def _imported_files(graph: ImportGraph, path: Path, modules: set[Path]) -> list[Path]:
    return sorted(file for file in modules if path in graph.importers.get(file, ()))


def _definition(tree: ast.Module, qualname: str) -> Function | None:
    body: list[ast.stmt] = tree.body
    *classes, last = qualname.split(".")
    for name in classes:
        found = next((one for one in body if isinstance(one, ast.ClassDef) and one.name == name), None)
        if found is None:
            return None
        body = found.body
    return next((one for one in body if isinstance(one, Function) and one.name == last), None)
