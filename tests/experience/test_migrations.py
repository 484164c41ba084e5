"""A store of any earlier schema comes up to the newest one with its rows, all at once or not at all."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from pathlib import Path

import pytest
import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory

from velox_engine.experience import ExperienceStore, migrate, schema
from velox_engine.types import VeloxError

# Written by the store as it was before revisions were counted, and dumped as SQL.
SHIPPED = Path(__file__).parents[1] / "fixtures" / "experience_v1.sql"

DRIVERS = ("sqlite", "postgresql+psycopg")


@pytest.fixture
def shipped(tmp_path: Path) -> Path:
    """A file as the first version of Velox left it."""
    path = tmp_path / "experience.db"
    raw = sqlite3.connect(path)
    raw.executescript(SHIPPED.read_text(encoding="utf-8"))
    raw.close()
    return path


def test_store_of_the_first_version_keeps_every_row(shipped: Path) -> None:
    """What was shipped opens, has all its rows with their figures, and takes new kinds of rows."""
    with ExperienceStore.open(shipped) as store:
        assert store.notices == []
        counts = store.count()
        assert (counts["suggestions"], counts["feedback"], counts["attempts"], counts["experiences"]) == (
            2,
            4,
            2,
            3,
        )
        found = store.find_suggestion("s1")
        assert found is not None
        assert (found.speedup, found.strategies) == ((14.2, 13.0, 15.1), ("ordered-dedupe",))
        assert "if item not in out" in found.old_function
        assert {row.note for row in store.list_feedback()} == {"gr\u00f6\u00dfer, schneller", ""}
        refuted = store.list_attempts("/home/ana/shop/basket.py", "dedupe")[0]
        assert refuted.counterexample is not None
        assert refuted.counterexample["new"] == "[1, 2]"
        assert [transition.action_idx for transition in store.experiences()] == [0, 1, 2]
        assert not store.record_feedback("s1", "accepted", occasion="o1"), "what is unique stays unique"
        assert store.list_episodes() == []
    raw = sqlite3.connect(shipped)
    assert raw.execute("SELECT version_num FROM alembic_version").fetchone() == (schema.HEAD,)
    assert raw.execute("PRAGMA user_version").fetchone() == (int(schema.HEAD),)
    raw.close()


def test_migrated_store_has_the_schema_of_a_new_one(shipped: Path, tmp_path: Path) -> None:
    """Columns and indices do not depend on where a store began, but for the names of its constraints."""
    new = tmp_path / "new.db"
    for path in (shipped, new):
        ExperienceStore.open(path).close()

    def shape(path: Path) -> dict[str, object]:
        raw = sqlite3.connect(path)
        tables = [
            row[0] for row in raw.execute("SELECT name FROM sqlite_schema WHERE type = 'table' ORDER BY 1")
        ]
        found: dict[str, object] = {
            name: [(row[1], row[2]) for row in raw.execute(f"PRAGMA table_info({name})")] for name in tables
        }
        found["indices"] = sorted(
            row[0]
            for row in raw.execute("SELECT name FROM sqlite_schema WHERE type = 'index' AND sql IS NOT NULL")
        )
        raw.close()
        return found

    assert shape(shipped) == shape(new)


def test_migrations_make_what_the_code_describes(place: Path | str) -> None:
    """After the last migration, Alembic finds no difference to the tables in the code, on either database."""
    if isinstance(place, Path):
        place.parent.mkdir()
    address = f"sqlite:///{place}" if isinstance(place, Path) else place
    engine = sa.create_engine(sa.make_url(address).set(drivername=DRIVERS[isinstance(place, str)]))
    with engine.begin() as connection:
        migrate.run_migrations(connection)
        assert migrate.revision_of(connection) == schema.HEAD
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, schema.metadata) == []
    engine.dispose()


def test_revisions_are_one_line_that_ends_at_the_head() -> None:
    """The revision in the code is the newest of the folder, and each has one successor."""
    config = Config()
    config.set_main_option("script_location", str(migrate.FOLDER))
    config.set_main_option("path_separator", "os")
    scripts = ScriptDirectory.from_config(config)
    assert scripts.get_heads() == [schema.HEAD]
    revisions = [script.revision for script in scripts.walk_revisions()]
    assert revisions == sorted(revisions, reverse=True)
    assert all(len(revision) == 4 for revision in revisions), "they are compared as text"
    assert revisions[-1] == migrate.FIRST


def test_failed_migration_leaves_the_old_schema(shipped: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A migration that breaks off at its end changes nothing, and the next start carries it out."""
    upgrade = migrate.upgrade

    def broken(connection: sa.Connection, *, unmarked: bool = False) -> None:
        upgrade(connection, unmarked=unmarked)
        connection.execute(sa.text("CREATE NONSENSE"))

    before = sqlite3.connect(shipped).execute("SELECT name FROM sqlite_schema ORDER BY 1").fetchall()
    monkeypatch.setattr(migrate, "upgrade", broken)
    with pytest.raises(VeloxError) as caught:
        ExperienceStore.open(shipped)
    assert caught.value.code == "experience-unusable"
    assert sqlite3.connect(shipped).execute("SELECT name FROM sqlite_schema ORDER BY 1").fetchall() == before
    monkeypatch.undo()
    with ExperienceStore.open(shipped) as store:
        assert store.count()["feedback"] == 4


def test_newer_schema_on_a_server_is_refused(postgres: Callable[[], str]) -> None:
    """A database that a newer Velox migrated is left alone, with a word about it."""
    url = postgres()
    ExperienceStore.open(url).close()
    engine = sa.create_engine(url.replace("postgresql://", "postgresql+psycopg://"))
    with engine.begin() as connection:
        connection.execute(sa.text("UPDATE alembic_version SET version_num = '9999'"))
    with pytest.raises(VeloxError) as caught:
        ExperienceStore.open(url)
    assert caught.value.code == "experience-newer"
    with engine.connect() as connection:
        assert connection.execute(sa.text("SELECT version_num FROM alembic_version")).scalar() == "9999"
    engine.dispose()


def test_opening_an_up_to_date_store_does_not_import_alembic(tmp_path: Path) -> None:
    """Alembic costs a start a tenth of a second, so only a migration pays for it."""
    import subprocess
    import sys

    path = tmp_path / "experience.db"
    ExperienceStore.open(path).close()
    code = (
        "import sys; from velox_engine.experience import ExperienceStore;"
        f"ExperienceStore.open({str(path)!r}).close(); print('alembic' in sys.modules, 'sqlalchemy' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["False", "True"]
