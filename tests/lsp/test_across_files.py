"""Across files: a hover says who uses a function, and a rewrite of several files is applied as one edit."""

from __future__ import annotations

import hashlib
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.request import url2pathname

import pytest
from wire import CAPABILITIES, Wire

WORDS = "STOP = (" + ", ".join(f'"{letter * 3}"' for letter in "abcdefghijklmnopqrstuvwxyz") + ")\n"
INDEX = """from words import STOP


def terms(text: list[str]) -> list[str]:
    return [word for word in text if word not in STOP]
"""
Start = Callable[..., Wire]


@pytest.fixture
def project(workspace: Path) -> Path:
    (workspace / "pyproject.toml").write_text("")
    (workspace / "words.py").write_text(WORDS)
    (workspace / "index.py").write_text(INDEX)
    (workspace / "web.py").write_text(
        "from index import terms\n\n\ndef search(text):\n    return terms(text)\n"
    )
    return workspace


def test_a_hover_says_who_uses_a_function_once_that_is_known(start: Start, project: Path) -> None:
    """The first hover does not wait; a later one says how many modules import the file and how it is called."""
    wire = start()
    wire.initialize(CAPABILITIES, root=project)
    uri = (project / "index.py").as_uri()
    wire.open(uri, INDEX)
    place = {"textDocument": {"uri": uri}, "position": {"line": 3, "character": 5}}
    end = time.monotonic() + 60
    told = ""
    while "imported by" not in told and time.monotonic() < end:
        told = wire.call("textDocument/hover", place)["contents"]["value"]
        time.sleep(0.2)
    assert "imported by 1 module, called once from 1 place" in told


def accepted(project: Path, names: tuple[str, ...] = ("words.py", "index.py")) -> list[dict[str, Any]]:
    """The files of a rewrite as `velox coordinate` lists them."""
    new = {
        "words.py": WORDS + "STOP_SET = frozenset(STOP)\n",
        "index.py": INDEX.replace("STOP", "STOP_SET"),
    }
    return [
        {
            "path": str(project / name),
            "new_source": new[name],
            "old_digest": hashlib.sha256((project / name).read_bytes()).hexdigest(),
        }
        for name in names
    ]


def test_a_rewrite_of_two_files_is_verified_and_applied_as_one_edit(start: Start, project: Path) -> None:
    """The question names both files and shows their diff; one edit changes both, the open one at its version."""
    wire = start()
    asked: list[str] = []
    shown: list[str] = []
    edits: list[dict[str, Any]] = []

    def choose(params: dict[str, Any]) -> dict[str, Any]:
        asked.append(params["message"])
        return {"title": "Show diff" if len(asked) == 1 else "Apply to all files"}

    def show(params: dict[str, Any]) -> dict[str, Any]:
        shown.append(Path(url2pathname(params["uri"].removeprefix("file://"))).read_text())
        return {"success": True}

    def take(params: dict[str, Any]) -> dict[str, Any]:
        edits.append(params["edit"])
        return {"applied": True}

    wire.answers["window/showMessageRequest"] = choose
    wire.answers["window/showDocument"] = show
    wire.answers["workspace/applyEdit"] = take
    wire.initialize(CAPABILITIES, root=project)
    index = (project / "index.py").as_uri()
    wire.open(index, INDEX, version=7)
    identity = wire.ask(
        "workspace/executeCommand",
        {"command": "velox.coordinate", "arguments": [(project / "words.py").as_uri()]},
    )
    reply = wire.wait(lambda message: message.get("id") == identity and "method" not in message, 300)
    (rewrite,) = reply["result"]["rewrites"]
    assert rewrite["accepted"], rewrite["reason"]
    wire.wait_for("workspace/applyEdit")
    assert len(asked) == 2, "it asks again after the diff"
    assert "Touches words.py, index.py" in asked[0]
    assert "+STOP_SET" in shown[0] and "-    return [word for word" in shown[0], "the diff of both files"
    (edit,) = edits
    changed = {
        one["textDocument"]["uri"].rpartition("/")[2]: one["textDocument"]["version"]
        for one in edit["documentChanges"]
    }
    assert changed == {"words.py": None, "index.py": 7}
    assert (project / "index.py").read_text() == INDEX, "the editor writes, not the server"
    deadline, answers = time.monotonic() + 30, []
    while not answers and time.monotonic() < deadline:
        answers = wire.call("workspace/executeCommand", {"command": "velox.feedback"})["feedback"]
    (answer,) = answers
    told = (answer["kind"], answer["function"], answer["suggestion"])
    assert told == ("accepted", "STOP", rewrite["id"])
