"""Light bulbs that carry figures: verified in idle time, applied by client or command, never on other code."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from wire import CAPABILITIES, Wire, span

from velox_engine.experience import ExperienceStore

BODY = "    out = []\n    for x in xs:\n        if x not in out:\n            out.append(x)\n    return out\n"
DEDUPE = f"def dedupe(xs):\n{BODY}"
FAST = "def dedupe(xs):\n    return list(dict.fromkeys(xs))\n"
TITLE = "Membership in a dict: 14.2× faster, same on 214 inputs"
RESOLVING = {
    **CAPABILITIES,
    "textDocument": {
        "codeAction": {"resolveSupport": {"properties": ["edit", "command"]}, "disabledSupport": True}
    },
}
TRUSTED = {"trust": True}
Start = Callable[..., Wire]


def asked_of_worker(workspace: Path) -> list[dict[str, Any]]:
    path = workspace / "requests.jsonl"
    return [json.loads(line) for line in path.read_text().splitlines()] if path.exists() else []


def actions(wire: Wire, uri: str, line: int, column: int, **context: Any) -> list[dict[str, Any]]:
    place = {"textDocument": {"uri": uri}, "range": span(line, column, line, column)}
    return wire.call("textDocument/codeAction", {**place, "context": {"diagnostics": [], **context}})


def wait_for_title(wire: Wire, uri: str, line: int, words: str) -> list[dict[str, Any]]:
    limit = time.monotonic() + 60
    while True:
        found = actions(wire, uri, line, 12)
        if any(words in action["title"] for action in found):
            return found
        assert time.monotonic() < limit, found
        time.sleep(0.1)


def verify_file(wire: Wire, uri: str) -> dict[str, Any]:
    return wire.call("workspace/executeCommand", {"command": "velox.verifyFile", "arguments": [uri]})


def kinds() -> list[str]:
    with ExperienceStore.open() as store:
        return [record.kind for record in store.list_feedback()][::-1]


def applied_by_client(text: str, edit: dict[str, Any]) -> str:
    lines = text.splitlines(keepends=True)
    (change,) = edit["documentChanges"]
    for one in reversed(change["edits"]):
        start, end = one["range"]["start"], one["range"]["end"]
        lines[start["line"] : end["line"]] = [one["newText"]]
    return "".join(lines)


def test_pause_verifies_the_findings_of_a_trusted_file(start: Start, workspace: Path) -> None:
    """Two seconds after the file was opened its finding's own strategy is verified, and the bulb carries the figure."""
    uri = (workspace / "shop.py").as_uri()
    with start("improved") as wire:
        wire.initialize(RESOLVING, root=workspace, initializationOptions=TRUSTED)
        wire.open(uri, DEDUPE)
        (fix, rewrite) = wait_for_title(wire, uri, 3, "14.2×")
        assert fix["title"] == TITLE
        assert fix["isPreferred"] is True
        assert rewrite["title"] == "Verify and rewrite ‘dedupe’…"
        (request,) = asked_of_worker(workspace)
        assert (request["function"], request["strategy"]) == ("dedupe", "ordered-dedupe")
        assert request["settings"]["budget"] == 10.0, "the smaller of the budget and the idle budget"
        assert wire.close() == 0


@pytest.mark.parametrize("options", [{}, {"trust": False}, {"trust": True, "verifyInIdle": False}])
def test_nothing_runs_in_idle_time_unless_trusted_and_wanted(
    start: Start, workspace: Path, options: dict[str, Any]
) -> None:
    """Trust must come from the editor itself; a project file that claims it is not enough."""
    (workspace / "pyproject.toml").write_text("[tool.velox]\ntrust = true\n")
    uri = (workspace / "shop.py").as_uri()
    with start("improved") as wire:
        wire.initialize(RESOLVING, root=workspace, initializationOptions=options)
        wire.open(uri, DEDUPE)
        time.sleep(3.0)
        assert [a["title"] for a in actions(wire, uri, 3, 12)][1:] == ["Verify and rewrite ‘dedupe’…"]
        assert asked_of_worker(workspace) == []
        assert wire.close() == 0


def test_idle_work_is_bounded(start: Start, workspace: Path) -> None:
    """No more findings are verified for one state of a file than the setting says, and none twice for the same code."""
    text = "\n\n".join(DEDUPE.replace("dedupe", f"f{number}") for number in range(4))
    uri = (workspace / "shop.py").as_uri()
    with start("improved") as wire:
        wire.initialize(RESOLVING, root=workspace, initializationOptions={**TRUSTED, "idleFindings": 2})
        wire.open(uri, text)
        wait_for_title(wire, uri, 11, "14.2×")
        wire.change(uri, 2, {"text": text + "\n# typed below\n"})
        wait_for_title(wire, uri, 27, "14.2×")
        time.sleep(2.5)
        assert [request["function"] for request in asked_of_worker(workspace)] == ["f0", "f1", "f2", "f3"]


def test_typing_stops_idle_work(start: Start, workspace: Path) -> None:
    """A key ends what is being verified in idle time at once."""
    uri = (workspace / "shop.py").as_uri()
    with start("slow") as wire:
        wire.initialize(RESOLVING, root=workspace, initializationOptions=TRUSTED)
        wire.open(uri, DEDUPE)
        limit = time.monotonic() + 60
        while not (workspace / "pids.json").exists():
            assert time.monotonic() < limit
            time.sleep(0.05)
        wire.change(uri, 2, {"text": DEDUPE + "\n"})
        worker, child = json.loads((workspace / "pids.json").read_text())
        for pid in (worker, child):
            while _runs(pid):
                assert time.monotonic() < limit
                time.sleep(0.05)
        assert wire.close() == 0


def _runs(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


def test_refused_in_idle_time_is_disabled_with_the_reason(start: Start, workspace: Path) -> None:
    """A finding whose rewrite was refuted says so in the menu instead of promising one."""
    uri = (workspace / "shop.py").as_uri()
    with start("refuted") as wire:
        wire.initialize(RESOLVING, root=workspace, initializationOptions=TRUSTED)
        wire.open(uri, DEDUPE)
        assert verify_file(wire, uri) == {"looked_at": 1, "suggestions": []}
        fix = actions(wire, uri, 3, 12)[0]
        assert "ordered-dedupe: 1 rewrite tried: 1 behaves differently" in fix["disabled"]["reason"]
        wire.change(uri, 2, {"text": DEDUPE.replace("not in", "not  in").replace("xs", "ys")})
        assert "disabled" not in actions(wire, uri, 3, 12)[0], "other code may well have a rewrite"


def test_edit_applied_by_the_client_is_accepted_exactly_once(start: Start, workspace: Path) -> None:
    """A client that resolves edits gets the edit and a command behind it; only what stands there is recorded."""
    uri = (workspace / "shop.py").as_uri()
    with start("improved") as wire:
        wire.initialize(RESOLVING, root=workspace, initializationOptions=TRUSTED)
        wire.open(uri, DEDUPE)
        verify_file(wire, uri)
        action = wire.call("codeAction/resolve", actions(wire, uri, 3, 12)[0])
        (change,) = action["edit"]["documentChanges"]
        assert change["textDocument"] == {"uri": uri, "version": 1}
        note = {key: action["command"][key] for key in ("command", "arguments")}
        assert note["command"] == "velox.applied"
        # The client could not apply the edit: nothing is recorded.
        assert wire.call("workspace/executeCommand", note) == {"applied": []}
        assert kinds() == []
        wire.change(uri, 2, {"text": applied_by_client(DEDUPE, action["edit"])})
        assert wire.call("workspace/executeCommand", note) == {"applied": ["suggestion-dedupe"]}
        assert wire.call("workspace/executeCommand", note) == {"applied": []}
        wire.change(uri, 3, {"text": DEDUPE})  # undone
        wire.close()
        assert kinds() == ["accepted", "reverted"]


def test_action_chosen_after_the_function_changed_is_refused(start: Start, workspace: Path) -> None:
    """An old menu entry makes no edit on other code and says why; a changed comment is not other code."""
    uri = (workspace / "shop.py").as_uri()
    with start("improved") as wire:
        wire.initialize(RESOLVING, root=workspace, initializationOptions=TRUSTED)
        wire.open(uri, DEDUPE)
        verify_file(wire, uri)
        old = actions(wire, uri, 3, 12)[0]
        wire.change(uri, 2, {"text": DEDUPE.replace("not in out", "not in out[:9]")})
        assert "edit" not in wire.call("codeAction/resolve", old)
        assert "has changed" in wire.wait_for("window/showMessage")["message"]
        commented = DEDUPE.replace("def dedupe(xs):", "def dedupe(xs):  # names of the shop")
        wire.change(uri, 3, {"text": commented})
        resolved = wire.call("codeAction/resolve", old)
        assert "# names of the shop" in applied_by_client(commented, resolved["edit"])


def test_rewrite_is_withdrawn_when_what_the_function_refers_to_changes(start: Start, workspace: Path) -> None:
    """The offer holds while other code changes, not when a function that it calls does."""
    uri = (workspace / "shop.py").as_uri()
    text = (
        "def key(x):\n    return x\n\n\n"
        + DEDUPE.replace("(x)", "(key(x))")
        + "\n\ndef other():\n    return 1\n"
    )
    with start("improved") as wire:
        wire.initialize(RESOLVING, root=workspace, initializationOptions=TRUSTED)
        plain = "def key(x):\n    return x\n\n\n" + DEDUPE + "\n\ndef other():\n    return 1\n"
        wire.open(uri, plain)
        verify_file(wire, uri)
        wire.change(uri, 2, {"text": plain.replace("return 1", "return 2")})
        assert actions(wire, uri, 7, 12)[0]["title"] == TITLE
        wire.change(uri, 3, {"text": text})
        assert actions(wire, uri, 7, 12)[0]["title"].startswith("Verify and rewrite")


def test_other_files_on_disk_outdate_what_may_import_them(start: Start, workspace: Path) -> None:
    """When another file changes on disk the offers of this one are verified anew; its own saving changes nothing."""
    uri = (workspace / "shop.py").as_uri()
    with start("improved") as wire:
        wire.initialize(RESOLVING, root=workspace, initializationOptions={**TRUSTED, "verifyInIdle": False})
        wire.open(uri, DEDUPE)
        verify_file(wire, uri)
        wire.notify("workspace/didChangeWatchedFiles", {"changes": [{"uri": uri, "type": 2}]})
        assert actions(wire, uri, 3, 12)[0]["title"] == TITLE
        other = {"uri": (workspace / "prices.py").as_uri(), "type": 2}
        wire.notify("workspace/didChangeWatchedFiles", {"changes": [other]})
        assert actions(wire, uri, 3, 12)[0]["title"].startswith("Verify and rewrite")


def test_fix_all_takes_verified_rewrites_only_in_one_edit(start: Start, workspace: Path) -> None:
    """source.fixAll.velox is absent without verified rewrites; with them it is one edit of all, each recorded once."""
    text = f"{DEDUPE}\n\n{DEDUPE.replace('dedupe', 'again')}\n\ndef rest(ys):\n    return ys\n"
    uri = (workspace / "shop.py").as_uri()
    with start("improved") as wire:
        wire.initialize(RESOLVING, root=workspace, initializationOptions=TRUSTED)
        wire.open(uri, text)
        only = {"only": ["source.fixAll"]}
        assert actions(wire, uri, 0, 0, **only) == []
        assert verify_file(wire, uri)["looked_at"] == 2
        (action,) = actions(wire, uri, 0, 0, **only)
        assert (action["kind"], action["title"]) == (
            "source.fixAll.velox",
            "Velox: apply 2 verified rewrites",
        )
        resolved = wire.call("codeAction/resolve", action)
        expected = f"{FAST}\n\n{FAST.replace('dedupe', 'again')}\n\ndef rest(ys):\n    return ys\n"
        assert applied_by_client(text, resolved["edit"]) == expected
        wire.change(uri, 2, {"text": expected})
        note = {key: resolved["command"][key] for key in ("command", "arguments")}
        assert len(wire.call("workspace/executeCommand", note)["applied"]) == 2
        assert kinds() == ["accepted", "accepted"]


def test_fix_all_by_command_is_one_edit_of_the_server(start: Start, workspace: Path) -> None:
    """A client that resolves nothing gets the same as a command, which edits once."""
    text = f"{DEDUPE}\n\n{DEDUPE.replace('dedupe', 'again')}"
    uri = (workspace / "shop.py").as_uri()
    edits: list[dict[str, Any]] = []

    def take(params: dict[str, Any]) -> dict[str, Any]:
        edits.append(params["edit"])
        return {"applied": True}

    with start("improved") as wire:
        wire.answers["workspace/applyEdit"] = take
        wire.initialize(root=workspace)
        wire.open(uri, text)
        verify_file(wire, uri)
        (action,) = actions(wire, uri, 0, 0, only=["source.fixAll.velox"])
        command = {key: action["command"][key] for key in ("command", "arguments")}
        assert command["command"] == "velox.fixAll"
        assert len(wire.call("workspace/executeCommand", command)["applied"]) == 2
        assert len(edits) == 1
        assert applied_by_client(text, edits[0]) == f"{FAST}\n\n{FAST.replace('dedupe', 'again')}"


def test_measured_figures_show_in_lenses_and_hints(start: Start, workspace: Path) -> None:
    """Once measured, a lens shows the waiting rewrite and a hint time and growth; both are settable."""
    uri = (workspace / "shop.py").as_uri()
    text = "import os\n\n\n" + DEDUPE
    document = {"textDocument": {"uri": uri}}
    everywhere = {**document, "range": span(0, 0, 99, 0)}
    with start("improved") as wire:
        wire.initialize(RESOLVING, root=workspace, initializationOptions=TRUSTED)
        wire.open(uri, text)
        assert wire.call("textDocument/codeLens", document) == []
        assert wire.call("textDocument/inlayHint", everywhere) == []
        verify_file(wire, uri)
        (lens,) = wire.call("textDocument/codeLens", document)
        assert lens["command"]["title"] == "Velox: 14.2× faster, same on 214 inputs"
        assert lens["command"]["command"] == "velox.review"
        assert lens["range"]["start"] == {"line": 3, "character": 0}
        (hint,) = wire.call("textDocument/inlayHint", everywhere)
        assert hint["label"] == "28.4 ms at n = 4,096, grows as n^2.0"
        assert hint["position"] == {"line": 3, "character": len("def dedupe(xs):")}
        settings = {"velox": {**TRUSTED, "codeLens": False, "inlayHints": False}}
        wire.notify("workspace/didChangeConfiguration", {"settings": settings})
        assert wire.call("textDocument/codeLens", document) == []
        assert wire.call("textDocument/inlayHint", everywhere) == []


def test_status_says_what_of_the_models_budget_is_used(
    start: Start, workspace: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With a model set up, `velox/status` tells the day's requests, tokens and cost; without one it tells nothing."""
    monkeypatch.setenv("VELOX_DATA_DIR", str(tmp_path / "fresh"))
    capabilities = {**RESOLVING, "experimental": {"velox": {"status": True}}}
    told = {}
    for name, options in {"none": {}, "one": {"llm.primary": "openai/x", "llm.dailyRequests": 7}}.items():
        with start("improved") as wire:
            wire.initialize(capabilities, root=workspace, initializationOptions={**TRUSTED, **options})
            told[name] = wire.wait_for("velox/status")
    assert told["none"]["modelUse"] is None
    assert told["one"]["model"] == "openai/x"
    assert told["one"]["modelUse"] == "0 of 7 requests, 0 of 2000000 tokens, 0.0000 of 2.00 dollars"


def test_client_that_reviews_gets_the_result_instead_of_a_question(start: Start, workspace: Path) -> None:
    """`velox/result` carries the old text, the suggestion and its evidence; `velox/status` says what is going on."""
    uri = (workspace / "shop.py").as_uri()
    capabilities = {**RESOLVING, "experimental": {"velox": {"review": True, "status": True}}}
    with start("improved") as wire:
        wire.initialize(capabilities, root=workspace, initializationOptions=TRUSTED)
        assert wire.wait_for("velox/status")["state"] == "ready"
        wire.open(uri, DEDUPE)
        wire.call("workspace/executeCommand", {"command": "velox.optimize", "arguments": [uri, "dedupe", 1]})
        result = wire.wait_for("velox/result")
        assert result["suggestion"] == "suggestion-dedupe"
        assert result["oldSource"] == DEDUPE
        assert result["result"]["suggestions"][0]["new_source"] == FAST
        assert result["message"].startswith("dedupe: 14.2× faster (95 % CI 13.0–15.1)")
        assert wire.wait_for("velox/status", lambda p: p["state"] == "optimizing")["about"] == "dedupe"
        review = {"command": "velox.review", "arguments": ["suggestion-dedupe"]}
        wire.call("workspace/executeCommand", review)
        assert wire.wait_for("velox/result")["suggestion"] == "suggestion-dedupe"
        assert not [m for _, _, m in wire.log if m.get("method") == "window/showMessageRequest"]


def test_rejected_is_not_offered_again_by_itself(start: Start, workspace: Path) -> None:
    """What the person rejected is not put into the menu by another look in idle time, and is recorded once."""
    uri = (workspace / "shop.py").as_uri()
    with start("improved") as wire:
        wire.initialize(RESOLVING, root=workspace, initializationOptions={**TRUSTED, "verifyInIdle": False})
        wire.open(uri, DEDUPE)
        verify_file(wire, uri)
        reject = {"command": "velox.rejectSuggestion", "arguments": ["suggestion-dedupe"]}
        assert wire.call("workspace/executeCommand", reject) == {"rejected": True}
        assert wire.call("workspace/executeCommand", reject) == {"rejected": True}
        other = {"uri": (workspace / "prices.py").as_uri(), "type": 2}
        wire.notify("workspace/didChangeWatchedFiles", {"changes": [other]})
        assert verify_file(wire, uri) == {"looked_at": 1, "suggestions": []}
        assert "you rejected it" in actions(wire, uri, 3, 12)[0]["disabled"]["reason"]
        assert kinds() == ["rejected"]
