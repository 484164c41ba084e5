"""`velox scan` and `velox rules` as people run them."""

from __future__ import annotations

from pathlib import Path

import pytest

SLOW = "def f(xs: list, ys: list):\n    'é'; return [x for x in xs if x in ys]\n"


def test_findings_and_functions_follow_the_contract(velox, tmp_path: Path) -> None:
    """Relative paths, 1-based lines, columns in characters, ranked functions."""
    tmp_path.joinpath("a.py").write_text(SLOW, encoding="utf-8")
    answer = velox("scan", ".", "--format", "json")
    assert answer.code == 0
    document = answer.document
    assert set(document) == {"summary", "findings", "functions", "hotspots"}
    assert set(document["summary"]) == {"files", "lines", "seconds", "findings", "skipped"}
    (finding,) = document["findings"]
    assert (finding["rule"], finding["path"], finding["line"], finding["column"]) == ("VX101", "a.py", 2, 35)
    assert (finding["end_line"], finding["end_column"], finding["function"]) == (2, 42, "f")
    assert finding["strategy"] == "set-membership"
    (function,) = document["functions"]
    assert (function["name"], function["line"], function["findings"], function["loop_depth"]) == (
        "f",
        1,
        1,
        1,
    )
    assert function["score"] > 0
    assert function["complexity"] == 3


def test_what_cannot_be_read_is_listed_with_the_reason(velox, tmp_path: Path) -> None:
    """A broken file is scanned as far as possible; an undecodable one is left out."""
    tmp_path.joinpath("broken.py").write_text(SLOW + "def g(:\n", encoding="utf-8")
    tmp_path.joinpath("latin.py").write_bytes(b"x = '\xff'\n")
    tmp_path.joinpath(".gitignore").write_text("other.py\n")
    tmp_path.joinpath("other.py").write_text(SLOW)
    document = velox("scan", ".", "--format", "json").document
    reasons = {entry["path"]: entry["reason"] for entry in document["summary"]["skipped"]}
    assert "line 3" in reasons["broken.py"]
    assert "utf-8" in reasons["latin.py"]
    assert "other.py" in reasons
    assert [finding["path"] for finding in document["findings"]] == ["broken.py"]


@pytest.mark.parametrize("path", ["none.py", "empty"])
def test_a_path_that_means_nothing_is_wrong_use(velox, tmp_path: Path, path: str) -> None:
    """Exit code 2 and an error that says what to do."""
    tmp_path.joinpath("empty").mkdir()
    answer = velox("scan", path, "--format", "json")
    assert answer.code == 2
    assert answer.document["error"]["code"] in ("not-found", "no-python-files")


def test_text_names_file_rule_and_reason(velox, tmp_path: Path) -> None:
    """The first screen is readable without colours."""
    tmp_path.joinpath("a.py").write_text(SLOW, encoding="utf-8")
    answer = velox("scan", "a.py")
    assert answer.code == 0
    assert "VX101 list-membership-in-loop" in answer.out
    assert "1 findings in 1 files" in answer.out


def test_rules_are_chosen_by_id_and_prefix(velox, tmp_path: Path) -> None:
    """`--select` narrows, `--ignore` takes away, a typo is an error."""
    tmp_path.joinpath("a.py").write_text(SLOW, encoding="utf-8")
    assert velox("scan", "a.py", "--select", "VX2", "--format", "json").document["findings"] == []
    assert velox("scan", "a.py", "--ignore", "VX101", "--format", "json").document["findings"] == []
    assert velox("scan", "a.py", "--select", "VX999").code == 2


def test_rules_are_listed_and_explained(velox) -> None:
    """With their sections, as the pages have them."""
    rules = velox("rules", "list", "--format", "json").document["rules"]
    assert {"VX101", "VX401", "VX501"} <= {rule["id"] for rule in rules}
    shown = velox("rules", "show", "vx101", "--format", "json").document
    assert shown["name"] == "list-membership-in-loop"
    assert "Why it is slow" in shown["sections"]
    assert velox("rules", "show", "VX999").code == 2
