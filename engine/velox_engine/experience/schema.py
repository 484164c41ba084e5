"""The store's tables, as a list of migrations that is only ever appended to."""

from __future__ import annotations

import sqlite3
from typing import Final

# "VELX": tells our files from other people's SQLite databases.
APPLICATION_ID: Final = 0x56454C58

# One tuple of statements a version. A released entry never changes; a new need is a new entry.
MIGRATIONS: Final[tuple[tuple[str, ...], ...]] = (
    (
        """
        CREATE TABLE suggestions (
            id TEXT PRIMARY KEY,
            timestamp TEXT NOT NULL,
            workspace TEXT NOT NULL,
            path TEXT NOT NULL,
            function TEXT NOT NULL,
            origin TEXT NOT NULL,
            strategies TEXT NOT NULL,
            actions TEXT NOT NULL,
            speedup TEXT,
            memory_ratio REAL,
            evidence TEXT NOT NULL,
            confidence REAL,
            reward REAL,
            episode_id TEXT NOT NULL,
            old_function TEXT NOT NULL,
            new_function TEXT NOT NULL
        )
        """,
        # No foreign key: feedback imported from a colleague may lack the suggestion it is about.
        """
        CREATE TABLE feedback (
            id INTEGER PRIMARY KEY,
            suggestion_id TEXT NOT NULL,
            occasion TEXT NOT NULL,
            kind TEXT NOT NULL CHECK (kind IN ('accepted', 'edited', 'rejected', 'reverted')),
            timestamp TEXT NOT NULL,
            origin TEXT NOT NULL,
            note TEXT NOT NULL,
            UNIQUE (suggestion_id, occasion, kind)
        )
        """,
        """
        CREATE TABLE attempts (
            id INTEGER PRIMARY KEY,
            timestamp TEXT NOT NULL,
            workspace TEXT NOT NULL,
            path TEXT NOT NULL,
            function TEXT NOT NULL,
            strategy TEXT NOT NULL,
            status TEXT NOT NULL,
            reason TEXT NOT NULL,
            seconds REAL NOT NULL,
            counterexample TEXT,
            episode_id TEXT NOT NULL
        )
        """,
        # `line` is the transition as DESIGN.md writes it; its digest keeps an import from doubling rows.
        """
        CREATE TABLE experiences (
            id INTEGER PRIMARY KEY,
            digest BLOB NOT NULL UNIQUE,
            episode_id TEXT NOT NULL,
            timestamp TEXT NOT NULL,
            source TEXT NOT NULL,
            action_idx INTEGER NOT NULL,
            reward REAL NOT NULL,
            line TEXT NOT NULL
        )
        """,
        "CREATE INDEX feedback_by_time ON feedback (timestamp)",
        "CREATE INDEX attempts_by_function ON attempts (path, function)",
        "CREATE INDEX experiences_by_episode ON experiences (episode_id)",
    ),
)


def version(connection: sqlite3.Connection) -> int:
    """Return the schema version of an open file, 0 for an empty one."""
    return int(connection.execute("PRAGMA user_version").fetchone()[0])


def is_ours(connection: sqlite3.Connection) -> bool:
    """Return whether the file is empty or was made by Velox."""
    mark = int(connection.execute("PRAGMA application_id").fetchone()[0])
    if mark == APPLICATION_ID:
        return True
    tables = connection.execute("SELECT count(*) FROM sqlite_schema").fetchone()[0]
    return mark == 0 and tables == 0 and version(connection) == 0


def migrate(connection: sqlite3.Connection) -> None:
    """Bring an open file of ours to the newest version, all in one transaction."""
    if version(connection) >= len(MIGRATIONS):
        return
    connection.execute("BEGIN IMMEDIATE")
    try:
        # Read again under the lock: another process may have been quicker.
        for statements in MIGRATIONS[version(connection) :]:
            for statement in statements:
                connection.execute(statement)
        connection.execute(f"PRAGMA application_id = {APPLICATION_ID}")
        connection.execute(f"PRAGMA user_version = {len(MIGRATIONS)}")
        connection.execute("COMMIT")
    except BaseException:
        connection.execute("ROLLBACK")
        raise
