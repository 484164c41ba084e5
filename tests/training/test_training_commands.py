"""`velox train` and `velox policy` as a person meets them: documents, exit codes and errors."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from velox_engine.cli.main import main


@pytest.fixture(autouse=True)
def data_dir(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("VELOX_DATA_DIR", str(tmp_path / "data"))


def answer(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, dict]:
    code = main([*arguments, "--format", "json"])
    return code, json.loads(capsys.readouterr().out)


def test_status_names_the_shipped_policy(capsys: pytest.CaptureFixture[str]) -> None:
    """Without anything trained here, the policy that ships is active, learned and usable."""
    code, document = answer(capsys, "policy", "status")
    assert code == 0
    assert document["learned"]
    assert document["note"] == ""
    assert document["versions"][0]["name"] == "shipped"
    assert document["versions"][0]["version"] == document["active"]


def test_the_shipped_data_is_sound(capsys: pytest.CaptureFixture[str]) -> None:
    """Every shipped line is a transition of this version, measured on real functions."""
    from velox_engine.training.run import shipped_data

    code, document = answer(capsys, "train", "check", *map(str, shipped_data()))
    assert code == 0
    assert document["bad"] == []
    assert set(document["sources"]) == {"measured"}


def test_evaluate_compares_with_the_alternatives(capsys: pytest.CaptureFixture[str]) -> None:
    """The table has the policy first and the oracle last, over functions that were not trained on."""
    code, document = answer(capsys, "policy", "evaluate")
    names = [row["name"] for row in document["table"]]
    assert code == 0
    assert (names[0], names[-1]) == ("dqn", "oracle")
    assert document["held_out_functions"] >= 20


def test_bad_lines_are_an_answer_not_a_crash(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """`train check` names each bad line and answers with 1."""
    path = tmp_path / "bad.jsonl"
    path.write_text("nonsense\n")
    code, document = answer(capsys, "train", "check", str(path))
    assert code == 1
    assert document["bad"][0]["line"] == 1


@pytest.mark.parametrize(
    ("arguments", "error"),
    [
        (("policy", "rollback"), "nothing-to-roll-back"),
        (("policy", "promote", "absent"), "no-such-policy"),
        (("train", "status", "absent"), "no-such-job"),
        (("train", "collect"), "no-source"),
        (("train", "collect", "no_such_package_anywhere"), "no-such-source"),
        (("train", "collect", "--synthetic", "1", "--dialects", "7"), "bad-argument"),
        (("train", "run", "--gamma", "2"), "bad-hyperparameter"),
        (("train", "check", "absent.jsonl"), "not-readable"),
    ],
)
def test_wrong_use_is_told(
    arguments: tuple[str, ...], error: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """What cannot be done ends with 2 and an error with a code."""
    code, document = answer(capsys, *arguments)
    assert code == 2
    assert document["error"]["code"] == error
