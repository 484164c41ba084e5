"""`velox scan` with a profile and with a git revision: what runs long and what changed comes first, or alone."""

from __future__ import annotations

import cProfile
import json
import subprocess
from pathlib import Path
from typing import Any

import pytest

from velox_engine.cli.main import main

SOURCE = """\
def hot(names: list) -> list:
    found = []
    for name in names:
        if name not in found:
            found.append(name)
    return found


def cold(names: list) -> list:
    found = []
    for name in names:
        if name not in found:
            found.append(name)
    return found
"""


@pytest.fixture
def shop(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with two functions that read the same, of which a profiled run spent its time in one."""
    monkeypatch.chdir(tmp_path)
    path = tmp_path / "shop.py"
    path.write_text(SOURCE)
    space: dict[str, Any] = {}
    exec(compile(SOURCE, str(path), "exec"), space)
    profiler = cProfile.Profile()
    profiler.runcall(space["hot"], list(range(2000)))
    profiler.dump_stats(tmp_path / "run.prof")
    return tmp_path


def scan(capsys: pytest.CaptureFixture[str], *arguments: str) -> dict[str, Any]:
    assert main(["scan", "--format", "json", *arguments]) == 0
    return json.loads(capsys.readouterr().out)


def test_a_profile_decides_severity_and_rank(shop: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The same code is a warning where the run spent its time and a hint where it never was."""
    document = scan(capsys, "--profile", "run.prof")
    severity = {finding["function"]: finding["severity"] for finding in document["findings"]}
    assert severity == {"hot": "warning", "cold": "hint"}
    assert document["functions"][0]["name"] == "hot"
    assert document["functions"][0]["share"] > 0.9
    assert document["functions"][1]["share"] == 0


def test_hot_leaves_out_what_hardly_ran(shop: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """With `--hot` only the function that takes time is reported."""
    document = scan(capsys, "--profile", "run.prof", "--hot")
    assert {finding["function"] for finding in document["findings"]} == {"hot"}


def test_a_profile_of_other_files_makes_everything_a_hint(
    shop: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """What was not running at all is not called urgent."""
    (shop / "other.py").write_text(SOURCE)
    document = scan(capsys, "other.py", "--profile", "run.prof")
    assert {finding["severity"] for finding in document["findings"]} == {"hint"}


def test_since_scans_what_changed(shop: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Only changed and new files are scanned; none is a clean answer, not an error."""
    identity = ["-c", "user.name=a", "-c", "user.email=a@example.org"]
    for arguments in (["init", "-q"], ["add", "."], ["commit", "-qm", "first"]):
        subprocess.run(["git", *identity, *arguments], cwd=shop, check=True, capture_output=True)
    assert scan(capsys, "--since", "HEAD")["summary"]["files"] == 0
    (shop / "new.py").write_text(SOURCE)
    assert {finding["path"] for finding in scan(capsys, "--since", "HEAD")["findings"]} == {"new.py"}


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["--hot"], "--profile"),
        (["--profile", "shop.py"], "cProfile"),
        (["--profile", "nothing"], "check the path"),
        (["--since", "nowhere"], "git"),
    ],
)
def test_wrong_use_says_what_to_do(
    shop: Path, capsys: pytest.CaptureFixture[str], arguments: list[str], says: str
) -> None:
    """A file that is no profile and an unknown revision end with a hint, not with a scan of everything."""
    assert main(["scan", "--quiet", *arguments]) == 2
    assert says in capsys.readouterr().err
