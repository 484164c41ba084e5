"""Offers, answers, cancellation and feedback, message by message, with a scripted worker."""

from __future__ import annotations

import json
import os
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from wire import CAPABILITIES, Wire, span

from velox_engine.experience import ExperienceStore

DEDUPE = (
    "def dedupe(xs):\n    out = []\n    for x in xs:\n        if x not in out:\n"
    "            out.append(x)\n    return out\n"
)
FAST = "def dedupe(xs):\n    return list(dict.fromkeys(xs))\n"
Start = Callable[..., Wire]


class Desk:
    """A buffer at the other end of the wire that takes edits the way editors do."""

    def __init__(self, wire: Wire, folder: Path, answers: list[str | None], text: str = DEDUPE) -> None:
        self.wire, self.text, self.version = wire, text, 1
        self.uri = (folder / "shop.py").as_uri()
        self.pending = list(answers)
        self.questions: list[str] = []
        self.edits: list[dict[str, Any]] = []
        self.before_edit: Callable[[], None] = lambda: None
        wire.answers["window/showMessageRequest"] = self.choose
        wire.answers["workspace/applyEdit"] = self.edit
        wire.open(self.uri, text)

    def choose(self, params: dict[str, Any]) -> dict[str, str] | None:
        self.questions.append(params["message"])
        answer = self.pending.pop(0)
        return {"title": answer} if answer else None

    def edit(self, params: dict[str, Any]) -> dict[str, Any]:
        self.edits.append(params)
        self.before_edit()
        (change,) = params["edit"]["documentChanges"]
        if change["textDocument"]["version"] != self.version:
            return {"applied": False, "failureReason": "stale"}
        lines = self.text.splitlines(keepends=True)
        for edit in reversed(change["edits"]):
            start, end = edit["range"]["start"], edit["range"]["end"]
            assert start["character"] == end["character"] == 0
            lines[start["line"] : end["line"]] = [edit["newText"]]
        self.type("".join(lines))
        return {"applied": True}

    def type(self, text: str) -> None:
        self.text, self.version = text, self.version + 1
        self.wire.change(self.uri, self.version, {"text": text})

    def save(self) -> None:
        self.wire.notify("textDocument/didSave", {"textDocument": {"uri": self.uri}})

    def optimize(self, function: str = "dedupe", **more: Any) -> int:
        arguments = {"command": "velox.optimize", "arguments": [self.uri, function, self.version], **more}
        return self.wire.ask("workspace/executeCommand", arguments)

    def said(self, *words: str) -> str:
        """Wait for a message to the person that has these words."""
        params = self.wire.wait_for(
            "window/showMessage", lambda params: all(word in params["message"] for word in words)
        )
        return params["message"]


def kinds() -> list[str]:
    with ExperienceStore.open() as store:
        return [record.kind for record in store.list_feedback()][::-1]


def wait_for_kinds(expected: list[str]) -> None:
    limit = time.monotonic() + 30
    while kinds() != expected:
        assert time.monotonic() < limit, kinds()
        time.sleep(0.05)


def settle(wire: Wire) -> None:
    """A request and its answer: what was sent before it has been handled."""
    wire.call("workspace/executeCommand", {"command": "velox.feedback"})


@pytest.mark.parametrize(
    ("worker", "words"),
    [
        ("refuted", ("1 rewrite tried", "on ([1, True],) the original returned [1]", "returned [True]")),
        ("unverifiable", ("could not be verified", "no inputs could be found")),
        ("error", ("line 3: no.", "Mend it.")),
        ("crash", ("signal 6", "it broke", "Nothing was changed")),
        ("silent", ("without an answer",)),
    ],
)
def test_no_suggestion_is_an_honest_message(
    start: Start, workspace: Path, worker: str, words: tuple[str, ...]
) -> None:
    """Refuted, unverifiable and failed each say so; nothing is asked, edited or recorded, and the server lives."""
    with start(worker) as wire:
        wire.initialize(root=workspace)
        desk = Desk(wire, workspace, [])
        desk.optimize()
        desk.said(*words)
        settle(wire)
        assert (desk.questions, desk.edits, kinds()) == ([], [], [])
        assert wire.close() == 0


def test_dismissed_is_not_rejected(start: Start, workspace: Path) -> None:
    """Closing the question records nothing, and the light bulb then offers the verified rewrite with its figure."""
    with start("improved") as wire:
        wire.initialize(root=workspace)
        desk = Desk(wire, workspace, [None, "Apply"])
        wire.reply_to(desk.optimize())
        wire.wait_for("window/showMessageRequest")
        settle(wire)
        assert kinds() == []
        place = {
            "textDocument": {"uri": desk.uri},
            "range": span(3, 12, 3, 12),
            "context": {"diagnostics": []},
        }
        actions = wire.call("textDocument/codeAction", place)
        titles = [action["title"] for action in actions]
        assert titles == ["Membership in a dict: 14.2× faster, same on 214 inputs"] * 2
        command = actions[0]["command"]
        assert command["command"] == "velox.applySuggestion"
        answer = wire.call("workspace/executeCommand", {k: command[k] for k in ("command", "arguments")})
        assert answer == {"applied": True, "reason": ""}
        assert kinds() == ["accepted"]
        assert desk.text == FAST


def test_apply_is_one_versioned_edit_and_recorded_once(start: Start, workspace: Path) -> None:
    """The figures are in the question, the edit names its version, and undo in the editor is one step."""
    with start("improved") as wire:
        wire.initialize(root=workspace)
        desk = Desk(wire, workspace, ["Apply"])
        result = wire.reply_to(desk.optimize())["result"]
        assert result["functions"][0]["status"] == "improved"
        wait_for_kinds(["accepted"])
        assert desk.questions == [
            "dedupe: 14.2× faster (95 % CI 13.0–15.1), same on 214 inputs, 12 of 13 planted bugs detected."
        ]
        (edit,) = desk.edits
        (change,) = edit["edit"]["documentChanges"]
        assert change["textDocument"] == {"uri": desk.uri, "version": 1}
        assert desk.text == FAST
        desk.save()
        settle(wire)
        assert wire.close() == 0
        assert kinds() == ["accepted"]


def test_diff_is_shown_and_the_question_asked_again(start: Start, workspace: Path) -> None:
    """Show diff opens a document and answers nothing; the file is gone when the server is."""
    with start("improved") as wire:
        wire.initialize(root=workspace)
        shown: list[Path] = []

        def show(params: dict[str, Any]) -> dict[str, bool]:
            shown.append(Path(params["uri"].removeprefix("file://")))
            assert shown[-1].read_text().startswith("--- a/f.py")
            return {"success": True}

        wire.answers["window/showDocument"] = show
        desk = Desk(wire, workspace, ["Show diff", "Show diff", "Reject"])
        wire.reply_to(desk.optimize())
        wire.wait_for("window/showDocument")
        wire.wait_for("window/showDocument")
        for _ in range(3):
            wire.wait_for("window/showMessageRequest")
        wait_for_kinds(["rejected"])
        assert desk.text == DEDUPE
        assert wire.close() == 0
        assert not shown[0].exists()


def test_document_changed_elsewhere_gets_the_edit_at_its_new_place(start: Start, workspace: Path) -> None:
    """While the question stands the person types above the function; the edit follows it."""
    with start("improved") as wire:
        wire.initialize(root=workspace)
        desk = Desk(wire, workspace, ["Apply"])
        choose = desk.choose

        def type_first(params: dict[str, Any]) -> dict[str, str] | None:
            desk.type("import os\n\nFACE = '😀'\n\n" + desk.text)
            return choose(params)

        wire.answers["window/showMessageRequest"] = type_first
        desk.optimize()
        wait_for_kinds(["accepted"])
        assert desk.text == "import os\n\nFACE = '😀'\n\n" + FAST
        assert desk.edits[0]["edit"]["documentChanges"][0]["textDocument"]["version"] == 2


def test_typing_between_edit_and_answer_is_tried_again(start: Start, workspace: Path) -> None:
    """The editor refuses an edit for the version before; Velox places it anew."""
    with start("improved") as wire:
        wire.initialize(root=workspace)
        desk = Desk(wire, workspace, ["Apply"])

        def type_once() -> None:
            if len(desk.edits) == 1:
                desk.type("X = 1\n" + desk.text)

        desk.before_edit = type_once
        desk.optimize()
        wait_for_kinds(["accepted"])
        assert desk.text == "X = 1\n" + FAST
        assert len(desk.edits) == 2


def test_function_that_changed_is_left_alone(start: Start, workspace: Path) -> None:
    """The person edits the very function while asked: nothing lands on it, and they are told."""
    with start("improved") as wire:
        wire.initialize(root=workspace)
        desk = Desk(wire, workspace, ["Apply"])
        choose = desk.choose

        def edit_first(params: dict[str, Any]) -> dict[str, str] | None:
            desk.type(desk.text.replace("append(x)", "append(x + 1)"))
            return choose(params)

        wire.answers["window/showMessageRequest"] = edit_first
        desk.optimize()
        desk.said("‘dedupe’ has changed", "nothing was applied")
        assert (desk.edits, kinds()) == ([], [])


def test_editor_that_does_not_apply_means_not_accepted(start: Start, workspace: Path) -> None:
    """A failed edit is said with the editor's reason, and not recorded as accepted."""
    with start("improved") as wire:
        wire.initialize(root=workspace)
        desk = Desk(wire, workspace, ["Apply"])
        wire.answers["workspace/applyEdit"] = lambda params: {"applied": False, "failureReason": "read-only"}
        desk.optimize()
        desk.said("did not apply", "read-only")
        settle(wire)
        assert kinds() == []


def test_edited_before_save_is_recorded_once(start: Start, workspace: Path) -> None:
    """The applied function, changed by hand and saved, counts as edited; a formatter's layout does not."""
    with start("improved") as wire:
        wire.initialize(root=workspace)
        desk = Desk(wire, workspace, ["Apply"])
        desk.optimize()
        wait_for_kinds(["accepted"])
        desk.type("def dedupe(xs):\n    # keeps the order\n    return list( dict.fromkeys( xs ) )\n")
        desk.save()
        settle(wire)
        assert kinds() == ["accepted"]
        desk.type("def dedupe(xs):\n    return [*dict.fromkeys(xs)]\n")
        desk.save()
        wait_for_kinds(["accepted", "edited"])
        desk.type("def dedupe(xs):\n    return [*dict.fromkeys(xs), 1]\n")
        desk.save()
        settle(wire)
        assert kinds() == ["accepted", "edited"]


def test_reverted_is_recorded_once_and_redo_is_not_reverting(start: Start, workspace: Path) -> None:
    """Undo and redo at once is looking; undo that stays is taking back, also when the session just ends."""
    with start("improved") as wire:
        wire.initialize(root=workspace)
        desk = Desk(wire, workspace, ["Apply"])
        desk.optimize()
        wait_for_kinds(["accepted"])
        desk.type(DEDUPE)
        desk.type(FAST)
        desk.save()
        settle(wire)
        assert kinds() == ["accepted"]
        desk.type(DEDUPE)
        assert wire.close() == 0
        assert kinds() == ["accepted", "reverted"]


@pytest.mark.parametrize("how", ["progress", "request"])
@pytest.mark.parametrize("worker", ["slow", "stubborn"])
def test_cancelling_kills_the_worker(start: Start, workspace: Path, how: str, worker: str) -> None:
    """The progress display's cancel and $/cancelRequest both end the worker and what it started."""
    with start(worker) as wire:
        wire.initialize(root=workspace)
        desk = Desk(wire, workspace, [])
        identity = desk.optimize()
        token = wire.wait_for("$/progress", lambda p: p["value"].get("message") == "working")["token"]
        if how == "progress":
            wire.notify("window/workDoneProgress/cancel", {"token": token})
            assert wire.reply_to(identity)["result"] == {"cancelled": True}
        else:
            wire.notify("$/cancelRequest", {"id": identity})
            assert wire.reply_to(identity)["error"]["code"] == -32800
        wait_until_gone(workspace)
        wire.wait_for("$/progress", lambda p: p["value"]["kind"] == "end")
        # The function can be asked for again: nothing of the cancelled job is left behind.
        again = desk.optimize()
        wire.wait_for("$/progress", lambda p: p["value"].get("message") == "working")
        assert wire.close() == 0
        assert again
        wait_until_gone(workspace)


def wait_until_gone(workspace: Path) -> None:
    limit = time.monotonic() + 20
    for identity in json.loads((workspace / "pids.json").read_text()):
        while is_alive(identity):
            assert time.monotonic() < limit, "the worker or its child is still there"
            time.sleep(0.02)


def is_alive(identity: int) -> bool:
    try:
        os.kill(identity, 0)
    except ProcessLookupError:
        return False
    stat = Path(f"/proc/{identity}/stat")
    return not stat.exists() or stat.read_text().rpartition(")")[2].split()[0] != "Z"


def test_client_token_is_used_for_progress(start: Start, workspace: Path) -> None:
    """A client that brings a token gets its progress there, without being asked for one."""
    with start("improved") as wire:
        wire.initialize(root=workspace)
        desk = Desk(wire, workspace, [None])
        wire.reply_to(desk.optimize(workDoneToken="mine"))
        values = [m["params"]["value"]["kind"] for _, _, m in wire.log if m.get("method") == "$/progress"]
        assert values[0] == "begin" and values[-1] == "end" and "report" in values
        assert not any(m.get("method") == "window/workDoneProgress/create" for _, _, m in wire.log)


def test_client_without_progress_gets_none(start: Start, workspace: Path) -> None:
    """Nothing is sent that the client did not say it understands."""
    with start("improved") as wire:
        wire.initialize({"workspace": CAPABILITIES["workspace"]}, root=workspace)
        desk = Desk(wire, workspace, [None])
        wire.reply_to(desk.optimize())
        methods = {message.get("method") for _, _, message in wire.log}
        assert "$/progress" not in methods and "window/workDoneProgress/create" not in methods


@pytest.mark.parametrize("ending", ["close", "shutdown", "hang-up"])
def test_worker_does_not_outlive_its_document_or_the_server(
    start: Start, workspace: Path, ending: str
) -> None:
    """Closing the file, shutting down and a lost client each end the worker."""
    with start("slow") as wire:
        wire.initialize(root=workspace)
        desk = Desk(wire, workspace, [])
        identity = desk.optimize()
        wire.wait_for("$/progress", lambda p: p["value"].get("message") == "working")
        if ending == "close":
            wire.notify("textDocument/didClose", {"textDocument": {"uri": desk.uri}})
            assert wire.reply_to(identity)["result"] == {"cancelled": True}
        elif ending == "shutdown":
            assert wire.close() == 0
        else:
            assert wire.process.stdin is not None
            wire.process.stdin.close()
            assert wire.process.wait(30) == 1
        wait_until_gone(workspace)


def test_untrusted_workspace_is_scanned_only(start: Start, workspace: Path) -> None:
    """With trust off there are diagnostics, and a rewrite is refused without a worker being started."""
    with start("slow") as wire:
        wire.initialize(root=workspace, initializationOptions={"velox": {"trust": False}})
        desk = Desk(wire, workspace, [])
        assert [d["code"] for d in wire.diagnostics(desk.uri)] == ["VX103"]
        reply = wire.reply_to(desk.optimize())["result"]
        assert reply["error"]["code"] == "not-trusted"
        desk.said("not trusted", "velox.trust")
        assert not (workspace / "pids.json").exists()


@pytest.mark.parametrize(
    ("function", "code"), [("vanished", "no-such-function"), ("dedupe.inner", "no-such-function")]
)
def test_function_that_vanished_is_a_message(start: Start, workspace: Path, function: str, code: str) -> None:
    """An action chosen from an old list does no harm."""
    with start("improved") as wire:
        wire.initialize(root=workspace)
        desk = Desk(wire, workspace, [])
        assert wire.reply_to(desk.optimize(function))["result"]["error"]["code"] == code
        desk.said(function)


@pytest.mark.parametrize(
    "arguments", [[], [3], ["file:///nowhere.py", "f"], ["file:///nowhere.py"], [{}, {}]]
)
def test_wrong_arguments_are_an_answer(lasting: Wire, arguments: list[Any]) -> None:
    """A command with senseless arguments is answered with an error document."""
    reply = lasting.call("workspace/executeCommand", {"command": "velox.optimize", "arguments": arguments})
    assert reply["error"]["code"] in ("bad-arguments", "not-open")


def test_emacs_is_answered_at_once(start: Start, workspace: Path) -> None:
    """A client that stands still while a command runs gets its answer before the work, and is asked later."""
    with start("improved") as wire:
        wire.initialize(root=workspace, clientInfo={"name": "Eglot", "version": "1.17"})
        desk = Desk(wire, workspace, ["Apply"])
        assert wire.reply_to(desk.optimize())["result"] == {"started": True}
        wait_for_kinds(["accepted"])


def test_work_belongs_to_the_workspace_folder_of_its_file(start: Start, tmp_path: Path) -> None:
    """With several folders open, the worker is told the innermost one that holds the document."""
    outer, inner = tmp_path / "shop", tmp_path / "shop" / "api"
    inner.mkdir(parents=True)
    folders = [{"uri": path.as_uri(), "name": path.name} for path in (outer, inner)]
    with start("slow") as wire:
        wire.initialize(workspaceFolders=folders)
        desk = Desk(wire, inner, [])
        desk.optimize()
        wire.wait_for("$/progress", lambda p: p["value"].get("message") == "working")
        assert (inner / "pids.json").exists() and not (outer / "pids.json").exists()
        assert wire.close() == 0
    wait_until_gone(inner)
