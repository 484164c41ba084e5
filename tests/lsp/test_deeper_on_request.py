"""Types from other files are looked at when somebody asks, and never because somebody types."""

from __future__ import annotations

import sys
import time
from pathlib import Path

from wire import CAPABILITIES, Wire

USER = (
    "from shop import blocked_names\n\n\ndef allowed(orders):\n    blocked = blocked_names()\n"
    "    return [order for order in orders if order.name not in blocked]\n"
)
NAME, PLACE = (3, 6), (5, 60)


def imported(wire: Wire, module: str) -> bool:
    """Whether the server has imported a module, by what `-X importtime` says on its standard error."""
    time.sleep(0.2)  # for the thread that reads it
    return f" {module}\n".encode() in bytes(wire.errors)


def test_a_hover_deepens_across_files_and_a_key_does_not(workspace: Path) -> None:
    """The server never imports jedi; a process that a hover starts does, and finds the list.

    Then the place has its message and its quick fix, until the next key.
    """
    (workspace / "shop.py").write_text("def blocked_names():\n    return list(open('names.txt'))\n")
    file = workspace / "orders.py"
    file.write_text(USER)
    uri = file.as_uri()

    def hover(line: int, character: int) -> str:
        place = {"textDocument": {"uri": uri}, "position": {"line": line, "character": character}}
        answer = wire.call("textDocument/hover", place)
        return answer["contents"]["value"] if answer else ""

    def fixes() -> list[str]:
        spot = {"line": PLACE[0], "character": PLACE[1]}
        asked = {
            "textDocument": {"uri": uri},
            "range": {"start": spot, "end": spot},
            "context": {"diagnostics": [], "only": ["quickfix"]},
        }
        return [found["diagnostics"][0]["code"] for found in wire.call("textDocument/codeAction", asked)]

    with Wire((sys.executable, "-X", "importtime", "-m", "velox_server.app")) as wire:
        wire.initialize(CAPABILITIES, root=workspace)
        wire.open(uri, USER)
        assert [found["code"] for found in wire.diagnostics(uri, 1)] == []
        for version in range(2, 12):
            spot = {"line": 0, "character": 0}
            change = {"range": {"start": spot, "end": spot}, "text": "#" if version == 2 else "x"}
            # The first letters make a comment of the import, the last gives the line back.
            if version == 11:
                change = {
                    "range": {"start": spot, "end": {"line": 0, "character": 9}},
                    "text": "",
                }
            document = {"uri": uri, "version": version}
            wire.notify("textDocument/didChange", {"textDocument": document, "contentChanges": [change]})
            wire.diagnostics(uri, version)
        assert fixes() == []
        assert hover(*PLACE) == "", "only the function's name asks across files"
        assert not imported(wire, "jedi"), "keys, diagnostics and the list of actions stay without it"
        told, end = hover(*NAME), time.monotonic() + 60
        while "VX101" not in told and time.monotonic() < end:
            assert "loop depth" in told, "a hover does not wait for a process that must start"
            told = hover(*NAME)
        assert "VX101" in told and "`blocked` is a list" in told
        assert not imported(wire, "jedi"), "another process looks across files"
        assert "`blocked` is a list" in hover(*PLACE)
        assert fixes() == ["VX101"]
        end = {"line": 6, "character": 0}
        change = {"range": {"start": end, "end": end}, "text": "#"}
        document = {"uri": uri, "version": 12}
        wire.notify("textDocument/didChange", {"textDocument": document, "contentChanges": [change]})
        assert [found["code"] for found in wire.diagnostics(uri, 12)] == []
        assert fixes() == [], "what was typed may have changed what it rests on"
