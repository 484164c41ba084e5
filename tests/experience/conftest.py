"""A PostgreSQL server of the tests' own, and the places that a store is tried on."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
import uuid
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

# Set where its absence must not pass unnoticed, as .ci/run does.
REQUIRED = "VELOX_TEST_POSTGRES"


def _programs() -> Path | None:
    """Where the server's programs are: on the PATH, or where Debian puts those that are not for everybody."""
    found = shutil.which("initdb")
    if found:
        return Path(found).parent
    versions = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda path: float(path.parts[4]))
    return versions[-1].parent if versions else None


@pytest.fixture(scope="session")
def postgres() -> Iterator[Callable[[], str]]:
    """Start a server that listens on a socket in its own folder only; gives a maker of URLs of new databases."""
    programs = _programs()
    if programs is None or sys.platform == "win32":
        reason = "PostgreSQL is not installed: apt-get install postgresql"
        if os.environ.get(REQUIRED):
            pytest.fail(reason)
        pytest.skip(reason)
    # It refuses to run as root; Debian's package comes with a user for it.
    user = "postgres" if os.geteuid() == 0 else None
    folder = Path(tempfile.mkdtemp(prefix="velox-pg-"))
    if user:
        shutil.chown(folder, user)

    def run(program: str, *arguments: str) -> None:
        subprocess.run(
            [str(programs / program), *arguments],
            check=True,
            user=user,
            cwd=folder,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
        )

    data = str(folder / "data")
    try:
        run("initdb", "-D", data, "-U", "velox", "-A", "trust", "-E", "UTF8", "--no-sync", "--locale=C.UTF-8")
        # No process of these tests cuts the power, so what the server writes need not be forced to the disk.
        options = f"-k {folder} -c listen_addresses= -c fsync=off"
        run("pg_ctl", "-D", data, "-w", "-l", str(folder / "log"), "-o", options, "start")
        try:
            yield lambda: _new_database(folder)
        finally:
            run("pg_ctl", "-D", data, "-m", "immediate", "stop")
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _new_database(folder: Path) -> str:
    import psycopg

    name = f"v{uuid.uuid4().hex}"
    with psycopg.connect(f"host={folder} user=velox dbname=postgres", autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name}".encode())
    return f"postgresql://velox@/{name}?host={folder}"


@pytest.fixture(params=["sqlite", "postgresql"])
def place(request: pytest.FixtureRequest, tmp_path: Path) -> Path | str:
    """Where a new store goes: a file, and a database on a server."""
    if request.param == "sqlite":
        return tmp_path / "data" / "experience.db"
    return request.getfixturevalue("postgres")()
