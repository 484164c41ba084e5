"""What can be recomputed is bytes that are never unpickled, bounded, and no damage to it stops Velox."""

from __future__ import annotations

import os
import pickle
import sqlite3
from pathlib import Path

import pytest

from velox_engine.experience.byte_cache import ByteCache

SIZE = 1 << 22


class Bomb:
    """A pickle that leaves a mark when it is loaded."""

    def __init__(self, mark: Path) -> None:
        self.mark = mark

    def __reduce__(self) -> tuple[object, tuple[str]]:
        return os.mkdir, (str(self.mark),)


def test_bytes_come_back_until_they_are_deleted(tmp_path: Path) -> None:
    """Small values and large ones, over closing and opening."""
    cache = ByteCache(tmp_path / "c", SIZE)
    assert cache.get("k") is None
    cache.set("k", b"x" * 100_000, 60)
    cache.close()
    cache = ByteCache(tmp_path / "c", SIZE)
    assert cache.get("k") == b"x" * 100_000
    cache.delete("k")
    assert cache.get("k") is None


@pytest.mark.parametrize("place", ["value", "file", "key"])
def test_a_planted_pickle_does_nothing(tmp_path: Path, place: str) -> None:
    """Wherever in the folder a pickle is put, it is not loaded, and the cache still works."""
    folder, mark = tmp_path / "c", tmp_path / "exploded"
    cache = ByteCache(folder, SIZE)
    cache.set("k", b"good", 60)
    cache.close()
    bomb = pickle.dumps(Bomb(mark))
    raw = sqlite3.connect(folder / "cache.db")
    if place == "value":
        raw.execute("UPDATE Cache SET mode = 4, value = ?", (bomb,))
    elif place == "file":
        (folder / "bomb.val").write_bytes(bomb)
        raw.execute("UPDATE Cache SET mode = 4, filename = 'bomb.val', value = NULL")
    else:
        raw.execute("UPDATE Cache SET key = ?, raw = 0", (bomb,))
    raw.commit()
    raw.close()
    cache = ByteCache(folder, SIZE)
    assert cache.get("k") is None
    cache.set("other", b"fine", 60)
    assert cache.get("other") == b"fine"
    assert not mark.exists()


def test_a_name_that_leads_out_of_the_folder_is_not_followed(tmp_path: Path) -> None:
    """A row cannot make the cache hand out another file of the person's."""
    (tmp_path / "secret").write_bytes(b"mine")
    cache = ByteCache(tmp_path / "c", SIZE)
    cache.set("k", b"good", 60)
    raw = sqlite3.connect(tmp_path / "c" / "cache.db")
    raw.execute("UPDATE Cache SET mode = 2, filename = '../secret', value = NULL")
    raw.commit()
    raw.close()
    assert cache.get("k") is None


@pytest.mark.parametrize("damage", ["no database", "other settings", "a file in its place"])
def test_a_damaged_folder_is_set_aside_and_begun_anew(tmp_path: Path, damage: str) -> None:
    """What was there is kept under another name, and remembering goes on."""
    folder = tmp_path / "c"
    if damage == "a file in its place":
        folder.write_bytes(b"in the way")
    else:
        ByteCache(folder, SIZE).close()
        if damage == "no database":
            (folder / "cache.db").write_bytes(b"no database " * 1000)
            for left in folder.glob("cache.db-*"):
                left.unlink()
        else:
            raw = sqlite3.connect(folder / "cache.db")
            raw.execute("INSERT INTO Settings VALUES ('disk_evil', 1)")
            raw.commit()
            raw.close()
    cache = ByteCache(folder, SIZE)
    cache.set("k", b"good", 60)
    assert cache.get("k") == b"good"
    assert len(list(tmp_path.glob("c.set-aside-*"))) == 1


def test_a_place_that_cannot_be_used_means_nothing_is_remembered(tmp_path: Path) -> None:
    """Velox works without a cache, only slower."""
    (tmp_path / "file").write_text("")
    cache = ByteCache(tmp_path / "file" / "c", SIZE)
    cache.set("k", b"good", 60)
    assert cache.get("k") is None
    cache.close()


def test_the_size_limit_holds(tmp_path: Path) -> None:
    """Sixteen times the limit written leaves about the limit on disk."""
    cache = ByteCache(tmp_path / "c", 1 << 20)
    for number in range(256):
        cache.set(f"k{number}", os.urandom(1 << 16), 60)
    cache.close()
    held = sum(file.stat().st_size for file in (tmp_path / "c").rglob("*") if file.is_file())
    assert held < 3 << 20
