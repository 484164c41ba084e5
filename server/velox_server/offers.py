"""Suggestions that were offered in this session, and how their edit is placed in the document as it is now."""

from __future__ import annotations

import re
import uuid
from bisect import bisect_left
from collections.abc import Mapping
from dataclasses import dataclass, field
from difflib import SequenceMatcher
from itertools import accumulate
from typing import Any, Literal

from velox_engine.source.document import SourceFile
from velox_engine.source.edits import apply_edits, common_prefix, common_suffix, minimal_edits
from velox_engine.source.functions import find_function
from velox_engine.source.syntax import parse
from velox_engine.types import TextEdit, VeloxError
from velox_server.anchors import same_code
from velox_server.session import Snapshot

_LINE_END = re.compile(rb"\r\n|\r|\n")

State = Literal["open", "applied", "rejected", "outdated"]
_MOST_KEPT = 512


@dataclass
class Offer:
    """One showing of one suggestion."""

    uri: str
    function: str
    suggestion: Mapping[str, Any]  # as the worker wrote it
    old_source: str  # the whole text it was made for, without byte order mark
    old_function: str
    context: str = ""  # digest of what the function referred to; "" when nobody knows
    strategy: str = ""  # the only one that was asked for; "" for all
    occasion: str = field(default_factory=lambda: uuid.uuid4().hex)
    state: State = "open"

    @property
    def id(self) -> str:
        """The suggestion's id."""
        return str(self.suggestion["id"])

    @property
    def strategies(self) -> tuple[str, ...]:
        """The strategies that made it, in their order."""
        return tuple(self.suggestion.get("strategies") or ())

    @property
    def speedup(self) -> float:
        """The measured speed-up; 1 for a gain in memory only."""
        return float((self.suggestion.get("speedup") or {}).get("median", 1.0))

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
        self._refused: set[tuple[str, str, str]] = set()  # (document, function, as it was suggested)

    def refuse(self, offer: Offer) -> None:
        """The person does not want this rewrite: it is not offered again unless they ask."""
        offer.state = "rejected"
        self._refused.add((offer.uri, offer.function, offer.new_function))

    def is_refused(self, uri: str, function: str, new_function: str) -> bool:
        """Whether the person refused this very rewrite in this session."""
        return (uri, function, new_function) in self._refused

    def add(self, offer: Offer) -> None:
        """Remember an offer; of very many the oldest is forgotten."""
        self._by_id.pop(offer.id, None)
        self._by_id[offer.id] = offer
        if len(self._by_id) > _MOST_KEPT:
            del self._by_id[next(iter(self._by_id))]

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

    def open_for(self, snapshot: Snapshot, function: str, strategy: str = "") -> Offer | None:
        """Return the newest offer that still holds for a function: for one strategy, or the best there is."""
        text = snapshot.function_text(function)
        found = [
            offer
            for offer in self._by_id.values()
            if offer.state == "open"
            and (offer.uri, offer.function) == (snapshot.uri, function)
            and (strategy in (offer.strategy, *offer.strategies) if strategy else not offer.strategy)
            and text is not None
            and same_code(offer.old_function, text)
            and offer.context in ("", snapshot.context(function))
        ]
        # A rewrite by that strategy alone says more exactly what the menu entry does than one by several.
        found.sort(key=lambda offer: not (strategy and offer.strategies == (strategy,)))
        return found[0] if found and strategy else found[-1] if found else None

    def open_in(self, snapshot: Snapshot) -> list[Offer]:
        """Return the best offer that still holds for each function of a document."""
        functions = dict.fromkeys(
            offer.function
            for offer in self._by_id.values()
            if offer.state == "open" and offer.uri == snapshot.uri
        )
        found: list[Offer] = []
        for function in functions:
            best = self.open_for(snapshot, function) or self._any_for(snapshot, function)
            if best is not None:
                found.append(best)
        return found

    def _any_for(self, snapshot: Snapshot, function: str) -> Offer | None:
        named = {
            offer.strategy
            for offer in self._by_id.values()
            if (offer.uri, offer.function) == (snapshot.uri, function) and offer.strategy
        }
        offers = [offer for name in sorted(named) if (offer := self.open_for(snapshot, function, name))]
        return max(offers, key=lambda offer: offer.speedup, default=None)

    def outdate(self, keep_uri: str) -> list[str]:
        """Withdraw every open offer outside of one document; returns the documents that had some."""
        gone = [o for o in self._by_id.values() if o.state == "open" and o.uri != keep_uri]
        for offer in gone:
            offer.state = "outdated"
        return list(dict.fromkeys(offer.uri for offer in gone))


def place(offer: Offer, snapshot: Snapshot) -> tuple[TextEdit, ...]:
    """Return the offer's edits for the document as it is now.

    Elsewhere the document may have changed, and so may the function's layout and comments on lines that the edit
    leaves alone. Raises VeloxError `function-changed` when the function or what it refers to is other code, and
    `document-changed` when a place that the suggestion edits is.
    """
    current = snapshot.parsed.source.data
    old, new = offer.old_source.encode(), offer.new_source.encode()
    text = snapshot.function_text(offer.function)
    if text is None or not same_code(text, offer.old_function):
        raise VeloxError(
            "function-changed",
            f"‘{offer.function}’ has changed since the rewrite was made; nothing was applied.",
            "Ask for a rewrite of the function as it is now.",
        )
    if offer.context and offer.context != snapshot.context(offer.function):
        raise VeloxError(
            "function-changed",
            f"What ‘{offer.function}’ refers to has changed since the rewrite was made; nothing was applied.",
            "Ask for a rewrite of the function as it is now.",
        )
    edits = _edits(old, new)
    if current == old:
        return edits
    old_parsed = parse(SourceFile.from_text(offer.old_source))
    span = find_function(old_parsed, offer.function)
    now_span = snapshot.function(offer.function)
    assert now_span is not None, "its text was found above"
    before, now = _lines_of(old, span.start, span.end), _lines_of(current, now_span.start, now_span.end)
    exact = old[slice(*before)].rstrip(b"\r\n") == current[slice(*now)].rstrip(b"\r\n")
    placed = tuple(_move(offer, edit, (old, *before), (current, *now), exact) for edit in edits)
    # The last word: with the edits in it, the document must hold exactly the function that was verified.
    try:
        parsed = parse(SourceFile.from_text(apply_edits(current, placed).decode("utf-8", "replace")))
        span = find_function(parsed, offer.function)
    except (ValueError, VeloxError) as error:
        raise _moved(offer) from error
    if not same_code(
        parsed.source.data[span.start : span.end].decode("utf-8", "replace"), offer.new_function
    ):
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


def _move(
    offer: Offer, edit: TextEdit, old: tuple[bytes, int, int], now: tuple[bytes, int, int], exact: bool
) -> TextEdit:
    """Move an edit from the old text to the current one; each comes with the range of the function in it."""
    text, start, end = old
    current, now_start, now_end = now
    if start <= edit.start and edit.end <= end:
        if not exact:
            return _move_inside(
                offer, edit, (text[start:end], start), (current[now_start:now_end], now_start)
            )
        by = now_start - start
        return TextEdit(edit.start + by, edit.end + by, edit.text)
    if edit.end <= start:
        return _move_beside(offer, edit, (text[:start], 0), (current[:now_start], 0))
    if edit.start >= end:
        return _move_beside(offer, edit, (text[end:], end), (current[now_end:], now_end))
    raise _moved(offer)


def _move_inside(offer: Offer, edit: TextEdit, old: tuple[bytes, int], now: tuple[bytes, int]) -> TextEdit:
    """Move an edit in a function whose layout or comments changed: the lines that it replaces must be there as ever."""
    (text, text_at), (current, at) = old, now
    lines, current_lines = text.splitlines(keepends=True), current.splitlines(keepends=True)
    starts = list(accumulate(map(len, lines), initial=0))
    current_starts = list(accumulate(map(len, current_lines), initial=0))
    first, last = bisect_left(starts, edit.start - text_at), bisect_left(starts, edit.end - text_at)
    matcher = SequenceMatcher(None, lines, current_lines, autojunk=False)
    for block in matcher.get_matching_blocks():
        # An insertion needs the line before it, a replacement all lines it replaces.
        needed = first if last > first else max(first - 1, 0)
        if block.a <= needed and last <= block.a + block.size and block.size:
            by = block.b - block.a
            return TextEdit(current_starts[first + by] + at, current_starts[last + by] + at, edit.text)
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
