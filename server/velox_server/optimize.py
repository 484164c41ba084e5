"""The path from "make this faster" to a recorded answer: worker, offer, question, edit, feedback."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from lsprotocol import types

from velox_engine.types import VeloxError
from velox_server import jobs
from velox_server.convert import messages
from velox_server.convert.edits import workspace_edit
from velox_server.offers import Offer, place
from velox_server.progress import WorkDone
from velox_server.session import Snapshot

if TYPE_CHECKING:
    from velox_server.server import VeloxServer

APPLY: Final = "Apply"
SHOW_DIFF: Final = "Show diff"
REJECT: Final = "Reject"
_APPLY_ATTEMPTS: Final = 3
_LONGEST_MESSAGE: Final = 4000


@dataclass(frozen=True)
class Outcome:
    """What the worker found for one state of a document."""

    snapshot: Snapshot
    folder: Path  # of the workspace
    result: dict[str, Any]


async def find_rewrites(
    server: VeloxServer, uri: str, function: str, token: str | int | None
) -> Outcome | None:
    """Let a worker look for rewrites of a function; None when the person cancelled it in the progress display.

    Raises VeloxError for everything that a person can meet.
    """
    document = server.document(uri)
    snapshot = document.snapshot
    if not snapshot.settings.trust:
        raise VeloxError(
            "not-trusted",
            "This workspace is not trusted, so Velox scans it but does not run its code.",
            "Set `velox.trust` to true once you trust it.",
        )
    if snapshot.function(function) is None:
        raise VeloxError(
            "no-such-function",
            f"There is no function ‘{function}’ in the file any more.",
            "Nothing was changed.",
        )
    key = (uri, function)
    if key in server.running:
        raise VeloxError(
            "already-running", f"‘{function}’ is being worked on already.", "Wait, or cancel that."
        )
    folder = server.folder_of(document)
    request = {
        "command": "optimize",
        "path": str(document.path or folder / "untitled.py"),
        "text": snapshot.parsed.source.text,
        "function": function,
        "workspace": str(folder),
        "settings": server.configuration.editor,
    }
    job = asyncio.ensure_future(_work(server, request, folder, token))
    server.running[key] = job
    try:
        result = await job
    except asyncio.CancelledError:
        current = asyncio.current_task()
        if current is not None and current.cancelling():
            raise  # the request itself was cancelled, and with it the job
        return None
    finally:
        job.cancel()
        server.running.pop(key, None)
    for found in result.get("functions") or ():
        text = snapshot.function_text(str(found.get("name")))
        if text is not None:
            document.measured[text] = found
    return Outcome(snapshot, folder, result)


async def _work(
    server: VeloxServer, request: Mapping[str, Any], folder: Path, token: str | int | None
) -> dict[str, Any]:
    function = str(request["function"])
    display = await WorkDone.begin(server, f"Velox: {function}", token)

    def report(message: str, percentage: int) -> None:
        display.report(message.removeprefix(f"{function}: "), percentage)

    task = asyncio.current_task()
    assert task is not None, "this is run as a task"
    display.cancels(task)
    ending = "cancelled"
    try:
        if server.turn.locked():
            display.report("waiting for another function", 0)
        async with server.turn:
            place_to_run = str(folder) if folder.is_dir() else None
            result = await jobs.run_worker(
                request, display.report, command=server.worker, folder=place_to_run
            )
        ending = "done"
        return result
    except VeloxError:
        ending = "failed"
        raise
    finally:
        display.end(ending)


async def answer(server: VeloxServer, uri: str, outcome: Outcome) -> None:
    """Tell the person what was found: ask about the best suggestion, or say why there is none."""
    for found in outcome.result.get("functions") or ():
        name = str(found["name"])
        suggestions = found.get("suggestions") or ()
        old = outcome.snapshot.function_text(name)
        if not suggestions or old is None:
            server.say(messages.refusal_message(found))
            continue
        offer = Offer(uri, name, suggestions[0], outcome.snapshot.parsed.source.text, old)
        server.offers.add(offer)
        await server.feedback.shown(offer, str(found.get("path", "")), str(outcome.folder))
        await ask(server, offer)


async def ask(server: VeloxServer, offer: Offer) -> None:
    """Ask the person about a suggestion until they apply, reject or dismiss it."""
    question = types.ShowMessageRequestParams(
        type=types.MessageType.Info,
        message=messages.offer_message(offer.function, offer.suggestion),
        actions=[types.MessageActionItem(title) for title in (APPLY, SHOW_DIFF, REJECT)],
    )
    while True:
        chosen = await server.window_show_message_request_async(question)
        title = chosen.title if chosen is not None else ""
        if title == APPLY:
            await apply(server, offer)
            return
        if title == REJECT:
            await reject(server, offer)
            return
        if title != SHOW_DIFF:
            # Dismissed is not rejected: the light bulb goes on offering it.
            server.log(f"the suggestion for {offer.function} was dismissed", types.MessageType.Log)
            return
        await show_diff(server, offer)


async def apply(server: VeloxServer, offer: Offer) -> str:
    """Put a suggestion into its document; returns why it was not, "" when it was."""
    try:
        problem = await _apply(server, offer)
    except VeloxError as error:
        problem = f"{error.message} {error.hint}".strip()
    if problem:
        server.say(problem, types.MessageType.Warning)
        return problem
    offer.state = "applied"
    server.feedback.watch(offer)
    await server.feedback.record(offer, "accepted")
    return ""


async def _apply(server: VeloxServer, offer: Offer) -> str:
    if offer.state != "open":
        raise VeloxError(
            "already-answered", f"The suggestion for ‘{offer.function}’ was {offer.state} already.", ""
        )
    workspace = server.client_capabilities.workspace
    if workspace is None or not workspace.apply_edit:
        raise VeloxError("no-apply-edit", "This editor does not let a language server change a file.", "")
    reason = ""
    for _ in range(_APPLY_ATTEMPTS):
        snapshot = server.document(offer.uri).snapshot
        edit = workspace_edit(snapshot, place(offer, snapshot), versioned=_versioned(workspace))
        reply = await server.workspace_apply_edit_async(
            types.ApplyWorkspaceEditParams(edit=edit, label=f"Velox: rewrite {offer.function}")
        )
        if reply.applied:
            return ""
        reason = reply.failure_reason or "it gave no reason"
        if server.document(offer.uri).version == snapshot.version:
            break
        # Typed meanwhile: the editor rightly refused the old version, so try on the new one.
    return f"The editor did not apply the rewrite of ‘{offer.function}’ ({reason}). Nothing was changed."


def _versioned(workspace: types.WorkspaceClientCapabilities) -> bool:
    return workspace.workspace_edit is not None and bool(workspace.workspace_edit.document_changes)


async def reject(server: VeloxServer, offer: Offer) -> None:
    """Note that the person does not want a suggestion."""
    if offer.state == "open":
        offer.state = "rejected"
        await server.feedback.record(offer, "rejected")


async def show_diff(server: VeloxServer, offer: Offer) -> None:
    """Show a suggestion as a diff: in an editor where the client opens one, else as a message."""
    diff = str(offer.suggestion.get("diff", ""))
    window = server.client_capabilities.window
    if window is not None and window.show_document is not None and window.show_document.support:
        path = server.temporary_folder() / f"{offer.function}-{offer.id}.diff"
        await asyncio.to_thread(path.write_text, diff, "utf-8")
        reply = await server.window_show_document_async(
            types.ShowDocumentParams(uri=path.as_uri(), external=False, take_focus=True)
        )
        if reply.success:
            return
    shown = diff if len(diff) <= _LONGEST_MESSAGE else diff[:_LONGEST_MESSAGE] + "\n…"
    server.say(f"```diff\n{shown}\n```")
