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
from velox_engine.types import Finding, Position, Severity
from velox_server.client import Client
from velox_server.convert.loops import enclosing_loops
from velox_server.session import Snapshot

SOURCE: Final = "velox"
_SEVERITY: Final[dict[Severity, int]] = {"warning": 2, "info": 3, "hint": 4}
_UNNECESSARY: Final = 1
# Code that can simply go: editors show it faded.
_TAGS: Final[dict[str, tuple[int, ...]]] = {
    "redundant-conversion": (_UNNECESSARY,),
    "list-built-to-iterate": (_UNNECESSARY,),
}
_LOOP: Final = "this loop repeats it"
_OUTER_LOOP: Final = "and this loop repeats that one"

Kept = dict[int, tuple[Finding, int, str]]
"""Diagnostics as JSON by the identity of their finding, with the document's first line they were written for."""


def diagnostics_json(snapshot: Snapshot, client: Client, kept: Kept | None = None) -> str:
    """Write the diagnostics of a document as a JSON array, in the order of its findings.

    `kept` holds what was written last time: a finding that is the same object stands in the same text at the same
    place, since the scanner makes new ones for all that an edit touched or moved.
    """
    if kept is None:
        kept = {}
    marked = snapshot.lines[0].startswith("\ufeff")  # the mark shifts what stands on its line
    first = -1 if marked else snapshot.first_line
    written: Kept = {}
    for finding in snapshot.findings:
        identity = id(finding)
        known = kept.get(identity)
        if known is None or known[0] is not finding or known[1] != first:
            known = (finding, first, _diagnostic(finding, snapshot, client))
        written[identity] = known
    kept.clear()
    kept.update(written)
    return f"[{','.join([text for _, _, text in written.values()])}]"


def diagnostic_of(finding: Finding, snapshot: Snapshot, client: Client) -> dict[str, Any]:
    """Make the diagnostic of one finding."""
    return json.loads(_diagnostic(finding, snapshot, client))


def _diagnostic(finding: Finding, snapshot: Snapshot, client: Client) -> str:
    start, end = finding.start, finding.end
    tags = _TAGS.get(finding.name, ()) if client.tags else ()
    said = _said(finding.rule, finding.severity, finding.message, finding.function, finding.strategy, tags)
    related = _related(finding, snapshot) if client.related_information else ""
    return f'{{"range":{_range(snapshot, start, end)},{related}{said}'


def _range(snapshot: Snapshot, start: Position, end: Position) -> str:
    column, first = snapshot.client_column, snapshot.first_line
    return (
        f'{{"start":{{"line":{start.line - first},"character":{column(start)}}},'
        f'"end":{{"line":{end.line - first},"character":{column(end)}}}}}'
    )


def _related(finding: Finding, snapshot: Snapshot) -> str:
    loops = enclosing_loops(snapshot.lines, finding.start.line, snapshot.first_line)
    if not loops:
        return ""
    uri = json.dumps(snapshot.uri)
    told = []
    for depth, (start, end) in enumerate(loops):
        message = _LOOP if not depth else _OUTER_LOOP
        place = f'{{"uri":{uri},"range":{_range(snapshot, start, end)}}}'
        told.append(f'{{"location":{place},"message":"{message}"}}')
    return f'"relatedInformation":[{",".join(told)}],'


@lru_cache(maxsize=1 << 15)
def _said(
    rule: str, severity: Severity, message: str, function: str, strategy: str, tags: tuple[int, ...]
) -> str:
    """Encode all of a diagnostic but its places, with the closing brace and without the opening one."""
    made: dict[str, Any] = {"severity": _SEVERITY[severity], "code": rule}
    link = rule_link(rule)
    if link:
        made["codeDescription"] = {"href": link}
    if tags:
        made["tags"] = tags
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
