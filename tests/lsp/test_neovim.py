"""A real Neovim, where one is installed, goes the whole way from the squiggle to recorded feedback."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from velox_engine.experience import ExperienceStore

SCRIPT = Path(__file__).parent / "neovim" / "session.lua"
SLOW = (
    "def unique_names(names: list[str]) -> list[str]:\n    found = []\n    for name in names:\n"
    "        if name not in found:\n            found.append(name)\n    return found\n"
)


@pytest.mark.skipif(shutil.which("nvim") is None, reason="Neovim is not installed")
def test_session_in_neovim(workspace: Path, tmp_path: Path) -> None:
    """Neovim shows the finding, applies the verified rewrite, undoes it in one step, and both are recorded."""
    file, report = workspace / "shop.py", tmp_path / "report.json"
    file.write_text(SLOW)
    env = {
        **os.environ,
        "VELOX_TEST_SERVER": "\n".join([sys.executable, "-m", "velox_server.app"]),
        "VELOX_TEST_FILE": str(file),
        "VELOX_TEST_REPORT": str(report),
        "XDG_STATE_HOME": str(tmp_path),
        "XDG_CACHE_HOME": str(tmp_path),
    }
    command = ["nvim", "--headless", "-u", "NONE", "-i", "NONE", "-n", "-c", f"luafile {SCRIPT}"]
    done = subprocess.run(command, env=env, capture_output=True, text=True, timeout=300, check=False)
    assert report.exists(), done.stderr
    seen = json.loads(report.read_text())
    assert "failed" not in seen, (seen["failed"], seen, done.stderr)
    assert seen["diagnostic"] == {"code": "VX103", "line": 3, "source": "velox"}
    assert "O(n²)" in seen["hover"]
    assert seen["title"].startswith("Verify and rewrite ‘unique_names’")
    assert "faster (95 % CI" in seen["question"]
    assert seen["progress"] > 2
    assert "found.append" not in seen["applied"]
    compile(seen["applied"], "shop.py", "exec")
    assert seen["undone"] is True, "one undo step takes the whole rewrite back"
    assert seen["exit_code"] == 0
    with ExperienceStore.open() as store:
        assert [record.kind for record in store.list_feedback()][::-1] == ["accepted", "reverted"]
