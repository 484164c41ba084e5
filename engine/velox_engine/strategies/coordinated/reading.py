"""Reads the files of a workspace for rewrites of several of them, each at most once until it changes."""

from __future__ import annotations

import ast
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path

from velox_engine.source.document import SourceFile, read_source
from velox_engine.source.edits import apply_edits
from velox_engine.strategies.coordinated.model import FileChange
from velox_engine.types import Position, TextEdit, VeloxError
from velox_engine.workspace.import_graph import ImportGraph
from velox_engine.workspace.references import Binding


@dataclass
class Module:
    """A file that can see a constant, its tree, and where it searches it."""

    source: SourceFile
    tree: ast.Module
    binding: Binding | None  # None in the file that defines it
    parents: Mapping[ast.AST, ast.AST]
    sites: list[tuple[ast.expr, str]] = field(
        default_factory=list
    )  # the reference, and the function it is in
    others: int = 0  # references that stay

    @property
    def path(self) -> Path:
        """Where it lies."""
        assert self.source.path is not None
        return self.source.path


def read_module(path: Path) -> Module | None:
    """A file and its tree, without sites; None where it cannot be read or does not parse."""
    stamp = _stamp(path)
    found = _parsed(path, stamp) if stamp else None
    return None if found is None else Module(found[0], found[1], None, found[2])


def speaks_of(path: Path, name: str) -> bool | None:
    """Whether the word stands anywhere in the file; None where it cannot be read."""
    stamp = _stamp(path)
    text = _text(path, stamp) if stamp else None
    return None if text is None else name in text and re.search(rf"\b{re.escape(name)}\b", text) is not None


def _stamp(path: Path) -> tuple[int, int] | None:
    try:
        status = path.stat()
    except OSError:
        return None
    return status.st_mtime_ns, status.st_size


# Everything that is shared asks the same files of a workspace: each is read, and at most parsed, once until it changes.
@lru_cache(maxsize=4_096)
def _text(path: Path, stamp: tuple[int, int]) -> str | None:
    try:
        return read_source(path).text
    except VeloxError:
        return None


@lru_cache(maxsize=256)
def _parsed(
    path: Path, stamp: tuple[int, int]
) -> tuple[SourceFile, ast.Module, dict[ast.AST, ast.AST]] | None:
    try:
        source = read_source(path)
        tree = ast.parse(source.text)
    except (VeloxError, SyntaxError, ValueError, RecursionError, MemoryError):
        return None
    return source, tree, {child: node for node in ast.walk(tree) for child in ast.iter_child_nodes(node)}


def named_in_quotes(graph: ImportGraph, name: str, reaching: list[Path]) -> bool:
    """Whether any file of the workspace names the constant in a string, as what patches it in tests does."""
    word = re.compile(rf"(?:^|\.){re.escape(name)}$")
    for file in dict.fromkeys([*reaching, *graph.modules.values()]):
        mentions = speaks_of(file, name)
        if mentions is False:
            continue
        module = read_module(file)
        if module is None:
            if mentions is None:
                continue  # no Python: the interpreter cannot load it either
            return True
        quoted = (
            node
            for node in ast.walk(module.tree)
            if isinstance(node, ast.Constant) and isinstance(node.value, str) and word.search(node.value)
        )
        if not all(_is_in_all(module, node) for node in quoted):
            return True
    return False


def _is_in_all(module: Module, node: ast.AST) -> bool:
    """Whether a string stands in the module's `__all__`."""
    while node in module.parents:
        node = module.parents[node]
        if isinstance(node, ast.Assign):
            return any(isinstance(target, ast.Name) and target.id == "__all__" for target in node.targets)
    return False


def function_around(module: Module, node: ast.AST) -> str:
    """The qualified name of the outermost function around a node, with its class; "" at module level.

    A default or a decorator is evaluated outside, when the module is loaded.
    """
    names: list[str] = []
    function = ""
    child: ast.AST = node
    while child in module.parents:
        parent = module.parents[child]
        if isinstance(parent, ast.FunctionDef | ast.AsyncFunctionDef):
            if child not in parent.body:
                return ""
            names, function = [parent.name], parent.name
        elif isinstance(parent, ast.ClassDef):
            names.insert(0, parent.name)
        child = parent
    return ".".join(names) if function else ""


def changed_file(module: Module, edits: Sequence[TextEdit]) -> FileChange:
    """A file with edits carried out."""
    new = apply_edits(module.source.data, edits).decode()
    return FileChange(module.source, new)


def offset_of(module: Module, line: int | None, column: int | None) -> int:
    """The byte offset of a place as the tree's nodes give it (lines from 1)."""
    assert line is not None
    assert column is not None
    return module.source.lines.offset(Position(line - 1, column))


def shown_path(graph: ImportGraph, path: Path) -> str:
    """A path as people see it, below the workspace's root."""
    return path.relative_to(graph.root).as_posix() if path.is_relative_to(graph.root) else path.name
