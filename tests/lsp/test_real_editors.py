"""Whole sessions in real editors: Neovim 0.11 with the plugin, Emacs with eglot, Visual Studio Code in a browser.

They take minutes and need the editors, so they run in `make test-editors` only, which says what is missing.
"""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from test_across_files import INDEX, WORDS

from velox_engine.advisor.metrics import metrics_document
from velox_engine.experience import AttemptRecord, ExperienceStore, SuggestionRecord
from velox_engine.experience.outcomes import Period
from velox_engine.experience.records import EpisodeRecord, FeedbackRecord

HERE = Path(__file__).parent
ROOT = HERE.parents[1]
EXTENSION = ROOT / "clients" / "vscode" / "velox.vsix"
SERVER = "\n".join([sys.executable, "-m", "velox_server.app"])
HEAD = '"""Names and orders of a shop."""\n\nfrom __future__ import annotations\n'
UNIQUE = '''

def unique_names(names: list[str]) -> list[str]:
    """Keep the first of each name."""
    seen: list[str] = []
    for name in names:
        if name not in seen:
            seen.append(name)
    return seen
'''
COMMON = """

def common(ours: list[int], theirs: list[int]) -> list[int]:
    found = []
    for number in ours:
        if number in theirs:
            found.append(number)
    return found
"""
REST = """

def longest(words: list[str]) -> str:
    return sorted(words, key=len)[-1]


def smallest(numbers: list[int]) -> int:
    return sorted(numbers)[0]
"""
# Set by `make test-editors`, which also puts the tools below on the PATH.
pytestmark = pytest.mark.skipif("VELOX_TEST_EDITORS" not in os.environ, reason="see make test-editors")


@pytest.fixture
def shop(workspace: Path) -> Path:
    """A project with one slow file."""
    (workspace / "pyproject.toml").touch()
    file = workspace / "shop.py"
    file.write_text(HEAD + UNIQUE + COMMON + REST)
    return file


def run(command: list[str], report: Path, env: Mapping[str, str]) -> dict[str, Any]:
    """Run a session in an editor and return what it reported."""
    assert shutil.which(command[0]), f"{command[0]} is not installed: see docs/editors/README.md"
    told = {"VELOX_TEST_REPORT": str(report), **env}
    done = subprocess.run(
        command, env={**os.environ, **told}, capture_output=True, text=True, timeout=900, check=False
    )
    assert report.exists(), (done.stdout[-2000:], done.stderr[-2000:])
    seen = json.loads(report.read_text())
    assert not seen.get("failed"), (seen, done.stderr[-2000:])
    return seen


def kinds() -> list[str]:
    with ExperienceStore.open() as store:
        return [record.kind for record in store.list_feedback()][::-1]


def test_neovim_with_the_plugin(shop: Path, tmp_path: Path) -> None:
    """Neovim 0.11: squiggle, hover, quickfix list, verified actions, lens, hint, fix all as one undo step, feedback."""
    env = {
        "VELOX_TEST_PLUGIN": str(ROOT / "clients" / "neovim"),
        "VELOX_TEST_SERVER": SERVER,
        "VELOX_TEST_FILE": str(shop),
        "XDG_STATE_HOME": str(tmp_path),
        "XDG_CACHE_HOME": str(tmp_path),
    }
    script = str(HERE / "neovim" / "plugin_session.lua")
    command = ["nvim", "--headless", "-u", "NONE", "-i", "NONE", "-n", "-l", script]
    seen = run(command, tmp_path / "report.json", env)
    assert seen["version"].startswith("0.11")
    assert seen["diagnostic"] == {"code": "VX103", "line": 9, "source": "velox"}
    assert seen["related"] is True
    assert "O(n²)" in seen["hover"]
    assert seen["highlights"] == 2
    assert "VX103" in seen["quickfix"]
    assert "faster, same on" in seen["titles"][0]
    assert "faster, same on" in seen["lens"]
    assert "grows as n^" in seen["hint"]
    assert seen["progress"] > 2
    assert "for name in names:\n        if name not in seen:" not in seen["applied"]
    compile(seen["applied"], "shop.py", "exec")
    assert seen["undone"] is True
    recorded = kinds()
    assert set(recorded) == {"accepted", "reverted"}
    assert recorded.count("accepted") == recorded.count("reverted") == len(recorded) // 2


def test_emacs_with_eglot(shop: Path, tmp_path: Path) -> None:
    """Emacs: Flymake shows the finding, the command does not block, Apply edits, one undo takes it back, feedback."""
    env = {"VELOX_TEST_SERVER": SERVER, "VELOX_TEST_FILE": str(shop), "HOME": str(tmp_path)}
    command = ["emacs", "--batch", "-q", "-l", str(HERE / "emacs" / "session.el")]
    seen = run(command, tmp_path / "report.json", env)
    assert "VX103" in seen["diagnostic"]
    assert seen["line"] == 10
    assert "O(n²)" in seen["hover"]
    assert seen["title"].startswith("Verify and rewrite ‘unique_names’")
    assert seen["inline"] is True, "eglot never resolves: the command is in the list"
    assert "faster (95 % CI" in seen["question"]
    compile(seen["applied"], "shop.py", "exec")
    assert seen["undone"] is True
    assert kinds() == ["accepted", "reverted"]


@contextlib.contextmanager
def code_server(
    opened: Path, state: Path, *, asks_for_trust: bool = False, has_server: bool = True
) -> Iterator[str]:
    """Serve VS Code with the packaged extension to browsers; yields its address with a folder or workspace opened."""
    program = shutil.which("code-server")
    assert program, "code-server is not installed: see docs/editors/README.md"
    places = ["--user-data-dir", str(state / "user"), "--extensions-dir", str(state / "extensions")]
    machine = {"velox.server.python": sys.executable} if has_server else {}
    for scope, settings in (("User", EDITOR_SETTINGS), ("Machine", machine)):
        path = state / "user" / scope / "settings.json"
        path.parent.mkdir(parents=True)
        path.write_text(json.dumps(settings))
    env = {**os.environ, "HOME": str(state)}
    subprocess.run(
        [program, *places, "--install-extension", str(EXTENSION)], env=env, check=True, capture_output=True
    )
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    quiet = ["--disable-telemetry", "--disable-update-check"]
    quiet += [] if asks_for_trust else ["--disable-workspace-trust"]
    address = ["--auth", "none", "--bind-addr", f"127.0.0.1:{port}"]
    process = subprocess.Popen(
        [program, *places, *quiet, *address],
        env=env,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    try:
        limit = time.monotonic() + 60
        while True:
            try:
                socket.create_connection(("127.0.0.1", port), 1).close()
                break
            except OSError:
                assert process.poll() is None and time.monotonic() < limit, "code-server did not start"
                time.sleep(0.2)
        yield f"http://127.0.0.1:{port}/?{'folder' if opened.is_dir() else 'workspace'}={opened}"
    finally:
        os.killpg(process.pid, signal.SIGTERM)
        process.wait(30)


EDITOR_SETTINGS = {
    "workbench.startupEditor": "none",
    "workbench.colorTheme": "Default Dark Modern",
    "workbench.secondarySideBar.defaultVisibility": "hidden",
    "workbench.tips.enabled": False,
    "chat.disableAIFeatures": True,
    "telemetry.telemetryLevel": "off",
    "window.menuBarVisibility": "hidden",
    "editor.minimap.enabled": False,
    "editor.inlayHints.fontSize": 12,
    "extensions.ignoreRecommendations": True,
    "files.autoSave": "off",
    "velox.idleFindings": 1,
}


def vscode_session(script: str, opened: Path, file: Path, tmp_path: Path, **options: bool) -> dict[str, Any]:
    """Run a session in VS Code and return what it reported; screenshots go where VELOX_TEST_SHOTS says."""
    assert EXTENSION.exists(), "run `make vscode` first"
    shots = Path(os.environ.get("VELOX_TEST_SHOTS", tmp_path))
    shots.mkdir(parents=True, exist_ok=True)
    with code_server(opened, tmp_path / "vscode", **options) as address:
        env = {
            "VELOX_TEST_URL": address,
            "VELOX_TEST_FILE": file.name,
            "VELOX_TEST_FOLDER": str(file.parent),
            "VELOX_TEST_SHOTS": str(shots),
        }
        seen = run(["node", str(HERE / "vscode" / script)], tmp_path / "report.json", env)
    assert seen["done"] is True
    return seen


def test_vscode_runs_nothing_in_a_folder_that_is_not_trusted(shop: Path, tmp_path: Path) -> None:
    """Restricted mode: squiggles, a rewrite is refused with a reason, nothing is run; the walkthrough opens."""
    proof = tmp_path / "ran"
    shop.write_text(f"open({str(proof)!r}, 'w').close()\n{UNIQUE}")
    seen = vscode_session("restricted.mjs", shop.parent, shop, tmp_path, asks_for_trust=True)
    assert "Restricted Mode" in seen["restricted"]
    assert "slow" in seen["status"]
    assert "Verify and Rewrite Function" not in seen["commands"], (
        "the palette does not offer what cannot be done"
    )
    assert "not trusted" in seen["refusal"]
    assert not proof.exists(), "the module was imported"
    assert "Install the server" in seen["walkthrough"] and "Decide by evidence" in seen["walkthrough"]


def test_vscode_with_two_folders_a_notebook_and_a_cancelled_rewrite(tmp_path: Path) -> None:
    """Each folder has its own settings; files that are not open are told of, and watched; Cancel; cells' squiggles."""
    folders = [tmp_path / name for name in ("orchard", "market")]
    for folder in folders:
        folder.mkdir()
    garden, shop = folders[0] / "garden.py", folders[1] / "shop.py"
    (folders[0] / "pyproject.toml").write_text('[tool.velox]\nignore = ["ALL"]\n')
    own = '[tool.velox]\nseverity = ["VX103: warning"]\nworkspace-diagnostics = true\n'
    (folders[1] / "pyproject.toml").write_text(own)
    (folders[1] / "depot.py").write_text(HEAD + UNIQUE)
    garden.write_text(HEAD + UNIQUE)
    shop.write_text(HEAD + UNIQUE + COMMON + REST)
    cells = [
        {"cell_type": "code", "execution_count": None, "metadata": {}, "outputs": [], "source": source}
        for source in ("import re", UNIQUE.strip())
    ]
    book = {
        "cells": cells,
        "metadata": {"language_info": {"name": "python"}},
        "nbformat": 4,
        "nbformat_minor": 5,
    }
    (folders[1] / "sales.ipynb").write_text(json.dumps(book))
    opened = tmp_path / "both.code-workspace"
    opened.write_text(json.dumps({"folders": [{"path": str(folder)} for folder in folders]}))
    seen = vscode_session("folders.mjs", opened, shop, tmp_path)
    assert "shop.py" in seen["problems"] and "garden.py" not in seen["problems"]
    assert "VX103" in seen["closed"] and "shop.py" in seen["mended"]
    assert "unique_names" in seen["progress"]
    assert "rewriting" not in seen["afterCancelling"]
    assert seen["offered"] == 0
    assert "VX103" in seen["notebook"]
    assert kinds() == []


def test_vscode_with_the_extension(shop: Path, tmp_path: Path) -> None:
    """VS Code: squiggle, Problems, hover, light bulb, lens, progress, diff, report, accept, undo, reject, tree."""
    # With one finding verified in idle time, `common` has its figure when the other function is asked for.
    shop.write_text(HEAD + COMMON + UNIQUE + REST)
    seen = vscode_session("session.mjs", shop.parent, shop, tmp_path)
    assert "VX103" in seen["problems"] and "this loop repeats it" in seen["problems"]
    assert "O(n·m)" in seen["hover"]
    assert "faster, same on" in seen["menu"] and "Verify and rewrite ‘common’" in seen["menu"]
    assert "faster, same on" in seen["lens"]
    assert seen["progress"].count("unique_names") == 1 and "Cancel" in seen["progress"]
    assert "faster (95 % CI" in seen["question"]
    assert any(label.startswith("Accept Rewrite") for label in seen["diffActions"])
    assert any(label.startswith("Reject Rewrite") for label in seen["diffActions"])
    for part in ("Before and after", "Measured", "Planted bugs detected", "What was tried"):
        assert part in seen["report"]
    assert seen["reportPolicy"].startswith("default-src 'none'")
    assert len(seen["charts"]) >= 2 and all(seen["charts"])
    assert seen["audit"] == [], "what axe finds in the report, dark and light"
    assert "if name not in seen:" not in seen["accepted"]
    assert "if name not in seen:" in seen["undone"]
    assert "return sorted(numbers)[0]" in seen["afterReject"]
    assert "if number in theirs:" not in seen["afterAccept"] and "found" in seen["afterAccept"]
    assert "if number in theirs:" in seen["undoneAgain"]
    assert "Hotspots" in seen["tree"] and "shop.py" in seen["tree"]
    recorded = kinds()
    assert recorded.count("accepted") == 2
    assert recorded.count("reverted") == 2
    assert recorded.count("rejected") == 1


def used(folder: Path) -> None:
    """Fill the store with what came of weeks of work in another folder."""
    today = datetime.now(UTC)
    strategies = ("ordered-dedupe", "set-membership", "join-strings", "deque-queue")
    kinds = ("accepted", "rejected", "", "edited", "accepted", "reverted")
    with ExperienceStore.open() as store:
        for number in range(14):
            when = (today - timedelta(days=4 * number)).isoformat()
            strategy, improved = strategies[number % 4], number % 3 != 1
            speed = 1.5 + 2.0 * (number % 4) ** 2
            suggestion = SuggestionRecord(
                f"s{number}", "m.py", f"f{number}", str(folder), strategies=(strategy,),
                speedup=(speed, speed - 0.2, speed + 0.2), memory_ratio=1.25, timestamp=when,
            )  # fmt: skip
            attempt = AttemptRecord(
                "m.py", f"f{number}", strategy, "verified" if improved else "refuted", "", 1.0, None,
                str(folder), "", when,
            )  # fmt: skip
            episode = EpisodeRecord(
                f"e{number}", "m.py", f"f{number}", "improved" if improved else "unchanged", workspace=str(folder),
                policy="first" if number > 6 else "second", steps=2, seconds=3.0 + number, timestamp=when,
            )  # fmt: skip
            store.record_episode(episode, attempts=[attempt], suggestions=[suggestion] if improved else [])
            if improved and (kind := kinds[number % 6]):
                store.import_feedback([FeedbackRecord(f"s{number}", kind, occasion=when, timestamp=when)])  # type: ignore[arg-type]


def test_vscode_with_the_panel_of_figures_and_a_rewrite_across_files(workspace: Path, tmp_path: Path) -> None:
    """Metrics by keyboard, light and dark; a rewrite of two files is shown, applied to both, and undone at once."""
    used(tmp_path / "elsewhere")
    (workspace / "pyproject.toml").touch()
    (workspace / "words.py").write_text(WORDS)
    (workspace / "index.py").write_text(INDEX)
    seen = vscode_session("panels.mjs", workspace, workspace / "words.py", tmp_path)
    assert seen["policy"].startswith("default-src 'none'") and "unsafe" not in seen["policy"]
    for part in (
        "9 of 14 functions",
        "Turned down",
        "Time to a suggestion",
        "none was asked",
        "ordered-dedupe",
        "VX103",
    ):
        assert part in seen["figures"]
    assert len(seen["charts"]) == 3 and "9 improved, 5 not improved" in seen["charts"][0]
    assert seen["audit"] == [], "what axe finds in the page, dark and light"
    assert seen["sortedDown"][0] == "descending" and "19.50×" in seen["sortedDown"][1]
    assert seen["sortedUp"][0] == "ascending" and "1.50×" in seen["sortedUp"][1]
    assert "of 2 functions" in seen["lately"]
    assert (seen["focus"], seen["stillSorted"]) == ("days", "ascending")
    assert "Touches words.py, index.py" in seen["question"]
    assert "+STOP_SET" in seen["diff"].replace(" ", "")
    assert "word not in STOP_SET" in seen["index"] and "frozenset(STOP)" in seen["words"]
    assert "STOP_SET" not in seen["indexUndone"] + seen["wordsUndone"], "one undo takes back both files"


def test_vscode_installs_the_server_that_it_was_packaged_with(shop: Path, tmp_path: Path) -> None:
    """Where no Python has the server, one click makes an environment of the extension's own, and squiggles appear."""
    seen = vscode_session("install.mjs", shop.parent, shop, tmp_path, has_server=False)
    assert "no server" in seen["before"] and "Install" in seen["asked"]
    assert "slow" in seen["after"]
    (made,) = (tmp_path / "vscode").rglob("site-packages/velox_server/app.py")
    assert "globalStorage" in str(made)


PAGE = """
const { buildSync } = require(process.argv[1] + "/node_modules/esbuild");
const entry = process.argv[1] + "/src/metricsHtml.ts";
const made = buildSync({ entryPoints: [entry], bundle: true, write: false, format: "cjs", platform: "node" });
const module_ = { exports: {} };
new Function("module", "exports", made.outputFiles[0].text)(module_, module_.exports);
process.stdout.write(module_.exports.metricsFigures(JSON.parse(require("fs").readFileSync(0, "utf8"))));
"""


def test_the_page_of_figures_shows_the_policy_beside_its_shadow_and_escapes_names() -> None:
    """What `velox metrics` says of both is in the page, words for missing figures too; a name cannot become markup."""
    with ExperienceStore.open() as store:
        document = metrics_document(store, Period())

    def page() -> str:
        command = ["node", "-e", PAGE, str(EXTENSION.parent)]
        return subprocess.run(
            command, input=json.dumps(document), capture_output=True, text=True, check=True
        ).stdout

    assert "Nothing to count yet" in page()
    document["functions"]["asked"] = 1
    document["policy"]["shadow"] = "<b>watcher</b>"
    assert "Active beside shadow" not in page(), "nothing was chosen yet"
    one = {"version": "now", "decisions": 3, "average_reward": 0.2, "success_rate": 1.0, "regret": 0.4}
    document["policy"]["records"] = {
        "active": one,
        "shadow": {**one, "version": "<b>watcher</b>", "average_reward": 0.6},
        "comparison": {"decisions": 3, "agreement": 0.3333, "advantage": 0.4, "certainty": 0.9},
    }
    text = page()
    assert "<b>" not in text and "&#60;b&#62;watcher" in text
    assert "Both chose the same in 33 % of 3 cases" in text and "90 % certain" in text
    assert ">0.600<" in text and ">0.400<" in text
