"""The process that looks across files for hovers: what it answers, and when it ends."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from dataclasses import asdict
from pathlib import Path

import pytest
from wire import CAPABILITIES, Wire

from velox_engine.rules import Selection
from velox_server.deeper_process import answer

SHOP = "def blocked_names():\n    return list(open('names.txt'))\n"
USER = (
    "from shop import blocked_names\n\n\ndef allowed(orders):\n    blocked = blocked_names()\n"
    "    return [order for order in orders if order.name not in blocked]\n"
)


@pytest.fixture
def file(workspace: Path) -> Path:
    """A file whose function is slow by what another file says."""
    (workspace / "shop.py").write_text(SHOP)
    path = workspace / "orders.py"
    path.write_text(USER)
    return path


def request(file: Path, function: str = "allowed", selection: Selection | None = None) -> dict[str, object]:
    return {
        "text": USER,
        "path": str(file),
        "function": function,
        "root": str(file.parent),
        "selection": asdict(selection or Selection()),
    }


def test_it_answers_with_the_findings_of_one_function(file: Path) -> None:
    """What another file's type shows, as the selection has it; nothing for a function that is not there."""
    (found,) = answer(request(file))
    assert found["rule"] == "VX101" and found["start"]["line"] == 5
    (mild,) = answer(request(file, selection=Selection(severity=(("VX101", "hint"),))))
    assert mild["severity"] == "hint"
    assert answer(request(file, selection=Selection(ignore=("VX1",)))) == []
    assert answer(request(file, "gone")) == []


def test_it_ends_with_its_input_and_when_nobody_asks(file: Path) -> None:
    """One line for one question, in turn; then it ends by itself, though its input stays open."""
    code = "from velox_server import deeper_process as d; d.IDLE_SECONDS = 0.2; raise SystemExit(d.main())"
    with subprocess.Popen(
        [sys.executable, "-c", code], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdin is not None and process.stdout is not None
        for function in ("allowed", "gone"):
            process.stdin.write(json.dumps(request(file, function)) + "\n")
        process.stdin.flush()
        assert [len(json.loads(process.stdout.readline())) for _ in range(2)] == [1, 0]
        assert process.wait(60) == 0
    ended = subprocess.run(
        [sys.executable, "-m", "velox_server.deeper_process"], input="", check=False, timeout=60
    )
    assert ended.returncode == 0


def helpers(wire: Wire) -> list[int]:
    """The processes that the server has for this."""
    tasks = Path(f"/proc/{wire.process.pid}/task").iterdir()
    children = [child for task in tasks for child in (task / "children").read_text().split()]
    mine = b"velox_server.deeper_process"
    return [int(child) for child in children if mine in Path(f"/proc/{child}/cmdline").read_bytes()]


@pytest.mark.skipif(not Path("/proc/self/task").is_dir(), reason="finds processes in /proc")
def test_a_killed_process_is_started_again_and_none_outlives_the_server(file: Path) -> None:
    """Killed between two hovers it costs the second nothing; the server's end is its own."""
    uri = file.as_uri()
    with Wire() as wire:
        wire.initialize(CAPABILITIES, root=file.parent)
        wire.open(uri, USER)

        def hover() -> None:
            place = {"textDocument": {"uri": uri}, "position": {"line": 3, "character": 6}}
            end = time.monotonic() + 60
            while "VX101" not in wire.call("textDocument/hover", place)["contents"]["value"]:
                assert time.monotonic() < end

        hover()
        (first,) = helpers(wire)
        os.kill(first, signal.SIGKILL)
        here = {"line": 6, "character": 0}
        wire.change(uri, 2, {"range": {"start": here, "end": here}, "text": "#"})
        hover()
        (second,) = helpers(wire)
        assert second != first
        assert wire.close() == 0
    assert not Path(f"/proc/{second}").exists()
