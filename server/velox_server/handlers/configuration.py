"""workspace/didChangeConfiguration and the settings that the client is asked for."""

from __future__ import annotations

from lsprotocol import types

from velox_server.server import VeloxServer


def register(server: VeloxServer) -> None:
    """Attach the handlers."""
    server.feature(types.WORKSPACE_DID_CHANGE_CONFIGURATION)(did_change_configuration)
    server.feature(types.WORKSPACE_DID_CHANGE_WATCHED_FILES)(did_change_watched_files)


async def did_change_configuration(ls: VeloxServer, params: types.DidChangeConfigurationParams) -> None:
    """Take new settings, from the notification or by asking where the client keeps them for us."""
    ls.configuration.forget_projects()
    workspace = ls.client_capabilities.workspace
    if workspace is not None and workspace.configuration:
        await ls.pull_configuration()
    else:
        ls.configure(params.settings)


def did_change_watched_files(ls: VeloxServer, params: types.DidChangeWatchedFilesParams) -> None:
    """Read a project's settings again after its pyproject.toml changed on disk."""
    if any(change.uri.endswith("/pyproject.toml") for change in params.changes):
        ls.configuration.forget_projects()
        ls.reconfigure_documents()
