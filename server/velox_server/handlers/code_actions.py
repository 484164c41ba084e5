"""textDocument/codeAction and its resolve: quick fixes, rewrites of functions, and what concerns a whole file.

Nothing is computed for the list. What was verified before carries its figures and is applied by the client itself
where it resolves edits; everything else is a command, given when an action is chosen or, to a client that does not
resolve commands, in the list.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, Final

from lsprotocol import types

from velox_engine.types import Finding, VeloxError
from velox_server import file_actions
from velox_server.convert.diagnostics import diagnostic_of
from velox_server.convert.edits import workspace_edit
from velox_server.convert.titles import unverified_title, verified_title
from velox_server.handlers.commands import (
    APPLIED,
    APPLY_SUGGESTION,
    FIX_ALL,
    OPTIMIZE,
    OPTIMIZE_FILE,
    VERIFY_FILE,
)
from velox_server.offers import Offer, place
from velox_server.server import VeloxServer
from velox_server.session import Snapshot

REWRITE: Final = "refactor.rewrite.velox"
QUICK_FIX: Final = types.CodeActionKind.QuickFix.value
FIX_ALL_KIND: Final = "source.fixAll.velox"
OPTIMIZE_KIND: Final = "source.velox.optimize"
VERIFY_KIND: Final = "source.velox.verify"
KINDS: Final = (QUICK_FIX, REWRITE, FIX_ALL_KIND, OPTIMIZE_KIND, VERIFY_KIND)


def register(server: VeloxServer) -> None:
    """Attach the handlers."""
    options = types.CodeActionOptions(code_action_kinds=list(KINDS), resolve_provider=True)
    server.feature(types.TEXT_DOCUMENT_CODE_ACTION, options)(code_action)
    server.feature(types.CODE_ACTION_RESOLVE)(resolve)


def code_action(ls: VeloxServer, params: types.CodeActionParams) -> list[types.CodeAction]:
    """List what can be done at a place."""
    document = ls.session.get(params.text_document.uri)
    if document is None:
        return []
    snapshot, only = document.snapshot, params.context.only
    start, end = params.range.start, params.range.end
    first, last = snapshot.position(start.line, start.character), snapshot.position(end.line, end.character)
    # What a hover found with types from other files has its quick fix too, until something is typed.
    known = [*snapshot.findings, *document.deeper(snapshot)]
    touched = [f for f in known if f.start <= last and f.end >= first]
    actions: list[types.CodeAction] = []
    if _wanted(QUICK_FIX, only):
        fixes = [finding for finding in touched if finding.function and finding.strategy]
        actions += [_quick_fix(ls, snapshot, finding, alone=len(touched) == 1) for finding in fixes]
    if _wanted(REWRITE, only):
        names = dict.fromkeys(_functions(snapshot, params.range, touched))
        actions += [_rewrite(ls, snapshot, name) for name in names]
    actions += _source_actions(ls, snapshot, only)
    if not ls.client.resolves_commands:
        for action in actions:
            _give_command(action)
    return actions


def _functions(snapshot: Snapshot, place: types.Range, touched: Sequence[Finding]) -> Iterator[str]:
    span = snapshot.function_at(place.start.line, place.start.character)
    if span is not None:
        # What is inside another function is rewritten with that one.
        yield snapshot.outermost(span.qualname)
    yield from (snapshot.outermost(f.function) for f in touched if f.function and f.strategy)


def _quick_fix(ls: VeloxServer, snapshot: Snapshot, finding: Finding, *, alone: bool) -> types.CodeAction:
    """Carry out the strategy of one finding, and nothing else."""
    function = snapshot.outermost(finding.function)
    # An inner function's finding is in the strategy's reach only by way of the outer function.
    strategy = finding.strategy
    offer = ls.offers.open_for(snapshot, function, strategy)
    data = {
        "uri": snapshot.uri,
        "function": function,
        "version": snapshot.version,
        "strategy": strategy,
    }
    action = _action(QUICK_FIX, data, offer, unverified_title(function, finding))
    converter = ls.protocol._converter
    found = diagnostic_of(finding, snapshot, ls.client)
    action.diagnostics = [converter.structure(found, types.Diagnostic)]
    refusal = "" if offer is not None else ls.idle.refusal(snapshot, function, strategy)
    if refusal and ls.client.disabled_actions:
        action.disabled = types.CodeActionDisabled(f"No verified rewrite by {strategy}: {refusal}")
    else:
        action.is_preferred = alone or offer is not None
    return action


def _rewrite(ls: VeloxServer, snapshot: Snapshot, function: str) -> types.CodeAction:
    data = {"uri": snapshot.uri, "function": function, "version": snapshot.version}
    offer = ls.offers.open_for(snapshot, function)
    return _action(REWRITE, data, offer, unverified_title(function, None))


def _action(kind: str, data: dict[str, Any], offer: Offer | None, otherwise: str) -> types.CodeAction:
    if offer is None:
        return types.CodeAction(title=otherwise, kind=kind, data=data)
    data["suggestion"] = offer.id
    return types.CodeAction(title=verified_title(offer.suggestion), kind=kind, data=data)


def _source_actions(
    ls: VeloxServer, snapshot: Snapshot, only: Sequence[types.CodeActionKind | str] | None
) -> Iterator[types.CodeAction]:
    """What concerns the whole file, for clients that ask for such kinds by name."""
    if not only:
        return
    data = {"uri": snapshot.uri, "version": snapshot.version}
    offers = ls.offers.open_in(snapshot) if _wanted(FIX_ALL_KIND, only) else []
    if offers:
        count = f"{len(offers)} verified rewrite{'s' if len(offers) > 1 else ''}"
        ids = [offer.id for offer in offers]
        yield types.CodeAction(
            title=f"Velox: apply {count}", kind=FIX_ALL_KIND, data={**data, "suggestions": ids}
        )
    if _wanted(OPTIMIZE_KIND, only):
        yield types.CodeAction(
            title="Velox: verify and rewrite this file…",
            kind=OPTIMIZE_KIND,
            data={**data, "file": "optimize"},
        )
    if _wanted(VERIFY_KIND, only) and snapshot.findings:
        yield types.CodeAction(
            title="Velox: verify the findings of this file", kind=VERIFY_KIND, data={**data, "file": "verify"}
        )


def resolve(ls: VeloxServer, action: types.CodeAction) -> types.CodeAction:
    """Give an action its edit where the client takes one, else the command that carries it out.

    A client that applies the edit itself runs the command after it, which notes that it was applied.
    """
    data = action.data
    if not isinstance(data, dict) or action.edit is not None:
        return action
    ids = data.get("suggestions") or ([data["suggestion"]] if "suggestion" in data else [])
    if ids and ls.client.resolves_edits:
        try:
            action.edit = _edit(ls, str(data.get("uri")), ids)
        except VeloxError as error:
            ls.say(f"Velox: {error.message} {error.hint}".strip(), types.MessageType.Warning)
            return action
        action.command = types.Command(title=action.title, command=APPLIED, arguments=[ids])
    else:
        _give_command(action)
    return action


def _edit(ls: VeloxServer, uri: str, ids: Sequence[str]) -> types.WorkspaceEdit:
    """One edit of one or several suggestions; VeloxError when one no longer fits."""
    snapshot = ls.document(uri).snapshot
    offers = [ls.offers.get(str(identity)) for identity in ids]
    edits = place(offers[0], snapshot) if len(offers) == 1 else file_actions.combined_edits(snapshot, offers)
    return workspace_edit(snapshot, edits, versioned=ls.client.versioned_edits)


def _give_command(action: types.CodeAction) -> None:
    data: dict[str, Any] = action.data if isinstance(action.data, dict) else {}
    if action.command is not None or not data:
        return
    if "suggestions" in data:
        name, arguments = FIX_ALL, [data.get("uri")]
    elif "suggestion" in data:
        name, arguments = APPLY_SUGGESTION, [data["suggestion"]]
    elif "file" in data:
        name, arguments = OPTIMIZE_FILE if data["file"] == "optimize" else VERIFY_FILE, [data.get("uri")]
    else:
        name = OPTIMIZE
        arguments = [data.get("uri"), data.get("function"), data.get("version"), data.get("strategy")]
    action.command = types.Command(title=action.title, command=name, arguments=arguments)


def _wanted(kind: str, only: Sequence[types.CodeActionKind | str] | None) -> bool:
    """Whether a kind is, or lies below, one of those asked for; no kinds asked for means all."""
    if not only:
        return True
    asked = [str(getattr(entry, "value", entry)) for entry in only]
    return any(not entry or kind == entry or kind.startswith(f"{entry}.") for entry in asked)
