"""Suggestions that were offered in this session, and how their edit is placed in the document as it is now."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from velox_engine.source.document import SourceFile
from velox_engine.source.edits import apply_edits, common_prefix, common_suffix, minimal_edits
from velox_engine.source.functions import find_function
from velox_engine.source.syntax import parse
from velox_engine.types import TextEdit, VeloxError
from velox_server.session import Snapshot

State = Literal["open", "applied", "rejected"]


@dataclass
class Offer:
    """One showing of one suggestion."""

    uri: str
    function: str
    suggestion: Mapping[str, Any]  # as the worker wrote it
    old_source: str  # the whole text it was made for, without byte order mark
    old_function: str
    occasion: str = field(default_factory=lambda: uuid.uuid4().hex)
    state: State = "open"

    @property
    def id(self) -> str:
        """The suggestion's id."""
        return str(self.suggestion["id"])

    @property
    def new_source(self) -> str:
        """The whole text with the suggestion in it."""
        return str(self.suggestion["new_source"])

    @property
    def new_function(self) -> str:
        """The function as suggested."""
        return str(self.suggestion["new_function"])


class Offers:
    """The offers of this session by suggestion id; the latest showing of each."""

    def __init__(self) -> None:
        self._by_id: dict[str, Offer] = {}

    def add(self, offer: Offer) -> None:
        """Remember an offer."""
        self._by_id[offer.id] = offer

    def get(self, suggestion_id: str) -> Offer:
        """Return the offer of that suggestion; raises VeloxError `no-such-suggestion`."""
        offer = self._by_id.get(suggestion_id)
        if offer is None:
            raise VeloxError(
                "no-such-suggestion",
                f"There is no suggestion {suggestion_id!r} in this session.",
                "Ask for a rewrite again.",
            )
        return offer

    def open_for(self, uri: str, function: str, text: str | None) -> Offer | None:
        """Return the newest offer for a function whose text is still the one it was made for."""
        found = [
            offer
            for offer in self._by_id.values()
            if (offer.uri, offer.function, offer.old_function, offer.state) == (uri, function, text, "open")
        ]
        return found[-1] if found else None


def place(offer: Offer, snapshot: Snapshot) -> tuple[TextEdit, ...]:
    """Return the offer's edits for the document as it is now.

    Elsewhere the document may have changed. Raises VeloxError `function-changed` when the function itself did,
    and `document-changed` when a place outside of it that the suggestion edits did.
    """
    current = snapshot.parsed.source.data
    old, new = offer.old_source.encode(), offer.new_source.encode()
    if snapshot.function_text(offer.function) != offer.old_function:
        raise VeloxError(
            "function-changed",
            f"‘{offer.function}’ has changed since the rewrite was made; nothing was applied.",
            "Ask for a rewrite of the function as it is now.",
        )
    edits = _edits(old, new)
    if current == old:
        return edits
    before = find_function(parse(SourceFile.from_text(offer.old_source)), offer.function)
    now = snapshot.function(offer.function)
    assert now is not None, "its text was found above"
    placed = tuple(
        _move(edit, old, current, (before.start, before.end), (now.start, now.end)) for edit in edits
    )
    # The last word: with the edits in it, the document must hold exactly the function that was verified.
    try:
        parsed = parse(SourceFile.from_text(apply_edits(current, placed).decode("utf-8", "replace")))
        span = find_function(parsed, offer.function)
    except (ValueError, VeloxError) as error:
        raise _moved(offer) from error
    if parsed.source.data[span.start : span.end].decode("utf-8", "replace") != offer.new_function:
        raise _moved(offer)
    return placed


def _moved(offer: Offer) -> VeloxError:
    return VeloxError(
        "document-changed",
        f"The file changed where the rewrite of ‘{offer.function}’ would edit it; nothing was applied.",
        "Ask for a rewrite again.",
    )


def _edits(old: bytes, new: bytes) -> tuple[TextEdit, ...]:
    """Find the smallest edits, comparing only the lines between what both texts begin and end with."""
    start = old.rfind(b"\n", 0, common_prefix(old, new)) + 1
    tail = common_suffix(old, new, keep=start)
    end = old.find(b"\n", len(old) - tail)
    tail = len(old) - end - 1 if end >= 0 else 0
    found = minimal_edits(old[start : len(old) - tail], new[start : len(new) - tail])
    return tuple(TextEdit(edit.start + start, edit.end + start, edit.text) for edit in found)


def _move(
    edit: TextEdit, old: bytes, current: bytes, before: tuple[int, int], now: tuple[int, int]
) -> TextEdit:
    """Move an edit from the old text to the current one, whose function stands elsewhere."""
    start, end = edit.start, edit.end
    if before[0] <= start and end <= before[1]:
        by = now[0] - before[0]
        return TextEdit(start + by, end + by, edit.text)
    if end <= before[0]:
        return _move_within(edit, old[: before[0]], current[: now[0]], 0, 0)
    if start >= before[1]:
        return _move_within(edit, old[before[1] :], current[now[1] :], before[1], now[1])
    raise VeloxError(
        "document-changed",
        "The file changed around the function; nothing was applied.",
        "Ask for a rewrite again.",
    )


def _move_within(edit: TextEdit, old: bytes, current: bytes, old_at: int, at: int) -> TextEdit:
    """Move an edit in a part of the text beside the function, unless that very place changed."""
    start, end = edit.start - old_at, edit.end - old_at
    head = common_prefix(old, current)
    tail = common_suffix(old, current, keep=head)
    if end <= head:
        return TextEdit(start + at, end + at, edit.text)
    if start >= len(old) - tail:
        by = len(current) - len(old) + at
        return TextEdit(start + by, end + by, edit.text)
    raise VeloxError(
        "document-changed",
        "The file changed where the rewrite would edit it; nothing was applied.",
        "Ask for a rewrite again.",
    )
