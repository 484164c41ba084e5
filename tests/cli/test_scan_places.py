"""`velox scan` of repositories and packages, and what `--max-files` and `--min-complexity` leave over."""

from __future__ import annotations

import subprocess
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.cli.conftest import RunVelox

SIMPLE = """\
def simple(names: list) -> list:
    found = []
    for name in names:
        if name not in found:
            found.append(name)
    return found
"""
BRANCHY = SIMPLE.replace("simple", "branchy").replace(
    "    return found", "    if a or b or c or d or e or f:\n        return []\n    return found"
)


@pytest.fixture
def shop(tmp_path: Path) -> Path:
    """A repository of two files, the second of them in a second commit."""
    root = tmp_path / "shop"
    root.mkdir()
    identity = ["-c", "user.name=a", "-c", "user.email=a@example.org", "-c", "init.defaultBranch=main"]
    subprocess.run(["git", *identity, "init", "-q"], cwd=root, check=True)
    for name, text in (("simple.py", SIMPLE), ("branchy.py", BRANCHY)):
        (root / name).write_text(text)
        subprocess.run(["git", *identity, "add", "-A"], cwd=root, check=True)
        subprocess.run(["git", *identity, "commit", "-qm", name], cwd=root, check=True)
    subprocess.run(["git", "-C", str(root), "tag", "v1", "HEAD~1"], check=True)
    return root


def test_hotspots_follow_findings_and_complexity(velox: RunVelox, shop: Path) -> None:
    """Of the same finding in two functions the branchier is ranked higher, and can be asked for alone."""
    document = velox("scan", "shop", "--format", "json").document
    assert [Path(hotspot["path"]).name for hotspot in document["hotspots"]] == ["branchy.py", "simple.py"]
    most = velox("scan", "shop", "--max-files", "1", "--format", "json").document
    assert {finding["function"] for finding in most["findings"]} == {"branchy"}
    complex_ones = velox("scan", "shop", "--min-complexity", "5", "--format", "json").document
    assert [function["name"] for function in complex_ones["functions"]] == ["branchy"]


def test_a_repository_is_scanned_and_gone(velox: RunVelox, shop: Path, tmp_path: Path) -> None:
    """Paths are those in the repository; a ref and `--since` choose what is seen; no folder stays behind."""
    subprocess.run(["git", "clone", "-q", "--bare", str(shop), str(tmp_path / "shop.git")], check=True)
    before = set(Path(tempfile.gettempdir()).glob("velox-repository-*"))
    document = velox("scan", "shop.git", "--format", "json").document
    assert {finding["path"] for finding in document["findings"]} == {"simple.py", "branchy.py"}
    old = velox("scan", "shop.git@v1", "--format", "json").document
    assert {finding["path"] for finding in old["findings"]} == {"simple.py"}
    assert old["summary"]["repository"]["ref"] == "v1"
    new = velox("scan", "shop.git", "--since", "v1", "--format", "json").document
    assert {finding["path"] for finding in new["findings"]} == {"branchy.py"}
    assert set(Path(tempfile.gettempdir()).glob("velox-repository-*")) <= before


@pytest.mark.parametrize("argument", ["ssh://a.b/c/d", "https://a.b/c/--x", "https://a.b/c/d@-x"])
def test_an_odd_address_is_wrong_use(velox: RunVelox, argument: str) -> None:
    """It is refused before anything is fetched, with a hint."""
    answer = velox("scan", argument, "--format", "json")
    assert answer.code == 2
    assert answer.document["error"]["hint"]


def test_an_installed_package_is_found_by_name(velox: RunVelox) -> None:
    """`json` is found where the interpreter has it, with its files; what is not there is not found."""
    document = velox("scan", "json", "--all-functions", "--format", "json").document
    assert {Path(function["path"]).name for function in document["functions"]} >= {"decoder.py", "encoder.py"}
    inner = velox("scan", "json.decoder", "--format", "json").document
    assert inner["summary"]["files"] == 1
    missing = velox("scan", "no_such_package_anywhere", "--format", "json")
    assert (missing.code, missing.document["error"]["code"]) == (2, "not-found")


def test_check_wants_files_of_this_machine(velox: RunVelox) -> None:
    """A baseline belongs to files that are here."""
    answer = velox("check", "https://example.org/owner/name", "--format", "json")
    assert (answer.code, answer.document["error"]["code"]) == (2, "wrong-use")
