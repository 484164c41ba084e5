"""Turns findings into diagnostics, as plain JSON: a large file has thousands, and each keystroke sends them."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from importlib.metadata import metadata
from pathlib import Path
from typing import Any, Final

import velox_engine
from velox_engine.types import Finding, Severity
from velox_server.session import Snapshot

SOURCE: Final = "velox"
_SEVERITY: Final[dict[Severity, int]] = {"warning": 2, "info": 3, "hint": 4}


def diagnostics_of(snapshot: Snapshot) -> list[dict[str, Any]]:
    """Make the diagnostics of a document, in the order of its findings."""
    return [diagnostic_of(finding, snapshot) for finding in snapshot.findings]


def diagnostic_of(finding: Finding, snapshot: Snapshot) -> dict[str, Any]:
    """Make the diagnostic of one finding."""
    made: dict[str, Any] = {
        "range": {
            "start": snapshot.client_position(finding.start),
            "end": snapshot.client_position(finding.end),
        },
        "severity": _SEVERITY[finding.severity],
        "code": finding.rule,
        "source": SOURCE,
        "message": finding.message,
        "data": {"function": finding.function, "strategy": finding.strategy},
    }
    link = rule_link(finding.rule)
    if link:
        made["codeDescription"] = {"href": link}
    return made


def rule_link(rule: str) -> str:
    """Return where a rule is explained, "" when this installation has no such page."""
    return _pages()(rule)


@cache
def _pages() -> Callable[[str], str]:
    urls = [
        entry.partition(",")[2].strip()
        for entry in metadata("velox-lsp").get_all("Project-URL") or []
        if entry.lower().startswith("documentation")
    ]
    if urls:
        return lambda rule: f"{urls[0].rstrip('/')}/rules/{rule}.md"
    # A checkout has the pages beside the code.
    folder = Path(velox_engine.__file__).resolve().parents[2] / "docs" / "rules"
    if folder.is_dir():
        known = {page.stem: page.as_uri() for page in folder.glob("VX*.md")}
        return lambda rule: known.get(rule, "")
    return lambda rule: ""
