"""Runs the real command line in a process of its own, with a store that belongs to the test."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

import pytest


@dataclass(frozen=True)
class Answer:
    """What one run of the command line left behind."""

    code: int
    out: str
    err: str

    @property
    def document(self) -> Any:
        """The one JSON document on standard output."""
        return json.loads(self.out)


class RunVelox(Protocol):
    """Run `velox` with these arguments in the test's folder."""

    def __call__(self, *arguments: str, timeout: float = 120) -> Answer: ...


@pytest.fixture
def velox(tmp_path: Path) -> RunVelox:
    """The command line, run in `tmp_path`."""

    def run(*arguments: str, timeout: float = 120) -> Answer:
        environment = {**os.environ, "VELOX_DATA_DIR": str(tmp_path / ".velox-data")}
        done = subprocess.run(
            [sys.executable, "-m", "velox_engine.cli.main", *arguments],
            cwd=tmp_path,
            env=environment,
            capture_output=True,
            text=True,
            timeout=timeout,
            check=False,
        )
        return Answer(done.returncode, done.stdout, done.stderr)

    return run
