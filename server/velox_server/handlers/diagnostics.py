"""textDocument/diagnostic and workspace/diagnostic: the same diagnostics for clients that ask when they want them."""

from __future__ import annotations

from lsprotocol import types

from velox_server.convert.diagnostics import SOURCE
from velox_server.protocol import Plain
from velox_server.server import VeloxServer


def register(server: VeloxServer) -> None:
    """Attach the handler."""
    options = types.DiagnosticOptions(
        inter_file_dependencies=False, workspace_diagnostics=True, identifier=SOURCE
    )
    server.feature(types.TEXT_DOCUMENT_DIAGNOSTIC, options)(diagnostic)
    server.feature(types.WORKSPACE_DIAGNOSTIC)(workspace_diagnostic)


def diagnostic(ls: VeloxServer, params: types.DocumentDiagnosticParams) -> Plain:
    """Report a document's diagnostics, or that they are those the client has; those of cells are pushed."""
    document = ls.session.get(params.text_document.uri)
    if document is None or document.book is not None:
        return Plain('{"kind":"full","items":[]}')
    ls.diagnose(document)
    identity = document.result_id
    if params.previous_result_id == identity:
        return Plain(f'{{"kind":"unchanged","resultId":"{identity}"}}')
    return Plain(f'{{"kind":"full","resultId":"{identity}","items":{document.diagnostics}}}')


async def workspace_diagnostic(ls: VeloxServer, params: types.WorkspaceDiagnosticParams) -> Plain:
    """Report the files of the workspace that are not open, if that is wanted; answered when there is news."""
    previous = {entry.uri: entry.value for entry in params.previous_result_ids}
    reports = await ls.workspace_scan.report(previous)
    return Plain(f'{{"items":[{",".join(reports)}]}}')
