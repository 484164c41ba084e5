"""Rewrites of several files from the editor: looked for as the command line does, applied as one edit of all files."""

from __future__ import annotations

import asyncio
import hashlib
import uuid
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final

from lsprotocol import types

from velox_engine.source.document import SourceFile, read_source
from velox_engine.source.edits import minimal_edits
from velox_engine.types import VeloxError
from velox_server import diffs
from velox_server.convert.edits import source_edits
from velox_server.server import VeloxServer

APPLY: Final = "Apply to all files"
SHOW_DIFF: Final = "Show diff"
LATER: Final = "Not now"


async def offer(server: VeloxServer, document: dict[str, Any]) -> None:
    """Ask about each accepted rewrite of a `velox coordinate` document; those with a caveat are only told."""
    accepted = [rewrite for rewrite in document["rewrites"] if rewrite["accepted"]]
    if not accepted:
        server.say("No rewrite across files was found that stands.")
    for rewrite in accepted:
        names = ", ".join(Path(file["path"]).name for file in rewrite["files"])
        told = f"{rewrite['subject']}: {rewrite['reason']}. Touches {names}."
        if any(function["caveats"] for function in rewrite["functions"]):
            server.say(f"{told} It differs outside the evident domain and is not offered.")
            continue
        if await _ask(server, rewrite, told):
            problem = await apply(server, rewrite["files"])
            if problem:
                server.say(problem, types.MessageType.Warning)
            elif not await server.feedback.record_answer(rewrite["id"], uuid.uuid4().hex, "accepted"):
                server.log(f"That {rewrite['subject']} was accepted could not be recorded.")


async def _ask(server: VeloxServer, rewrite: dict[str, Any], told: str) -> bool:
    """Whether the person wants a rewrite applied; its diff is shown as often as they ask for it."""
    question = types.ShowMessageRequestParams(
        type=types.MessageType.Info,
        message=told,
        actions=[types.MessageActionItem(title) for title in (APPLY, SHOW_DIFF, LATER)],
    )
    while True:
        chosen = await server.window_show_message_request_async(question)
        title = chosen.title if chosen is not None else ""
        if title != SHOW_DIFF:
            return title == APPLY
        await diffs.show(server, "across-files", "".join(file["diff"] for file in rewrite["files"]))


async def apply(server: VeloxServer, files: Sequence[dict[str, Any]]) -> str:
    """Have the client change all files by one edit; returns why it did not, "" when it did.

    Each file, as it stands in its buffer or on disk, must be the text that was verified.
    """
    if not server.client.applies_edits:
        return "This editor does not let a language server change a file."
    made: list[tuple[str, int | None, list[types.TextEdit]]] = []
    for file in files:
        path = Path(file["path"]).absolute()
        try:
            source, version, uri = await _present(server, path)
        except VeloxError as error:
            return f"{error.message} Nothing was changed."
        if hashlib.sha256(source.data).hexdigest() != file["old_digest"]:
            return f"{path.name} was changed since the rewrite was verified. Nothing was changed."
        edits = minimal_edits(source.data, file["new_source"].encode())
        made.append((uri, version, source_edits(source, edits, server.session.encoding)))
    edit = _edit(made, server.client.versioned_edits)
    reply = await server.workspace_apply_edit_async(
        types.ApplyWorkspaceEditParams(edit=edit, label="Velox: rewrite across files")
    )
    if reply.applied:
        return ""
    return f"The editor did not apply the rewrite ({reply.failure_reason or 'it gave no reason'})."


async def _present(server: VeloxServer, path: Path) -> tuple[SourceFile, int | None, str]:
    """The text as the person sees it now: the buffer's where the file is open."""
    for uri, document in server.session.documents.items():
        if document.path is not None and document.path.resolve() == path.resolve():
            return document.snapshot.parsed.source, document.version, uri
    return await asyncio.to_thread(read_source, path), None, path.as_uri()


def _edit(
    made: Sequence[tuple[str, int | None, list[types.TextEdit]]], versioned: bool
) -> types.WorkspaceEdit:
    if not versioned:
        return types.WorkspaceEdit(changes={uri: edits for uri, _, edits in made})
    return types.WorkspaceEdit(
        document_changes=[
            types.TextDocumentEdit(
                types.OptionalVersionedTextDocumentIdentifier(uri=uri, version=version), list(edits)
            )
            for uri, version, edits in made
        ]
    )
