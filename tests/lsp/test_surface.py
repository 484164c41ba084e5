"""The rest of the protocol: related places, tags, highlights, notebooks, the whole workspace, folders, tools."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from wire import CAPABILITIES, Wire, span

BODY = "    out = []\n    for x in xs:\n        if x not in out:\n            out.append(x)\n    return out\n"
SLOW = f"def f(xs):\n{BODY}"
URI = "file:///shop/a.py"
RICH = {
    **CAPABILITIES,
    "textDocument": {
        "publishDiagnostics": {
            "versionSupport": True,
            "relatedInformation": True,
            "tagSupport": {"valueSet": [1, 2]},
        }
    },
}
Start = Callable[..., Wire]


def codes(diagnostics: list[dict[str, Any]]) -> list[tuple[str, int]]:
    return [(d["code"], d["range"]["start"]["line"]) for d in diagnostics]


def command(wire: Wire, name: str, *arguments: Any) -> Any:
    return wire.call("workspace/executeCommand", {"command": name, "arguments": list(arguments)})


def test_diagnostics_name_the_loops_that_repeat_them(start: Start) -> None:
    """Related information points at the loops around a finding, in the client's columns, and follows edits above it."""
    text = (
        "def f(rows, b: list):\n    for é in rows:\n        for x in é:\n"
        "            if x in b:\n                print(x)\n"
    )
    with start() as wire:
        wire.initialize(RICH)
        wire.open(URI, text)
        (found,) = [d for d in wire.diagnostics(URI, 1) if d["code"] == "VX101"]
        related = [(r["message"], r["location"]["range"]) for r in found["relatedInformation"]]
        assert related == [
            ("this loop repeats it", span(2, 8, 2, 19)),
            ("and this loop repeats that one", span(1, 4, 1, 18)),
        ]
        wire.change(URI, 2, {"range": span(0, 0, 0, 0), "text": "import os\n"})
        (found,) = [d for d in wire.diagnostics(URI, 2) if d["code"] == "VX101"]
        assert found["relatedInformation"][0]["location"]["range"]["start"] == {"line": 3, "character": 8}


def test_needless_code_is_tagged_for_clients_that_fade_it(start: Start) -> None:
    """A conversion that can simply go is tagged as unnecessary, and only where the client knows tags."""
    text = "def f(xs):\n    return sorted(list(xs))\n"
    for capabilities, expected in ((RICH, [1]), (CAPABILITIES, None)):
        with start() as wire:
            wire.initialize(capabilities)
            wire.open(URI, text)
            (found,) = wire.diagnostics(URI, 1)
            assert (found["code"], found.get("tags")) == ("VX504", expected)
            assert ("relatedInformation" in found) is False


def test_hot_loop_is_highlighted_from_its_keyword(start: Start) -> None:
    """On `for` of a loop with findings: the keyword and what it repeats; elsewhere nothing, so others can answer."""
    text = f"{SLOW}\n\ndef g(ys):\n    for y in ys:\n        print(y)\n"
    with start() as wire:
        wire.initialize()
        wire.open(URI, text)

        def highlights(line: int, character: int) -> Any:
            place = {"textDocument": {"uri": URI}, "position": {"line": line, "character": character}}
            return wire.call("textDocument/documentHighlight", place)

        found = highlights(2, 5)
        assert [(h["kind"], h["range"]["start"]["line"]) for h in found] == [(2, 2), (3, 3)]
        assert found[0]["range"] == span(2, 4, 2, 7)
        assert highlights(3, 14) is None
        assert highlights(9, 5) is None, "a loop without findings is not hot"


def notebook(wire: Wire, folder: str, *texts: str) -> list[str]:
    """Open a notebook with these cells and return their URIs."""
    uris = [f"vscode-notebook-cell:{folder}/a.ipynb#C{number}" for number in range(len(texts))]
    cells = [{"kind": 2, "document": uri} for uri in uris]
    items = [
        {"uri": uri, "languageId": "python", "version": 1, "text": text}
        for uri, text in zip(uris, texts, strict=True)
    ]
    book = {
        "uri": f"file://{folder}/a.ipynb",
        "notebookType": "jupyter-notebook",
        "version": 1,
        "cells": cells,
    }
    wire.notify("notebookDocument/didOpen", {"notebookDocument": book, "cellTextDocuments": items})
    return uris


def test_notebook_cells_share_their_imports(start: Start) -> None:
    """What one cell binds gives a call in another its meaning; magics and other languages are passed over."""
    capabilities = {**CAPABILITIES, "notebookDocument": {"synchronization": {}}}
    loop = (
        "def g(rows):\n    out = []\n    for row in rows:\n"
        '        out.append(re.search("a+b", row))\n    return out'
    )
    with start() as wire:
        offered = wire.initialize(capabilities)["capabilities"]["notebookDocumentSync"]
        assert offered["notebookSelector"] == [{"cells": [{"language": "python"}]}]
        first, magic, second = notebook(
            wire, "/shop", "%matplotlib inline\nimport re", "%%bash\nfor x in *; do", loop
        )
        assert wire.diagnostics(first, 1) == []
        assert wire.diagnostics(magic, 1) == []
        assert ("VX202", 3) in codes(wire.diagnostics(second, 1))
        edit = {
            "document": {"uri": first, "version": 2},
            "changes": [{"range": span(1, 0, 1, 9), "text": "re = {}"}],
        }
        change = {"notebookDocument": {"uri": "file:///shop/a.ipynb", "version": 2}}
        wire.notify("notebookDocument/didChange", {**change, "change": {"cells": {"textContent": [edit]}}})
        assert ("VX202", 3) not in codes(wire.diagnostics(second, 1))


def test_notebook_rewrite_edits_the_cell_it_belongs_to(start: Start, workspace: Path) -> None:
    """A function is rewritten from its cell with the lines of that cell; what goes takes its diagnostics along."""
    edits: list[dict[str, Any]] = []

    def take(params: dict[str, Any]) -> dict[str, Any]:
        edits.append(params["edit"])
        return {"applied": True}

    with start("improved") as wire:
        wire.answers["workspace/applyEdit"] = take
        wire.answers["window/showMessageRequest"] = lambda params: {"title": "Apply"}
        wire.initialize({**CAPABILITIES, "notebookDocument": {"synchronization": {}}}, root=workspace)
        first, second = notebook(wire, str(workspace), "import os", SLOW.rstrip("\n"))
        assert wire.diagnostics(first, 1) == []
        assert codes(wire.diagnostics(second, 1)) == [("VX103", 3)]
        place = {"textDocument": {"uri": second}, "range": span(3, 9, 3, 9), "context": {"diagnostics": []}}
        action = wire.call("textDocument/codeAction", place)[0]
        wire.call("workspace/executeCommand", {k: action["command"][k] for k in ("command", "arguments")})
        wire.wait_for("workspace/applyEdit")
        (change,) = edits[0]["documentChanges"]
        assert change["textDocument"] == {"uri": second, "version": 1}
        (edit,) = change["edits"]
        assert edit["range"] == span(1, 0, 5, len("    return out"))
        assert edit["newText"] == "    return list(dict.fromkeys(xs))"
        structure = {"array": {"start": 1, "deleteCount": 1}, "didClose": [{"uri": second}]}
        change = {"notebookDocument": {"uri": (workspace / "a.ipynb").as_uri(), "version": 2}}
        wire.notify("notebookDocument/didChange", {**change, "change": {"cells": {"structure": structure}}})
        assert wire.diagnostics(second) == []


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16", "utf-32"])
def test_workspace_diagnostics_report_files_that_are_not_open(
    start: Start, workspace: Path, encoding: str
) -> None:
    """Files on disk are reported in the client's units, the second answer waits for news and brings only them."""
    line = "        if x not in ['🙂'] and x not in out:\n"
    (workspace / "a.py").write_text(SLOW.replace("        if x not in out:\n", line), encoding="utf-8")
    (workspace / "b.py").write_text("x = 1\n")
    (workspace / "open.py").write_text(SLOW)
    capabilities = {
        **CAPABILITIES,
        "general": {"positionEncodings": [encoding]},
        "textDocument": {"diagnostic": {}},
    }
    options = {"workspaceDiagnostics": True}
    with start() as wire:
        offered = wire.initialize(capabilities, root=workspace, initializationOptions=options)
        assert offered["capabilities"]["diagnosticProvider"]["workspaceDiagnostics"] is True
        wire.open((workspace / "open.py").as_uri(), SLOW)
        items = wire.call("workspace/diagnostic", {"previousResultIds": []})["items"]
        (report,) = items
        assert report["uri"] == (workspace / "a.py").as_uri()
        (found,) = [d for d in report["items"] if d["code"] == "VX103"]
        width = {"utf-8": 4, "utf-16": 2, "utf-32": 1}[encoding]
        assert found["range"]["start"]["character"] == line.index("x not in out") - 1 + width
        known = [{"uri": report["uri"], "value": report["resultId"]}]
        waiting = wire.ask("workspace/diagnostic", {"previousResultIds": known})
        (workspace / "b.py").write_text(SLOW)
        changed = {"uri": (workspace / "b.py").as_uri(), "type": 2}
        wire.notify("workspace/didChangeWatchedFiles", {"changes": [changed]})
        news = wire.reply_to(waiting)["result"]["items"]
        assert [item["uri"] for item in news] == [(workspace / "b.py").as_uri()]
        (workspace / "a.py").unlink()
        wire.notify("workspace/didChangeWatchedFiles", {"changes": [{"uri": report["uri"], "type": 3}]})
        gone = wire.call("workspace/diagnostic", {"previousResultIds": known})["items"]
        assert {"kind": "full", "uri": report["uri"], "version": None, "resultId": "", "items": []} in gone
        assert wire.close() == 0


def test_the_workspace_and_notebooks_follow_the_project_s_selection(start: Start, workspace: Path) -> None:
    """Rules added, ignored in some files or given a severity hold for files that are not open and for cells too."""
    project = workspace / "pyproject.toml"
    project.write_text('[tool.velox]\nseverity = ["VX103: warning"]\nper-file-ignores = ["old/**: VX103"]\n')
    (workspace / "old").mkdir()
    for name in ("a.py", "old/b.py"):
        (workspace / name).write_text(SLOW)
    capabilities = {
        **CAPABILITIES,
        "textDocument": {"diagnostic": {}},
        "notebookDocument": {"synchronization": {}},
    }

    def reported() -> dict[str, list[tuple[str, int]]]:
        items = wire.call("workspace/diagnostic", {"previousResultIds": []})["items"]
        return {
            Path(item["uri"]).name: [(found["code"], found["severity"]) for found in item["items"]]
            for item in items
            if item["items"]
        }

    with start() as wire:
        wire.initialize(capabilities, root=workspace, initializationOptions={"workspaceDiagnostics": True})
        assert reported() == {"a.py": [("VX103", 2)]}
        (cell,) = notebook(wire, str(workspace), SLOW)
        # Clients that pull do not ask for cells, so these are pushed, and nothing is reported twice.
        assert [(found["code"], found["severity"]) for found in wire.diagnostics(cell, 1)] == [("VX103", 2)]
        assert wire.call("textDocument/diagnostic", {"textDocument": {"uri": cell}})["items"] == []
        project.write_text('[tool.velox]\nper-file-ignores = ["a.py: VX103"]\n')
        wire.notify("workspace/didChangeWatchedFiles", {"changes": [{"uri": project.as_uri(), "type": 2}]})
        assert [*reported()] == ["b.py"]


def test_waiting_for_the_workspace_can_be_cancelled(start: Start, workspace: Path) -> None:
    """A pull that waits for news ends when the client gives it up, and the server goes on."""
    with start() as wire:
        wire.initialize({"textDocument": {"diagnostic": {}}}, root=workspace)
        assert wire.call("workspace/diagnostic", {"previousResultIds": []})["items"] == []
        waiting = wire.ask("workspace/diagnostic", {"previousResultIds": [{"uri": URI, "value": ""}]})
        wire.notify("$/cancelRequest", {"id": waiting})
        assert wire.reply_to(waiting)["error"]["code"] == -32800
        assert wire.close() == 0


def test_each_folder_has_its_own_settings(start: Start, tmp_path: Path) -> None:
    """Settings are asked for each folder; one that joins later brings its own, the rest keeps theirs."""
    shop, garden = tmp_path / "shop", tmp_path / "garden"
    for folder in (shop, garden):
        folder.mkdir()
    own = {shop.as_uri(): {"ignore": ["VX103"]}, garden.as_uri(): {}}
    capabilities = {**CAPABILITIES, "workspace": {"configuration": True, "workspaceFolders": True}}
    with start() as wire:
        wire.answers["workspace/configuration"] = lambda params: [
            own.get(item.get("scopeUri"), {}) for item in params["items"]
        ]
        wire.initialize(capabilities, root=shop)
        wire.wait_for("workspace/configuration")
        added = {"added": [{"uri": garden.as_uri(), "name": "garden"}], "removed": []}
        wire.notify("workspace/didChangeWorkspaceFolders", {"event": added})
        asked = wire.wait_for("workspace/configuration")["items"]
        assert [item.get("scopeUri") for item in asked] == [None, shop.as_uri(), garden.as_uri()]
        wire.call("workspace/executeCommand", {"command": "velox.feedback"})
        for folder, expected in ((shop, []), (garden, [("VX103", 3)])):
            uri = (folder / "a.py").as_uri()
            wire.open(uri, SLOW)
            assert codes(wire.diagnostics(uri)) == expected


def test_scan_command_gives_the_document_of_the_command_line(start: Start, workspace: Path) -> None:
    """velox.scan is `velox scan --format json` on the workspace, with the editor's settings and visible progress."""
    (workspace / "a.py").write_text(SLOW)
    (workspace / "b.py").write_text("def g(xs):\n    return sorted(list(xs))\n")
    line = [sys.executable, "-m", "velox_engine.cli.main", "scan", str(workspace), "--format", "json"]
    told = json.loads(subprocess.run(line, capture_output=True, text=True, check=True).stdout)
    with start() as wire:
        wire.initialize(root=workspace)
        found = command(wire, "velox.scan")
        assert wire.wait_for("$/progress")["value"]["cancellable"] is True
        for document in (found, told):
            document["summary"].pop("seconds")
        assert found == told
        settings = {"velox": {"ignore": ["VX5"]}}
        wire.notify("workspace/didChangeConfiguration", {"settings": settings})
        rules = {entry["rule"] for entry in command(wire, "velox.scan", [workspace.as_uri()])["findings"]}
        assert rules == {"VX103"}


def test_tools_answer_with_errors_that_say_what_to_do(start: Start, workspace: Path) -> None:
    """Wrong arguments and an untrusted workspace are errors of the contract; rules and policy answer."""
    with start() as wire:
        wire.initialize(root=workspace, initializationOptions={"trust": False})
        assert command(wire, "velox.scan", ["/no/such/place"])["error"]["code"] == "not-found"
        assert command(wire, "velox.verify", {"old": "a.py"})["error"]["code"] == "bad-arguments"
        given = {"old": str(workspace / "a.py"), "new": str(workspace / "b.py"), "function": "f"}
        assert command(wire, "velox.verify", given)["error"]["code"] == "not-trusted"
        assert command(wire, "velox.inputs", URI, "f")["error"]["code"] == "not-trusted"
        assert {"VX103"} <= {rule["id"] for rule in command(wire, "velox.rules")["rules"]}
        assert command(wire, "velox.policy")["active"]


def test_verify_command_compares_two_files(start: Start, workspace: Path) -> None:
    """velox.verify is `velox verify --format json` on two files: a wrong one with the input that shows it."""
    (workspace / "a.py").write_text("def f(xs: list[int]) -> list[int]:\n    return sorted(xs)\n")
    (workspace / "b.py").write_text("def f(xs: list[int]) -> list[int]:\n    return sorted(set(xs))\n")
    given = {"old": (workspace / "a.py").as_uri(), "new": (workspace / "b.py").as_uri(), "function": "f"}
    with start() as wire:
        wire.initialize(root=workspace, initializationOptions={"trust": True})
        document = command(wire, "velox.verify", given)
        assert document["status"] == "refuted"
        assert document["counterexample"]["inputs"]
