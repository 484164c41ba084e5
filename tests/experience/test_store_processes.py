"""Several processes write one store at once and some are killed: nothing committed is lost, nothing is there twice."""

from __future__ import annotations

import json
import sqlite3
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest
import sqlalchemy as sa

from velox_engine.experience import ExperienceStore, schema

KILLED_WRITERS = Path(__file__).with_name("killed_writers.py")
# Fills a store and leaves.
WRITER = """
import sys
from velox_engine.experience import ExperienceStore
place, name, count = sys.argv[1], sys.argv[2], int(sys.argv[3])
with ExperienceStore.open(place) as store:
    for number in range(count):
        assert store.record_feedback(f"{name}-{number}", "accepted")
"""


def start(place: Path | str, name: str, count: int) -> subprocess.Popen[str]:
    return subprocess.Popen([sys.executable, "-c", WRITER, str(place), name, str(count)])


def kill_writers(place: Path | str, kills: int, seed: int) -> int:
    """Kill writers of a store and check what it then holds; returns how many transactions were confirmed."""
    command = [sys.executable, str(KILLED_WRITERS), str(place), str(kills), str(seed)]
    done = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True, timeout=1800)
    told = json.loads(done.stdout)
    assert told["ended"] == []
    with ExperienceStore.open(place) as store:
        assert store.notices == [], "the store was never found damaged"
        engine = store._place.engine
        assert engine is not None
        with engine.connect() as connection:
            episodes = Counter(connection.execute(sa.select(schema.episodes.c.id)).scalars())
            parts = Counter(connection.execute(sa.select(schema.attempts.c.strategy)).scalars())
        audit = store.check_audit()
        chosen = Counter(found.says["suggestion"] for found in store.list_decisions())
        feedback = Counter(row.suggestion_id for row in store.list_feedback())
    confirmed = set(told["confirmed"])
    assert confirmed <= feedback.keys(), "a committed row was lost"
    assert confirmed <= episodes.keys(), "a committed row was lost"
    assert feedback.keys() <= episodes.keys(), "rows are there in the order they were committed"
    assert set(parts) == set(episodes), "an episode without its attempts, or attempts without theirs"
    assert set(parts.values()) <= {3}, "half a transaction, or one twice"
    assert {*episodes.values(), *feedback.values()} <= {1}, "a row is there twice"
    assert audit.broken == ""
    assert chosen == feedback, "the audit has each choice once, and no other"
    return len(confirmed)


def test_writers_at_once_lose_nothing(place: Path | str) -> None:
    """Four processes that create and fill one store together end with every row of each."""
    writers = [start(place, f"w{index}", 25) for index in range(4)]
    for writer in writers:
        assert writer.wait(timeout=120) == 0
    with ExperienceStore.open(place) as store:
        kept = {row.suggestion_id for row in store.list_feedback()}
        assert store.notices == []
    assert kept == {f"w{index}-{number}" for index in range(4) for number in range(25)}


def test_killed_writers_keep_what_they_had_committed(place: Path | str) -> None:
    """After 60 kills at random moments the store opens and has each confirmed row exactly once."""
    assert kill_writers(place, 60, seed=7) > 60
    if isinstance(place, Path):
        raw = sqlite3.connect(place)
        assert raw.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        raw.close()


@pytest.mark.slow
def test_five_hundred_kills_lose_and_double_nothing(place: Path | str) -> None:
    """The same with 500 kills; prints how many committed transactions were looked for."""
    print(
        f"\n500 kills, {kill_writers(place, 500, seed=11)} confirmed transactions, all there once ({place})"
    )


def test_processes_that_meet_a_damaged_file_set_it_aside_once(tmp_path: Path) -> None:
    """Of several that find the damage together one moves the file, and all write to the same new one."""
    path = tmp_path / "experience.db"
    path.write_bytes(b"no database " * 1000)
    writers = [start(path, f"d{index}", 3) for index in range(4)]
    for writer in writers:
        assert writer.wait(timeout=120) == 0
    assert len(list(tmp_path.glob("experience.db.set-aside-*"))) == 1
    with ExperienceStore.open(path) as store:
        assert store.count()["feedback"] == 12
