"""The verdict cache returns what it was given, and nothing that somebody else planted."""

from __future__ import annotations

import pickle
import sqlite3
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from velox_engine.settings import Settings
from velox_engine.types import Difference, Evidence, Interval, Measurement, Verdict
from velox_engine.verify import verdict_cache
from velox_engine.verify.verdict_cache import VerdictCache, candidate_key, context_key, installed
from velox_engine.workspace.project import locate

MEASUREMENT = Measurement(
    Interval(3, 2, 4),
    Interval(2, 1, 3),
    1e-3,
    1.5,
    2e6,
    2.0,
    1.0,
    (8, 64),
    growth_before=((8, 1e-4), (64, 1e-3)),
)
VERDICT = Verdict("verified", "same", Evidence(inputs=30), None, (Difference("a", "b", "c", "d"),))


class Bomb:
    """A pickle that leaves a mark when it is loaded."""

    def __init__(self, mark: Path) -> None:
        self.mark = mark

    def __reduce__(self) -> tuple[object, tuple[str]]:
        return Path.touch, (self.mark,)  # type: ignore[return-value]


def test_planted_pickle_does_nothing(tmp_path: Path) -> None:
    """A pickle written into the cache's file by another program is never loaded."""
    cache, mark = VerdictCache(tmp_path / "cache"), tmp_path / "exploded"
    cache.keep("key", VERDICT, MEASUREMENT)
    cache.close()
    with sqlite3.connect(tmp_path / "cache" / "cache.db") as connection:
        connection.execute(
            "UPDATE Cache SET mode = 4, filename = NULL, value = ?", (pickle.dumps(Bomb(mark)),)
        )
    assert VerdictCache(tmp_path / "cache").find("key") is None
    assert not mark.exists()


def test_planted_file_name_is_not_followed(tmp_path: Path) -> None:
    """A row that names a file outside the folder is refused."""
    cache = VerdictCache(tmp_path / "cache")
    cache.keep("key", VERDICT, MEASUREMENT)
    cache.close()
    (tmp_path / "secret").write_bytes(b"{}")
    with sqlite3.connect(tmp_path / "cache" / "cache.db") as connection:
        connection.execute("UPDATE Cache SET mode = 2, filename = '../secret', value = NULL")
    assert VerdictCache(tmp_path / "cache").find("key") is None


@pytest.mark.parametrize("measurement", [MEASUREMENT, None])
def test_what_was_kept_is_found_again(tmp_path: Path, measurement: Measurement | None) -> None:
    """Verdict and measurement come back equal, from another cache object too."""
    VerdictCache(tmp_path).keep("key", VERDICT, measurement)
    assert VerdictCache(tmp_path).find("key") == (VERDICT, measurement)
    assert VerdictCache(tmp_path).find("other") is None


def test_key_changes_with_everything_that_matters(tmp_path: Path) -> None:
    """Text, settings, a changed import and the candidate each make another key."""
    path, text = tmp_path / "a.py", "import dep\n\ndef f(): ...\n"
    (tmp_path / "dep.py").write_text("x = 1\n")
    project, settings = locate(path, text, interpreter=sys.executable), Settings()
    first = context_key(project, settings, text, "f")
    assert first == context_key(project, settings, text, "f")
    others = {
        context_key(project, settings, text + "\n", "f"),
        context_key(project, settings, text, "g"),
        context_key(project, replace(settings, seed=1), text, "f"),
    }
    (tmp_path / "dep.py").write_text("x = 1234\n")
    others.add(context_key(project, settings, text, "f"))
    assert len(others | {first}) == 5
    assert candidate_key(first, "a", 0.0) != candidate_key(first, "b", 0.0) != candidate_key(first, "b", 1e-9)


def test_key_changes_with_interpreter_and_installed_versions(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An update of Velox, of the interpreter, or of what is installed and imported asks anew."""
    site, python = tmp_path / "site-packages", tmp_path / "python"
    (site / "numpy-2.0.0.dist-info").mkdir(parents=True)
    python.write_bytes(b"3.11")
    text, settings = "import numpy\n\ndef f(): ...\n", Settings()
    project = replace(
        locate(tmp_path / "a.py", text, interpreter=sys.executable),
        interpreter=str(python),
        site=(str(site),),
    )
    keys = [context_key(project, settings, text, "f")]
    plain = context_key(project, settings, "def f(): ...\n", "f")
    (site / "numpy-2.0.0.dist-info").rename(site / "numpy-2.1.0.dist-info")
    keys.append(context_key(project, settings, text, "f"))
    assert context_key(project, settings, "def f(): ...\n", "f") == plain
    python.write_bytes(b"3.12.1")
    keys.append(context_key(project, settings, text, "f"))
    monkeypatch.setattr(verdict_cache, "version", lambda name: "99")
    keys.append(context_key(project, settings, text, "f"))
    assert len(set(keys)) == 4


def test_a_real_environment_says_what_is_installed() -> None:
    """The interpreter's own packages are found, with their versions in the names."""
    text = "import pytest\n"
    project = locate(Path(__file__), text, interpreter=sys.executable)
    assert f"pytest-{pytest.__version__}.dist-info" in installed(project, text)
    assert installed(project, "import json\n") == []
