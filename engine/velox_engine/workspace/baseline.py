"""Remembers known findings in a file, so that only new ones are reported; moved lines stay known.

A finding is recognised by its file, rule, function and the text of its line, not by its line number. Where a file
holds several that look the same, as many as were known stay known.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from velox_engine.types import VeloxError

DEFAULT_NAME: Final = ".velox-baseline.json"
_VERSION: Final = 1


@dataclass(frozen=True, slots=True, order=True)
class Known:
    """What a finding is recognised by; `path` is relative to the baseline's folder, with slashes."""

    path: str
    rule: str
    function: str
    line: str  # the text of its first line, spaces at both ends and repeated ones taken out


@dataclass
class Baseline:
    """The findings that are known, and how often each."""

    counts: Counter[Known] = field(default_factory=Counter)

    def new(self, findings: Iterable[Known]) -> list[bool]:
        """Say of each finding whether it is new, in order; each known one is used up once."""
        left = Counter(self.counts)
        answers: list[bool] = []
        for finding in findings:
            answers.append(left[finding] == 0)
            left[finding] -= left[finding] > 0
        return answers

    def gone(self, findings: Iterable[Known], looked_at: Callable[[str], bool]) -> int:
        """Count the known findings that are no longer there, in the files whose path `looked_at` accepts."""
        left = self.counts - Counter(findings)
        return sum(count for finding, count in left.items() if looked_at(finding.path))


def known(path: str, rule: str, function: str, line: str) -> Known:
    """Build what a finding is recognised by from its line as it stands in the file."""
    return Known(path, rule, function, " ".join(line.split()))


def load(path: Path) -> Baseline:
    """Read a baseline; raises VeloxError `not-found` or `bad-baseline`."""
    try:
        document: Any = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError as error:
        raise VeloxError(
            "not-found",
            f"there is no baseline {path}",
            "`velox check --write-baseline` makes one of what is found now",
        ) from error
    except (OSError, ValueError) as error:
        raise VeloxError("bad-baseline", f"{path} cannot be read: {error}", "write it again") from error
    if not isinstance(document, dict) or document.get("version") != _VERSION:
        raise VeloxError("bad-baseline", f"{path} is no baseline of this version", "write it again")
    counts: Counter[Known] = Counter()
    for entry in document.get("findings", ()):
        counts[_entry(path, entry)] += int(entry.get("count", 1))
    return Baseline(counts)


def save(path: Path, findings: Iterable[Known]) -> int:
    """Write a baseline of these findings, sorted so that its changes read well; returns their number."""
    counts = Counter(findings)
    entries: list[dict[str, Any]] = []
    for finding, count in sorted(counts.items()):
        entry: dict[str, Any] = {
            "path": finding.path,
            "rule": finding.rule,
            "function": finding.function,
            "line": finding.line,
        }
        if count > 1:
            entry["count"] = count
        entries.append(entry)
    document = {"version": _VERSION, "findings": entries}
    path.write_text(json.dumps(document, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    return counts.total()


def _entry(path: Path, entry: object) -> Known:
    if isinstance(entry, Mapping):
        values = [entry.get(name) for name in ("path", "rule", "function", "line")]
        if all(isinstance(value, str) for value in values) and isinstance(entry.get("count", 1), int):
            return Known(*(str(value) for value in values))
    raise VeloxError("bad-baseline", f"{path} holds an entry that is no finding: {entry!r}", "write it again")
