"""`velox check` fails on what is new, and tells build servers in their own formats."""

from __future__ import annotations

import json
from pathlib import Path
from xml.etree import ElementTree

import pytest

from velox_engine.cli.main import main

SLOW = (
    "def unique(names: list) -> list:\n    found = []\n    for name in names:\n"
    "        if name not in found:\n            found.append(name)\n    return found\n"
)


@pytest.fixture
def shop(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with one slow function, as the current folder."""
    (tmp_path / "shop.py").write_text(SLOW)
    monkeypatch.chdir(tmp_path)
    return tmp_path


def check(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, str]:
    code = main(["check", "--quiet", *arguments])
    return code, capsys.readouterr().out


def test_findings_fail_and_a_baseline_makes_them_known(
    shop: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Once written down, findings pass, also when lines are put in front of them; a new one fails alone."""
    assert check(capsys)[0] == 1
    assert check(capsys, "--write-baseline")[0] == 0
    assert check(capsys)[0] == 0
    (shop / "shop.py").write_text("import os\n\n\n" + SLOW)
    assert check(capsys)[0] == 0
    (shop / "shop.py").write_text(SLOW + "\n\n" + SLOW.replace("unique", "again"))
    code, out = check(capsys, "--format", "json")
    document = json.loads(out)
    assert code == 1
    assert {finding["function"] for finding in document["findings"]} == {"again"}
    assert document["summary"]["known"] == document["summary"]["new"] > 0


def test_a_copy_of_a_known_finding_is_new(shop: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """As many as were known stay known; one more of the same look is reported."""
    check(capsys, "--write-baseline")
    body = SLOW.split("\n", 1)[1]
    (shop / "shop.py").write_text(
        SLOW.replace("    return found\n", "") + body.replace("found = []", "found = []")
    )
    assert check(capsys)[0] == 1


def test_findings_that_were_mended_are_counted(shop: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A baseline that knows more than there is says so, and passes."""
    check(capsys, "--write-baseline")
    (shop / "shop.py").write_text("x = 1\n")
    code, out = check(capsys, "--format", "json")
    assert (code, json.loads(out)["summary"]["gone"] > 0) == (0, True)


def test_severity_decides_what_fails(shop: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Findings below the bar are reported and do not fail."""
    (shop / "shop.py").write_text("def f(xs):\n    return sorted(xs)[0]\n")
    code, out = check(capsys, "--format", "json")
    severities = {finding["severity"] for finding in json.loads(out)["findings"]}
    assert code == 1
    assert severities, "there is a finding"
    assert check(capsys, "--fail-on", "warning")[0] == int("warning" in severities)


def test_sarif_names_rules_places_and_fingerprints(shop: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The log has what code hosts need: rule, place, and a fingerprint that does not depend on the line."""
    first = json.loads(check(capsys, "--format", "sarif")[1])
    (shop / "shop.py").write_text("\n\n" + SLOW)
    second = json.loads(check(capsys, "--format", "sarif")[1])
    one, other = first["runs"][0]["results"][0], second["runs"][0]["results"][0]
    rules = first["runs"][0]["tool"]["driver"]["rules"]
    assert rules[one["ruleIndex"]]["id"] == one["ruleId"]
    place = one["locations"][0]["physicalLocation"]
    assert place["artifactLocation"]["uri"] == "shop.py"
    assert (
        other["locations"][0]["physicalLocation"]["region"]["startLine"] == place["region"]["startLine"] + 2
    )
    assert one["partialFingerprints"] == other["partialFingerprints"]


def test_other_formats_are_well_formed(shop: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """JUnit is XML with a failure a file, GitHub's annotations name the line, JSON lines are one finding each."""
    suite = ElementTree.fromstring(check(capsys, "--format", "junit")[1].split("\n", 1)[1])
    assert suite.get("failures") == "1"
    annotation = check(capsys, "--format", "github")[1].splitlines()[0]
    assert annotation.startswith(("::warning file=shop.py,line=", "::notice file=shop.py,line="))
    lines = check(capsys, "--format", "jsonl")[1].splitlines()
    assert all(json.loads(line)["path"] == "shop.py" for line in lines)
    (shop / "shop.py").write_text("x = 1\n")
    assert (
        ElementTree.fromstring(check(capsys, "--format", "junit")[1].split("\n", 1)[1]).get("failures") == "0"
    )


@pytest.mark.parametrize("text", ["", "[]", '{"version": 9}', '{"version": 1, "findings": [{"path": 3}]}'])
def test_a_broken_baseline_is_an_error_that_says_what_to_do(
    shop: Path, capsys: pytest.CaptureFixture[str], text: str
) -> None:
    """Nothing passes because the baseline could not be read."""
    (shop / ".velox-baseline.json").write_text(text)
    assert main(["check", "--quiet"]) == 2
    assert "write it again" in capsys.readouterr().err
