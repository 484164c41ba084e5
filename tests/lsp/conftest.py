"""Starts real servers for the tests of the language server, each with an experience store of its own."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

HERE = Path(__file__).parent
sys.path.insert(0, str(HERE))  # `wire` is shared with the scripts beside the tests

from wire import Wire  # noqa: E402


@pytest.fixture(autouse=True)
def store_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder of this test's experience store, for the server and for the test itself.

    For every test, and before its server starts: none may write to the store of whoever runs them.
    """
    folder = tmp_path / "velox-data"
    monkeypatch.setenv("VELOX_DATA_DIR", str(folder))
    return folder


@pytest.fixture
def start(store_folder: Path) -> Iterator[Callable[..., Wire]]:
    """Start a server; `worker` names the behaviour of the scripted worker, none means the real one."""
    with ExitStack() as running:

        def begin(worker: str = "", *arguments: str) -> Wire:
            env = {}
            if worker:
                env["VELOX_WORKER_COMMAND"] = " ".join(
                    [sys.executable, str(HERE / "scripted_worker.py"), worker]
                )
            return running.enter_context(Wire((sys.executable, "-m", "velox_server.app", *arguments), env))

        yield begin


@pytest.fixture
def workspace(tmp_path: Path) -> Path:
    """An empty folder to be the client's workspace."""
    folder = tmp_path / "workspace"
    folder.mkdir()
    return folder


@pytest.fixture(scope="module")
def lasting(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Wire]:
    """One server for all tests of a module that only ask whether it survives; it must end well after them all."""
    with Wire(env={"VELOX_DATA_DIR": str(tmp_path_factory.mktemp("velox-data"))}) as wire:
        wire.initialize()
        yield wire
        assert wire.close() == 0
