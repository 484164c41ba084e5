"""`velox coordinate` verifies a rewrite of several files through each function it changes, and writes all or none."""

from __future__ import annotations

import ast
import json
import sys
from pathlib import Path

import pytest

from velox_engine.cli.main import main
from velox_engine.experience.store import ExperienceStore

WORDS = "STOP = (" + ", ".join(f'"{letter * 3}"' for letter in "abcdefghijklmnopqrstuvwxyz") + ")\n"
INDEX = """from shop.words import STOP


def terms(text: list[str]) -> list[str]:
    return [word for word in text if word not in STOP]
"""
STATS = """from shop import words


def share(text: list[str]) -> float:
    found = 0
    for word in text:
        if word in words.STOP:
            found += 1
    return found / len(text) if text else 0.0


def first() -> str:
    return words.STOP[0]
"""
TESTS = """from shop.index import terms


def test_terms():
    assert terms(["aaa", "tea"]) == ["tea"]
"""


def test_three_files_become_faster_together(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """The constant's set is used by both modules; the document lists every file; the tests that reach them ran."""
    monkeypatch.setenv("VELOX_DATA_DIR", str(tmp_path / "data"))
    project = tmp_path / "project"
    project.mkdir()
    monkeypatch.chdir(project)
    for name, text in {
        "pyproject.toml": "",
        "shop/__init__.py": "",
        "shop/words.py": WORDS,
        "shop/index.py": INDEX,
        "shop/stats.py": STATS,
        "tests/test_index.py": TESTS,
    }.items():
        (project / name).parent.mkdir(exist_ok=True)
        (project / name).write_text(text)
    assert (
        main(["coordinate", "shop/words.py", "--apply", "--format", "json", "--python", sys.executable]) == 0
    )
    document = json.loads(capsys.readouterr().out)
    (rewrite,) = document["rewrites"]
    assert rewrite["accepted"]
    assert [file["path"] for file in rewrite["files"]] == ["shop/words.py", "shop/index.py", "shop/stats.py"]
    functions = {function["name"]: function for function in rewrite["functions"]}
    assert {name: one["status"] for name, one in functions.items()} == {
        "terms": "verified",
        "share": "verified",
    }
    assert functions["terms"]["evidence"]["tests"] == "1 of your tests pass"
    assert document["summary"]["applied"] == ["shop/words.py::STOP"]
    with ExperienceStore.open() as store:
        (answer,) = store.list_feedback()
    assert (answer.suggestion_id, answer.kind, answer.function) == (rewrite["id"], "accepted", "STOP")
    assert answer.speedup is not None
    for file in rewrite["files"]:
        text = (project / file["path"]).read_text()
        assert text == file["new_source"]
        ast.parse(text)
    assert "words.STOP_SET" in (project / "shop/stats.py").read_text()
    assert "words.STOP[0]" in (project / "shop/stats.py").read_text()
    assert main(["coordinate", "--quiet"]) == 1, "nothing is left to do"
