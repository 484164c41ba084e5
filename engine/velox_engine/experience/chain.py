"""A hash chain over records: each carries the digest of the one before, so that none can change or go unnoticed.

Whoever may write the whole record can also write a whole new chain; a digest noted down elsewhere shows that too.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final

START: Final = "0" * 64  # what the first record names as the one before it


def link(previous: str, entry: Mapping[str, Any]) -> str:
    """Return the digest of a record that follows the one with the digest `previous`."""
    text = json.dumps(entry, ensure_ascii=True, separators=(",", ":"), sort_keys=True)
    return hashlib.sha256(f"{previous}\n{text}".encode("ascii")).hexdigest()


@dataclass(frozen=True, slots=True)
class Link:
    """One record as it stands: what it says, the digest it names, and its own."""

    place: str  # where to find it, for people
    entry: Mapping[str, Any]
    previous: str
    digest: str


@dataclass(frozen=True, slots=True)
class ChainReport:
    """Whether a chain holds, and where it does not."""

    count: int
    head: str  # the digest of the last record
    broken: str = ""  # the first place that is wrong, and how; "" where nothing is


def check(links: Iterable[Link], *, start: str = START, noted: str = "") -> ChainReport:
    """Follow a chain from `start`; with `noted` also ask whether that digest is one of its records'."""
    count, head, seen = 0, start, not noted or noted == start
    for found in links:
        if found.previous != head:
            return ChainReport(
                count, head, f"{found.place}: a record before it was removed, added or changed"
            )
        if link(found.previous, found.entry) != found.digest:
            return ChainReport(count, head, f"{found.place}: it was changed after it was written")
        count, head = count + 1, found.digest
        seen = seen or noted == head
    if not seen:
        return ChainReport(
            count, head, "the digest that you noted is not in it: records at its end were removed"
        )
    return ChainReport(count, head)
