"""What holds for all tests: the settings of the person who runs them do not count."""

from __future__ import annotations

import os

import pytest


@pytest.fixture(scope="session", autouse=True)
def nobodys_settings(tmp_path_factory: pytest.TempPathFactory) -> None:
    """Let every process that a test starts look for settings of one's own where there are none."""
    os.environ["VELOX_CONFIG"] = str(tmp_path_factory.mktemp("nobody") / "config.toml")
