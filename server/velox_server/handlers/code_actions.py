"""textDocument/codeAction and its resolve: a quick fix for each finding, a rewrite for the function under the cursor.

Nothing is computed for the list. A client that resolves commands gets them when an action is chosen, every
other one finds them in the list.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, Final

from lsprotocol import types

from velox_engine.types import Finding
from velox_server.convert.diagnostics import diagnostic_of
from velox_server.convert.messages import short_figure
from velox_server.handlers.commands import APPLY_SUGGESTION, OPTIMIZE
from velox_server.server import VeloxServer
from velox_server.session import Snapshot

REWRITE: Final = "refactor.rewrite.velox"
QUICK_FIX: Final = types.CodeActionKind.QuickFix.value


def register(server: VeloxServer) -> None:
    """Attach the handlers."""
    options = types.CodeActionOptions(code_action_kinds=[QUICK_FIX, REWRITE], resolve_provider=True)
    server.feature(types.TEXT_DOCUMENT_CODE_ACTION, options)(code_action)
    server.feature(types.CODE_ACTION_RESOLVE)(resolve)


def code_action(ls: VeloxServer, params: types.CodeActionParams) -> list[types.CodeAction]:
    """List what can be done at a place."""
    document = ls.session.get(params.text_document.uri)
    if document is None:
        return []
    snapshot = document.snapshot
    start, end = params.range.start, params.range.end
    first, last = snapshot.position(start.line, start.character), snapshot.position(end.line, end.character)
    touched = [f for f in snapshot.findings if f.start <= last and f.end >= first]
    converter = ls.protocol._converter
    actions: list[types.CodeAction] = []
    for finding in touched:
        if finding.function and finding.strategy and _wanted(QUICK_FIX, params.context.only):
            action = _action(ls, snapshot, finding.function, QUICK_FIX, f" ({finding.rule} {finding.name})")
            action.diagnostics = [converter.structure(diagnostic_of(finding, snapshot), types.Diagnostic)]
            action.is_preferred = len(touched) == 1
            actions.append(action)
    if _wanted(REWRITE, params.context.only):
        names = dict.fromkeys(_functions(snapshot, params.range, touched))
        actions += [_action(ls, snapshot, name, REWRITE, "") for name in names]
    if not _resolves_commands(ls.client_capabilities):
        for action in actions:
            resolve(ls, action)
    return actions


def _functions(snapshot: Snapshot, place: types.Range, touched: Sequence[Finding]) -> Iterator[str]:
    span = snapshot.function_at(place.start.line, place.start.character)
    if span is not None:
        # What is inside another function is rewritten with that one.
        yield next(
            outer.qualname
            for outer in snapshot.functions
            if outer.start <= span.start and span.end <= outer.end
        )
    yield from (finding.function for finding in touched if finding.function and finding.strategy)


def _action(ls: VeloxServer, snapshot: Snapshot, function: str, kind: str, about: str) -> types.CodeAction:
    offer = ls.offers.open_for(snapshot.uri, function, snapshot.function_text(function))
    data: dict[str, Any] = {"uri": snapshot.uri, "function": function, "version": snapshot.version}
    if offer is not None:
        title = f"Velox: apply verified rewrite of ‘{function}’ ({short_figure(offer.suggestion)})"
        data["suggestion"] = offer.id
    else:
        title = f"Velox: verify and rewrite ‘{function}’{about}…"
    return types.CodeAction(title=title, kind=kind, data=data)


def resolve(ls: VeloxServer, action: types.CodeAction) -> types.CodeAction:
    """Give an action the command that carries it out."""
    data = action.data
    if not isinstance(data, dict) or action.command is not None:
        return action
    if "suggestion" in data:
        action.command = types.Command(
            title=action.title, command=APPLY_SUGGESTION, arguments=[data["suggestion"]]
        )
    else:
        arguments = [data.get("uri"), data.get("function"), data.get("version")]
        action.command = types.Command(title=action.title, command=OPTIMIZE, arguments=arguments)
    return action


def _resolves_commands(client: types.ClientCapabilities) -> bool:
    text = client.text_document
    support = text.code_action.resolve_support if text is not None and text.code_action is not None else None
    return support is not None and "command" in support.properties


def _wanted(kind: str, only: Sequence[types.CodeActionKind | str] | None) -> bool:
    """Whether a kind is, or lies below, one of those asked for; no kinds asked for means all."""
    if not only:
        return True
    asked = [str(getattr(entry, "value", entry)) for entry in only]
    return any(not entry or kind == entry or kind.startswith(f"{entry}.") for entry in asked)
