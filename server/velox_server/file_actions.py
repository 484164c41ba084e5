"""What concerns a whole document: all verified rewrites in one edit, and verifying all findings on request."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from velox_engine.source.document import SourceFile
from velox_engine.source.edits import apply_edits, minimal_edits
from velox_engine.source.syntax import parse
from velox_engine.types import TextEdit, VeloxError
from velox_server.offers import Offer, place
from velox_server.progress import WorkDone
from velox_server.session import Snapshot
from velox_server.text import split_lines

if TYPE_CHECKING:
    from velox_server.server import VeloxServer


def combined_edits(snapshot: Snapshot, offers: Sequence[Offer]) -> tuple[TextEdit, ...]:
    """The edits of several offers for different functions as one; all fit or none is made.

    Each is checked against the document as it is. One after the other is then placed in what those before it left:
    a rewrite does what its original did, so the ones after it hold as they did before.
    Raises VeloxError as `place` does.
    """
    for offer in offers:
        place(offer, snapshot)
    data = snapshot.parsed.source.data
    now = snapshot
    for offer in offers:
        text = apply_edits(now.parsed.source.data, place(replace(offer, context=""), now)).decode("utf-8")
        now = replace(
            snapshot,
            lines=tuple(split_lines(text)),
            parsed=parse(SourceFile.from_text(text, snapshot.parsed.source.path)),
            cells=(),
            first_line=0,
        )
    return minimal_edits(data, now.parsed.source.data)


async def verify_findings(server: VeloxServer, uri: str, token: str | int | None) -> dict[str, Any]:
    """Verify every finding of a document with its own strategy; the light bulbs then carry figures.

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
    server.idle.give_way()
    return await server.idle.look_at_all(
        document, snapshot, await WorkDone.begin(server, "Velox: verifying findings", token)
    )
