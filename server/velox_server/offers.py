"""Suggestions that were offered in this session, and how their edit is placed in the document as it is now."""

from __future__ import annotations

import re
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

_LINE_END = re.compile(rb"\r\n|\r|\n")

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
    span = find_function(parse(SourceFile.from_text(offer.old_source)), offer.function)
    now_span = snapshot.function(offer.function)
    assert now_span is not None, "its text was found above"
    before, now = _lines_of(old, span.start, span.end), _lines_of(current, now_span.start, now_span.end)
    if old[slice(*before)].rstrip(b"\r\n") != current[slice(*now)].rstrip(b"\r\n"):
        raise _moved(offer)  # Ex) a comment behind the last statement, which no syntax node of it holds
    placed = tuple(_move(offer, edit, (old, *before), (current, *now)) for edit in edits)
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


def _lines_of(data: bytes, start: int, end: int) -> tuple[int, int]:
    """Extend a range to whole lines with their ends: edits are made of such."""
    start = max(data.rfind(b"\n", 0, start), data.rfind(b"\r", 0, start)) + 1
    line_end = _LINE_END.search(data, end)
    return start, line_end.end() if line_end else len(data)


def _move(offer: Offer, edit: TextEdit, old: tuple[bytes, int, int], now: tuple[bytes, int, int]) -> TextEdit:
    """Move an edit from the old text to the current one; each comes with the range of the function in it."""
    text, start, end = old
    current, now_start, now_end = now
    if start <= edit.start and edit.end <= end:
        by = now_start - start
        return TextEdit(edit.start + by, edit.end + by, edit.text)
    if edit.end <= start:
        return _move_beside(offer, edit, (text[:start], 0), (current[:now_start], 0))
    if edit.start >= end:
        return _move_beside(offer, edit, (text[end:], end), (current[now_end:], now_end))
    raise _moved(offer)


def _move_beside(offer: Offer, edit: TextEdit, old: tuple[bytes, int], now: tuple[bytes, int]) -> TextEdit:
    """Move an edit in a part of the text beside the function, unless that very place changed."""
    (text, text_at), (current, at) = old, now
    start, end = edit.start - text_at, edit.end - text_at
    head = common_prefix(text, current)
    tail = common_suffix(text, current, keep=head)
    if end <= head:
        return TextEdit(start + at, end + at, edit.text)
    if start >= len(text) - tail:
        by = len(current) - len(text) + at
        return TextEdit(start + by, end + by, edit.text)
    raise _moved(offer)
