"""The path from "make this faster" to a recorded answer: worker, offer, question, edit, feedback."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from lsprotocol import types

from velox_engine import jobs
from velox_engine.types import TextEdit, VeloxError
from velox_server import diffs
from velox_server.anchors import same_code
from velox_server.convert import messages
from velox_server.convert.edits import workspace_edit
from velox_server.file_actions import combined_edits
from velox_server.offers import Offer, place
from velox_server.progress import WorkDone
from velox_server.session import Document, Snapshot

if TYPE_CHECKING:
    from velox_server.server import VeloxServer

RESULT: Final = "velox/result"
"""Notification to clients that show results themselves, in place of a question or a message."""
APPLY: Final = "Apply"
SHOW_DIFF: Final = "Show diff"
REJECT: Final = "Reject"
_APPLY_ATTEMPTS: Final = 3


@dataclass(frozen=True)
class Outcome:
    """What the worker found for one state of a document."""

    snapshot: Snapshot
    folder: Path  # of the workspace
    result: dict[str, Any]
    offers: dict[str, Offer]  # the best of each function


async def find_rewrites(
    server: VeloxServer, uri: str, function: str | None, token: str | int | None, strategy: str = ""
) -> Outcome | None:
    """Let a worker look for rewrites of a function, or of all of a file; None when the person cancelled it.

    With `strategy` only that one is tried. Raises VeloxError for everything that a person can meet.
    """
    document = server.document(uri)
    snapshot = document.snapshot
    if not snapshot.settings.trust:
        raise VeloxError(
            "not-trusted",
            "This workspace is not trusted, so Velox scans it but does not run its code.",
            "Set `velox.trust` to true once you trust it.",
        )
    if function is not None and snapshot.function(function) is None:
        raise VeloxError(
            "no-such-function",
            f"There is no function ‘{function}’ in the file any more.",
            "Nothing was changed.",
        )
    key = (uri, function or "")
    if key in server.running:
        raise VeloxError(
            "already-running",
            f"‘{function or document.uri.rpartition('/')[2]}’ is being worked on already.",
            "Wait, or cancel that.",
        )
    server.idle.give_way()
    folder = server.folder_of(document)
    request = request_for(server, document, snapshot, function, strategy)
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
    offers = await keep_offers(server, document, snapshot, result, strategy)
    server.refresh_figures()
    return Outcome(snapshot, folder, result, offers)


def request_for(
    server: VeloxServer, document: Document, snapshot: Snapshot, function: str | None, strategy: str
) -> dict[str, Any]:
    """Build the worker's request for one state of a document."""
    folder = server.folder_of(document)
    return {
        "command": "optimize",
        "path": str(document.path or folder / "untitled.py"),
        "text": snapshot.parsed.source.text,
        "function": function,
        "strategy": strategy or None,
        "workspace": str(folder),
        "settings": server.configuration.editor_for(document.path),
    }


async def keep_offers(
    server: VeloxServer,
    document: Document,
    snapshot: Snapshot,
    result: Mapping[str, Any],
    strategy: str,
    *,
    asked: bool = True,
) -> dict[str, Offer]:
    """Remember what a worker found; returns the best offer of each function that got one.

    What the person refused is offered again only if they `asked`.
    """
    best: dict[str, Offer] = {}
    for found in result.get("functions") or ():
        name = str(found.get("name"))
        text = snapshot.function_text(name)
        if text is None:
            continue
        if strategy:
            server.idle.note(snapshot, name, strategy, found)
        if found.get("suggestions") or not strategy:
            document.remember(text, found)
        for suggestion in reversed(found.get("suggestions") or ()):
            if not asked and server.offers.is_refused(snapshot.uri, name, str(suggestion["new_function"])):
                server.idle.note(snapshot, name, strategy, {"reason": "you rejected it in this session"})
                continue
            offer = Offer(
                snapshot.uri,
                name,
                suggestion,
                snapshot.parsed.source.text,
                text,
                snapshot.context(name),
                strategy,
            )
            server.offers.add(offer)
            workspace = str(server.folder_of(document))
            await server.feedback.shown(offer, str(found.get("path", "")), workspace)
            best[name] = offer
    return best


async def _work(
    server: VeloxServer, request: Mapping[str, Any], folder: Path, token: str | int | None
) -> dict[str, Any]:
    function = str(request["function"] or Path(str(request["path"])).name)
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
        async with server.turn, server.busy("optimizing", function):
            place_to_run = str(folder) if folder.is_dir() else None
            result = await jobs.run_worker(request, report, command=server.worker, folder=place_to_run)
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
        offer = outcome.offers.get(str(found["name"]))
        if server.client.reviews:
            text = outcome.snapshot.function_text(str(found["name"]))
            _hand_over(server, uri, found, offer, outcome.snapshot.parsed.source.text, text)
        elif offer is None:
            server.say(messages.refusal_message(found))
        else:
            await ask(server, offer)


async def review(server: VeloxServer, offer: Offer) -> None:
    """Ask about a suggestion again, the way this client is asked."""
    if server.client.reviews:
        found = {"name": offer.function, "status": "improved", "suggestions": [offer.suggestion], "tried": []}
        _hand_over(server, offer.uri, found, offer, offer.old_source, offer.old_function)
    else:
        await ask(server, offer)


def _hand_over(
    server: VeloxServer,
    uri: str,
    found: Mapping[str, Any],
    offer: Offer | None,
    old_source: str,
    old_function: str | None,
) -> None:
    """Leave showing a result, and asking about it, to a client that does so itself."""
    said = (
        messages.offer_message(offer.function, offer.suggestion)
        if offer is not None
        else messages.refusal_message(found)
    )
    document = {
        "uri": uri,
        "function": found["name"],
        "suggestion": offer.id if offer is not None else None,
        "message": said,
        "oldFunction": old_function,
        "oldSource": old_source,
        "result": found,
    }
    server.protocol.publish(RESULT, json.dumps(document))


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
        if offer.state != "open":
            raise VeloxError(
                "already-answered", f"The suggestion for ‘{offer.function}’ was {offer.state} already.", ""
            )
        problem = await _apply(server, offer.uri, offer.function, lambda now: place(offer, now))
    except VeloxError as error:
        problem = f"{error.message} {error.hint}".strip()
    if problem:
        server.say(problem, types.MessageType.Warning)
        return problem
    await applied(server, offer)
    return ""


async def apply_together(server: VeloxServer, snapshot: Snapshot, offers: Sequence[Offer]) -> str:
    """Put several suggestions into one document as one edit; returns why not, "" when it was done."""
    about = f"{len(offers)} functions"
    try:
        problem = await _apply(server, snapshot.uri, about, lambda now: combined_edits(now, offers))
    except VeloxError as error:
        problem = f"{error.message} {error.hint}".strip()
    if problem:
        server.say(problem, types.MessageType.Warning)
        return problem
    for offer in offers:
        await applied(server, offer)
    return ""


async def note_applied(server: VeloxServer, offer: Offer) -> bool:
    """Note that the client applied an offer's edit itself, if the function now is what was suggested."""
    document = server.session.get(offer.uri)
    text = document.snapshot.function_text(offer.function) if document is not None else None
    if offer.state != "open" or text is None or not same_code(text, offer.new_function):
        return False
    await applied(server, offer)
    return True


async def applied(server: VeloxServer, offer: Offer) -> None:
    """Note that a suggestion is in its document now."""
    offer.state = "applied"
    document = server.session.get(offer.uri)
    if document is not None:
        document.remember(offer.new_function, {"name": offer.function, "applied": offer.suggestion})
    server.feedback.watch(offer)
    server.refresh_figures()
    await server.feedback.record(offer, "accepted")


async def _apply(
    server: VeloxServer, uri: str, about: str, make: Callable[[Snapshot], Sequence[TextEdit]]
) -> str:
    """Have the client make edits; returns why it did not, "" when it did."""
    if not server.client.applies_edits:
        raise VeloxError("no-apply-edit", "This editor does not let a language server change a file.", "")
    reason = ""
    for _ in range(_APPLY_ATTEMPTS):
        snapshot = server.document(uri).snapshot
        edit = workspace_edit(snapshot, make(snapshot), versioned=server.client.versioned_edits)
        reply = await server.workspace_apply_edit_async(
            types.ApplyWorkspaceEditParams(edit=edit, label=f"Velox: rewrite {about}")
        )
        if reply.applied:
            return ""
        reason = reply.failure_reason or "it gave no reason"
        if server.document(uri).version == snapshot.version:
            break
        # Typed meanwhile: the editor rightly refused the old version, so try on the new one.
    return f"The editor did not apply the rewrite of ‘{about}’ ({reason}). Nothing was changed."


async def reject(server: VeloxServer, offer: Offer) -> None:
    """Note that the person does not want a suggestion."""
    if offer.state == "open":
        server.offers.refuse(offer)
        server.refresh_figures()
        await server.feedback.record(offer, "rejected")


async def show_diff(server: VeloxServer, offer: Offer) -> None:
    """Show a suggestion as a diff."""
    await diffs.show(server, f"{offer.function}-{offer.id}", str(offer.suggestion.get("diff", "")))
