"""Opens the store's SQLite file: creates it, migrates it, and sets a damaged or foreign one aside.

A file that cannot be used is renamed beside its place with its journal, never deleted, and a note says so.
"""

from __future__ import annotations

import os
import sqlite3
from datetime import UTC, datetime
from pathlib import Path

from velox_engine.experience import schema
from velox_engine.experience.lock import file_lock
from velox_engine.types import VeloxError

BUSY_SECONDS = 30.0
_NOT_USABLE = (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB)


def is_damage(error: sqlite3.Error) -> bool:
    """Return whether an error says that the file itself is damaged or no database."""
    code = getattr(error, "sqlite_errorcode", None)
    return code is not None and code & 0xFF in _NOT_USABLE


def connect(path: Path, *, suspect: bool = False) -> tuple[sqlite3.Connection, str]:
    """Open the store at `path`; the second value says what was set aside, "" normally.

    `suspect` asks for a full check of the file first. Raises VeloxError `experience-newer` for a file of a
    newer Velox and `experience-unusable` where no file can be opened or written.
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        # The lock makes look, set aside and create one step: two processes that meet a damaged file
        # must not set aside each other's new one.
        with file_lock(path.with_name(path.name + ".lock")):
            note = ""
            if path.is_dir():
                note = _set_aside(path, "is a folder")
            try:
                return _open(path, suspect), note
            except _ForeignError as error:
                note = _set_aside(path, str(error))
            except sqlite3.DatabaseError as error:
                if not is_damage(error):
                    raise
                note = _set_aside(path, f"is damaged ({error})")
            return _open(path, False), note
    except (OSError, sqlite3.Error) as error:
        raise VeloxError(
            "experience-unusable",
            f"The experience store {path} cannot be used: {error}.",
            "Check the folder's permissions and space, or set VELOX_DATA_DIR to another folder.",
        ) from error


class _ForeignError(Exception):
    """The file is a database of somebody else."""


def _open(path: Path, suspect: bool) -> sqlite3.Connection:
    if not path.exists():
        # Made by us first, so that nobody else may read functions that people let us rewrite.
        os.close(os.open(path, os.O_RDWR | os.O_CREAT, 0o600))
    connection = sqlite3.connect(path, timeout=BUSY_SECONDS, isolation_level=None, check_same_thread=False)
    try:
        if not schema.is_ours(connection):
            raise _ForeignError("belongs to another program")
        found = schema.version(connection)
        if found > len(schema.MIGRATIONS):
            raise VeloxError(
                "experience-newer",
                f"The experience store {path} was written by a newer Velox (schema {found}).",
                "Update Velox, or set VELOX_DATA_DIR to another folder.",
            )
        if suspect:
            answer = str(connection.execute("PRAGMA quick_check(1)").fetchone()[0])
            if answer != "ok":
                raise _ForeignError(f"is damaged ({answer})")
        # Readers never wait for a writer; FULL is the default and means: committed is on disk.
        connection.execute("PRAGMA journal_mode = WAL")
        schema.migrate(connection)
    except BaseException:
        connection.close()
        raise
    return connection


def _set_aside(path: Path, why: str) -> str:
    stamp = datetime.now(UTC).strftime("%Y%m%dT%H%M%S.%f")
    target = path.with_name(f"{path.name}.set-aside-{stamp}")
    for suffix in ("", "-wal", "-shm"):
        part = path.with_name(path.name + suffix)
        if part.exists():
            part.rename(target.with_name(target.name + suffix))
    return f"The experience store {path} {why}; it was kept as {target.name} and a new one was begun."
