"""Keeps suggestions shown, feedback, attempts and transitions in one SQLite file per person.

Several processes write at once and any may be killed: every write is one transaction in WAL mode, and what
was committed is there when the file is opened again.
"""

from __future__ import annotations

import os
import sqlite3
import threading
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from pathlib import Path
from types import TracebackType
from typing import Any, TypeVar

from velox_engine.experience import rows
from velox_engine.experience.connection import connect, is_damage
from velox_engine.experience.location import store_path
from velox_engine.experience.records import AttemptRecord, FeedbackRecord, SuggestionRecord, now
from velox_engine.types import Experience, FeedbackKind, VeloxError

_T = TypeVar("_T")


class ExperienceStore:
    """An open store; safe to share between threads, closed by `close` or a `with` block."""

    def __init__(self, path: Path) -> None:
        """Use `open`; this only remembers where the file is."""
        self.path = path
        self.notices: list[str] = []  # what was set aside, for the caller to show
        self._lock = threading.RLock()
        self._connection: sqlite3.Connection | None = None
        self._identity: tuple[int, int] | None = None

    @classmethod
    def open(cls, path: Path | str | None = None) -> ExperienceStore:
        """Open the person's store, or the one at `path`; creates, migrates and sets aside as needed."""
        store = cls(Path(path) if path is not None else store_path())
        store._connect()
        return store

    def __enter__(self) -> ExperienceStore:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Close the file; the store opens it again when used again."""
        with self._lock:
            if self._connection is not None:
                self._connection.close()
            self._connection = None

    def record_suggestion(self, record: SuggestionRecord) -> bool:
        """Keep a suggestion that was shown; False when it was already there."""
        return self._insert("suggestions", [rows.of_suggestion(record)]) == 1

    def record_feedback(
        self, suggestion_id: str, kind: FeedbackKind, *, occasion: str = "", origin: str = "", note: str = ""
    ) -> bool:
        """Keep what the person did; False when this kind was already recorded for this occasion."""
        record = FeedbackRecord(suggestion_id, kind, occasion, now(), origin, note)
        return self.import_feedback([record]) == 1

    def import_feedback(self, records: Iterable[FeedbackRecord]) -> int:
        """Keep feedback that was given elsewhere; returns how many records were new."""
        return self._insert("feedback", [rows.of_feedback(record) for record in records])

    def record_attempts(self, records: Iterable[AttemptRecord]) -> int:
        """Keep how strategies that were tried ended."""
        return self._insert("attempts", [rows.of_attempt(record) for record in records])

    def record_experience(self, experience: Experience) -> bool:
        """Keep one transition; False when the very same one was already there."""
        return self.record_experiences([experience]) == 1

    def record_experiences(self, experiences: Iterable[Experience]) -> int:
        """Keep transitions in one transaction; returns how many were new."""
        return self._insert("experiences", [rows.of_experience(item) for item in experiences])

    def list_feedback(
        self, *, kind: FeedbackKind | None = None, workspace: str | None = None, limit: int | None = None
    ) -> list[FeedbackRecord]:
        """Return feedback with what is known of its suggestion, newest first."""
        conditions: list[str] = []
        values: list[Any] = []
        if kind is not None:
            conditions.append("f.kind = ?")
            values.append(kind)
        if workspace is not None:
            conditions.append("s.workspace = ?")
            values.append(workspace)
        where = f"WHERE {' AND '.join(conditions)}" if conditions else ""
        values.append(-1 if limit is None else limit)
        found = self._read(
            "SELECT f.suggestion_id, f.kind, f.occasion, f.timestamp, f.origin, f.note,"
            " s.path, s.function, s.workspace, s.strategies, s.speedup"
            f" FROM feedback f LEFT JOIN suggestions s ON s.id = f.suggestion_id {where}"
            " ORDER BY f.timestamp DESC, f.id DESC LIMIT ?",
            values,
        )
        return [rows.to_feedback(row) for row in found]

    def find_suggestion(self, suggestion_id: str) -> SuggestionRecord | None:
        """Return the suggestion of this id, None when it was never shown."""
        columns = ", ".join(rows.COLUMNS["suggestions"])
        found = self._read(f"SELECT {columns} FROM suggestions WHERE id = ?", [suggestion_id])
        return rows.to_suggestion(found[0]) if found else None

    def list_successes(self, action: str, workspace: str, *, limit: int = 100) -> list[SuggestionRecord]:
        """Return suggestions of one workspace that carried out `action` and were not turned down, newest first.

        Those that the person took come before those that were only shown.
        """
        columns = ", ".join(f"s.{column}" for column in rows.COLUMNS["suggestions"])
        found = self._read(
            f"SELECT {columns} FROM suggestions s WHERE s.workspace = ? AND s.actions LIKE ? ESCAPE '!'"
            " AND s.old_function != '' AND NOT EXISTS (SELECT 1 FROM feedback f WHERE f.suggestion_id = s.id"
            " AND f.kind IN ('rejected', 'reverted')) ORDER BY EXISTS (SELECT 1 FROM feedback f"
            " WHERE f.suggestion_id = s.id) DESC, s.timestamp DESC LIMIT ?",
            [workspace, f'%"{action.replace("_", "!_")}"%', limit],
        )
        return [rows.to_suggestion(row) for row in found]

    def list_attempts(self, path: str, function: str) -> list[AttemptRecord]:
        """Return what was tried on a function, oldest first."""
        columns = ", ".join(rows.COLUMNS["attempts"])
        found = self._read(
            f"SELECT {columns} FROM attempts WHERE path = ? AND function = ? ORDER BY id", [path, function]
        )
        return [rows.to_attempt(row) for row in found]

    def experiences(self, *, batch: int = 1000) -> Iterator[Experience]:
        """Yield all transitions in the order they were kept, without holding them all in memory."""
        last = 0
        while True:
            found = self._read(
                "SELECT id, line FROM experiences WHERE id > ? ORDER BY id LIMIT ?", [last, batch]
            )
            if not found:
                return
            for row in found:
                yield rows.parse_experience(row[1])
            last = found[-1][0]

    def count(self) -> dict[str, int]:
        """Return the number of rows by table."""
        return {table: int(self._read(f"SELECT count(*) FROM {table}", [])[0][0]) for table in rows.COLUMNS}

    def _insert(self, table: str, values: list[tuple[Any, ...]]) -> int:
        columns = rows.COLUMNS[table]
        marks = ", ".join("?" * len(columns))
        # Only a duplicate is passed over; a row that breaks a rule of the schema is an error.
        statement = f"INSERT INTO {table} ({', '.join(columns)}) VALUES ({marks}) ON CONFLICT DO NOTHING"

        def write(connection: sqlite3.Connection) -> int:
            # IMMEDIATE waits for its turn at the start; a transaction that begins as a reader cannot.
            connection.execute("BEGIN IMMEDIATE")
            try:
                added = sum(connection.execute(statement, row).rowcount for row in values)
                connection.execute("COMMIT")
            except BaseException:
                with suppress(sqlite3.Error):
                    connection.execute("ROLLBACK")
                raise
            return added

        return self._run(write) if values else 0

    def _read(self, statement: str, values: list[Any]) -> list[tuple[Any, ...]]:
        return self._run(lambda connection: connection.execute(statement, values).fetchall())

    def _run(self, operation: Callable[[sqlite3.Connection], _T]) -> _T:
        with self._lock:
            try:
                return operation(self._current())
            except sqlite3.DatabaseError as error:
                if not is_damage(error):
                    raise VeloxError(
                        "experience-unusable",
                        f"The experience store {self.path} could not be read or written: {error}.",
                        "Check the folder's permissions and space.",
                    ) from error
            # Damage that shows only now: set the file aside and begin a new one, once.
            self.close()
            self._connect(suspect=True)
            try:
                return operation(self._current())
            except sqlite3.Error as error:
                raise VeloxError(
                    "experience-unusable",
                    f"The experience store {self.path} could not be read or written: {error}.",
                    "Move the file away, or set VELOX_DATA_DIR to another folder.",
                ) from error

    def _current(self) -> sqlite3.Connection:
        # Another process may have set the file aside: rows written to the old one would be lost to all.
        if self._connection is not None and self._identity != _identity(self.path):
            self.close()
        if self._connection is None:
            self._connect()
        assert self._connection is not None
        return self._connection

    def _connect(self, *, suspect: bool = False) -> None:
        self._connection, note = connect(self.path, suspect=suspect)
        self._identity = _identity(self.path)
        if note:
            self.notices.append(note)


def _identity(path: Path) -> tuple[int, int] | None:
    try:
        status = os.stat(path)
    except OSError:
        return None
    return status.st_dev, status.st_ino
