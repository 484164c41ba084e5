"""The embedded store: one SQLite file, created, migrated, and set aside when it is damaged or foreign.

A file that cannot be used is renamed beside its place with its journal, never deleted, and a note says so.
"""

from __future__ import annotations

import os
import sqlite3
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

import sqlalchemy as sa
from sqlalchemy import event, exc
from sqlalchemy.pool import StaticPool

from velox_engine.experience import migrate, schema
from velox_engine.experience.lock import file_lock
from velox_engine.types import VeloxError

# "VELX": tells our files from other people's SQLite databases.
APPLICATION_ID: Final = 0x56454C58
# Marks a connection whose transaction will write.
WRITES: Final = "velox_writes"
_BUSY_SECONDS: Final = 30.0
_NOT_USABLE: Final = (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB)


def is_damage(error: BaseException | None) -> bool:
    """Return whether an error says that the file itself is damaged or no database."""
    code = getattr(error, "sqlite_errorcode", None)
    return code is not None and code & 0xFF in _NOT_USABLE


class SqliteFile:
    """One file, and the engine that works on it while it is open."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.shown = str(path)
        self._engine: sa.Engine | None = None
        self._identity: tuple[int, int] | None = None

    def open(self, *, suspect: bool = False) -> str:
        """Open the file; returns what was set aside, "" normally.

        `suspect` asks for a full check of the file first. Raises VeloxError `experience-newer` for a file of a
        newer Velox and `experience-unusable` where no file can be opened or written.
        """
        path = self.path
        try:
            path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            # The lock makes look, set aside and create one step: two processes that meet a damaged file
            # must not set aside each other's new one.
            with file_lock(path.with_name(path.name + ".lock")):
                note = ""
                if path.is_dir():
                    note = _set_aside(path, "is a folder")
                try:
                    self._engine = _open(path, suspect)
                except _ForeignError as error:
                    note = _set_aside(path, str(error))
                except (sqlite3.DatabaseError, exc.DBAPIError) as error:
                    cause = getattr(error, "orig", error)
                    if not is_damage(cause):
                        raise
                    note = _set_aside(path, f"is damaged ({cause})")
                if self._engine is None:
                    self._engine = _open(path, False)
        except (OSError, sqlite3.Error, exc.SQLAlchemyError) as error:
            raise VeloxError(
                "experience-unusable",
                f"The experience store {path} cannot be used: {getattr(error, 'orig', error)}.",
                "Check the folder's permissions and space, or set VELOX_DATA_DIR to another folder.",
            ) from error
        self._identity = _identity(path)
        return note

    @property
    def engine(self) -> sa.Engine | None:
        """What works on the file; None when it is closed, or another process has set it aside since."""
        # Rows written to a file that was moved away would be lost to all.
        if self._engine is not None and self._identity != _identity(self.path):
            self.close()
        return self._engine

    def close(self) -> None:
        """Close the file."""
        if self._engine is not None:
            self._engine.dispose()
        self._engine = None


class _ForeignError(Exception):
    """The file is a database of somebody else, or damaged beyond what SQLite itself notices."""


def _open(path: Path, suspect: bool) -> sa.Engine:
    if not path.exists():
        # Made by us first, so that nobody else may read functions that people let us rewrite.
        os.close(os.open(path, os.O_RDWR | os.O_CREAT, 0o600))
    raw = sqlite3.connect(path, timeout=_BUSY_SECONDS, isolation_level=None, check_same_thread=False)
    try:
        unmarked = _inspect(raw, path, suspect)
        # Readers never wait for a writer; FULL is the default and means: committed is on disk.
        raw.execute("PRAGMA journal_mode = WAL")
        # What is removed or encrypted is overwritten with zeros, not only forgotten.
        raw.execute("PRAGMA secure_delete = ON")
    except BaseException:
        raw.close()
        raise
    engine = sa.create_engine("sqlite://", creator=lambda: raw, poolclass=StaticPool)
    # sqlite3 would begin transactions by rules of its own; IMMEDIATE waits for its turn at the start, which a
    # transaction that begins as a reader cannot.
    event.listen(engine, "begin", _begin)
    try:
        _migrate(engine, path, unmarked)
    except BaseException:
        engine.dispose()
        raise
    return engine


def _begin(connection: sa.Connection) -> None:
    writes = connection.get_execution_options().get(WRITES, False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")


def _inspect(raw: sqlite3.Connection, path: Path, suspect: bool) -> bool:
    """Refuse what is not ours to use; returns whether the file has the first schema and no revision yet."""
    mark, version = (
        int(raw.execute(f"PRAGMA {name}").fetchone()[0]) for name in ("application_id", "user_version")
    )
    tables = {row[0] for row in raw.execute("SELECT name FROM sqlite_schema WHERE type = 'table'")}
    if mark != APPLICATION_ID and (mark or tables or version):
        raise _ForeignError("belongs to another program")
    migrate.require_known(f"{version:04d}" if version else "", str(path))
    if suspect:
        answer = str(raw.execute("PRAGMA quick_check(1)").fetchone()[0])
        if answer != "ok":
            raise _ForeignError(f"is damaged ({answer})")
    return "suggestions" in tables and "alembic_version" not in tables


def _migrate(engine: sa.Engine, path: Path, unmarked: bool) -> None:
    with engine.connect().execution_options(**{WRITES: True}) as connection:
        found = migrate.revision_of(connection)
        migrate.require_known(found, str(path))
        if found != schema.HEAD:
            migrate.upgrade(connection, unmarked=unmarked)
            connection.exec_driver_sql(f"PRAGMA application_id = {APPLICATION_ID}")
            # What an older Velox looks at before it refuses a file that it does not know.
            connection.exec_driver_sql(f"PRAGMA user_version = {int(schema.HEAD)}")
            connection.commit()


def _set_aside(path: Path, why: str) -> str:
    stamp = datetime.now(UTC).strftime("%Y%m%dT%H%M%S.%f")
    target = path.with_name(f"{path.name}.set-aside-{stamp}")
    for suffix in ("", "-wal", "-shm"):
        part = path.with_name(path.name + suffix)
        if part.exists():
            part.rename(target.with_name(target.name + suffix))
    return f"The experience store {path} {why}; it was kept as {target.name} and a new one was begun."


def _identity(path: Path) -> tuple[int, int] | None:
    try:
        status = os.stat(path)
    except OSError:
        return None
    return status.st_dev, status.st_ino
