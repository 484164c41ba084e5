"""What holds for all tests: nobody's own settings count, and one rewrite of a function is enough."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

# No strategy after another. A test that needs the default sets `VELOX_CONFIG` itself.
QUICK = "max-steps = 1\n"


@pytest.fixture(scope="session", autouse=True)
def settings_of_tests(tmp_path_factory: pytest.TempPathFactory) -> None:
    """Give every process that a test starts the quick settings instead of those of the person who runs the tests."""
    path: Path = tmp_path_factory.mktemp("own") / "config.toml"
    path.write_text(QUICK)
    os.environ["VELOX_CONFIG"] = str(path)
