"""What holds for all tests: nobody's own settings count, and what the programs under test measure is small."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

# Timings on inputs of two milliseconds instead of twenty, and no strategy after another: tests ask what is found, never
# how much faster it is. One that needs the defaults sets `VELOX_CONFIG` itself.
QUICK = "top-seconds = 0.002\nmax-steps = 1\n"


@pytest.fixture(scope="session", autouse=True)
def settings_of_tests(tmp_path_factory: pytest.TempPathFactory) -> None:
    """Give every process that a test starts the quick settings instead of those of the person who runs the tests."""
    path: Path = tmp_path_factory.mktemp("own") / "config.toml"
    path.write_text(QUICK)
    os.environ["VELOX_CONFIG"] = str(path)
