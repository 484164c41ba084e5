"""In the workspace mode the editor's log says which functions are worse than in the baseline of `velox monitor`."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from wire import CAPABILITIES, Wire

from velox_engine.cli.main import main

FAST = "def f(xs):\n    return list(dict.fromkeys(xs))\n"
SLOW = (
    "def f(xs):\n    out = []\n    for x in xs:\n"
    "        if x not in out:\n            out.append(x)\n    return out\n"
)


def test_a_new_hotspot_is_logged_once(start: Callable[..., Wire], workspace: Path) -> None:
    """Only files that changed are scanned again, and what is told is not told twice."""
    path = workspace / "a.py"
    path.write_text(FAST)
    assert main(["monitor", str(workspace), "--write-baseline", "--quiet"]) == 0
    path.write_text(SLOW)
    options = {"workspaceDiagnostics": True}
    with start() as wire:
        capabilities = {**CAPABILITIES, "textDocument": {"diagnostic": {}}}
        wire.initialize(capabilities, root=workspace, initializationOptions=options)
        wire.call("workspace/diagnostic", {"previousResultIds": []})
        logged = wire.wait_for("window/logMessage", lambda params: "hotspot" in params["message"])
        assert logged["message"] == "new hotspot: a.py:1 f O(n²)"
        path.write_text("# moved\n" + SLOW)
        wire.notify("workspace/didChangeWatchedFiles", {"changes": [{"uri": path.as_uri(), "type": 2}]})
        wire.call("workspace/diagnostic", {"previousResultIds": []})
        assert wire.close() == 0
        told = [m for way, _, m in wire.log if way == "<-" and m.get("method") == "window/logMessage"]
        assert len([message for message in told if "hotspot" in message["params"]["message"]]) == 1
