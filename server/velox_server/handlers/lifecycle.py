"""initialize, initialized, shutdown: what the client can do, and what must be warm before the first keystroke."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from lsprotocol import types

from velox_engine.rules import Scanner, Selection
from velox_engine.source.document import SourceFile
from velox_engine.source.syntax import parse
from velox_server.client import Client
from velox_server.server import VeloxServer

# Compiles the rules' queries, and makes the converters that the first change would otherwise wait for.
_WARM_SOURCE = "def f(xs):\n    for x in xs:\n        x in [1]\n"
_WARM_CHANGE: dict[str, Any] = {
    "jsonrpc": "2.0",
    "method": "textDocument/didChange",
    "params": {
        "textDocument": {"uri": "warm:", "version": 1},
        "contentChanges": [
            {"range": {"start": {"line": 0, "character": 0}, "end": {"line": 0, "character": 0}}, "text": ""}
        ],
    },
}


def register(server: VeloxServer) -> None:
    """Attach the handlers."""
    server.feature(types.INITIALIZE)(initialize)
    server.feature(types.INITIALIZED)(initialized)
    server.feature(types.SHUTDOWN)(shutdown)


def initialize(ls: VeloxServer, params: types.InitializeParams) -> None:
    """Take the client's options and capabilities."""
    ls.session.encoding = str(
        getattr(ls.workspace.position_encoding, "value", ls.workspace.position_encoding)
    )
    ls.client = Client.of(params)
    ls.say_later = ls.configuration.set_initial(params.initialization_options)


async def initialized(ls: VeloxServer, params: types.InitializedParams) -> None:
    """Ask for the configuration where the client has one, and get ready for the first keystroke."""
    for problem in ls.say_later:
        ls.say(problem, types.MessageType.Warning)
    _ = Scanner(Selection()).scan(parse(SourceFile.from_text(_WARM_SOURCE)))
    ls.protocol.structure_message(_WARM_CHANGE)
    workspace = ls.client_capabilities.workspace
    if workspace is None:
        return
    wanted = list(_registrations(workspace))
    if wanted:
        await ls.client_register_capability_async(types.RegistrationParams(wanted))
    if workspace.configuration:
        await ls.pull_configuration()
    ls.status.changed()


def _registrations(workspace: types.WorkspaceClientCapabilities) -> Iterator[types.Registration]:
    settings = workspace.did_change_configuration
    if settings is not None and settings.dynamic_registration:
        method = types.WORKSPACE_DID_CHANGE_CONFIGURATION
        yield types.Registration("velox-configuration", method, {"section": "velox"})
    files = workspace.did_change_watched_files
    if files is not None and files.dynamic_registration:
        method = types.WORKSPACE_DID_CHANGE_WATCHED_FILES
        yield types.Registration(
            "velox-projects",
            method,
            {"watchers": [{"globPattern": "**/pyproject.toml"}, {"globPattern": "**/*.py"}]},
        )


def shutdown(ls: VeloxServer, params: Any) -> None:
    """End every worker now; `exit` then finds nothing left to wait for."""
    for task in list(ls.running.values()):
        task.cancel()
