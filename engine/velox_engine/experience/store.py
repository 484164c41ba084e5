"""Keeps what Velox tried, showed and learned: in one SQLite file per person, or in a team's PostgreSQL database.

Several processes write at once and any may be killed: every write is one transaction, and what was committed is
there when the store is opened again.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from types import TracebackType
from typing import TypeVar

import sqlalchemy as sa
from sqlalchemy import exc
from sqlalchemy.dialects import postgresql, sqlite

from velox_engine.experience import rows, schema
from velox_engine.experience.location import database_url, store_path
from velox_engine.experience.postgres import PostgresServer
from velox_engine.experience.records import (
    AttemptRecord,
    EpisodeRecord,
    FeedbackRecord,
    JobRecord,
    MeasurementRecord,
    SuggestionRecord,
    now,
)
from velox_engine.experience.sqlite_file import WRITES, SqliteFile, is_damage
from velox_engine.types import Experience, FeedbackKind, VeloxError

_T = TypeVar("_T")
_Written = Mapping[sa.Table, Sequence[rows.Row]]


class ExperienceStore:
    """An open store; safe to share between threads, closed by `close` or a `with` block."""

    def __init__(self, place: SqliteFile | PostgresServer) -> None:
        """Use `open`; this only remembers where the store is."""
        self._place = place
        self.notices: list[str] = []  # what was set aside, for the caller to show
        self._lock = threading.RLock()

    @classmethod
    def open(cls, place: Path | str | None = None, *, database: str = "") -> ExperienceStore:
        """Open the store at a path or a `postgresql://` URL, by default the person's; creates and migrates as needed.

        `database` is the setting of that name where one is known, such as an editor's.
        Raises VeloxError `bad-database`, `experience-newer` or `experience-unusable`.
        """
        place = place or database_url(database) or store_path()
        is_url = isinstance(place, str) and "://" in place
        store = cls(PostgresServer(place) if is_url and isinstance(place, str) else SqliteFile(Path(place)))
        store._open()
        return store

    @property
    def path(self) -> Path | None:
        """The file of an embedded store; None for a database server."""
        return self._place.path

    @property
    def shown(self) -> str:
        """Where the store is, as people may read it: without a password."""
        return self._place.shown

    def __enter__(self) -> ExperienceStore:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Close the store; it opens again when used again."""
        with self._lock:
            self._place.close()

    # -- writing ------------------------------------------------------------------------------------------------

    def record_suggestion(self, record: SuggestionRecord) -> bool:
        """Keep a suggestion that was shown; False when it was already there."""
        return self._insert({schema.suggestions: [rows.of_suggestion(record)]}) == 1

    def record_feedback(
        self, suggestion_id: str, kind: FeedbackKind, *, occasion: str = "", origin: str = "", note: str = ""
    ) -> bool:
        """Keep what the person did; False when this kind was already recorded for this occasion."""
        record = FeedbackRecord(suggestion_id, kind, occasion, now(), origin, note)
        return self.import_feedback([record]) == 1

    def import_feedback(self, records: Iterable[FeedbackRecord]) -> int:
        """Keep feedback that was given elsewhere; returns how many records were new."""
        return self._insert({schema.feedback: [rows.of_feedback(record) for record in records]})

    def record_attempts(self, records: Iterable[AttemptRecord]) -> int:
        """Keep how strategies that were tried ended."""
        return self._insert({schema.attempts: [rows.of_attempt(record) for record in records]})

    def record_experience(self, experience: Experience) -> bool:
        """Keep one transition; False when the very same one was already there."""
        return self.record_experiences([experience]) == 1

    def record_experiences(self, experiences: Iterable[Experience]) -> int:
        """Keep transitions in one transaction; returns how many were new."""
        return self._insert({schema.experiences: [rows.of_experience(item) for item in experiences]})

    def record_episode(
        self,
        episode: EpisodeRecord,
        *,
        attempts: Iterable[AttemptRecord] = (),
        experiences: Iterable[Experience] = (),
        suggestions: Iterable[SuggestionRecord] = (),
        measurements: Iterable[MeasurementRecord] = (),
    ) -> bool:
        """Keep all that came of one function in one transaction; False when the episode was already there."""
        return self._run(
            lambda connection: self._episode(
                connection,
                rows.of_episode(episode),
                {
                    schema.attempts: [rows.of_attempt(item) for item in attempts],
                    schema.experiences: [rows.of_experience(item) for item in experiences],
                    schema.suggestions: [rows.of_suggestion(item) for item in suggestions],
                    schema.measurements: [rows.of_measurement(item) for item in measurements],
                },
            ),
            writes=True,
        )

    def record_job(self, record: JobRecord) -> None:
        """Keep where a job stands, in the place of what was known of it."""
        row = rows.of_job(record)
        self._run(
            lambda connection: connection.execute(
                self._upsert(schema.jobs).on_conflict_do_update(index_elements=["id"], set_=row), row
            ),
            writes=True,
        )

    # -- reading ------------------------------------------------------------------------------------------------

    def list_feedback(
        self, *, kind: FeedbackKind | None = None, workspace: str | None = None, limit: int | None = None
    ) -> list[FeedbackRecord]:
        """Return feedback with what is known of its suggestion, newest first."""
        given, shown = schema.feedback.c, schema.suggestions.c
        query = (
            sa.select(schema.feedback, shown.path, shown.function, shown.workspace)
            .add_columns(shown.strategies, shown.speedup)
            .select_from(schema.feedback.outerjoin(schema.suggestions, shown.id == given.suggestion_id))
            .order_by(given.timestamp.desc(), given.id.desc())
            .limit(limit)
        )
        if kind is not None:
            query = query.where(given.kind == kind)
        if workspace is not None:
            query = query.where(shown.workspace == workspace)
        return [rows.to_feedback(row) for row in self._read(query)]

    def find_suggestion(self, suggestion_id: str) -> SuggestionRecord | None:
        """Return the suggestion of this id, None when it was never shown."""
        found = self._read(sa.select(schema.suggestions).where(schema.suggestions.c.id == suggestion_id))
        return rows.to_suggestion(found[0]) if found else None

    def list_successes(self, action: str, workspace: str, *, limit: int = 100) -> list[SuggestionRecord]:
        """Return suggestions of one workspace that carried out `action` and were not turned down, newest first.

        Those that the person took come before those that were only shown.
        """
        shown, given = schema.suggestions.c, schema.feedback.c
        judged = sa.select(given.id).where(given.suggestion_id == shown.id)
        query = (
            sa.select(schema.suggestions)
            .where(shown.workspace == workspace, shown.actions.contains(f'"{action}"', autoescape=True))
            .where(shown.old_function != "", ~judged.where(given.kind.in_(("rejected", "reverted"))).exists())
            .order_by(sa.case((judged.exists(), 0), else_=1), shown.timestamp.desc())
            .limit(limit)
        )
        return [rows.to_suggestion(row) for row in self._read(query)]

    def list_attempts(self, path: str, function: str) -> list[AttemptRecord]:
        """Return what was tried on a function, oldest first."""
        tried = schema.attempts.c
        query = sa.select(schema.attempts).where(tried.path == path, tried.function == function)
        return [rows.to_attempt(row) for row in self._read(query.order_by(tried.id))]

    def list_episodes(self, *, since: str = "", workspace: str | None = None) -> list[EpisodeRecord]:
        """Return the functions that were optimised, oldest first; `since` is an ISO 8601 time."""
        asked = schema.episodes.c
        query = sa.select(schema.episodes).where(asked.timestamp >= since)
        if workspace is not None:
            query = query.where(asked.workspace == workspace)
        return [EpisodeRecord(**row) for row in self._read(query.order_by(asked.timestamp, asked.id))]

    def list_measurements(self, suggestion_id: str) -> list[MeasurementRecord]:
        """Return the figures of a suggestion, oldest first."""
        taken = schema.measurements.c
        query = sa.select(schema.measurements).where(taken.suggestion_id == suggestion_id)
        return [rows.to_measurement(row) for row in self._read(query.order_by(taken.id))]

    def list_jobs(self) -> list[JobRecord]:
        """Return what is known of jobs, the latest first."""
        query = sa.select(schema.jobs).order_by(schema.jobs.c.created.desc(), schema.jobs.c.id.desc())
        return [rows.to_job(row) for row in self._read(query)]

    def experiences(self, *, batch: int = 1000) -> Iterator[Experience]:
        """Yield all transitions in the order they were kept, without holding them all in memory."""
        kept, last = schema.experiences.c, 0
        while True:
            found = self._read(
                sa.select(kept.id, kept.line).where(kept.id > last).order_by(kept.id).limit(batch)
            )
            if not found:
                return
            for row in found:
                yield rows.parse_experience(row["line"])
            last = found[-1]["id"]

    def count(self) -> dict[str, int]:
        """Return the number of rows by table."""

        def count(connection: sa.Connection) -> dict[str, int]:
            return {
                table.name: connection.execute(sa.select(sa.func.count()).select_from(table)).scalar_one()
                for table in schema.metadata.sorted_tables
            }

        return self._run(count)

    # -- how it is done -----------------------------------------------------------------------------------------

    def _insert(self, written: _Written) -> int:
        if not any(written.values()):
            return 0
        return self._run(lambda connection: self._add(connection, written), writes=True)

    def _episode(self, connection: sa.Connection, episode: rows.Row, written: _Written) -> bool:
        if not self._add(connection, {schema.episodes: [episode]}):
            return False
        self._add(connection, written)
        return True

    def _add(self, connection: sa.Connection, written: _Written) -> int:
        # Only a duplicate is passed over; a row that breaks a rule of the schema is an error.
        return sum(
            connection.execute(self._upsert(table).on_conflict_do_nothing(), row).rowcount
            for table, values in written.items()
            for row in values
        )

    def _upsert(self, table: sa.Table) -> sqlite.Insert | postgresql.Insert:
        return sqlite.insert(table) if self._place.path is not None else postgresql.insert(table)

    def _read(self, query: sa.Executable) -> list[rows.Row]:
        return self._run(lambda connection: [dict(row) for row in connection.execute(query).mappings().all()])

    def _run(self, operation: Callable[[sa.Connection], _T], *, writes: bool = False) -> _T:
        with self._lock:
            try:
                return self._once(operation, writes)
            except exc.DBAPIError as error:
                if not is_damage(error.orig):
                    raise self._unusable(error, "Check the folder's permissions and space.") from error
            # Damage that shows only now: set the file aside and begin a new one, once.
            self._place.close()
            self._open(suspect=True)
            try:
                return self._once(operation, writes)
            except exc.DBAPIError as error:
                raise self._unusable(
                    error, "Move the file away, or set VELOX_DATA_DIR to another folder."
                ) from error

    def _once(self, operation: Callable[[sa.Connection], _T], writes: bool) -> _T:
        if self._place.engine is None:
            self._open()
        engine = self._place.engine
        assert engine is not None, "it was just opened"
        options = {WRITES: writes, "preserve_rowcount": True}
        with engine.connect().execution_options(**options) as connection, connection.begin():
            return operation(connection)

    def _unusable(self, error: exc.DBAPIError, hint: str) -> VeloxError:
        reason = str(error.orig).strip().partition("\n")[0]
        if self._place.path is None:
            hint = "Check that the database server runs and can be reached."
        return VeloxError(
            "experience-unusable",
            f"The experience store {self.shown} could not be read or written: {reason}.",
            hint,
        )

    def _open(self, *, suspect: bool = False) -> None:
        note = self._place.open(suspect=suspect)
        if note:
            self.notices.append(note)
