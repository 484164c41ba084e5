"""Keeps what Velox tried, showed and learned: in one SQLite file per person, or in a team's PostgreSQL database.

Several processes write at once and any may be killed: every write is one transaction, and what was committed is
there when the store is opened again.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator

import sqlalchemy as sa

from velox_engine.experience import chain, rows, schema, similarity
from velox_engine.experience.chain import ChainReport
from velox_engine.experience.database import Database
from velox_engine.experience.decisions import AUDIT_START, link_of
from velox_engine.experience.records import (
    AttemptRecord,
    DecisionRecord,
    EpisodeRecord,
    FeedbackRecord,
    JobRecord,
    MeasurementRecord,
    SuggestionRecord,
    now,
)
from velox_engine.types import Experience, FeedbackKind


class ExperienceStore(Database):
    """An open store; safe to share between threads, closed by `close` or a `with` block."""

    # -- writing ------------------------------------------------------------------------------------------------

    def record_suggestion(self, record: SuggestionRecord) -> bool:
        """Keep a suggestion that was shown; False when it was already there."""
        return self.insert({schema.suggestions: [rows.of_suggestion(record)]}) == 1

    def record_feedback(
        self, suggestion_id: str, kind: FeedbackKind, *, occasion: str = "", origin: str = "", note: str = ""
    ) -> bool:
        """Keep what the person did; False when this kind was already recorded for this occasion."""
        record = FeedbackRecord(suggestion_id, kind, occasion, now(), origin, note)
        return self.import_feedback([record]) == 1

    def import_feedback(self, records: Iterable[FeedbackRecord]) -> int:
        """Keep feedback that was given elsewhere; returns how many records were new."""
        return self.insert({schema.feedback: [rows.of_feedback(record) for record in records]})

    def record_attempts(self, records: Iterable[AttemptRecord]) -> int:
        """Keep how strategies that were tried ended."""
        return self.insert({schema.attempts: [rows.of_attempt(record) for record in records]})

    def record_experience(self, experience: Experience) -> bool:
        """Keep one transition; False when the very same one was already there."""
        return self.record_experiences([experience]) == 1

    def record_experiences(self, experiences: Iterable[Experience]) -> int:
        """Keep transitions in one transaction; returns how many were new."""
        return self.insert({schema.experiences: [rows.of_experience(item) for item in experiences]})

    def record_episode(
        self,
        episode: EpisodeRecord,
        *,
        attempts: Iterable[AttemptRecord] = (),
        experiences: Iterable[Experience] = (),
        suggestions: Iterable[SuggestionRecord] = (),
        measurements: Iterable[MeasurementRecord] = (),
        function: str = "",
    ) -> bool:
        """Keep all that came of one function in one transaction; False when the episode was already there.

        By the text of the `function`, of which only counts are kept, alike ones will find it (`similarity.py`).
        """
        shape = similarity.row_of(episode.id, function) if function else None
        written = {
            schema.attempts: [rows.of_attempt(item) for item in attempts],
            schema.experiences: [rows.of_experience(item) for item in experiences],
            schema.suggestions: [rows.of_suggestion(item) for item in suggestions],
            schema.measurements: [rows.of_measurement(item) for item in measurements],
            schema.shapes: [shape] if shape is not None else [],
        }

        def write(connection: sa.Connection) -> bool:
            if not self.add(connection, {schema.episodes: [rows.of_episode(episode)]}):
                return False
            self.add(connection, written)
            return True

        return self.run(write, writes=True)

    def record_job(self, record: JobRecord) -> None:
        """Keep where a job stands, in the place of what was known of it."""
        row = rows.of_job(record)
        self.run(
            lambda connection: connection.execute(
                self.upsert(schema.jobs).on_conflict_do_update(index_elements=["id"], set_=row), row
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
        return [rows.to_feedback(row) for row in self.read(query)]

    def find_suggestion(self, suggestion_id: str) -> SuggestionRecord | None:
        """Return the suggestion of this id, None when it was never shown."""
        found = self.read(sa.select(schema.suggestions).where(schema.suggestions.c.id == suggestion_id))
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
        return [rows.to_suggestion(row) for row in self.read(query)]

    def list_accepted(self, workspace: str | None = None, *, limit: int = 200) -> list[SuggestionRecord]:
        """Return suggestions whose latest answer was to accept them, the latest first; of one workspace or of all."""
        shown, given = schema.suggestions.c, schema.feedback.c
        later = schema.feedback.alias().c
        overruled = sa.select(later.id).where(later.suggestion_id == given.suggestion_id, later.id > given.id)
        query = (
            sa.select(schema.suggestions)
            .join(schema.feedback, given.suggestion_id == shown.id)
            .where(given.kind == "accepted", shown.old_function != "", ~overruled.exists())
            .order_by(given.id.desc())
            .limit(limit)
        )
        if workspace is not None:
            query = query.where(shown.workspace == workspace)
        return [rows.to_suggestion(row) for row in self.read(query)]

    def list_attempts(self, path: str, function: str) -> list[AttemptRecord]:
        """Return what was tried on a function, oldest first."""
        tried = schema.attempts.c
        query = sa.select(schema.attempts).where(tried.path == path, tried.function == function)
        return [rows.to_attempt(row) for row in self.read(query.order_by(tried.id))]

    def list_episodes(self, *, since: str = "", workspace: str | None = None) -> list[EpisodeRecord]:
        """Return the functions that were optimised, oldest first; `since` is an ISO 8601 time."""
        asked = schema.episodes.c
        query = sa.select(schema.episodes).where(asked.timestamp >= since)
        if workspace is not None:
            query = query.where(asked.workspace == workspace)
        return [EpisodeRecord(**row) for row in self.read(query.order_by(asked.timestamp, asked.id))]

    def list_measurements(self, suggestion_id: str) -> list[MeasurementRecord]:
        """Return the figures of a suggestion, oldest first."""
        taken = schema.measurements.c
        query = sa.select(schema.measurements).where(taken.suggestion_id == suggestion_id)
        return [rows.to_measurement(row) for row in self.read(query.order_by(taken.id))]

    def list_jobs(self) -> list[JobRecord]:
        """Return what is known of jobs, the latest first."""
        query = sa.select(schema.jobs).order_by(schema.jobs.c.created.desc(), schema.jobs.c.id.desc())
        return [rows.to_job(row) for row in self.read(query)]

    def list_decisions(
        self, *, since: str = "", until: str = "9", limit: int | None = None
    ) -> list[DecisionRecord]:
        """Return what was offered and chosen from one ISO 8601 time to another, newest first."""
        noted = schema.audit.c
        query = sa.select(noted.number, noted.timestamp, noted.document, noted.digest)
        query = query.where(noted.timestamp >= since, noted.timestamp < until)
        found = self.read(query.order_by(noted.number.desc()).limit(limit))
        return [
            DecisionRecord(row["number"], row["timestamp"], row["digest"], json.loads(row["document"]))
            for row in found
        ]

    def check_audit(self, *, noted: str = "") -> ChainReport:
        """Follow the audit's chain; with `noted` also ask whether that digest is still in it."""
        start = self.run(lambda connection: self.property(connection, AUDIT_START)) or chain.START
        return chain.check(self._links(), start=start, noted=noted)

    def _links(self, batch: int = 1000) -> Iterator[chain.Link]:
        last = 0
        query = sa.select(schema.audit).order_by(schema.audit.c.number).limit(batch)
        while found := self.read(query.where(schema.audit.c.number > last)):
            yield from map(link_of, found)
            last = found[-1]["number"]

    def experiences(self, *, batch: int = 1000) -> Iterator[Experience]:
        """Yield all transitions in the order they were kept, without holding them all in memory."""
        kept, last = schema.experiences.c, 0
        while True:
            found = self.read(
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

        return self.run(count)
