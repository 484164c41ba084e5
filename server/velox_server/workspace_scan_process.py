"""Scans folders in a process of its own and prints the diagnostics of each file, one JSON line a file.

Request on standard input: {"folders": [{"path", "editor": {settings}}], "encoding", "client": {"related", "tags"},
"open": [paths to leave out], "known": {path: stamp}}. Lines: {"path", "stamp", "diagnostics": JSON text} for files
whose stamp (modification time and size) is another one than the known, {"path", "stamp"} for the others, then
{"done": {"files", "findings", "seconds"}}. Where `velox monitor` has a baseline of the folder, a scanned file also has
"hotspots": its functions that are worse than there.
"""

from __future__ import annotations

import contextlib
import json
import os
import sys
import time
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from velox_engine import settings as settings_module
from velox_engine.rules import Selection, scan, selection_for
from velox_engine.rules.hotspot_baseline import HotspotBaseline, baseline_path, known_file
from velox_engine.settings import Settings
from velox_engine.source.document import read_source
from velox_engine.source.syntax import parse
from velox_engine.types import VeloxError
from velox_engine.workspace.discovery import discover
from velox_engine.workspace.project import find_root
from velox_server.client import Client
from velox_server.convert.diagnostics import diagnostics_json
from velox_server.session import Snapshot
from velox_server.text import split_lines


def main() -> int:
    """Answer the one request on standard input."""
    request = json.loads(sys.stdin.readline())
    started = time.monotonic()
    files = findings = 0
    for line in scan_folders(request):
        files += 1
        findings += line.pop("findings", 0)
        print(json.dumps(line), flush=True)
    done = {"files": files, "findings": findings, "seconds": round(time.monotonic() - started, 3)}
    print(json.dumps({"done": done}), flush=True)
    return 0


def scan_folders(request: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    """Yield what is printed for each file; files that cannot be read are left out."""
    client = Client(related_information=request["client"]["related"], tags=request["client"]["tags"])
    known, left_out = request.get("known") or {}, {*request.get("open", ())}
    for folder in request["folders"]:
        root = Path(folder["path"])
        with contextlib.suppress(VeloxError):
            settings = _settings(root, folder["editor"])
            baseline = _baseline(root)
            for path in discover([root], settings.exclude).files:
                shown = str(path)
                if shown in left_out:
                    continue
                left_out.add(shown)  # folders can lie in each other
                with contextlib.suppress(VeloxError, OSError):
                    stamp = _stamp(path)
                    line: dict[str, Any] = {"path": shown, "stamp": stamp}
                    if known.get(shown) != stamp:
                        selection = selection_for(settings, path)
                        line |= _scan(path, selection, settings, client, request["encoding"])
                        if baseline is not None:
                            line["hotspots"] = _hotspots(path, root, selection, baseline)
                    yield line


def _settings(root: Path, editor: Mapping[str, Any]) -> Settings:
    base = settings_module.load_project(find_root(root))
    return settings_module.parse(editor, base=base, origin="editor")


def _baseline(root: Path) -> HotspotBaseline | None:
    """What `velox monitor` wrote down of the folder, if the person had it do so."""
    try:
        return HotspotBaseline.load(baseline_path(root))
    except (FileNotFoundError, VeloxError):
        return None


def _hotspots(
    path: Path, root: Path, selection: Selection, baseline: HotspotBaseline
) -> list[dict[str, Any]]:
    """The functions of a file that are worse than in the baseline."""
    found = known_file(parse(read_source(path)), selection)
    changes = baseline.compare(path.relative_to(root).as_posix(), found)
    return [change.document() for change in changes if change.kind in ("new", "hotter")]


def _stamp(path: Path) -> str:
    found = os.stat(path)
    return f"{found.st_mtime_ns}:{found.st_size}"


def _scan(
    path: Path, selection: Selection, settings: Settings, client: Client, encoding: str
) -> dict[str, Any]:
    source = read_source(path)
    parsed = parse(source)
    found = scan(parsed, selection)
    lines = tuple(split_lines(source.text))
    snapshot = Snapshot(path.as_uri(), 0, encoding, lines, parsed, settings, found)
    return {"diagnostics": diagnostics_json(snapshot, client), "findings": len(found)}


if __name__ == "__main__":
    raise SystemExit(main())
