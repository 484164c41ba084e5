"""Writes findings as the JSON of diagnostics: a large file has thousands, and each keystroke sends them all.

The text is made here, not by a converter: what a finding says is encoded once and kept, so that a keystroke pays
for the positions only.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from functools import cache, lru_cache
from importlib.metadata import metadata
from pathlib import Path
from typing import Any, Final

import velox_engine
from velox_engine.types import Finding, Severity
from velox_server.session import Snapshot

SOURCE: Final = "velox"
_SEVERITY: Final[dict[Severity, int]] = {"warning": 2, "info": 3, "hint": 4}


def diagnostics_json(snapshot: Snapshot) -> str:
    """Write the diagnostics of a document as a JSON array, in the order of its findings."""
    return f"[{','.join([_diagnostic(finding, snapshot) for finding in snapshot.findings])}]"


def diagnostic_of(finding: Finding, snapshot: Snapshot) -> dict[str, Any]:
    """Make the diagnostic of one finding."""
    return json.loads(_diagnostic(finding, snapshot))


def _diagnostic(finding: Finding, snapshot: Snapshot) -> str:
    start, end = finding.start, finding.end
    column = snapshot.client_column
    said = _said(finding.rule, finding.severity, finding.message, finding.function, finding.strategy)
    return (
        f'{{"range":{{"start":{{"line":{start.line},"character":{column(start)}}},'
        f'"end":{{"line":{end.line},"character":{column(end)}}}}},{said}'
    )


@lru_cache(maxsize=1 << 15)
def _said(rule: str, severity: Severity, message: str, function: str, strategy: str) -> str:
    """Encode all of a diagnostic but its range, with the closing brace and without the opening one."""
    made: dict[str, Any] = {"severity": _SEVERITY[severity], "code": rule}
    link = rule_link(rule)
    if link:
        made["codeDescription"] = {"href": link}
    made |= {"source": SOURCE, "message": message, "data": {"function": function, "strategy": strategy}}
    return json.dumps(made)[1:]


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
