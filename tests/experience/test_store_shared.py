"""Two editors, two command lines, one of them killed: the store they share holds what each was told, once."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from pathlib import Path
from typing import Any

import pytest
from lsprotocol import types
from pytest_lsp import LanguageClient

from velox_engine.experience import ExperienceStore

SLOW = '''
def {name}(names: list[str]) -> list[str]:
    """Keep the first of each name."""
    found = []
    for name in names:
        if name not in found:
            found.append(name)
    return found
'''


class Desk:
    """An editor with a server of its own and one open file."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.client = LanguageClient()

        @self.client.feature(types.WINDOW_SHOW_MESSAGE_REQUEST)
        def question(params: types.ShowMessageRequestParams) -> types.MessageActionItem | None:
            return None  # the person looks at the dialog and goes on

    async def start(self, environment: dict[str, str]) -> None:
        """Start the server and open the file."""
        await self.client.start_io(sys.executable, "-m", "velox_server.app", env=environment)
        folder = types.WorkspaceFolder(uri=self.path.parent.as_uri(), name="shop")
        await self.client.initialize_session(
            types.InitializeParams(
                capabilities=types.ClientCapabilities(
                    window=types.WindowClientCapabilities(work_done_progress=True)
                ),
                workspace_folders=[folder],
                initialization_options={"trust": True, "budget": 5, "verifyInIdle": False},
            )
        )
        item = types.TextDocumentItem(self.path.as_uri(), types.LanguageKind.Python, 1, self.path.read_text())
        self.client.text_document_did_open(types.DidOpenTextDocumentParams(item))

    async def run(self, command: str, *arguments: Any) -> Any:
        """Run a command of the server."""
        return await self.client.workspace_execute_command_async(
            types.ExecuteCommandParams(command, list(arguments))
        )

    async def optimise(self) -> str:
        """Ask for a rewrite of the file's function; returns the suggestion's id."""
        result = await self.run("velox.optimize", self.path.as_uri(), self.path.stem, 1, "ordered-dedupe")
        suggestions = _plain(result)["functions"][0]["suggestions"]
        assert suggestions, result
        return suggestions[0]["id"]

    async def stop(self) -> None:
        """Close the editor."""
        await self.client.shutdown_session()
        await self.client.stop()


def _plain(result: Any) -> Any:
    """Answers come as objects with attributes; their JSON is easier to read."""
    if hasattr(result, "_asdict"):
        return {key: _plain(value) for key, value in result._asdict().items()}
    return [_plain(one) for one in result] if isinstance(result, list) else result


async def velox(environment: dict[str, str], path: Path) -> asyncio.subprocess.Process:
    """Start `velox optimize` on a file."""
    command = [
        sys.executable,
        "-m",
        "velox_engine.cli.main",
        "optimize",
        f"{path}::{path.stem}",
        "--budget",
        "5",
    ]
    silent = asyncio.subprocess.DEVNULL
    return await asyncio.create_subprocess_exec(
        *command, "--apply", env=environment, stdout=silent, stderr=silent
    )


@pytest.mark.parametrize("database", ["sqlite", "postgresql"])
async def test_two_editors_and_two_command_lines_share_a_store(
    database: str, tmp_path: Path, request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One person accepts, one rejects, one command line applies, one dies: each is recorded once, in whole episodes."""
    if database == "postgresql":
        monkeypatch.setenv("VELOX_DATABASE", request.getfixturevalue("postgres")())
    monkeypatch.setenv("VELOX_DATA_DIR", str(tmp_path / "data"))
    environment = dict(os.environ)
    (tmp_path / "shop").mkdir()
    (tmp_path / "shop" / "pyproject.toml").write_text("")
    files = {name: tmp_path / "shop" / f"{name}.py" for name in ("first", "second", "third", "fourth")}
    for name, path in files.items():
        path.write_text(SLOW.format(name=name))
    desks = [Desk(files["first"]), Desk(files["second"])]
    await asyncio.gather(*(desk.start(environment) for desk in desks))
    applying = await velox(environment, files["third"])
    dying = await velox(environment, files["fourth"])

    async def kill() -> None:
        await asyncio.sleep(2.5)
        dying.send_signal(signal.SIGKILL)
        await dying.wait()

    accepted, rejected, code, _ = await asyncio.gather(
        desks[0].optimise(), desks[1].optimise(), applying.wait(), kill()
    )
    assert code == 0
    assert _plain(await desks[1].run("velox.rejectSuggestion", rejected)) == {"rejected": True}
    await asyncio.gather(*(desk.stop() for desk in desks))
    with ExperienceStore.open() as store:
        assert store.notices == []
        told = {(row.suggestion_id, row.kind) for row in store.list_feedback()}
        third = store.list_episodes(workspace=str(tmp_path / "shop"))
        shown = store.find_suggestion(accepted)
        assert store.check_audit().broken == ""
        attempts = {name: store.list_attempts(str(path), name) for name, path in files.items()}
    assert shown is not None
    assert shown.function == "first"
    assert (rejected, "rejected") in told
    assert [kind for _, kind in told].count("accepted") == 1
    done = {episode.function for episode in third}
    assert {"first", "second", "third"} <= done
    assert len(third) == len(done), "an episode is there twice"
    for name, tried in attempts.items():
        assert bool(tried) is (name in done), "half an episode"
