"""workspace/didChangeConfiguration and the settings that the client is asked for."""

from __future__ import annotations

from lsprotocol import types

from velox_server.server import VeloxServer


def register(server: VeloxServer) -> None:
    """Attach the handlers."""
    server.feature(types.WORKSPACE_DID_CHANGE_CONFIGURATION)(did_change_configuration)
    server.feature(types.WORKSPACE_DID_CHANGE_WATCHED_FILES)(did_change_watched_files)
    server.feature(types.WORKSPACE_DID_CHANGE_WORKSPACE_FOLDERS)(did_change_workspace_folders)


def did_change_configuration(ls: VeloxServer, params: types.DidChangeConfigurationParams) -> None:
    """Take new settings, from the notification or by asking where the client keeps them for us."""
    ls.configuration.forget_projects()
    workspace = ls.client_capabilities.workspace
    if workspace is not None and workspace.configuration:
        ls.spawn(ls.pull_configuration())
    else:
        ls.configure(params.settings)


def did_change_workspace_folders(ls: VeloxServer, params: types.DidChangeWorkspaceFoldersParams) -> None:
    """Take the settings of folders that came in."""
    workspace = ls.client_capabilities.workspace
    if workspace is not None and workspace.configuration:
        ls.spawn(ls.pull_configuration())
    else:
        ls.reconfigure_documents()


def did_change_watched_files(ls: VeloxServer, params: types.DidChangeWatchedFilesParams) -> None:
    """Read project settings again after they changed on disk; withdraw what other files on disk may have outdated."""
    uris = [change.uri for change in params.changes]
    if any(uri.endswith("/pyproject.toml") for uri in uris):
        ls.configuration.forget_projects()
        ls.reconfigure_documents()
    if any(uri.endswith(".py") for uri in uris):
        ls.workspace_scan.changed()
        # The document that was saved is followed by its own text; others may import it.
        ls.idle.forget()
        if ls.offers.outdate(keep_uri=uris[0] if len(set(uris)) == 1 else ""):
            ls.refresh_figures()
