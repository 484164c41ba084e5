"""Several processes write the experience store at once and some are killed: nothing committed is lost."""

from __future__ import annotations

import random
import subprocess
import sys
from pathlib import Path

from velox_engine.experience import ExperienceStore

# Prints a number only after the row of that number was committed.
WRITER = """
import sys
from velox_engine.experience import ExperienceStore
path, name, count = sys.argv[1], sys.argv[2], int(sys.argv[3])
with ExperienceStore.open(path) as store:
    for number in range(count):
        assert store.record_feedback(f"{name}-{number}", "accepted")
        print(number, flush=True)
"""


def start(path: Path, name: str, count: int) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-c", WRITER, str(path), name, str(count)], stdout=subprocess.PIPE, text=True
    )


def test_writers_at_once_lose_nothing(tmp_path: Path) -> None:
    """Four processes that create and fill one store together end with every row of each."""
    path = tmp_path / "experience.db"
    writers = [start(path, f"w{index}", 25) for index in range(4)]
    for writer in writers:
        writer.communicate(timeout=120)
        assert writer.returncode == 0
    with ExperienceStore.open(path) as store:
        kept = {row.suggestion_id for row in store.list_feedback()}
        assert store.notices == []
    assert kept == {f"w{index}-{number}" for index in range(4) for number in range(25)}


def test_killed_writers_keep_what_they_had_committed(tmp_path: Path) -> None:
    """After kills at random moments the store opens, has each confirmed row once, and is sound."""
    path = tmp_path / "experience.db"
    rng = random.Random(7)
    confirmed: set[str] = set()
    for turn in range(6):
        names = [f"k{turn}-{index}" for index in range(2)]
        writers = [start(path, name, 100_000) for name in names]
        for name, writer in zip(names, writers, strict=True):
            assert writer.stdout is not None
            for _ in range(rng.randrange(1, 12)):
                confirmed.add(f"{name}-{writer.stdout.readline().strip()}")
        for name, writer in zip(names, writers, strict=True):
            writer.kill()
            rest, _ = writer.communicate(timeout=60)
            # The last line may be torn by the kill; what counts is a whole one.
            confirmed.update(f"{name}-{line}" for line in rest.split("\n")[:-1])
    with ExperienceStore.open(path) as store:
        kept = [row.suggestion_id for row in store.list_feedback()]
        assert store.notices == []
    assert len(kept) == len(set(kept))
    assert confirmed <= set(kept)


def test_processes_that_meet_a_damaged_file_set_it_aside_once(tmp_path: Path) -> None:
    """Of several that find the damage together one moves the file, and all write to the same new one."""
    path = tmp_path / "experience.db"
    path.write_bytes(b"no database " * 1000)
    writers = [start(path, f"d{index}", 3) for index in range(4)]
    for writer in writers:
        writer.communicate(timeout=120)
        assert writer.returncode == 0
    assert len(list(tmp_path.glob("experience.db.set-aside-*"))) == 1
    with ExperienceStore.open(path) as store:
        assert store.count()["feedback"] == 12
