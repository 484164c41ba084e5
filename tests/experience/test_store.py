"""The experience store keeps what it was given, once, whatever else happens to the file."""

from __future__ import annotations

import sqlite3
import stat
import sys
from pathlib import Path

import pytest

from velox_engine.experience import AttemptRecord, ExperienceStore, SuggestionRecord, schema
from velox_engine.types import Experience, VeloxError


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "data" / "experience.db"


def suggestion(identity: str = "s1") -> SuggestionRecord:
    return SuggestionRecord(
        id=identity,
        path="shop.py",
        function="dedupe",
        workspace="/home/ana/shop",
        origin="editor",
        strategies=("ordered-dedupe",),
        actions=("data_structure",),
        speedup=(14.2, 13.0, 15.1),
        memory_ratio=0.9,
        evidence={"inputs": 214},
        confidence=0.97,
        reward=0.5,
        old_function="def dedupe(x): ...",
        new_function="def dedupe(x): # \ud83d lone surrogate",
        timestamp="2026-01-01T00:00:00.000000+00:00",
    )


def experience(step: int = 0) -> Experience:
    return Experience(
        state=(0.1,) * 27,
        action_idx=step % 25,
        reward=0.25,
        next_state=(0.2,) * 27,
        done=step % 2 == 1,
        mask=(True,) * 25,
        next_mask=(False,) * 24 + (True,),
        source="measured",
        episode_id="e1",
        timestamp=f"2026-01-01T00:00:{step % 60:02d}",
        evidence={"speedup": 2.0},
    )


def test_nothing_recorded_reads_as_nothing(path: Path) -> None:
    """A new store is empty, and a lookup of what was never shown answers None."""
    with ExperienceStore.open(path) as store:
        assert store.list_feedback() == []
        assert store.find_suggestion("s1") is None
        assert list(store.experiences()) == []
        assert set(store.count().values()) == {0}
        assert store.notices == []


def test_kind_outside_the_four_is_refused(path: Path) -> None:
    """A kind of feedback that does not exist is an error that lists those that do."""
    with ExperienceStore.open(path) as store, pytest.raises(VeloxError) as caught:
        store.record_feedback("s1", "applauded")  # type: ignore[arg-type]
    assert caught.value.code == "bad-feedback"
    assert "accepted" in caught.value.hint


def test_suggestion_comes_back_as_it_was_kept(path: Path) -> None:
    """All fields of a suggestion survive closing and opening the file."""
    with ExperienceStore.open(path) as store:
        assert store.record_suggestion(suggestion())
        assert not store.record_suggestion(suggestion())
    with ExperienceStore.open(path) as store:
        found = store.find_suggestion("s1")
    assert found is not None
    assert found.speedup == (14.2, 13.0, 15.1)
    assert found.strategies == ("ordered-dedupe",)
    assert found.evidence == {"inputs": 214}
    assert found.new_function.startswith("def dedupe(x): #")


def test_each_kind_counts_once_for_an_occasion(path: Path) -> None:
    """The same kind twice on one occasion is one row; another occasion or kind is another."""
    with ExperienceStore.open(path) as store:
        assert store.record_feedback("s1", "accepted", occasion="a")
        assert not store.record_feedback("s1", "accepted", occasion="a")
        assert store.record_feedback("s1", "reverted", occasion="a")
        assert store.record_feedback("s1", "accepted", occasion="b")
        assert [row.kind for row in store.list_feedback()] == ["accepted", "reverted", "accepted"]


def test_feedback_is_listed_with_its_suggestion_newest_first(path: Path) -> None:
    """A listing can be narrowed to a kind, a workspace and a number, and names the function."""
    with ExperienceStore.open(path) as store:
        store.record_suggestion(suggestion())
        store.record_feedback("s1", "accepted", origin="editor", note="nice")
        store.record_feedback("gone", "rejected")
        newest, oldest = store.list_feedback()
        assert (newest.suggestion_id, newest.path) == ("gone", "")
        assert (oldest.path, oldest.function, oldest.note) == ("shop.py", "dedupe", "nice")
        assert oldest.speedup == (14.2, 13.0, 15.1)
        assert [row.kind for row in store.list_feedback(kind="accepted")] == ["accepted"]
        assert [row.kind for row in store.list_feedback(workspace="/home/ana/shop")] == ["accepted"]
        assert len(store.list_feedback(limit=1)) == 1


def test_transitions_come_back_equal_and_never_double(path: Path) -> None:
    """A transition read again equals the one kept, and keeping it twice leaves one."""
    with ExperienceStore.open(path) as store:
        kept = [experience(step) for step in range(7)]
        assert store.record_experiences(kept) == 7
        assert store.record_experiences([*kept, experience(7)]) == 1
        assert list(store.experiences(batch=3)) == [*kept, experience(7)]


def test_attempts_are_listed_by_function(path: Path) -> None:
    """What was tried on a function comes back with its counterexample."""
    tried = AttemptRecord(
        "shop.py", "dedupe", "set-membership", "refuted", "differs", 0.2, {"inputs": "([1],)"}, timestamp="t"
    )
    with ExperienceStore.open(path) as store:
        assert store.record_attempts([tried]) == 1
        assert store.list_attempts("shop.py", "dedupe") == [tried]
        assert store.list_attempts("shop.py", "other") == []


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
    store.record_experiences([experience(step) for step in range(500)])
    store.close()
    content = bytearray(path.read_bytes())
    content[8192:] = b"\xee" * (len(content) - 8192)
    path.write_bytes(content)
    found = list(store.experiences())
    assert found == []
    assert "damaged" in store.notices[0]
    assert store.record_experience(experience())
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


def test_every_older_schema_is_brought_up_with_its_rows(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A store made by the first version gains later tables and keeps its rows."""
    with ExperienceStore.open(path) as store:
        store.record_feedback("s1", "accepted")
    later = (*schema.MIGRATIONS, ("CREATE TABLE patterns (id INTEGER PRIMARY KEY)",))
    monkeypatch.setattr(schema, "MIGRATIONS", later)
    with ExperienceStore.open(path) as store:
        assert len(store.list_feedback()) == 1
    raw = sqlite3.connect(path)
    assert raw.execute("SELECT count(*) FROM patterns").fetchone() == (0,)
    assert schema.version(raw) == len(later)
    raw.close()


def test_failed_migration_leaves_the_old_schema(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A migration is all or nothing."""
    ExperienceStore.open(path).close()
    broken = (*schema.MIGRATIONS, ("CREATE TABLE patterns (id INTEGER)", "CREATE NONSENSE"))
    monkeypatch.setattr(schema, "MIGRATIONS", broken)
    with pytest.raises(VeloxError):
        ExperienceStore.open(path)
    monkeypatch.undo()
    with ExperienceStore.open(path) as store:
        assert store.record_feedback("s1", "accepted")


def test_place_that_cannot_be_written_is_a_clear_error(tmp_path: Path) -> None:
    """A file where the folder should be gives an error that says what to do."""
    (tmp_path / "data").write_text("in the way")
    with pytest.raises(VeloxError) as caught:
        ExperienceStore.open(tmp_path / "data" / "experience.db")
    assert caught.value.code == "experience-unusable"
    assert "VELOX_DATA_DIR" in caught.value.hint
