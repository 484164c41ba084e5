"""`velox data` shares rows without code or names, removes what it is told to, and says where everything is."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from velox_engine.cli.main import main
from velox_engine.experience import AttemptRecord, ExperienceStore, SuggestionRecord, purge, sharing
from velox_engine.experience.records import EpisodeRecord, MeasurementRecord
from velox_engine.types import Experience, Interval, Measurement, VeloxError

SECRETS = ("/home/ana/shop", "basket.py", "dedupe_orders", "margin = 0.47", "a thought of mine")
EXPERIENCE = Experience(
    (0.1,) * 27, 3, 0.5, (0.2,) * 27, True, (True,) * 25, (True,) * 25, "measured", "e1", "2026-01-01"
)
SHOWN = SuggestionRecord(
    id="s1", path="/home/ana/shop/basket.py", function="dedupe_orders", workspace="/home/ana/shop", origin="editor",
    strategies=("ordered-dedupe",), actions=("data_structure",), speedup=(14.2, 13.0, 15.1), evidence={"inputs": 214},
    old_function="margin = 0.47", new_function="margin = 0.47  # fast",
)  # fmt: skip


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A data folder of this test's own."""
    monkeypatch.setenv("VELOX_DATA_DIR", str(tmp_path / "data"))
    return tmp_path / "data"


def days_ago(days: float) -> str:
    return (datetime.now(UTC) - timedelta(days=days)).isoformat(timespec="microseconds")


def fill(
    store: ExperienceStore, name: str = "1", age: float = 0.0, workspace: str = "/home/ana/shop"
) -> None:
    place = {"path": f"{workspace}/basket.py", "function": "dedupe_orders", "workspace": workspace}
    stamp = days_ago(age)
    figures = Measurement(Interval(2, 1, 3), Interval(2, 1, 3), 0.1, None, None, 2.0, 1.0, (10, 100))
    store.record_episode(
        EpisodeRecord(
            f"e{name}", **place, status="improved", reason="margin = 0.47 is faster", timestamp=stamp
        ),
        attempts=[
            AttemptRecord(**place, strategy="x", status="refuted", reason="margin = 0.47", timestamp=stamp)
        ],
        experiences=[replace(EXPERIENCE, episode_id=f"e{name}")],
        suggestions=[replace(SHOWN, **place, id=f"s{name}", timestamp=stamp)],
        measurements=[MeasurementRecord(f"s{name}", figures, f"e{name}", "Linux", stamp)],
    )
    store.record_feedback(f"s{name}", "accepted", occasion="o", note="a thought of mine")


def run(capsys: pytest.CaptureFixture[str], *arguments: str) -> dict[str, Any]:
    capsys.readouterr()
    assert main(["data", *arguments, "--format", "json"]) == 0
    return json.loads(capsys.readouterr().out)


def test_export_holds_no_code_and_no_name_and_can_be_taken_once(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """What is given away holds figures and choices only; another store takes each row once."""
    with ExperienceStore.open() as store:
        fill(store)
    file = tmp_path / "shared.jsonl"
    assert run(capsys, "export", str(file)) == {"exported": 5, "file": str(file)}
    text = file.read_text()
    assert not [secret for secret in SECRETS if secret in text]
    assert "14.2" in text
    monkeypatch.setenv("VELOX_DATA_DIR", str(tmp_path / "other"))
    every = {"episode": 1, "suggestion": 1, "measurement": 1, "feedback": 1, "experience": 1}
    assert run(capsys, "import", str(file))["added"] == every
    assert set(run(capsys, "import", str(file))["added"].values()) == {0}
    with ExperienceStore.open() as store:
        taken = store.find_suggestion("s1")
        assert taken is not None
        assert taken.path.startswith("hidden-")
        assert taken.speedup == (14.2, 13.0, 15.1)
        assert next(store.experiences()) == EXPERIENCE
        assert store.list_feedback()[0].origin == "import"
        assert store.check_audit().broken == ""


def test_hidden_names_tell_the_same_from_the_other_and_nothing_else(place: Path | str) -> None:
    """One file has one word in every export of a store, and another word in an export of another store."""

    def words(store: ExperienceStore) -> list[str]:
        lines = [json.loads(line) for line in sharing.export(store)]
        return [line["path"] for line in lines if line["row"] == "suggestion"]

    with ExperienceStore.open(place) as store:
        fill(store, "1")
        fill(store, "2")
        fill(store, "3", workspace="/home/ben")
        one, two, three = words(store)
        assert one == two != three
        assert words(store) == [one, two, three]
    with ExperienceStore.open() as other:
        fill(other)
        assert words(other) != [one]


def test_export_with_everything_is_a_backup(tmp_path: Path, place: Path | str) -> None:
    """With code and paths, another store has the very same suggestion."""
    with ExperienceStore.open(place) as store, ExperienceStore.open(tmp_path / "copy.db") as copy:
        fill(store)
        sharing.take(copy, sharing.export(store, with_code=True, with_paths=True), "backup")
        assert copy.find_suggestion("s1") == store.find_suggestion("s1")
        assert copy.list_measurements("s1") == store.list_measurements("s1")
        assert copy.list_episodes() == store.list_episodes()


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("{", "line 2"),
        ("[]", "line 2"),
        ('{"row": "secret"}', "'secret' is missing or unknown"),
        ('{"row": "header", "format": "velox-data/9"}', "format 'velox-data/9' is unknown"),
        ('{"row": "feedback", "suggestion_id": "s", "kind": "loved"}', "line 2"),
        (
            '{"row": "feedback", "kind": "accepted", "suggestion_id": 7, "occasion": "", "timestamp": "t"}',
            "line 2",
        ),
        ('{"row": "experience", "line": "{}"}', "Not a transition"),
        (
            '{"row":"suggestion","id":"s","path":"p","function":"f","speedup":null,"strategies":[],"actions":[],'
            '"reward":"high"}',
            "reward is 'high'",
        ),
    ],
)
def test_a_wrong_line_is_named_and_nothing_is_taken(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], line: str, words: str
) -> None:
    """An import is all or nothing."""
    good = json.dumps({"row": "experience", "line": sharing.rows.experience_line(EXPERIENCE)})
    file = tmp_path / "bad.jsonl"
    file.write_text(f"{good}\n{line}\n{good}\n")
    assert main(["data", "import", str(file), "--format", "json"]) == 2
    error = json.loads(capsys.readouterr().out)["error"]
    assert error["code"] == "bad-data"
    assert words in error["message"]
    with ExperienceStore.open() as store:
        assert set(store.count().values()) == {0}


def test_purge_removes_only_with_yes(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Without it, the very same rows are counted and stay; with it, no file holds the text any more."""
    with ExperienceStore.open() as store:
        fill(store)
    for name in ("cache", "recordings"):
        (folder / name).mkdir()
        (folder / name / "x").write_text("margin = 0.47")
    asked = run(capsys, "purge", "--all")
    assert asked["done"] is False
    with ExperienceStore.open() as store:
        assert store.count()["suggestions"] == 1
    done = run(capsys, "purge", "--all", "--yes")
    assert done["rows"] == asked["rows"]
    for path in folder.rglob("*"):
        assert not path.is_file() or b"margin" not in path.read_bytes(), path
    with ExperienceStore.open() as store:
        assert {name: count for name, count in store.count().items() if count} == {
            "audit": 1,
            "properties": 1,
        }
        assert store.check_audit().broken == ""
        fill(store)
        assert store.check_audit().broken == ""


def test_purge_by_age_workspace_and_code(place: Path | str) -> None:
    """Each scope removes what it names and leaves the rest; transitions, which are numbers, stay."""
    with ExperienceStore.open(place) as store:
        fill(store, "old", age=40)
        fill(store, "new")
        fill(store, "ben", workspace="/home/ben")
        removed = purge.older_than(store, 30)
        assert (removed["suggestions"], removed["attempts"], removed["episodes"]) == (1, 1, 1)
        assert store.find_suggestion("sold") is None
        assert purge.workspace(store, "/home/ben")["feedback"] == 1
        assert store.find_suggestion("sben") is None
        assert purge.code(store)["suggestions"] == 1
        left = store.find_suggestion("snew")
        assert left is not None
        assert (left.old_function, left.speedup) == ("", (14.2, 13.0, 15.1))
        assert store.count()["experiences"] == 3
        assert store.check_audit().broken == ""
        assert [one.says["kind"] for one in store.list_decisions(limit=3)] == ["purged"] * 3


def test_retention_is_held_to_once_a_day(place: Path | str) -> None:
    """The first use of a day sweeps; 0 keeps for ever."""
    with ExperienceStore.open(place) as store:
        fill(store, "old", age=400)
        purge.sweep(store, 0)
        assert store.find_suggestion("sold") is not None
        purge.sweep(store, 365)
        assert store.find_suggestion("sold") is None
        fill(store, "other", age=400)
        purge.sweep(store, 365)
        assert store.find_suggestion("sother") is not None, "not again on the same day"


def test_where_says_where(
    folder: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Place, size, rows, key and retention, as JSON and as text."""
    with ExperienceStore.open() as store:
        fill(store)
    document = run(capsys, "where")
    assert document["store"] == str(folder / "experience.db")
    assert document["rows"]["suggestions"] == 1
    assert document["bytes"] > 0
    assert document["retention_days"] == 365
    assert main(["data", "where"]) == 0
    assert "stored plain" in capsys.readouterr().out


def test_a_password_in_a_url_is_never_shown() -> None:
    """What is shown of a database is its URL without the password."""
    with pytest.raises(VeloxError) as caught:
        ExperienceStore.open("postgresql://ana:hunter2@127.0.0.1:1/velox?connect_timeout=1")
    assert caught.value.code == "experience-unusable"
    assert "hunter2" not in caught.value.message + caught.value.hint
    assert "ana" in caught.value.message


@pytest.mark.parametrize("url", ["mysql://x/y", "http://example.com", "://"])
def test_another_kind_of_url_is_refused(url: str) -> None:
    """The error says how one is written."""
    with pytest.raises(VeloxError) as caught:
        ExperienceStore.open(url)
    assert caught.value.code == "bad-database"
    assert "postgresql://USER@HOST/DATABASE" in caught.value.hint


def test_the_database_of_the_environment_is_used(
    postgres: Any, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """With VELOX_DATABASE set, every command works on the team's store."""
    monkeypatch.setenv("VELOX_DATABASE", postgres())
    with ExperienceStore.open() as store:
        fill(store)
        assert store.path is None
    document = run(capsys, "where")
    assert document["kind"] == "PostgreSQL"
    assert document["rows"]["suggestions"] == 1
