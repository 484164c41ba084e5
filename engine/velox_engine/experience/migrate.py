"""Brings a database to the newest schema with Alembic, which is imported only when there is something to do."""

from __future__ import annotations

from pathlib import Path
from typing import Final

import sqlalchemy as sa

from velox_engine.experience import schema
from velox_engine.types import VeloxError

FOLDER: Final = Path(__file__).with_name("migrations")
# The schema of stores from before revisions were counted.
FIRST: Final = "0001"
# As Alembic makes it.
_REVISIONS: Final = sa.Table(
    "alembic_version",
    sa.MetaData(),
    sa.Column("version_num", sa.String(32), nullable=False),
    sa.PrimaryKeyConstraint("version_num", name="alembic_version_pkc"),
)


def revision_of(connection: sa.Connection) -> str:
    """Return the revision that a database is at, "" for one without our tables."""
    if not sa.inspect(connection).has_table("alembic_version"):
        return ""
    return connection.execute(sa.text("SELECT version_num FROM alembic_version")).scalar() or ""


def require_known(revision: str, shown: str) -> None:
    """Raise VeloxError `experience-newer` for a revision that a newer Velox made."""
    if revision > schema.HEAD:
        raise VeloxError(
            "experience-newer",
            f"The experience store {shown} was written by a newer Velox (schema {revision}).",
            "Update Velox, or set VELOX_DATA_DIR to another folder.",
        )


def create(connection: sa.Connection) -> None:
    """Make all tables in an empty database, as the migrations would, inside the connection's transaction."""
    schema.metadata.create_all(connection, checkfirst=False)
    _REVISIONS.create(connection)
    connection.execute(_REVISIONS.insert().values(version_num=schema.HEAD))


def upgrade(connection: sa.Connection, *, unmarked: bool = False) -> None:
    """Bring a database to the newest schema inside the connection's transaction; an empty one gets it at once.

    `unmarked`: the tables are those of the first schema, and nothing says so yet.
    """
    if unmarked or revision_of(connection):
        run_migrations(connection, unmarked=unmarked)
    else:
        create(connection)


def run_migrations(connection: sa.Connection, *, unmarked: bool = False) -> None:
    """Run those that are missing, one after another."""
    from alembic import command
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(FOLDER).replace("%", "%%"))
    config.set_main_option("path_separator", "os")
    config.attributes["connection"] = connection
    if unmarked:
        command.stamp(config, FIRST)
    command.upgrade(config, schema.HEAD)
