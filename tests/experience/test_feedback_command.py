"""`velox feedback` lists what was recorded and shares it without code, and says what is wrong with bad input."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from velox_engine.cli.main import main
from velox_engine.experience import ExperienceStore, SuggestionRecord


@pytest.fixture(autouse=True)
def store_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A store of this test's own."""
    monkeypatch.setenv("VELOX_DATA_DIR", str(tmp_path / "data"))
    return tmp_path / "data"


def fill() -> None:
    with ExperienceStore.open() as store:
        store.record_suggestion(
            SuggestionRecord(
                id="s1",
                path="secret/shop.py",
                function="dedupe",
                strategies=("ordered-dedupe",),
                speedup=(14.2, 13.0, 15.1),
                new_function="def dedupe(secret): ...",
            )
        )
        store.record_feedback("s1", "accepted", occasion="o1", origin="editor", note="secret thought")
        store.record_feedback("s1", "reverted", occasion="o1", origin="editor")


def test_empty_store_lists_nothing(capsys: pytest.CaptureFixture[str]) -> None:
    """With nothing recorded the text says how to begin, and the JSON is an empty list."""
    assert main(["feedback", "list"]) == 0
    assert "no feedback yet" in capsys.readouterr().out
    assert main(["feedback", "list", "--format", "json"]) == 0
    assert json.loads(capsys.readouterr().out)["feedback"] == []


def test_listing_names_function_strategy_and_figure(capsys: pytest.CaptureFixture[str]) -> None:
    """Text and JSON show what was done to which suggestion, newest first; a kind and a number narrow it."""
    fill()
    assert main(["feedback", "list"]) == 0
    shown = capsys.readouterr().out
    assert "accepted  secret/shop.py::dedupe  ordered-dedupe  14.20×" in shown
    assert main(["feedback", "list", "--format", "json"]) == 0
    document = json.loads(capsys.readouterr().out)
    assert [entry["kind"] for entry in document["feedback"]] == ["reverted", "accepted"]
    assert document["summary"] == {"total": 2, "accepted": 1, "edited": 0, "rejected": 0, "reverted": 1}
    assert main(["feedback", "list", "--format", "json", "--kind", "accepted", "--limit", "1"]) == 0
    assert len(json.loads(capsys.readouterr().out)["feedback"]) == 1


def test_export_shares_no_code_and_import_takes_it_once(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Exported lines hold no path, note or source; a second store takes them once."""
    fill()
    file = tmp_path / "feedback.jsonl"
    assert main(["feedback", "export", str(file)]) == 0
    assert "secret" not in file.read_text()
    assert len(file.read_text().splitlines()) == 2
    monkeypatch.setenv("VELOX_DATA_DIR", str(tmp_path / "other"))
    capsys.readouterr()
    for expected in (2, 0):
        assert main(["feedback", "import", str(file), "--format", "json"]) == 0
        assert json.loads(capsys.readouterr().out)["imported"] == expected


@pytest.mark.parametrize(
    ("content", "words"),
    [
        ("{", "line 1 is not JSON"),
        ("\n[]", "line 2 is not an object"),
        ('{"suggestion": "s"}', "has no text 'occasion'"),
        ('{"suggestion": "s", "occasion": "", "kind": "loved", "timestamp": "t"}', "unknown kind 'loved'"),
    ],
)
def test_bad_import_is_refused_whole(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], content: str, words: str
) -> None:
    """A line that is wrong is named, and nothing of the file is taken."""
    good = '{"suggestion": "g", "occasion": "", "kind": "accepted", "timestamp": "t"}\n'
    file = tmp_path / "feedback.jsonl"
    file.write_text(content + "\n" + good)
    assert main(["feedback", "import", str(file), "--format", "json"]) == 2
    error = json.loads(capsys.readouterr().out)["error"]
    assert error["code"] == "bad-feedback"
    assert words in error["message"]
    with ExperienceStore.open() as store:
        assert store.list_feedback() == []


@pytest.mark.parametrize(
    "arguments", [["list", "--limit", "0"], ["import", "/nowhere.jsonl"], ["export", "/nowhere/x.jsonl"]]
)
def test_wrong_use_is_a_clear_error(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    """A senseless limit and files that are not there end with 2 and a sentence."""
    assert main(["feedback", *arguments]) == 2
    assert "velox:" in capsys.readouterr().err
