"""A notebook as one Python text: its cells are documents of the editor, but share their names and imports."""

from __future__ import annotations

import re
import time
from collections.abc import Mapping

from velox_engine.rules import Scanner, selection_for
from velox_engine.settings import Settings
from velox_engine.source.document import SourceFile
from velox_engine.source.syntax import ParsedFile, parse
from velox_engine.types import Finding
from velox_server.session import Cell, Document, Snapshot

# Ex) "%matplotlib inline", "!ls", "  %time f()": a comment of the same width is Python.
_MAGIC = re.compile(r"^(\s*)[%!]", re.MULTILINE)


class Book:
    """The cells of one notebook in their order; a mutable thing, its views are not."""

    def __init__(self, uri: str, settings: Settings, documents: Mapping[str, Document]) -> None:
        self.uri = uri
        self.settings = settings
        self.scan_seconds = 0.0
        self.order: list[str] = []  # URIs of all cells; those that are no Python are in no document
        self._documents = documents
        self._scanner: Scanner | None = None
        self._previous: ParsedFile | None = None
        self._state: tuple[ParsedFile, tuple[str, ...], tuple[Cell, ...], list[Finding]] | None = None

    @property
    def cells(self) -> list[Document]:
        """The Python cells in the notebook's order."""
        return [self._documents[uri] for uri in self.order if uri in self._documents]

    def changed(self) -> None:
        """Forget what was derived from the cells as they were."""
        self._state = None
        for document in self.cells:
            document.forget()

    def configure(self, settings: Settings) -> None:
        """Use other settings from now on."""
        self.settings = settings
        self._scanner = None
        self.changed()

    def view(self, document: Document) -> Snapshot:
        """The present state as one of its cells shows it."""
        parsed, lines, cells, findings = self._read()
        mine = next(cell for cell in cells if cell.uri == document.uri)
        return Snapshot(
            document.uri,
            document.version,
            document.text.encoding,
            lines,
            parsed,
            self.settings,
            [found for found in findings if mine.first_line <= found.start.line < mine.end_line],
            cells,
            mine.first_line,
        )

    def _read(self) -> tuple[ParsedFile, tuple[str, ...], tuple[Cell, ...], list[Finding]]:
        if self._state is None:
            started = time.thread_time()
            lines: list[str] = []
            cells: list[Cell] = []
            for document in self.cells:
                own = _python_lines(document.text.lines)
                cells.append(Cell(document.uri, document.version, len(lines), len(lines) + len(own)))
                lines += own
            path = self.cells[0].path if cells else None
            parsed = self._previous = parse(SourceFile.from_text("".join(lines), path), self._previous)
            if self._scanner is None:
                self._scanner = Scanner(selection_for(self.settings, path))
            self._state = (parsed, tuple(lines), tuple(cells), self._scanner.scan(parsed))
            self.scan_seconds = time.thread_time() - started
        return self._state


def _python_lines(lines: list[str]) -> list[str]:
    """A cell's lines as Python, each ended, with what only notebooks understand turned into comments."""
    if lines[0].startswith("%%"):
        return ["\n"] * len(lines)  # Ex) "%%bash": another language, or a text for a tool
    ended = [*lines[:-1], lines[-1] + "\n"]
    return [_MAGIC.sub(r"\1#", line) if "%" in line or "!" in line else line for line in ended]
