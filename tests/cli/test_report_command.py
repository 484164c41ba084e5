"""`velox report` writes one page that shows every text as text, loads nothing, and has its figures beside it."""

from __future__ import annotations

import json
import re
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest

from velox_engine.cli.main import main
from velox_engine.cli.reports import charts, markdown
from velox_engine.cli.reports.page import page
from velox_engine.cli.reports.side_by_side import rows

HOSTILE = (
    "</style></code><script>alert(1)</script><img src=x onerror='alert(2)'>"
    '" onload="alert(3)|`\u202e\x1b[31m\udcff'
)
DIFF = "--- a/shop.py\n+++ b/shop.py\n@@ -1,3 +1,3 @@\n def f():\n-    return 1\n+    return 2\n \n"


def suggestion(text: str = "") -> dict[str, Any]:
    return {
        "id": "1",
        "strategies": [f"join-strings{text}"],
        "new_function": text,
        "new_source": text,
        "diff": DIFF + f"-{text}\n+{text}\n",
        "speedup": {"median": 20.0, "low": 15.0, "high": 30.0},
        "speedup_typical": {"median": 10.0, "low": 8.0, "high": 12.0},
        "memory_ratio": 2.0,
        "memory_bytes": {"before": 4096, "after": 2048},
        "scaling": {
            "before": 2.0,
            "after": 1.0,
            "points": {"before": [[64, 1e-4], [128, 4e-4]], "after": [[64, 1e-5], [128, 2e-5], [256, 4e-5]]},
        },
        "sizes": [64, 128],
        "crossover": None,
        "call_seconds": 4e-4,
        "evidence": {
            "inputs": 200,
            "exceptions": 3,
            "recorded": 2,
            "wide_inputs": 9,
            "coverage": 1.0,
            "strength": 1.0,
            "mutants": {"killed": 9, "planted": 9},
            "tests": text or None,
            "sandbox": f"strict{text}",
        },
        "caveats": [{"says": text, "inputs": text, "old": text, "new": text}] if text else [],
        "confidence": 1.0,
        "reward": 0.5,
        "reason": f"join the pieces{text}; 20× faster",
        "weakly_checked": bool(text),
    }


def report(text: str = "") -> dict[str, Any]:
    """A report in which every text that comes from code or a file name holds `text`."""
    path, name = f"shop{text}.py", f"render{text}"
    finding = {"rule": "VX201", "name": "string-concat", "path": path, "line": 3, "column": 5, "end_line": 3}
    finding |= {
        "end_column": 9,
        "function": name,
        "message": f"slow{text}",
        "severity": "info",
        "cost": f"O(n²){text}",
    }
    ranked = {
        "path": path,
        "name": name,
        "line": 2,
        "complexity": 3,
        "maintainability": 80.0,
        "loop_depth": 1,
    }
    ranked |= {"cost": f"O(n²){text}", "findings": 1, "score": 4.5}
    attempt = {"strategy": f"s{text}", "status": "refuted", "reason": text, "seconds": 0.1}
    attempt["counterexample"] = {"says": text, "inputs": text, "old": text, "new": text}
    functions = [
        {"path": path, "name": name, "status": "improved", "reason": text, "suggestions": [suggestion(text)]},
        {"path": path, "name": name, "status": "unchanged", "reason": f"why{text}", "suggestions": []},
    ]
    summary = {
        "files": 1,
        "lines": 9,
        "seconds": 0.1,
        "findings": 1,
        "skipped": [{"path": path, "reason": text}],
    }
    return {
        "title": f"Performance of a shop{text}",
        "created": "2026-01-02 03:04:05 +0000",
        "version": "1",
        "scan": {"summary": summary, "findings": [finding], "functions": [ranked]},
        "optimize": {
            "summary": {"functions": 2},
            "functions": [{**function, "tried": [attempt]} for function in functions],
        },
    }


class _Elements(HTMLParser):
    """All elements and attributes of a page, as a browser would see them."""

    def __init__(self) -> None:
        super().__init__()
        self.elements: set[str] = set()
        self.attributes: set[str] = set()
        self.text: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.add(tag)
        self.attributes.update(name for name, _ in attrs)

    def handle_data(self, data: str) -> None:
        self.text.append(data)


def read(text: str) -> _Elements:
    found = _Elements()
    found.feed(text)
    return found


def test_hostile_names_and_sources_add_no_element_and_no_attribute() -> None:
    """The page of a hostile project has the elements of a harmless one's, and the hostile text to read."""
    harmless, hostile = read(page(report(" plain"))), read(page(report(HOSTILE)))
    assert hostile.elements == harmless.elements
    assert hostile.attributes == harmless.attributes
    assert not {"script", "img", "link", "iframe", "object", "a href"} & hostile.elements
    assert "<script>alert(1)</script>" in "".join(hostile.text)


def test_signs_that_mislead_the_eye_are_written_out() -> None:
    """A sign that turns the text around, an escape sequence and an undecodable byte show as their codes."""
    for text in (page(report(HOSTILE)), markdown.text(report(HOSTILE))):
        assert "\u202e" not in text
        assert "\x1b" not in text
        assert "⟨U+202E⟩" in text
        text.encode("utf-8")


def test_hostile_text_stays_text_in_markdown() -> None:
    """Outside of fenced code no angle bracket, bar or backtick of the code is left as it is."""
    outside = re.sub(
        r"^(`{3,})diff\n.*?\n\1$", "", markdown.text(report(HOSTILE)), flags=re.DOTALL | re.MULTILINE
    )
    assert "`" not in outside
    assert set(re.findall(r"<[^>]*>", outside)) == {"<code>", "</code>"}
    tables = [line for line in outside.splitlines() if line.startswith("|")]
    assert {line.count("|") for line in tables} <= {4, 6}, "no cell was split in two"


def test_a_fence_in_the_source_does_not_end_the_block() -> None:
    """The fence is longer than any run of backticks in the diff."""
    given = report()
    given["optimize"]["functions"][0]["suggestions"][0]["diff"] += "+````\n+# heading\n"
    assert "\n`````diff\n" in markdown.text(given)


def test_the_page_forbids_what_it_does_not_hold() -> None:
    """Its policy allows one style sheet by digest and nothing else; there is no address in it to load from."""
    text = page(report())
    assert "default-src 'none'; style-src 'sha256-" in text
    assert not re.search(r"(src|href)=\"(?!#)", text)
    assert "url(" not in text
    assert "@import" not in text


def test_every_plot_says_in_words_what_it_shows() -> None:
    """Time with its interval, memory and growth are drawn, and named for those who do not see them."""
    one = suggestion()
    assert 'aria-label="Time of one call: before 400 µs, after 20.0 µs"' in charts.runtime(
        4e-4, one["speedup"]
    )
    assert 'class="interval"' in charts.runtime(4e-4, one["speedup"])
    assert "before 4.00 KiB, after 2.00 KiB" in charts.memory(one["memory_bytes"])
    growth = charts.growth(one)
    assert growth.count('class="interval"') == 2, "one interval at each size that was timed in pairs"
    assert "~ n^2.0" in growth
    assert charts.growth({**one, "scaling": {"before": None, "after": None}}) == ""


def test_a_diff_stands_side_by_side() -> None:
    """Removed lines stand beside the added ones, with their own numbers; what lies between hunks is a gap."""
    found = list(rows(DIFF + "@@ -9,2 +9,3 @@\n same\n+new\n+er\n"))
    assert [row.kind for row in found] == ["same", "changed", "same", "gap", "same", "changed", "changed"]
    changed = found[1]
    assert changed.old is not None
    assert changed.new is not None
    assert (changed.old.number, changed.old.text, changed.new.text) == (2, "    return 1", "    return 2")
    assert found[-1].old is None


def test_results_of_earlier_runs_become_a_report(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """From the JSON of scan and optimize, three files are written, and nothing is run."""
    monkeypatch.chdir(tmp_path)
    given = report()
    for name in ("scan", "optimize"):
        (tmp_path / f"{name}.json").write_text(json.dumps(given[name]))
    options = ["--scan-results", "scan.json", "--optimize-results", "optimize.json", "--output", "out"]
    assert main(["report", "--format", "json", *options]) == 0
    assert json.loads(capsys.readouterr().out) == {"written": ["out.html", "out.md", "out.json"]}
    assert json.loads((tmp_path / "out.json").read_text())["optimize"] == given["optimize"]
    assert "20.0× [15.0, 30.0] faster" in (tmp_path / "out.html").read_text()
    assert "20.0× [15.0, 30.0] faster" in (tmp_path / "out.md").read_text()


@pytest.mark.parametrize(
    "text", ["", "[]", '{"summary": {}, "findings": [{}], "functions": [{"findings": 1}]}']
)
def test_results_that_are_none_are_an_error(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], text: str
) -> None:
    """A file of something else is named as the mistake, and nothing is written."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "scan.json").write_text(text)
    assert main(["report", "--scan-results", "scan.json"]) == 2
    assert "--format json" in capsys.readouterr().err
    assert not list(tmp_path.glob("velox-report*"))


def test_a_project_is_scanned_and_its_hottest_function_rewritten(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Without results the command scans, optimises as many functions as asked, and reports both."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("VELOX_DATA_DIR", str(tmp_path / "data"))
    (tmp_path / "shop.py").write_text(
        "def cheapest(prices: list[int]) -> int:\n    return sorted(prices)[0]\n\n\n"
        "def dearest(prices: list[int]) -> int:\n    return sorted(prices)[-1]\n"
    )
    assert main(["report", "--quiet", "--functions", "1", "--no-model"]) == 0
    found = json.loads((tmp_path / "velox-report.json").read_text())
    assert found["scan"]["summary"]["findings"] == 2
    assert [function["status"] for function in found["optimize"]["functions"]] == ["improved"]
    text = (tmp_path / "velox-report.html").read_text()
    assert '<td class="plus">    return ' in text
    assert "Time against size" in text
