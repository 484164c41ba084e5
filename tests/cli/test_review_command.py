"""`velox review` compares both revisions of a change, each among its own files, and checks what the change claims."""

from __future__ import annotations

import json
import os
import subprocess
from pathlib import Path
from typing import Any

import pytest

from velox_engine.cli.main import main
from velox_engine.cli.reports.review import MOST, review_text

ORDERS = """from shop.rates import rates


def convert(amounts: list[int], code: str) -> list[int]:
    result = []
    for amount in amounts:
        for name, rate in rates():
            if name == code:
                result.append(amount * rate)
    return result


def total(prices: list[int]) -> int:
    result = 0
    for price in prices:
        result += price
    return result
"""
RATES = 'def rates():\n    return [("eur", 2), ("usd", 3)]\n'
FASTER = """from shop.rates import rates


def convert(amounts: list[int], code: str) -> list[int]:
    rate = rates().get(code)
    return [] if rate is None else [amount * rate for amount in amounts]


def total(prices: list[int]) -> int:
    return sum(price for price in prices if price > 0)


def cheapest(prices: list[int]) -> int:
    return sorted(prices)[0]
"""


def git(folder: Path, *arguments: str) -> str:
    who = {
        f"GIT_{role}_{part}": "a@example.org"
        for role in ("AUTHOR", "COMMITTER")
        for part in ("NAME", "EMAIL")
    }
    done = subprocess.run(
        ["git", *arguments], cwd=folder, env={**os.environ, **who}, capture_output=True, text=True, check=True
    )
    return done.stdout.strip()


@pytest.fixture
def repository(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A package on `main`, and on `faster` a change of two modules that belong together."""
    folder = tmp_path / "project"
    (folder / "shop").mkdir(parents=True)
    monkeypatch.chdir(folder)
    monkeypatch.setenv("VELOX_DATA_DIR", str(tmp_path / "data"))
    (folder / "shop" / "__init__.py").write_text("")
    (folder / "shop" / "orders.py").write_text(ORDERS)
    (folder / "shop" / "rates.py").write_text(RATES)
    git(folder, "init", "-q", "-b", "main")
    git(folder, "add", ".")
    git(folder, "commit", "-q", "-m", "start")
    git(folder, "checkout", "-q", "-b", "faster")
    (folder / "shop" / "orders.py").write_text(FASTER)
    (folder / "shop" / "rates.py").write_text('def rates():\n    return {"eur": 2, "usd": 3}\n')
    (folder / "shop" / "test_orders.py").write_text("def test_nothing():\n    pass\n")
    git(folder, "add", ".")
    git(folder, "commit", "-q", "-m", "Faster\n\n`convert` is 1.5x faster, `total` 20 times.")
    return folder


def rows(document: dict[str, Any]) -> dict[str, dict[str, Any]]:
    return {row["name"]: row for row in document["changed"]}


def test_each_version_is_run_among_the_files_of_its_own_revision(
    repository: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """A function whose helper changed with it is the same and faster; with the other's helper both would fail."""
    git(repository, "checkout", "-q", "main")
    options = ["--head", "faster", "--no-suggestions", "--format", "json", "--output", str(tmp_path / "out")]
    assert main(["review", "main", *options]) == 0
    document = json.loads(capsys.readouterr().out)
    found = rows(document)
    assert (found["convert"]["change"], found["convert"]["claim"]["held"]) == ("faster", True)
    assert found["total"]["change"] == "different"
    assert found["total"]["counterexample"]["inputs"]
    assert (found["total"]["claim"]["times"], found["total"]["claim"]["held"]) == (20, None)
    assert document["added"] == ["shop/orders.py::cheapest"]
    assert document["summary"]["skipped"] == [{"path": "shop/test_orders.py", "reason": "a test"}]
    assert json.loads((tmp_path / "out.json").read_text()) == document
    text = (tmp_path / "out.md").read_text()
    assert "1.5×, reached" in text
    assert "20×, not measured" in text
    assert not list((tmp_path / "data" / "trees").iterdir()), "the copies are removed"
    assert git(repository, "status", "--porcelain") == ""


def test_the_working_tree_is_reviewed_and_rewrites_are_looked_for(
    repository: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Without --head uncommitted text counts too; new functions get suggestions; --fail-on decides the exit code."""
    (repository / "shop" / "orders.py").write_text(ORDERS + FASTER[FASTER.index("\n\ndef cheapest") :])
    (repository / "shop" / "rates.py").write_text(RATES)
    options = ["--max-functions", "1", "--no-model", "--format", "json", "--fail-on", "different"]
    assert main(["review", "main", *options]) == 0
    document = json.loads(capsys.readouterr().out)
    assert document["changed"] == []
    (rewrite,) = document["rewrites"]
    assert (rewrite["path"], rewrite["name"], rewrite["status"]) == ("shop/orders.py", "cheapest", "improved")
    assert "+++ b/shop/orders.py" in rewrite["suggestions"][0]["diff"]
    (repository / "shop" / "orders.py").write_text(ORDERS.replace("result = 0", "result = 1"))
    assert main(["review", "main", "--no-suggestions", "--quiet", "--fail-on", "different"]) == 1


def test_a_clone_without_history_says_what_to_fetch(
    repository: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Two revisions without a common commit are an error that names the way out."""
    git(repository, "checkout", "-q", "--orphan", "alone")
    git(repository, "commit", "-q", "-m", "alone")
    assert main(["review", "main"]) == 2
    assert "fetch-depth: 0" in capsys.readouterr().err


def test_a_review_fits_into_a_comment() -> None:
    """However much changed, the text stays below what GitHub takes and says that more is in the JSON."""
    row = {
        "path": "a.py",
        "name": "f",
        "status": "refuted",
        "change": "different",
        "reason": "results differ",
        "claim": None,
        "speedup": None,
        "caveats": [],
        "evidence": {"inputs": 20},
        "counterexample": {"says": "", "inputs": "x" * 9000, "old": "1", "new": "`|<b>2"},
    }
    summary = dict.fromkeys(
        ("functions", "files", "faster", "slower", "refuted", "unverifiable", "rewrites"), 1
    )
    document = {"base": "a" * 40, "head": "working tree", "changed": [row] * 20, "rewrites": []}
    text = review_text({**document, "summary": {**summary, "left_out": 0}})
    assert len(text) <= MOST + 200
    assert "more details are in the JSON" in text
    assert "<b>" not in text
