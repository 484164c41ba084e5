"""Rewrites of several files at once, each proposed as a whole with what every file could do alone."""

from __future__ import annotations

from collections.abc import Container, Iterator
from pathlib import Path

from velox_engine.strategies.coordinated import searched_argument, shared_constant
from velox_engine.strategies.coordinated.model import Coordinated
from velox_engine.workspace.import_graph import ImportGraph

__all__ = ["Coordinated", "propose_together"]


def propose_together(
    graph: ImportGraph, path: Path, *, leave_out: Container[tuple[Path, str]] = ()
) -> Iterator[Coordinated]:
    """Yield every rewrite of several files that starts at what `path` defines, without the functions left out."""
    for strategy in (shared_constant, searched_argument):
        yield from strategy.propose(graph, path, leave_out=leave_out)
