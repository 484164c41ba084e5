"""Calls of one function elsewhere in the workspace, as text: evidence of the types it is meant for."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from velox_engine.source.document import read_source
from velox_engine.types import VeloxError
from velox_engine.workspace.import_graph import import_graph

MOST_SITES: Final = 60
_MOST_FILES: Final = 40
_LONGEST: Final = 4_000  # characters of one call


def call_sites(root: Path, path: Path, qualname: str) -> tuple[str, ...]:
    """The calls of `qualname` (defined in `path`) in the files that import its module."""
    name = qualname.rpartition(".")[2]
    if name.startswith("__"):
        return ()
    found: dict[str, None] = {}
    for file in import_graph(root).direct(path)[:_MOST_FILES]:
        for text in _calls(file, name):
            found.setdefault(text)
            if len(found) == MOST_SITES:
                return tuple(found)
    return tuple(found)


def _calls(file: Path, name: str) -> Iterator[str]:
    try:
        text = read_source(file).text
        if f"{name}(" not in text:
            return
        tree = ast.parse(text)
    except (VeloxError, SyntaxError, ValueError, RecursionError, MemoryError):
        return
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            called = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
            if called == name:
                call = ast.unparse(node)
                if len(call) <= _LONGEST:
                    yield call
