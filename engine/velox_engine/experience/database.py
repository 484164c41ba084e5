"""Opens the database and reads and writes it: one transaction each, audited, sealed, under a lock."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Final, Self, TypeVar

import sqlalchemy as sa
from sqlalchemy import exc
from sqlalchemy.dialects import sqlite

from velox_engine.experience import chain, rows, schema, sealing
from velox_engine.experience.decisions import DECISIONS, Entry, audit_row
from velox_engine.experience.location import database_url, store_path
from velox_engine.experience.postgres import PostgresServer
from velox_engine.experience.sqlite_file import WRITES, SqliteFile, is_damage
from velox_engine.types import VeloxError

if TYPE_CHECKING:
    from sqlalchemy.dialects import postgresql

_T = TypeVar("_T")
Written = Mapping[sa.Table, Sequence[rows.Row]]
# Held on a server while the audit grows, so that two writers do not both follow the same record.
_AUDIT_LOCK: Final = 0x56454C59
# What is encrypted when a key is set: source text, and what tells about it in a person's or a model's words.
SEALED: Final[dict[str, tuple[str, ...]]] = {
    "suggestions": ("old_function", "new_function"),
    "attempts": ("reason", "counterexample"),
    "episodes": ("reason",),
    "feedback": ("note",),
}
SEALED_NAMES: Final = frozenset(name for names in SEALED.values() for name in names)
# Sealed under this name, it tells whether a key is the store's.
PROOF: Final = "key"


class Database:
    """What an ExperienceStore is built on: where its rows are, and how they are read and written."""

    def __init__(self, place: SqliteFile | PostgresServer) -> None:
        """Use `open`; this only remembers where the database is."""
        self._place = place
        self.notices: list[str] = []  # what was set aside, for the caller to show
        self._lock = threading.RLock()
        self._key_checked: sealing.Sealer | None = None

    @classmethod
    def open(cls, place: Path | str | None = None, *, database: str = "") -> Self:
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

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Close the store; it opens again when used again."""
        with self._lock:
            self._place.close()

    def insert(self, written: Written) -> int:
        """Write rows in one transaction, with what the audit says of them; returns how many were new."""
        if not any(written.values()):
            return 0
        return self.run(lambda connection: self.add(connection, written), writes=True)

    def read(self, query: sa.Executable) -> list[rows.Row]:
        """Return what a query finds, decrypted. Raises VeloxError `locked` or `wrong-key` where it cannot be."""
        found = self.run(lambda connection: [dict(row) for row in connection.execute(query).mappings().all()])
        for row in found:
            for name, value in row.items():
                if isinstance(value, str) and name in SEALED_NAMES:
                    row[name] = sealing.as_read(value, self._sealer())
        return found

    def run(self, operation: Callable[[sa.Connection], _T], *, writes: bool = False) -> _T:
        """Carry out an operation in one transaction; a file that turns out damaged is set aside and it is tried again.

        Raises VeloxError `experience-unusable`.
        """
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

    def add(self, connection: sa.Connection, written: Written) -> int:
        """Write rows inside a transaction of `run`, sealed and audited; returns how many were new."""
        sealer = self._sealer(connection)
        decisions: list[Entry] = []
        count = 0
        for table, values in written.items():
            says = DECISIONS.get(table.name)
            for row in values:
                stored = dict(row)
                for name in SEALED.get(table.name, ()):
                    stored[name] = None if row[name] is None else sealing.as_stored(row[name], sealer)
                # Only a duplicate is passed over; a row that breaks a rule of the schema is an error.
                new = connection.execute(self.upsert(table).on_conflict_do_nothing(), stored).rowcount
                if new and says is not None:
                    decisions.append(says(row))
                count += new
        self.note(connection, decisions)
        return count

    def note(self, connection: sa.Connection, entries: Sequence[Entry]) -> None:
        """Append to the audit inside a transaction of `run`."""
        if not entries:
            return
        if self._place.path is None:
            connection.execute(sa.select(sa.func.pg_advisory_xact_lock(_AUDIT_LOCK)))
        last = sa.select(schema.audit.c.number, schema.audit.c.digest)
        found = connection.execute(last.order_by(schema.audit.c.number.desc()).limit(1)).first()
        number, digest = (found.number, found.digest) if found else (0, chain.START)
        for entry in entries:
            number += 1
            row = audit_row(number, digest, entry)
            connection.execute(sa.insert(schema.audit), row)
            digest = row["digest"]

    def compact(self) -> None:
        """Give back what was removed, so that no page of a file still holds it; a server does that by itself."""
        if self._place.path is None:
            return
        with self._lock, suppress(exc.DBAPIError):
            # Who else has the file open right now can delay this; the pages were zeroed when they were freed.
            engine = self._place.engine
            if engine is not None:
                raw = engine.raw_connection()
                try:
                    raw.driver_connection.execute("VACUUM")  # pyright: ignore[reportOptionalMemberAccess]
                    raw.driver_connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")  # pyright: ignore
                finally:
                    raw.close()

    def upsert(self, table: sa.Table) -> sqlite.Insert | postgresql.Insert:
        """An insertion that can say what to do about a row that is already there."""
        if self._place.path is not None:
            return sqlite.insert(table)
        from sqlalchemy.dialects import postgresql  # only here: it brings asyncio and its drivers along

        return postgresql.insert(table)

    def property(self, connection: sa.Connection, name: str) -> str:
        """What the store remembers about itself under a name, "" for nothing."""
        query = sa.select(schema.properties.c.value).where(schema.properties.c.name == name)
        return connection.execute(query).scalar() or ""

    def set_property(self, connection: sa.Connection, name: str, value: str) -> None:
        """Remember something inside a transaction of `run`."""
        row = {"name": name, "value": value}
        connection.execute(
            self.upsert(schema.properties).on_conflict_do_update(index_elements=["name"], set_=row), row
        )

    def _sealer(self, connection: sa.Connection | None = None) -> sealing.Sealer | None:
        """The person's sealer; inside a write also makes sure that nothing plain gets into an encrypted store."""
        sealer = sealing.current()
        if connection is None or self._key_checked is sealer is not None:
            return sealer
        proof = self.property(connection, PROOF)
        if sealer is None:
            if proof:
                raise sealing.locked()
        elif proof:
            sealer.open(proof)
            self._key_checked = sealer
        else:
            self.set_property(connection, PROOF, sealer.seal(PROOF))
            self._key_checked = sealer
        return sealer

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
            self._key_checked = None
