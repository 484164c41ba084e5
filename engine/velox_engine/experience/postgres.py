"""The store that a team shares: a PostgreSQL database named by a URL."""

from __future__ import annotations

from importlib.util import find_spec
from typing import Final

import sqlalchemy as sa
from sqlalchemy import exc

from velox_engine.experience import migrate, schema
from velox_engine.types import VeloxError

_SCHEMES: Final = ("postgresql", "postgres", "postgresql+psycopg")
_CONNECT_SECONDS: Final = 10
# Taken while migrating, so that two that open a new database at once do not both make its tables.
_MIGRATION_LOCK: Final = 0x56454C58


class PostgresServer:
    """One database, and the engine that works on it while it is open."""

    def __init__(self, url: str) -> None:
        """Raises VeloxError `bad-database` for a URL that is none or no PostgreSQL's."""
        try:
            self._url = sa.make_url(url)
        except exc.ArgumentError as error:
            raise _bad_url("The database's URL cannot be read.") from error
        if self._url.drivername not in _SCHEMES:
            raise _bad_url(f"The database's URL begins with {self._url.drivername!r}.")
        self._url = self._url.set(drivername="postgresql+psycopg")
        self.path = None
        self.shown = self._url.set(drivername="postgresql").render_as_string(hide_password=True)
        self.engine: sa.Engine | None = None

    def open(self, *, suspect: bool = False) -> str:
        """Connect and migrate; nothing is ever set aside on a server, so the answer is always "".

        Raises VeloxError `no-psycopg`, `experience-newer`, or `experience-unusable` where the server cannot be used.
        """
        if find_spec("psycopg") is None:
            raise VeloxError(
                "no-psycopg",
                f"The experience store is {self.shown}, and the PostgreSQL driver is not installed.",
                "Run `pip install 'velox-lsp[postgres]'`.",
            )
        # One connection is enough for a store, which works under a lock; asked before use whether it still lives.
        engine = sa.create_engine(
            self._url,
            pool_size=1,
            max_overflow=0,
            pool_pre_ping=True,
            connect_args={"connect_timeout": _CONNECT_SECONDS, "application_name": "velox"},
        )
        try:
            self._migrate(engine)
        except exc.SQLAlchemyError as error:
            engine.dispose()
            reason = str(getattr(error, "orig", error)).strip().splitlines()[0]
            raise VeloxError(
                "experience-unusable",
                f"The experience store {self.shown} cannot be used: {reason}.",
                "Check the address, the user's rights and that the server runs; `velox data where` shows the setting.",
            ) from error
        except VeloxError:
            engine.dispose()
            raise
        self.engine = engine
        return ""

    def _migrate(self, engine: sa.Engine) -> None:
        with engine.begin() as connection:
            if migrate.revision_of(connection) == schema.HEAD:
                return
            connection.execute(sa.select(sa.func.pg_advisory_xact_lock(_MIGRATION_LOCK)))
            found = migrate.revision_of(connection)
            migrate.require_known(found, self.shown)
            if found != schema.HEAD:
                migrate.upgrade(connection)

    def close(self) -> None:
        """Disconnect."""
        if self.engine is not None:
            self.engine.dispose()
        self.engine = None


def _bad_url(what: str) -> VeloxError:
    return VeloxError(
        "bad-database", what, "Write it as postgresql://USER@HOST/DATABASE; passwords belong in ~/.pgpass."
    )
