"""What changed in a folder, without what is ignored, also when it happened before the watch was set up."""

from __future__ import annotations

import os
import subprocess
import threading
from pathlib import Path

from velox_engine.workspace.watch import Changes, Glance, watch


def test_a_look_tells_new_changed_and_removed_files(tmp_path: Path) -> None:
    """Ignored files and files of other kinds are not told; the same stamp is the same file."""
    subprocess.run(["git", "init", "-q", str(tmp_path)], check=True)
    (tmp_path / ".gitignore").write_text("ignored.py\n")
    one, two = tmp_path / "one.py", tmp_path / "two.py"
    for path in (one, two, tmp_path / "ignored.py", tmp_path / "notes.txt"):
        path.write_text("x = 1\n")
    glance = Glance(tmp_path)
    assert glance.look() == Changes((one, two))
    assert not glance.look()
    os.utime(one, ns=(1, 1))
    two.unlink()
    assert glance.look() == Changes((one,), (two,))


def test_an_empty_folder_and_a_first_file(tmp_path: Path) -> None:
    """A folder without Python files is no error while it is followed."""
    glance = Glance(tmp_path)
    assert not glance.look()
    (tmp_path / "one.py").write_text("")
    assert glance.look() == Changes((tmp_path / "one.py",))


def test_what_happens_before_the_watch_is_set_up_is_told(tmp_path: Path) -> None:
    """Between the first look and the operating system's watch there is a moment."""
    (tmp_path / "one.py").write_text("")
    stop = threading.Event()
    told = watch(tmp_path, (), stop)
    assert next(told) == Changes((tmp_path / "one.py",))
    (tmp_path / "two.py").write_text("x = 1\n")  # nothing watches yet
    assert next(told) == Changes((tmp_path / "two.py",))
    stop.set()
