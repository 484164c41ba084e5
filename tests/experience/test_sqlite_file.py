"""The store's file is private, and a damaged, foreign or newer one is neither used nor lost."""

from __future__ import annotations

import sqlite3
import stat
import sys
from pathlib import Path

import pytest

from velox_engine.experience import ExperienceStore
from velox_engine.types import Experience, VeloxError


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "data" / "experience.db"


def transitions(count: int) -> list[Experience]:
    return [
        Experience(
            (0.1,) * 27, 0, 0.25, (0.2,) * 27, True, (True,) * 25, (True,) * 25, "measured", "e1", f"t{step}"
        )
        for step in range(count)
    ]


@pytest.mark.skipif(sys.platform == "win32", reason="POSIX permissions")
def test_only_the_owner_can_read_the_file(path: Path) -> None:
    """The store holds people's functions, so neither file nor folder is open to others."""
    ExperienceStore.open(path).close()
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700


@pytest.mark.parametrize(
    "content", [b"not a database at all, just text " * 40, b"SQLite format 3\0" + b"\xff" * 5000]
)
def test_damaged_file_is_set_aside_with_a_message(path: Path, content: bytes) -> None:
    """What cannot be read is kept under another name, said so, and a new store works."""
    path.parent.mkdir()
    path.write_bytes(content)
    with ExperienceStore.open(path) as store:
        assert store.record_feedback("s1", "accepted")
        assert len(store.notices) == 1
    (aside,) = path.parent.glob("experience.db.set-aside-*")
    assert aside.read_bytes() == content
    assert aside.name in store.notices[0]


def test_database_of_another_program_is_set_aside_unharmed(path: Path) -> None:
    """A foreign SQLite file keeps its rows and never gets our tables."""
    path.parent.mkdir()
    with sqlite3.connect(path) as foreign:
        foreign.execute("CREATE TABLE bookmarks (url TEXT)")
        foreign.execute("INSERT INTO bookmarks VALUES ('x')")
    foreign.close()
    with ExperienceStore.open(path) as store:
        assert "another program" in store.notices[0]
    (aside,) = path.parent.glob("experience.db.set-aside-*")
    again = sqlite3.connect(aside)
    assert again.execute("SELECT url FROM bookmarks").fetchall() == [("x",)]
    assert again.execute("SELECT count(*) FROM sqlite_schema").fetchone() == (1,)
    again.close()


def test_folder_in_the_files_place_is_set_aside(path: Path) -> None:
    """Even a folder of that name does not stop the store."""
    path.mkdir(parents=True)
    with ExperienceStore.open(path) as store:
        assert store.record_feedback("s1", "accepted")
        assert "is a folder" in store.notices[0]


def test_damage_that_shows_while_open_is_set_aside_too(path: Path) -> None:
    """A file overwritten under an open store costs the old rows, which are kept aside, and nothing else."""
    store = ExperienceStore.open(path)
    store.record_experiences(transitions(500))
    store.close()
    content = bytearray(path.read_bytes())
    content[8192:] = b"\xee" * (len(content) - 8192)
    path.write_bytes(content)
    found = list(store.experiences())
    assert found == []
    assert "damaged" in store.notices[0]
    assert store.record_experiences(transitions(1)) == 1
    store.close()


def test_file_set_aside_by_another_process_is_left(path: Path) -> None:
    """Rows go to the file that has the name now, not to the one that was moved away."""
    store = ExperienceStore.open(path)
    store.record_feedback("s1", "accepted")
    path.rename(path.with_name("moved.db"))
    assert store.record_feedback("s2", "accepted")
    store.close()
    with ExperienceStore.open(path) as again:
        assert [row.suggestion_id for row in again.list_feedback()] == ["s2"]


def test_newer_schema_is_refused_and_left_alone(path: Path) -> None:
    """A store of a newer Velox is neither written nor set aside."""
    ExperienceStore.open(path).close()
    with sqlite3.connect(path) as raw:
        raw.execute("PRAGMA user_version = 999")
    raw.close()
    with pytest.raises(VeloxError) as caught:
        ExperienceStore.open(path)
    assert caught.value.code == "experience-newer"
    assert [entry.name for entry in path.parent.glob("*set-aside*")] == []


def test_place_that_cannot_be_written_is_a_clear_error(tmp_path: Path) -> None:
    """A file where the folder should be gives an error that says what to do."""
    (tmp_path / "data").write_text("in the way")
    with pytest.raises(VeloxError) as caught:
        ExperienceStore.open(tmp_path / "data" / "experience.db")
    assert caught.value.code == "experience-unusable"
    assert "VELOX_DATA_DIR" in caught.value.hint
