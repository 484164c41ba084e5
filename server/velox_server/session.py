"""What the server knows of each open document: its text, its tree, its findings, and what was measured in it."""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pygls.uris import to_fs_path

from velox_engine.rules import Scanner, selection_for
from velox_engine.settings import Settings
from velox_engine.source.document import SourceFile
from velox_engine.source.functions import DEFINITIONS, FunctionSpan, list_functions, spans_of
from velox_engine.source.syntax import ParsedFile, captures, compile_query, parse
from velox_engine.types import Finding, Position
from velox_server.anchors import context_hash
from velox_server.convert import positions
from velox_server.text import DocumentText

if TYPE_CHECKING:
    from velox_server.notebooks import Book

_BOM = "\ufeff"
_CELL_SCHEME = "vscode-notebook-cell:"
_KEPT_RESULTS = 64  # of functions as they once were, for each document


@dataclass(frozen=True)
class Cell:
    """One document of a text that several share: a notebook's cell, or the only document of a file."""

    uri: str
    version: int
    first_line: int
    end_line: int  # beyond its last


@dataclass(frozen=True)
class Snapshot:
    """One state of a document: what a handler reads, whatever the editor sends meanwhile."""

    uri: str
    version: int
    encoding: str
    lines: tuple[str, ...]
    parsed: ParsedFile
    settings: Settings
    findings: list[Finding]  # sorted by position
    cells: tuple[Cell, ...] = ()  # of the notebook that `parsed` and `lines` are the whole text of
    first_line: int = 0  # of this document in that text

    @cached_property
    def functions(self) -> list[FunctionSpan]:
        """The functions of this state, in document order."""
        spans = list_functions(self.parsed)
        if not self.cells:
            return spans
        mine = next(cell for cell in self.cells if cell.uri == self.uri)
        return [span for span in spans if mine.first_line <= span.line < mine.end_line]

    @cached_property
    def _contexts(self) -> dict[str, str]:
        return {}

    def context(self, qualname: str) -> str:
        """The digest of what a function refers to in its file; "" when there is no such function."""
        if qualname not in self._contexts:
            span = self.function(qualname)
            self._contexts[qualname] = context_hash(self.parsed, span) if span is not None else ""
        return self._contexts[qualname]

    def function(self, qualname: str) -> FunctionSpan | None:
        """The function of that name, the last of several."""
        places, indented = _definitions(self.parsed.data, qualname.partition(".")[0].encode())
        # Ex) "if x:\n    def f(): ...": only the whole list tells which of several is the last.
        for place in () if indented else reversed(places):
            found = [span for span in self._functions_near(place) if span.qualname == qualname]
            if found:
                return found[-1] if self._is_mine(found[-1]) else None
        return next((span for span in reversed(self.functions) if span.qualname == qualname), None)

    def outermost(self, qualname: str) -> str:
        """The name of the function that a function is inside of, its own when there is none."""
        span = self.function(qualname)
        if span is None:
            return qualname
        return next(
            outer.qualname
            for outer in self._functions_near(span.start)
            if outer.start <= span.start and span.end <= outer.end
        )

    def _functions_near(self, offset: int) -> list[FunctionSpan]:
        """The functions of the top-level statements at a byte offset; listing a whole file takes too long for a key."""
        cursor = self.parsed.tree.walk()
        if cursor.goto_first_child_for_byte(offset) is None or cursor.node is None:
            return []
        found = captures(compile_query(DEFINITIONS), cursor.node)
        return spans_of(self.parsed, *(found.get(name, ()) for name in ("function", "class", "decorated")))

    def _is_mine(self, span: FunctionSpan) -> bool:
        return not self.cells or self.cell_of(span.line).uri == self.uri

    def function_text(self, qualname: str) -> str | None:
        """The source of a function with its decorators, None when there is none of that name."""
        span = self.function(qualname)
        if span is None:
            return None
        return self.parsed.source.data[span.start : span.end].decode("utf-8", "replace")

    def function_at(self, line: int, column: int) -> FunctionSpan | None:
        """The innermost function around a position in the client's units."""
        offset = self.offset(line, column)
        # Behind its last character a function is still meant, though the next statement may begin there.
        near = {span.start: span for at in (max(offset - 1, 0), offset) for span in self._functions_near(at)}
        around = [near[start] for start in sorted(near) if start <= offset <= near[start].end]
        return around[-1] if around else None

    def offset(self, line: int, column: int) -> int:
        """The byte offset of a position in the client's units."""
        return self.parsed.source.lines.offset(self.position(line, column))

    def position(self, line: int, column: int) -> Position:
        """Turn a position in the client's units into Velox's."""
        if line < 0:
            return Position(self.first_line, 0)
        line += self.first_line
        if line >= len(self.lines):
            return Position(line, 0)
        return Position(
            line, max(0, positions.to_bytes(self.lines[line], column, self.encoding) - self._shift(line))
        )

    def client_line(self, position: Position) -> int:
        """Turn a line of Velox into one of this document."""
        return position.line - self.first_line

    def cell_of(self, line: int) -> Cell:
        """The document that a line of the text belongs to."""
        return next(
            (cell for cell in self.cells if cell.first_line <= line < cell.end_line),
            self.cells[-1] if self.cells else Cell(self.uri, self.version, 0, len(self.lines)),
        )

    def client_column(self, position: Position) -> int:
        """Turn a position of Velox into a column in the client's units."""
        number = position.line
        if number >= len(self.lines):
            return 0
        line = self.lines[number]
        # The first answer is for nearly all of the thousands that a keystroke asks for.
        if line.isascii():
            return position.column
        return positions.to_client(line, position.column + self._shift(number), self.encoding)

    def _shift(self, line: int) -> int:
        # The engine's text begins after a byte order mark; the editor counts it when it sent one.
        return 3 if line == 0 and self.lines[0].startswith(_BOM) else 0


@dataclass
class Document:
    """An open document; mutable, so handlers work on its `snapshot`."""

    uri: str
    path: Path | None
    version: int
    text: DocumentText
    settings: Settings
    scan_seconds: float = 0.0  # processor time that the last scan after an edit took
    scanned_at: float = 0.0  # when it ended, on the monotonic clock
    diagnosed: Snapshot | None = None  # the state that `diagnostics` belongs to
    result_id: str = ""  # names the diagnostics last made, for clients that pull
    diagnostics: str = "[]"  # as JSON
    measured: dict[str, dict[str, Any]] = field(default_factory=dict)  # function text → its last result
    made: dict[int, tuple[Finding, int, str]] = field(default_factory=dict)  # diagnostics of findings, kept
    book: Book | None = None  # the notebook that this is a cell of
    _deeper: tuple[Snapshot, dict[str, list[Finding]]] | None = None
    _scanner: Scanner | None = None
    _snapshot: Snapshot | None = None
    _previous: ParsedFile | None = None

    @property
    def snapshot(self) -> Snapshot:
        """The present state; parsed again, incrementally, only after a change."""
        if self._snapshot is None and self.book is not None:
            self._snapshot = self.book.view(self)
        elif self._snapshot is None:
            started = time.thread_time()
            first = self._previous is None
            parsed = self._previous = parse(SourceFile.from_text(str(self.text), self.path), self._previous)
            if self._scanner is None:
                self._scanner = Scanner(selection_for(self.settings, self.path))
            self._snapshot = Snapshot(
                self.uri,
                self.version,
                self.text.encoding,
                tuple(self.text.lines),
                parsed,
                self.settings,
                self._scanner.scan(parsed),
            )
            # The first scan reads everything and says nothing about what a key costs afterwards.
            self.scan_seconds = 0.0 if first else time.thread_time() - started
            self.scanned_at = time.monotonic()
        return self._snapshot

    def changed(self, version: int) -> None:
        """Forget what was derived from the text before the last change."""
        self.version = version
        if self.book is not None:
            self.book.changed()
        self._snapshot = None

    def forget(self) -> None:
        """Look again at the notebook before the next answer."""
        self._snapshot = None

    @property
    def measured_names(self) -> list[str]:
        """The functions of which something was measured, as they are or once were."""
        return list(dict.fromkeys(str(result.get("name")) for result in self.measured.values()))

    def remember_deeper(self, snapshot: Snapshot, qualname: str, findings: list[Finding]) -> None:
        """Keep what types from other files showed in a function, for as long as nothing is typed."""
        if self._deeper is None or self._deeper[0] is not snapshot:
            self._deeper = (snapshot, {})
        self._deeper[1][qualname] = findings

    def is_deeper(self, snapshot: Snapshot, qualname: str) -> bool:
        """Whether a function of a snapshot was looked at on request."""
        return self._deeper is not None and self._deeper[0] is snapshot and qualname in self._deeper[1]

    def deeper_of(self, snapshot: Snapshot, qualname: str) -> list[Finding]:
        """What was found in one function on request; nothing is computed."""
        return self._deeper[1][qualname] if self._deeper and self.is_deeper(snapshot, qualname) else []

    def deeper(self, snapshot: Snapshot) -> list[Finding]:
        """What was found on request, besides the findings of a snapshot; nothing is computed."""
        if self._deeper is None or self._deeper[0] is not snapshot:
            return []
        return [finding for findings in self._deeper[1].values() for finding in findings]

    def remember(self, function: str, result: dict[str, Any]) -> None:
        """Keep what was measured of a function's text; the oldest of many is forgotten."""
        self.measured.pop(function, None)
        self.measured[function] = result
        if len(self.measured) > _KEPT_RESULTS:
            del self.measured[next(iter(self.measured))]

    def configure(self, settings: Settings) -> None:
        """Use other settings from now on."""
        self.settings = settings
        self._scanner = None
        self._snapshot = None
        if self.book is not None:
            self.book.configure(settings)


class Session:
    """The open documents of one client."""

    def __init__(self) -> None:
        self.encoding: str = positions.UTF16
        self.documents: dict[str, Document] = {}
        self.books: dict[str, Book] = {}

    def open(self, uri: str, version: int, text: str, settings: Settings) -> Document:
        """Begin to follow a document."""
        document = Document(uri, file_path(uri), version, DocumentText(text, self.encoding), settings)
        self.documents[uri] = document
        return document

    def get(self, uri: str) -> Document | None:
        """The open document of that URI."""
        return self.documents.get(uri)

    def close(self, uri: str) -> Document | None:
        """Stop following a document."""
        return self.documents.pop(uri, None)


def _definitions(data: bytes, name: bytes) -> tuple[list[int], bool]:
    """Where a name is defined at the left margin, and whether it is somewhere else too."""
    places: list[int] = []
    indented = False
    # bytes.find, not a pattern with a line start: twenty times as fast on a large file.
    for keyword in (b"def ", b"class "):
        at = data.find(keyword + name)
        while at >= 0:
            start = data.rfind(b"\n", 0, at) + 1
            before = data[start:at]
            if not before or before.strip() == b"async" == before.rstrip():
                places.append(start)
            elif before.strip() in (b"", b"async"):
                indented = True
            at = data.find(keyword + name, at + 1)
    return sorted(places), indented


def file_path(uri: str) -> Path | None:
    """The path of a file URI, of a notebook's cell that of the notebook; None for any other."""
    if uri.startswith(_CELL_SCHEME):
        uri = f"file:{uri.removeprefix(_CELL_SCHEME).partition('#')[0]}"
    if not uri.startswith("file:"):
        return None
    path = to_fs_path(uri)
    return Path(path) if path else None
