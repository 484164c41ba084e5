"""Gives each test a data folder and settings of its own, and one model process for those that only need some."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))  # the scripted model is shared by the tests and the transcript

from velox_engine.llm.process import ModelProcess


@pytest.fixture(autouse=True)
def own_folders(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing of the person who runs the tests is read or written."""
    monkeypatch.setenv("VELOX_DATA_DIR", str(tmp_path / "velox-data"))
    monkeypatch.setenv("VELOX_CONFIG", str(tmp_path / "velox-config.toml"))
    for name in [name for name in os.environ if name.endswith("_API_KEY")]:
        monkeypatch.delenv(name)


@pytest.fixture(scope="session")
def process() -> Iterator[ModelProcess]:
    """A process in which litellm is loaded once, since that takes seconds."""
    shared = ModelProcess()
    yield shared
    shared.close()
