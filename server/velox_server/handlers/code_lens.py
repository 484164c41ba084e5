"""textDocument/codeLens: above a function what was measured, and the verified rewrite that waits for an answer."""

from __future__ import annotations

from lsprotocol import types

from velox_server.convert.titles import lens_title
from velox_server.handlers.commands import REVIEW
from velox_server.server import VeloxServer


def register(server: VeloxServer) -> None:
    """Attach the handler."""
    server.feature(types.TEXT_DOCUMENT_CODE_LENS, types.CodeLensOptions(resolve_provider=False))(code_lens)


def code_lens(ls: VeloxServer, params: types.CodeLensParams) -> list[types.CodeLens]:
    """List the lenses of a document; none above a function of which nothing was measured."""
    document = ls.session.get(params.text_document.uri)
    if document is None or not document.settings.code_lens:
        return []
    snapshot = document.snapshot
    best = {offer.function: offer for offer in ls.offers.open_in(snapshot)}
    lenses: list[types.CodeLens] = []
    for name in dict.fromkeys((*best, *document.measured_names)):
        span = snapshot.function(name)
        if span is None:
            continue
        offer = best.get(name)
        measured = document.measured.get(snapshot.function_text(name) or "")
        title = lens_title(measured, offer.suggestion if offer is not None else None)
        if title:
            place = types.Position(span.line - snapshot.first_line, 0)
            command = types.Command(title=title, command=REVIEW if offer is not None else "")
            if offer is not None:
                command.arguments = [offer.id]
            lenses.append(types.CodeLens(types.Range(place, place), command))
    return sorted(lenses, key=lambda lens: lens.range.start.line)
