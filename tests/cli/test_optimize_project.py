"""`velox optimize` of whole projects: what promises most comes first, and nothing that was finished is done again."""

from __future__ import annotations

import cProfile
import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from velox_engine.advisor.journal import Journal

if TYPE_CHECKING:
    from tests.cli.conftest import RunVelox

UNSEEN = '''\
def {name}(items: list[int], known: list[int]) -> list[int]:
    """Return the items that are not known."""
    found = []
    for item in items:
        if item not in known:
            found.append(item)
    return found
'''
# Refused at once, since it reads the clock: for what is about the run and not about its results.
CLOCK = '''\
import time


def {name}(items: list[int]) -> list[float]:
    """Return the items in units of now."""
    found = []
    for item in items:
        found.append(item * time.time())
    return found
'''
OPTIONS = ("--no-model", "--budget", "6", "--format", "json", "--quiet")


@pytest.fixture
def shop(tmp_path: Path) -> Path:
    """A project of three files, tests beside them, and a folder that git ignores."""
    root = tmp_path / "shop"
    (root / "tests").mkdir(parents=True)
    (root / "ignored").mkdir()
    (root / "pyproject.toml").write_text('[project]\nname = "shop"\n')
    subprocess.run(["git", "init", "-q", str(root)], check=True)
    (root / ".gitignore").write_text("ignored/\n")
    (root / "a_clock.py").write_text(CLOCK.format(name="clock"))
    (root / "slow.py").write_text(UNSEEN.format(name="one") + "\n\n" + UNSEEN.format(name="other"))
    (root / "tests" / "test_slow.py").write_text(UNSEEN.format(name="helper"))
    (root / "ignored" / "three.py").write_text(UNSEEN.format(name="three"))
    return root


@pytest.fixture
def many(tmp_path: Path) -> Path:
    """A project of sixteen functions, none of which takes long."""
    root = tmp_path / "many"
    root.mkdir()
    for number in range(16):
        (root / f"clock_{number}.py").write_text(CLOCK.format(name=f"clock_{number}"))
    return root


def started(tmp_path: Path, *arguments: str) -> subprocess.Popen[str]:
    environment = {**os.environ, "VELOX_DATA_DIR": str(tmp_path / ".velox-data")}
    return subprocess.Popen(
        [sys.executable, "-m", "velox_engine.cli.main", "optimize", *arguments, *OPTIONS],
        cwd=tmp_path,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def journal(tmp_path: Path) -> list[dict[str, Any]]:
    """The finished functions of the one run that is under way."""
    rows: list[dict[str, Any]] = []
    for path in (tmp_path / ".velox-data" / "runs").glob("*.jsonl"):
        rows += [
            json.loads(line) for line in path.read_text().splitlines(keepends=True) if line.endswith("\n")
        ]
    return rows


def wait_for_a_function(tmp_path: Path, process: subprocess.Popen[str]) -> None:
    while not journal(tmp_path):
        assert process.poll() is None, process.communicate()
        time.sleep(0.05)


def names(document: dict[str, Any]) -> list[str]:
    return [function["name"] for function in document["functions"]]


def test_a_killed_run_goes_on_and_repeats_nothing(velox: RunVelox, many: Path, tmp_path: Path) -> None:
    """After `kill -9` the same command takes over what was written down and does the rest."""
    with started(tmp_path, "many", "--jobs", "2") as process:
        wait_for_a_function(tmp_path, process)
        process.send_signal(signal.SIGKILL)
        process.communicate()
    before = journal(tmp_path)
    assert 1 <= len(before) < 16
    answer = velox("optimize", "many", "--jobs", "2", *OPTIONS, timeout=300)
    assert answer.code == 1, answer.err
    summary = answer.document["summary"]
    assert (summary["resumed"], summary["functions"]) == (len(before), 16)
    assert sorted(names(answer.document)) == sorted(f"clock_{number}" for number in range(16))
    assert names(answer.document)[: len(before)] == [row["name"] for row in before]
    assert journal(tmp_path) == []


def test_a_cancelled_run_says_how_to_go_on_and_an_edit_is_noticed(
    velox: RunVelox, many: Path, tmp_path: Path
) -> None:
    """SIGTERM ends with 130; a file that was edited since is done again, all others are not."""
    with started(tmp_path, "many") as process:
        wait_for_a_function(tmp_path, process)
        process.terminate()
        _, err = process.communicate(timeout=60)
    assert process.returncode == 130
    assert "the same command goes on from there" in err
    rows = journal(tmp_path)
    edited = many / Path(rows[0]["path"]).name
    edited.write_text("# an edit\n" + edited.read_text())
    answer = velox("optimize", "many", *OPTIONS, timeout=300)
    assert answer.document["summary"]["resumed"] == len(rows) - 1
    assert len(set(names(answer.document))) == len(names(answer.document)) == 16


def test_what_is_hot_comes_first_and_a_run_that_writes_goes_on_in_the_files_it_wrote(
    velox: RunVelox, shop: Path, tmp_path: Path
) -> None:
    """Tests and ignored files are left out; after a kill the first function stays written, the second follows it."""
    choice = ("shop", "--apply", "--max-files", "1")
    with started(tmp_path, *choice) as process:
        wait_for_a_function(tmp_path, process)
        process.send_signal(signal.SIGKILL)
        process.communicate()
    (first,) = journal(tmp_path)
    answer = velox("optimize", *choice, *OPTIONS, timeout=300)
    assert answer.code in (0, 1), answer.err
    assert names(answer.document) == [first["name"], "other" if first["name"] == "one" else "one"]
    summary = answer.document["summary"]
    assert (summary["resumed"], summary["test_files_left_out"]) == (1, 1)
    # How many are improved is up to the machine's load; each that is was written, the first before the kill.
    improved = [f["name"] for f in answer.document["functions"] if f["status"] == "improved"]
    assert summary["applied"] == [f"shop/slow.py::{name}" for name in improved]
    text = (shop / "slow.py").read_text()
    assert text.count("set(known)") == len(improved)
    space: dict[str, Any] = {}
    exec(compile(text, "slow.py", "exec"), space)
    assert space["one"]([3, 1, 2], [1]) == space["other"]([3, 1, 2], [1]) == [3, 2]


def test_a_profile_chooses_among_the_functions_of_a_file(velox: RunVelox, tmp_path: Path) -> None:
    """With one file named, too: what a profiled run spent its time in comes first, or alone."""
    path = tmp_path / "clocks.py"
    path.write_text("\n\n".join(CLOCK.format(name=name) for name in ("idle", "some", "most")))
    space: dict[str, Any] = {}
    exec(compile(path.read_text(), str(path), "exec"), space)
    profiler = cProfile.Profile()
    profiler.runcall(space["some"], list(range(20_000)))
    profiler.runcall(space["most"], list(range(200_000)))
    profiler.dump_stats(tmp_path / "run.prof")
    for choice, chosen in (((), ["most", "some", "idle"]), (("--hot",), ["most", "some"])):
        answer = velox("optimize", "clocks.py", "--profile", "run.prof", *choice, *OPTIONS)
        assert names(answer.document) == chosen, answer.err


def test_a_repository_is_optimised_without_its_own_settings(
    velox: RunVelox, shop: Path, tmp_path: Path
) -> None:
    """A bare repository: its commit is named, its interpreter and settings have no say, nothing can be written."""
    (shop / "pyproject.toml").write_text(
        '[tool.velox]\ntest-command = "touch ran"\ninterpreter = "bin/python"\n'
    )
    venv = shop / ".venv" / "bin"
    venv.mkdir(parents=True)
    (venv / "python").write_text(f"#!/bin/sh\ntouch {tmp_path}/ran\n")
    (venv / "python").chmod(0o755)
    identity = ["-c", "user.name=a", "-c", "user.email=a@example.org"]
    for arguments in (["add", "-A"], ["commit", "-qm", "first"]):
        subprocess.run(["git", *identity, *arguments], cwd=shop, check=True)
    subprocess.run(["git", "clone", "-q", "--bare", str(shop), str(tmp_path / "shop.git")], check=True)
    answer = velox("optimize", "shop.git", "--max-functions", "1", *OPTIONS, timeout=300)
    assert answer.code == 0, answer.out + answer.err
    (function,) = answer.document["functions"]
    assert (function["path"], function["status"]) == ("slow.py", "improved")
    assert len(answer.document["summary"]["repository"]["commit"]) == 40
    assert not (tmp_path / "ran").exists()
    for option, code in (("--apply", "nothing-to-write"), ("--allow-unconfined", "unconfined")):
        refused = velox("optimize", "shop.git", option, *OPTIONS)
        assert (refused.code, refused.document["error"]["code"]) == (2, code)


def test_a_dask_cluster_does_the_same(velox: RunVelox, many: Path) -> None:
    """A real cluster of two workers on this machine works through the project."""
    pytest.importorskip("distributed")
    answer = velox("optimize", "many", "--executor", "dask", "--jobs", "2", *OPTIONS, timeout=300)
    assert answer.code == 1, answer.err
    assert sorted(names(answer.document)) == sorted(f"clock_{number}" for number in range(16))
    assert answer.document["summary"]["error"] == 0
    wrong = velox("optimize", "many", "--executor", "somewhere", *OPTIONS)
    assert (wrong.code, wrong.document["error"]["code"]) == (2, "bad-executor")


def test_two_runs_of_the_same_do_not_meet(velox: RunVelox, many: Path, tmp_path: Path) -> None:
    """While one run holds the journal, the second one says that the first is at work."""
    with started(tmp_path, "many") as process:
        wait_for_a_function(tmp_path, process)
        process.kill()
        process.communicate()
    (path,) = (tmp_path / ".velox-data" / "runs").glob("*.jsonl")
    with Journal(path):
        answer = velox("optimize", "many", *OPTIONS)
    assert (answer.code, answer.document["error"]["code"]) == (2, "already-running")
