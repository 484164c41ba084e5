"""Diagnostics, hovers and actions stay right for every document an editor can hold."""

from __future__ import annotations

import json
import random
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from wire import CAPABILITIES, Wire, span

SLOW = (
    "def f(xs):\n    out = []\n    for x in xs:\n"
    "        if x not in out:\n            out.append(x)\n    return out\n"
)
URI = "file:///shop/a.py"
Start = Callable[..., Wire]


def codes(diagnostics: list[dict[str, Any]]) -> list[tuple[str, int]]:
    return [(d["code"], d["range"]["start"]["line"]) for d in diagnostics]


@pytest.mark.parametrize(
    "text",
    [
        "",
        "\n",
        "\ufeff",
        "x = 1",
        "def",
        "def f(:\n  ((((",
        "\x00\x01",
        "\udc80 = 1",
        "'''",
        "\r\r\r",
        "🙂" * 50,
        "\x0c",
    ],
)
def test_odd_documents_have_no_findings_and_hurt_nothing(lasting: Wire, text: str) -> None:
    """Empty, broken and strange documents are scanned without a complaint, and the next one as ever."""
    odd, even = (f"file:///shop/{len(lasting.log)}/{name}.py" for name in ("odd", "even"))
    lasting.open(odd, text.encode("utf-8", "replace").decode() if "\udc80" in text else text)
    assert lasting.diagnostics(odd) == []
    lasting.open(even, SLOW)
    assert codes(lasting.diagnostics(even)) == [("VX103", 3)]


def test_broken_code_elsewhere_keeps_the_findings(start: Start) -> None:
    """A function that is being typed does not make the findings of the others vanish."""
    with start() as wire:
        wire.initialize()
        wire.open(URI, SLOW + "\n\ndef g(:\n    return (\n")
        assert ("VX103", 3) in codes(wire.diagnostics(URI))


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_line_ends_of_all_kinds_give_the_same_lines(start: Start, end: str) -> None:
    """A finding is on its line whatever ends the lines."""
    with start() as wire:
        wire.initialize()
        wire.open(URI, SLOW.replace("\n", end))
        assert codes(wire.diagnostics(URI)) == [("VX103", 3)]


def test_mixed_line_ends_survive_edits(start: Start) -> None:
    """Lines that end in different ways keep their numbers while the document is edited."""
    with start() as wire:
        wire.initialize()
        wire.open(URI, "a = 1\r\nb = 2\rc = 3\n" + SLOW)
        assert codes(wire.diagnostics(URI, 1)) == [("VX103", 6)]
        wire.change(URI, 2, {"range": span(0, 5, 2, 0), "text": ""})
        assert codes(wire.diagnostics(URI, 2)) == [("VX103", 4)]


def test_byte_order_mark_shifts_only_its_line(start: Start) -> None:
    """A mark that the editor sends counts in its columns on the first line, and nowhere else."""
    with start() as wire:
        wire.initialize()
        one_line = "\ufefffor x in range(9): y = sorted(z)[0]\n"
        wire.open(URI, one_line + SLOW)
        found = wire.diagnostics(URI, 1)
        assert codes(found)[-1] == ("VX103", 4)
        on_first = [d for d in found if d["range"]["start"]["line"] == 0]
        assert [d["range"]["start"]["character"] for d in on_first] == [one_line.index("sorted")]


@pytest.mark.parametrize(
    ("offered", "chosen", "width"),
    [
        (["utf-8", "utf-16"], "utf-8", 4),
        (["utf-16"], "utf-16", 2),
        (["utf-32"], "utf-32", 1),
        (None, "utf-16", 2),
    ],
)
def test_columns_are_in_the_units_agreed_on(start: Start, offered: Any, chosen: str, width: int) -> None:
    """A finding behind a character outside of the basic plane has the column the client counts."""
    capabilities = {**CAPABILITIES, "general": {"positionEncodings": offered} if offered else {}}
    line = "        if x not in ['🙂'] and x not in out:\n"
    with start() as wire:
        result = wire.initialize(capabilities)
        assert result["capabilities"]["positionEncoding"] == chosen
        wire.open(URI, SLOW.replace("        if x not in out:\n", line))
        (found,) = [d for d in wire.diagnostics(URI) if d["code"] == "VX103"]
        assert found["range"]["start"]["character"] == line.index("x not in out") - 1 + width
        # An edit in those units takes away exactly the condition behind it.
        at = line.index(" and x") - 1 + width
        wire.change(URI, 2, {"range": span(3, at, 3, at + len(" and x not in out")), "text": ""})
        assert not any(d["code"] == "VX103" for d in wire.diagnostics(URI, 2))


def test_typing_at_random_ends_with_the_diagnostics_of_the_text(start: Start) -> None:
    """After hundreds of edits the server's findings equal those of a fresh document with the same text."""
    rng = random.Random(5)
    text = (SLOW + "# 🙂\n") * 3
    with start() as wire:
        wire.initialize({**CAPABILITIES, "general": {"positionEncodings": ["utf-32"]}})
        wire.open(URI, text)
        for version in range(2, 400):
            lines = text.split("\n")
            line = rng.randrange(len(lines))
            column = rng.randint(0, len(lines[line]))
            end = rng.randint(column, min(len(lines[line]), column + 3))
            new = rng.choice(["", "x", " ", "\n", "(", "def g():\n", "🙂", SLOW])
            offset = sum(len(part) + 1 for part in lines[:line])
            text = text[: offset + column] + new + text[offset + end :]
            wire.change(URI, version, {"range": span(line, column, line, end), "text": new})
        typed = wire.diagnostics(URI, 399)
        wire.open("file:///shop/fresh.py", text)
        assert wire.diagnostics("file:///shop/fresh.py") == typed


def test_large_document_is_followed(start: Start) -> None:
    """Fifty thousand lines open, change and close."""
    with start() as wire:
        wire.initialize()
        function = SLOW.replace("def f", "def f{}") + "\n"
        text = "".join(function.replace("{}", str(number)) for number in range(7200))
        assert text.count("\n") > 50_000
        wire.open(URI, text)
        assert len(wire.diagnostics(URI, 1)) == 7200
        wire.change(URI, 2, {"range": span(1, 0, 2, 0), "text": ""})
        assert len(wire.diagnostics(URI, 2)) == 7199
        wire.notify("textDocument/didClose", {"textDocument": {"uri": URI}})
        assert wire.diagnostics(URI) == []


def test_several_changes_in_one_message_build_on_each_other(start: Start) -> None:
    """Ranges of a later change count in what the earlier one left."""
    with start() as wire:
        wire.initialize()
        wire.open(URI, "")
        wire.change(
            URI,
            2,
            {"range": span(0, 0, 0, 0), "text": SLOW},
            {"range": span(0, 0, 0, 0), "text": "import os\n\n"},
        )
        assert codes(wire.diagnostics(URI, 2)) == [("VX103", 5)]


@pytest.mark.parametrize("method", ["textDocument/hover", "textDocument/codeAction"])
def test_a_question_in_the_same_breath_leaves_no_stale_diagnostics(start: Start, method: str) -> None:
    """A request that reads the new text before its diagnostics are due does not bring back the old ones."""
    with start() as wire:
        wire.initialize()
        wire.open(URI, SLOW)
        assert codes(wire.diagnostics(URI)) == [("VX103", 3)]
        document, place = {"uri": URI, "version": 2}, {"line": 0, "character": 0}
        question = {"textDocument": {"uri": URI}, "position": place, "context": {"diagnostics": []}}
        question["range"] = {"start": place, "end": place}
        messages = [
            {
                "method": "textDocument/didChange",
                "params": {"textDocument": document, "contentChanges": [{"text": "x = 1\n"}]},
            },
            {"id": 77, "method": method, "params": question},
        ]
        bodies = [json.dumps({"jsonrpc": "2.0", **message}).encode() for message in messages]
        wire.send_bytes(b"".join(b"Content-Length: %d\r\n\r\n" % len(body) + body for body in bodies))
        assert codes(wire.diagnostics(URI, 2)) == []


def test_pulled_diagnostics_are_unchanged_until_they_change(start: Start) -> None:
    """A client that pulls gets no pushes, a result id, and `unchanged` while the findings stay."""
    capabilities = {**CAPABILITIES, "textDocument": {"diagnostic": {}}}
    with start() as wire:
        wire.initialize(capabilities)
        wire.open(URI, SLOW)
        document = {"textDocument": {"uri": URI}}
        first = wire.call("textDocument/diagnostic", document)
        assert (first["kind"], codes(first["items"])) == ("full", [("VX103", 3)])
        wire.change(URI, 2, {"range": span(6, 0, 6, 0), "text": "x = 1\n"})
        again = wire.call("textDocument/diagnostic", {**document, "previousResultId": first["resultId"]})
        assert again == {"kind": "unchanged", "resultId": first["resultId"]}
        wire.change(URI, 3, {"range": span(0, 0, 0, 0), "text": "\n"})
        moved = wire.call("textDocument/diagnostic", {**document, "previousResultId": first["resultId"]})
        assert codes(moved["items"]) == [("VX103", 4)]
        assert wire.call("textDocument/diagnostic", {"textDocument": {"uri": "file:///no.py"}})["items"] == []
        assert not any(m.get("method") == "textDocument/publishDiagnostics" for _, _, m in wire.log)


def test_diagnostic_says_where_it_comes_from(start: Start) -> None:
    """Source, code, severity and the data that a quick fix needs are in each diagnostic."""
    with start() as wire:
        wire.initialize()
        wire.open(URI, SLOW)
        (found,) = wire.diagnostics(URI)
        assert (found["source"], found["code"], found["severity"]) == ("velox", "VX103", 3)
        assert found["data"] == {"function": "f", "strategy": "ordered-dedupe"}


def test_other_languages_are_none_of_ours(start: Start) -> None:
    """A document of another language is not followed, and questions about it are answered with nothing."""
    with start() as wire:
        wire.initialize()
        wire.open("file:///shop/a.toml", SLOW, language="toml")
        place = {"textDocument": {"uri": "file:///shop/a.toml"}, "position": {"line": 3, "character": 12}}
        assert wire.call("textDocument/hover", place) is None
        wire.change("file:///shop/a.toml", 2, {"text": "x"})
        assert wire.close() == 0


def test_hover_reports_on_findings_and_functions_only(start: Start) -> None:
    """On a finding: why, cost and what can be done; on a function's name: its metrics; elsewhere nothing."""
    with start() as wire:
        wire.initialize()
        wire.open(URI, SLOW)

        def hover(line: int, character: int) -> Any:
            place = {"textDocument": {"uri": URI}, "position": {"line": line, "character": character}}
            return wire.call("textDocument/hover", place)

        assert hover(1, 6) is None
        assert hover(99, 99) is None
        on_finding = hover(3, 14)["contents"]
        assert on_finding["kind"] == "markdown"
        for part in ("VX103", "O(n²)", "ordered-dedupe", "loop depth 1", "complexity", "Not measured yet"):
            assert part in on_finding["value"]
        on_name = hover(0, 4)["contents"]["value"]
        assert "loop depth 1" in on_name and "VX103" not in on_name


def test_hover_reports_the_last_measurement(start: Start, tmp_path: Path) -> None:
    """After a rewrite was measured, the hover says what came out; after an edit it no longer does."""
    uri = (tmp_path / "a.py").as_uri()
    with start("improved") as wire:
        wire.answers["window/showMessageRequest"] = lambda params: None
        wire.initialize(root=tmp_path)
        wire.open(uri, SLOW)
        wire.call("workspace/executeCommand", {"command": "velox.optimize", "arguments": [uri, "f", 1]})
        place = {"textDocument": {"uri": uri}, "position": {"line": 0, "character": 4}}
        shown = wire.call("textDocument/hover", place)["contents"]["value"]
        assert "14.2× faster" in shown and "power 2.00 before, 1.00 after" in shown
        wire.change(uri, 2, {"range": span(1, 4, 1, 7), "text": "res"})
        assert "Not measured yet" in wire.call("textDocument/hover", place)["contents"]["value"]


def test_code_actions_answer_to_kinds_and_places(start: Start) -> None:
    """A quick fix only on a finding, a rewrite only in a function, and only the kinds that were asked for."""
    with start() as wire:
        wire.initialize()
        wire.open(
            URI,
            SLOW
            + "\nx = 1\n\n\nclass C:\n    def m(self):\n        def inner(): pass\n        return inner\n",
        )

        def kinds(line: int, column: int, only: list[str] | None = None) -> list[str]:
            context = {"diagnostics": [], **({"only": only} if only else {})}
            place = {
                "textDocument": {"uri": URI},
                "range": span(line, column, line, column),
                "context": context,
            }
            return [
                a["kind"] + ":" + a["data"].get("function", "")
                for a in wire.call("textDocument/codeAction", place)
            ]

        assert kinds(7, 0) == []
        assert kinds(3, 12) == ["quickfix:f", "refactor.rewrite.velox:f"]
        assert kinds(3, 12, ["quickfix"]) == ["quickfix:f"]
        assert kinds(3, 12, ["refactor"]) == ["refactor.rewrite.velox:f"]
        assert kinds(3, 12, ["refactor.rewrite.velox"]) == ["refactor.rewrite.velox:f"]
        assert kinds(3, 12, ["refactor.inline", "source.organizeImports"]) == []
        assert kinds(3, 12, ["source"]) == ["source.velox.optimize:", "source.velox.verify:"]
        assert kinds(12, 14) == ["refactor.rewrite.velox:C.m"], (
            "a nested function is rewritten with its outer one"
        )


def test_actions_of_a_resolving_client_get_their_command_later(start: Start) -> None:
    """A client that resolves commands gets short lists and full actions."""
    capabilities = {"textDocument": {"codeAction": {"resolveSupport": {"properties": ["edit", "command"]}}}}
    with start() as wire:
        wire.initialize(capabilities)
        wire.open(URI, SLOW)
        place = {"textDocument": {"uri": URI}, "range": span(3, 12, 3, 12), "context": {"diagnostics": []}}
        actions = wire.call("textDocument/codeAction", place)
        assert all("command" not in action for action in actions)
        resolved = wire.call("codeAction/resolve", actions[0])
        assert resolved["command"]["command"] == "velox.optimize"
        assert resolved["command"]["arguments"] == [URI, "f", 1, "ordered-dedupe"]


def test_settings_come_from_options_configuration_and_changes(start: Start) -> None:
    """Initial options, the client's configuration and its changes decide which rules run; wrong ones are named."""
    capabilities = {**CAPABILITIES, "workspace": {"configuration": True}}
    section: dict[str, Any] = {"ignore": ["VX1"], "budget": 1e9, "trace": {"server": "off"}}
    with start() as wire:
        wire.answers["workspace/configuration"] = lambda params: [section]
        wire.initialize(
            capabilities, initializationOptions={"select": ["VX5"], "objective": {"runtime": "fast"}}
        )
        assert "runtime" in wire.wait_for("window/showMessage")["message"]
        assert "budget" in wire.wait_for("window/showMessage")["message"]
        wire.open(URI, SLOW)
        assert wire.diagnostics(URI, 1) == []
        section.clear()
        section["select"] = ["VX103"]
        wire.notify("workspace/didChangeConfiguration", {"settings": None})
        assert codes(wire.diagnostics(URI, 1)) == [("VX103", 3)]
        section["select"] = ["VX999"]
        wire.notify("workspace/didChangeConfiguration", {"settings": None})
        assert "VX999" in wire.wait_for("window/showMessage")["message"]
        assert codes(wire.diagnostics(URI, 1)) == [("VX103", 3)]


def test_project_settings_apply_and_a_broken_project_file_is_said(start: Start, workspace: Path) -> None:
    """[tool.velox] is read when a file opens; when it is wrong, scanning goes on with the defaults."""
    (workspace / "pyproject.toml").write_text('[tool.velox]\nignore = ["VX103"]\n')
    uri = (workspace / "a.py").as_uri()
    with start() as wire:
        wire.initialize(root=workspace)
        wire.open(uri, SLOW)
        assert wire.diagnostics(uri, 1) == []
        (workspace / "pyproject.toml").write_text("[tool.velox\n")
        changed = {"uri": (workspace / "pyproject.toml").as_uri(), "type": 2}
        wire.notify("workspace/didChangeWatchedFiles", {"changes": [changed]})
        assert codes(wire.diagnostics(uri, 1)) == [("VX103", 3)]
        wire.open((workspace / "b.py").as_uri(), SLOW)
        assert "pyproject.toml" in wire.wait_for("window/showMessage")["message"]
