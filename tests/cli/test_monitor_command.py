"""`velox monitor`: new hotspots and slower functions since a baseline, from changed files alone."""

from __future__ import annotations

import http.server
import json
import os
import signal
import subprocess
import sys
import threading
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from tests.cli.conftest import RunVelox

FAST = '''\
def unseen(items: list[int], known: list[int]) -> list[int]:
    """Return the items that are not known."""
    wanted = set(known)
    return [item for item in items if item not in wanted]
'''
SLOW = '''\
def unseen(items: list[int], known: list[int]) -> list[int]:
    """Return the items that are not known."""
    found = []
    for item in items:
        if item not in known:
            found.append(item)
    return found
'''
OTHER = SLOW.replace("unseen", "secret_plan")


@pytest.fixture
def shop(tmp_path: Path) -> Path:
    """A project with one good function and one hotspot, and a folder that git ignores."""
    root = tmp_path / "shop"
    (root / "ignored").mkdir(parents=True)
    subprocess.run(["git", "init", "-q", str(root)], check=True)
    (root / ".gitignore").write_text("ignored/\n")
    (root / "fast.py").write_text(FAST)
    (root / "known.py").write_text(OTHER)
    return root


def test_what_is_worse_than_the_baseline_is_told_until_it_is_taken_over(velox: RunVelox, shop: Path) -> None:
    """The first run makes the baseline; later ones compare with it, whatever happened in between."""
    first = velox("monitor", "shop", "--once", "--format", "json")
    assert (first.code, first.out) == (0, "")
    assert "2 files are the baseline" in first.err
    (shop / "fast.py").write_text("\n\n" + SLOW)
    (shop / "known.py").write_text("# moved\n" + OTHER)
    for _ in range(2):
        again = velox("monitor", "shop", "--once", "--format", "json")
        assert again.code == 1, again.err
        (event,) = [json.loads(line) for line in again.out.splitlines()]
        assert (event["kind"], event["path"], event["function"], event["line"]) == (
            "new",
            "fast.py",
            "unseen",
            3,
        )
        assert event["cost"] == {"before": None, "after": "O(n·m)"}
    (shop / "known.py").unlink()
    kinds = {
        json.loads(line)["kind"]
        for line in velox("monitor", "shop", "--once", "--format", "json").out.splitlines()
    }
    assert kinds == {"new", "gone"}
    assert velox("monitor", "shop", "--write-baseline").code == 0
    assert velox("monitor", "shop", "--once", "--format", "json").out == ""


def test_a_function_that_behaves_the_same_and_got_slower_is_measured(velox: RunVelox, shop: Path) -> None:
    """The set is a list again: the same results, many times the time."""
    velox("monitor", "shop", "--once")
    (shop / "fast.py").write_text(SLOW)
    answer = velox("monitor", "shop", "--once", "--measure", "--format", "json", timeout=300)
    events = {event["kind"]: event for event in map(json.loads, answer.out.splitlines())}
    assert (answer.code, "slower" in events) == (1, True), answer.out + answer.err
    assert events["slower"]["speedup"]["high"] < 0.95
    assert "new" in events
    (shop / "fast.py").write_text(FAST.replace("not in", "in"))
    shown = velox("monitor", "shop", "--once", "--measure", timeout=300)
    assert shown.code == 0
    assert "edited, not timed: shop/fast.py unseen  it behaves differently" in shown.out


def test_a_folder_is_followed_and_the_webhook_told(shop: Path, tmp_path: Path) -> None:
    """A change on disk is seen while the command runs; the notice names places and figures, and holds no source."""
    posted: list[Any] = []
    arrived = threading.Event()

    class Receiver(http.server.BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            posted.append(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))
            self.send_response(204)
            self.end_headers()
            arrived.set()

        def log_message(self, format: str, *arguments: object) -> None:
            """Stay silent."""

    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Receiver) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        address = f"http://127.0.0.1:{server.server_address[1]}/hook"
        command = [sys.executable, "-m", "velox_engine.cli.main", "monitor", "shop", "--format", "json"]
        with subprocess.Popen(
            [*command, "--webhook", address],
            cwd=tmp_path,
            env={**os.environ, "VELOX_DATA_DIR": str(tmp_path / ".velox-data")},
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        ) as process:
            assert process.stdout is not None
            assert process.stderr is not None
            while "following" not in process.stderr.readline():
                assert process.poll() is None
            (shop / "ignored" / "x.py").write_text(SLOW)
            (shop / "fast.py").write_text(SLOW)
            event = json.loads(process.stdout.readline())
            assert (event["kind"], event["function"]) == ("new", "unseen")
            assert arrived.wait(30)
            (shop / "fast.py").write_text(FAST)
            assert json.loads(process.stdout.readline())["kind"] == "gone"
            process.send_signal(signal.SIGTERM)
            process.communicate(timeout=30)
        assert process.returncode == 130
        server.shutdown()
    (notice,) = posted
    assert notice["project"] == "shop"
    assert [(change["path"], change["function"]) for change in notice["changes"]] == [("fast.py", "unseen")]
    assert "found.append" not in json.dumps(notice)


def test_wrong_use_is_said(velox: RunVelox, shop: Path) -> None:
    """A webhook that is none, a baseline that is not there, and one that is no baseline."""
    (shop / "bad").write_text("nothing")
    for arguments, code in (
        (("--webhook", "http://example.org/x"), "bad-webhook"),
        (("--baseline", "nowhere"), "not-found"),
        (("--baseline", "shop/bad"), "bad-baseline"),
    ):
        answer = velox("monitor", "shop", *arguments, "--once", "--format", "json")
        assert (answer.code, answer.document["error"]["code"]) == (2, code)
    project = shop / "pyproject.toml"
    project.write_text('[tool.velox]\nmonitor-webhook = "https://example.org/x"\n')
    answer = velox("monitor", "shop", "--once", "--format", "json")
    assert answer.document["error"]["code"] == "bad-setting"
