"""An untrusted workspace is scanned only: no command runs its code, its interpreter or its tests."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from velox_engine.cli.main import COMMANDS
from velox_engine.settings import Settings, load_project, parse
from velox_engine.types import VeloxError
from velox_engine.verify.sandbox import Environment, Limits, Sandbox
from velox_engine.workspace.project import find_root

# Every subcommand, with arguments that would make it run the workspace's code if it ever did.
COMMAND_LINES = {
    "scan": ["scan", "."],
    "optimize": ["optimize", "trap.py", "--apply"],
    "verify": ["verify", "trap.py", "trap.py", "--function", "slow"],
    "inputs": ["inputs", "trap.py::slow"],
    "doctor": ["doctor", "."],
    "train": ["train", "collect", "trap.py", "--output", "data.jsonl"],
    "check": ["check", "."],
    "monitor": ["monitor", "--once", "--measure", "."],
    "review": ["review", "HEAD"],
    "coordinate": ["coordinate", "."],
    "callers": ["callers", "trap.py::slow"],
    "patterns": ["patterns", "find", "."],
    "report": ["report", "."],
    "profile": ["profile", "--", "python", "trap.py"],
    "record": ["record", "--", "python", "trap.py"],
}
# These read Velox's own files and are given no workspace at all.
WITHOUT_WORKSPACE = {"rules", "feedback", "policy", "metrics", "audit", "data", "mcp", "experience", "models"}

TRAP = """\
from pathlib import Path
Path({marker!r}).touch()

def slow(items: list[int]) -> list[int]:
    found = []
    for item in items:
        if item not in found:
            found.append(item)
    return found
"""


@pytest.fixture
def workspace(tmp_path: Path) -> tuple[Path, Path]:
    """A workspace that is not trusted, in which everything that could be run leaves a mark; and the mark."""
    folder, marker = tmp_path / "work", tmp_path / "it-ran"
    binaries = folder / ".venv" / "bin"
    binaries.mkdir(parents=True)
    for name in ("python", "python3"):
        (binaries / name).write_text(f'#!/bin/sh\ntouch {marker}\nexec {sys.executable} "$@"\n')
        (binaries / name).chmod(0o755)
    for name in ("trap.py", "conftest.py", "sitecustomize.py", "usercustomize.py", "velox.py"):
        (folder / name).write_text(TRAP.format(marker=str(marker)))
    (folder / "pyproject.toml").write_text(
        "[tool.velox]\ntrust = false\n"
        f'interpreter = "{binaries / "python"}"\ntest-command = "touch {marker}"\n'
    )
    return folder, marker


def _run(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    # Console scripts leave the current folder off the path, as -P does here.
    home = folder.parent / "home"
    return subprocess.run(
        [sys.executable, "-P", "-m", "velox_engine.cli.main", *arguments],
        cwd=folder,
        env={**os.environ, "XDG_DATA_HOME": str(home), "XDG_CACHE_HOME": str(home), "VIRTUAL_ENV": ""},
        capture_output=True,
        text=True,
    )


def test_every_command_is_looked_at_here() -> None:
    assert set(COMMANDS) <= set(COMMAND_LINES) | WITHOUT_WORKSPACE


@pytest.mark.parametrize("name", [name for name in COMMANDS if name in COMMAND_LINES])
def test_no_command_runs_anything_of_an_untrusted_workspace(name: str, workspace: tuple[Path, Path]) -> None:
    folder, marker = workspace
    done = _run(folder, *COMMAND_LINES[name])
    assert "Traceback" not in done.stderr, done.stderr
    assert not marker.exists(), f"{name} ran code of the workspace: {done.stdout}{done.stderr}"
    if name in ("optimize", "verify", "inputs"):
        assert done.returncode != 0
        assert "not trusted" in done.stdout + done.stderr


def test_the_traps_work_once_the_workspace_is_trusted(workspace: tuple[Path, Path]) -> None:
    folder, marker = workspace
    text = (folder / "pyproject.toml").read_text()
    (folder / "pyproject.toml").write_text(text.replace("trust = false", "trust = true"))
    _run(folder, "inputs", "trap.py::slow")
    assert marker.exists()


def test_the_settings_above_the_current_folder_count_for_a_relative_path(
    workspace: tuple[Path, Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    folder, _ = workspace
    (folder / "inner").mkdir()
    monkeypatch.chdir(folder / "inner")
    assert not load_project(find_root(Path("module.py"))).trust


def test_no_sandbox_opens_for_what_is_not_trusted() -> None:
    with pytest.raises(VeloxError) as caught:
        Sandbox(Environment(sys.executable), trusted=False)
    assert caught.value.code == "untrusted"
    assert "trust" in caught.value.hint


def test_an_editor_that_does_not_trust_wins_over_a_project_that_does(tmp_path: Path) -> None:
    (tmp_path / "pyproject.toml").write_text("[tool.velox]\ntrust = true\n")
    assert not parse({"trust": False}, base=load_project(tmp_path)).trust


@pytest.mark.parametrize("key", ["allow-unconfined", "allow_unconfined", "allowUnconfined"])
def test_a_project_cannot_switch_the_sandbox_off_for_whoever_opens_it(tmp_path: Path, key: str) -> None:
    (tmp_path / "pyproject.toml").write_text(f"[tool.velox]\n{key} = true\n")
    with pytest.raises(VeloxError, match="not for a project to decide") as caught:
        load_project(tmp_path)
    assert "--allow-unconfined" in caught.value.hint


def test_every_limit_is_a_setting_with_a_maximum() -> None:
    limits = Limits.of(Settings())
    assert (limits.call_seconds, limits.memory_bytes) == (2.0, 512 << 20)
    assert not limits.threads
    for name, too_much in (
        ("call_seconds", 3600.0),
        ("load_seconds", 3600.0),
        ("memory_mib", 1 << 20),
        ("output_kib", 1 << 30),
        ("file_kib", 1 << 30),
        ("open_files", 1 << 20),
    ):
        with pytest.raises(VeloxError, match=name):
            Settings().replace(**{name: too_much})
    smaller = Settings().replace(
        call_seconds=1.0,
        load_seconds=2.0,
        memory_mib=128,
        output_kib=8,
        file_kib=16,
        open_files=32,
        threads=True,
    )
    assert Limits.of(smaller) == Limits(
        call_seconds=1.0,
        load_seconds=2.0,
        memory_bytes=128 << 20,
        output_bytes=8 << 10,
        file_bytes=16 << 10,
        open_files=32,
        threads=True,
    )
