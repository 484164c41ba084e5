"""Prints the conversation of a whole session with a real server: open, diagnose, rewrite, apply, undo, feedback.

Run as `python tests/lsp/transcript.py`; lines that begin with `->` go to the server, those with `<-` come from it.
Long texts are cut. The last lines are what the experience store holds afterwards.
"""

from __future__ import annotations

import json
import os
import tempfile
import time
from pathlib import Path
from typing import Any

from wire import CAPABILITIES, Wire, span

from velox_engine.experience import ExperienceStore
from velox_engine.experience.report import feedback_document

SLOW = '''"""Names of a shop."""


def unique_names(names: list[str]) -> list[str]:
    """Keep the first of each name."""
    found = []
    for name in names:
        if name not in found:
            found.append(name)
    return found
'''
LONGEST = 160


class Buffer:
    """The editor's side of the document."""

    def __init__(self, wire: Wire, uri: str, text: str) -> None:
        self.wire, self.uri, self.text, self.version = wire, uri, text, 1
        wire.open(uri, text)

    def apply(self, params: dict[str, Any]) -> dict[str, Any]:
        """Apply the server's edit as one step, as an editor does, and tell it of the change."""
        (change,) = params["edit"]["documentChanges"]
        if change["textDocument"]["version"] != self.version:
            return {"applied": False, "failureReason": "the document has changed"}
        lines = self.text.splitlines(keepends=True)
        for edit in reversed(change["edits"]):
            lines[edit["range"]["start"]["line"] : edit["range"]["end"]["line"]] = [edit["newText"]]
        self.replace("".join(lines))
        return {"applied": True}

    def replace(self, text: str) -> None:
        """Change the whole buffer."""
        self.text, self.version = text, self.version + 1
        self.wire.change(self.uri, self.version, {"text": text})


def shortened(value: Any) -> Any:
    """Cut what would hide the conversation."""
    if isinstance(value, str) and len(value) > LONGEST:
        return f"{value[:LONGEST]}… ({len(value)} characters)"
    if isinstance(value, dict):
        return {key: shortened(inner) for key, inner in value.items() if key != "jsonrpc"}
    if isinstance(value, list):
        return [shortened(inner) for inner in value]
    return value


def converse(folder: Path) -> Wire:
    """Hold the session and return the wire with its log."""
    path = folder / "shop.py"
    path.write_text(SLOW, encoding="utf-8")
    uri = path.as_uri()
    with Wire() as wire:
        wire.answers["window/showMessageRequest"] = lambda params: {"title": "Apply"}
        wire.initialize(CAPABILITIES, root=folder, clientInfo={"name": "transcript"})
        buffer = Buffer(wire, uri, SLOW)
        wire.answers["workspace/applyEdit"] = buffer.apply
        (diagnostic,) = wire.diagnostics(uri, 1)
        start = diagnostic["range"]["start"]
        wire.call("textDocument/hover", {"textDocument": {"uri": uri}, "position": start})
        place = span(start["line"], start["character"], start["line"], start["character"])
        actions = wire.call(
            "textDocument/codeAction",
            {"textDocument": {"uri": uri}, "range": place, "context": {"diagnostics": [diagnostic]}},
        )
        command = {key: actions[0]["command"][key] for key in ("command", "arguments")}
        wire.call("workspace/executeCommand", command)
        wire.wait_for("workspace/applyEdit")
        wire.diagnostics(uri, 2)
        wire.notify("textDocument/didSave", {"textDocument": {"uri": uri}})
        listing = {"command": "velox.feedback", "arguments": [10]}
        while not wire.call("workspace/executeCommand", listing)["feedback"]:
            time.sleep(0.05)
        buffer.replace(SLOW)  # the person takes it back
        wire.notify("textDocument/didSave", {"textDocument": {"uri": uri}})
        wire.close()
        return wire


def main() -> None:
    """Print the conversation and what was recorded."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name).resolve()
        os.environ["VELOX_DATA_DIR"] = str(folder / "data")
        wire = converse(folder)
        for direction, seconds, message in wire.log:
            print(f"{seconds:7.3f} {direction} {json.dumps(shortened(message), ensure_ascii=False)}")
        with ExperienceStore.open() as store:
            print("\nrecorded:")
            print(json.dumps(feedback_document(store.list_feedback()), indent=2))


if __name__ == "__main__":
    main()
