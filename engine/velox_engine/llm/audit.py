"""The record of every request to a model: written before anything is sent, never changed, and what budgets count.

One file of JSON lines a day (UTC): a line when a request is sent, another when it ended. A request without an end
was cut off; what it might have used counts. Each line carries the digest of the one before it (`experience/chain.py`),
the first of a day that of a line of an earlier day.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final, Literal

from velox_engine.experience import chain
from velox_engine.experience.location import data_dir
from velox_engine.experience.lock import file_lock
from velox_engine.llm.budget import Limits, Spent, require_left
from velox_engine.types import VeloxError

End = Literal["answered", "failed", "cancelled", "no end recorded"]
_SENT: Final = "sent"
_ENDED: Final = "ended"


@dataclass(frozen=True, slots=True)
class RequestRecord:
    """One request: when, where to, about what, how much, and how it ended."""

    id: str
    time: str  # ISO 8601, UTC
    tier: str
    model: str
    where: str
    remote: bool
    path: str
    function: str
    action: str
    bytes: int  # of what was sent, after redaction
    redactions: Mapping[str, int] = field(default_factory=dict)
    prompt_tokens: int = 0  # estimated until the request ended
    completion_tokens: int = 0  # the most that could be used until the request ended
    cost: float | None = None  # US dollars, None where the price is not known
    status: End = "no end recorded"
    reason: str = ""
    seconds: float = 0.0

    @property
    def tokens(self) -> int:
        """Tokens sent and received."""
        return self.prompt_tokens + self.completion_tokens


class AuditLog:
    """The files of one person; several processes may write at once."""

    def __init__(self, folder: Path | None = None) -> None:
        self.folder = folder or data_dir() / "audit"

    def begin(self, record: RequestRecord, limits: Limits) -> None:
        """Write down that a request is about to be sent, if today's budget allows it.

        Raises VeloxError `llm-budget` when it does not: then nothing may be sent; `audit-unusable` when it cannot
        be written down: then nothing may be sent either.
        """
        line = {"event": _SENT, **asdict(record)}
        try:
            self.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
            with file_lock(self.folder / "lock"):
                require_left(self.spent(), limits, record.tokens)
                self._append(record.time[:10], line)
        except OSError as error:
            raise VeloxError(
                "audit-unusable",
                f"The record of requests cannot be written: {error}. Nothing was sent.",
                "Check the folder's permissions and space, or set VELOX_DATA_DIR to another.",
            ) from error

    def end(self, record: RequestRecord) -> None:
        """Write down how a request ended."""
        told = ("id", "prompt_tokens", "completion_tokens", "cost", "status", "reason", "seconds")
        document = asdict(record)
        with file_lock(self.folder / "lock"):
            self._append(record.time[:10], {"event": _ENDED, **{key: document[key] for key in told}})

    def spent(self, day: str = "") -> Spent:
        """What one day's requests used (default: today)."""
        records = list(self.read(first=day or today(), last=day or today()))
        return Spent(
            requests=len(records),
            tokens=sum(record.tokens for record in records),
            cost=sum(record.cost or 0.0 for record in records),
        )

    def read(self, *, first: str = "", last: str = "9") -> Iterator[RequestRecord]:
        """Yield the requests of the days from `first` to `last` (YYYY-MM-DD), oldest first."""
        for path in self._days():
            if first <= path.stem <= last:
                yield from _merge(path.read_text(encoding="utf-8", errors="replace"))

    def check(self, *, noted: str = "") -> chain.ChainReport:
        """Follow the chain through all days; with `noted` also ask whether that digest is still in it.

        Requests from before there were digests can stand at the beginning only. What is no JSON is passed over, as it
        is by `read`: half a line is what a full disk leaves.
        """
        report = chain.ChainReport(0, chain.START)
        seen: set[str] = set()
        for path in self._days():
            links: list[chain.Link] = []
            for number, document in _documents(path):
                place = f"{path.name}, line {number}"
                if "digest" in document:
                    links.append(_link(place, document))
                elif seen or links:
                    broken = f"{place}: it was added by something else than Velox"
                    return chain.ChainReport(report.count + len(links), report.head, broken)
            if not links:
                continue
            start = links[0].previous
            if start not in (seen or {chain.START}):
                broken = f"{links[0].place}: a record before it was removed, added or changed"
                return chain.ChainReport(report.count, report.head, broken)
            day = chain.check(links, start=start)
            report = chain.ChainReport(report.count + day.count, day.head, day.broken)
            if report.broken:
                return report
            seen |= {found.digest for found in links}
        if noted and noted not in seen:
            return replace(report, broken="the digest that you noted is not in it: records were removed")
        return report

    def _days(self) -> list[Path]:
        return sorted(self.folder.glob("????-??-??.jsonl"))

    def _append(self, day: str, line: Mapping[str, Any]) -> None:
        path = self.folder / f"{day}.jsonl"
        earlier = [other for other in self._days() if other.name <= path.name]
        previous = next((digest for file in reversed(earlier) if (digest := _last_digest(file))), chain.START)
        line = {**line, "previous": previous, "digest": chain.link(previous, line)}
        data = (json.dumps(line, ensure_ascii=True) + "\n").encode("ascii")
        if path.exists() and (before := path.read_bytes()) and not before.endswith(b"\n"):
            data = b"\n" + data  # half a line of a write that was cut off must not swallow this one
        handle = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
        try:
            os.write(handle, data)
        finally:
            os.close(handle)


def today() -> str:
    """The day that budgets count, in UTC."""
    return datetime.now(UTC).strftime("%Y-%m-%d")


def _documents(path: Path) -> Iterator[tuple[int, dict[str, Any]]]:
    """Yield the lines of a day that hold an object, with their numbers."""
    lines = path.read_bytes().splitlines() if path.exists() else []
    for number, line in enumerate(lines, start=1):
        try:
            document = json.loads(line)
        except ValueError:
            continue
        if isinstance(document, dict):
            yield number, document


def _link(place: str, document: dict[str, Any]) -> chain.Link:
    entry = {name: value for name, value in document.items() if name not in ("previous", "digest")}
    return chain.Link(place, entry, str(document.get("previous")), str(document["digest"]))


def _last_digest(path: Path) -> str:
    """The digest of the last line of a day that has one, "" for none."""
    digests = [str(document["digest"]) for _, document in _documents(path) if "digest" in document]
    return digests[-1] if digests else ""


def _merge(text: str) -> Iterator[RequestRecord]:
    found: dict[str, RequestRecord] = {}
    for line in text.splitlines():
        try:
            document = json.loads(line)
            event = document.pop("event")
            for name in ("previous", "digest"):
                document.pop(name, None)
            if event == _SENT:
                found[document["id"]] = RequestRecord(**document)
            elif event == _ENDED and document["id"] in found:
                sent = found[document["id"]]
                found[sent.id] = replace(sent, **document)
        except (ValueError, TypeError, KeyError, AttributeError):
            continue  # a line that was cut off when the disk was full; the others still count
    yield from found.values()
