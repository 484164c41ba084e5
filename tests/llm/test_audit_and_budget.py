"""The record of requests survives crashes and counts what may have been used; `velox audit` shows it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from velox_engine.llm.audit import AuditLog, RequestRecord, today
from velox_engine.llm.budget import Limits, Spent, require_left
from velox_engine.types import VeloxError

PLENTY = Limits(1000, 10**9, 100.0)
RECORD = RequestRecord(
    id="a", time=f"{today()}T10:00:00.000000+00:00", tier="primary", model="openai/x", where="api.example.com",
    remote=True, path="shop.py", function="total", action="caching", bytes=1200, redactions={"Secret Keyword": 2},
    prompt_tokens=400, completion_tokens=2000,
)  # fmt: skip


def test_what_ended_counts_as_used_and_what_did_not_as_feared(tmp_path: Path) -> None:
    """A finished request counts its tokens and cost; one that was cut off counts the most it could have used."""
    log = AuditLog(tmp_path)
    log.begin(RECORD, PLENTY)
    assert log.spent() == Spent(1, 2400, 0.0)
    log.end(replace(RECORD, status="answered", prompt_tokens=380, completion_tokens=120, cost=0.25))
    log.begin(replace(RECORD, id="b"), PLENTY)
    assert log.spent() == Spent(2, 2900, 0.25)
    assert [record.status for record in log.read()] == ["answered", "no end recorded"]


def test_a_line_that_was_cut_off_hides_no_other(tmp_path: Path) -> None:
    """A full disk or a crash may leave half a line; the rest is read."""
    log = AuditLog(tmp_path)
    log.begin(RECORD, PLENTY)
    with (tmp_path / f"{today()}.jsonl").open("a") as file:
        file.write('{"event": "sent", "id": "half\n[]\n')
    log.begin(replace(RECORD, id="b"), PLENTY)
    assert [record.id for record in log.read()] == ["a", "b"]


def test_yesterday_does_not_count(tmp_path: Path) -> None:
    """Budgets are by day."""
    log = AuditLog(tmp_path)
    log.begin(replace(RECORD, time="2020-01-01T00:00:00+00:00"), PLENTY)
    assert log.spent() == Spent(0, 0, 0.0)
    assert log.spent("2020-01-01").requests == 1


def test_nothing_is_written_when_the_budget_is_used_up(tmp_path: Path) -> None:
    """A request that the budget forbids leaves no record, since nothing was sent."""
    log = AuditLog(tmp_path)
    with pytest.raises(VeloxError):
        log.begin(RECORD, Limits(0, 10**9, 1.0))
    assert not list(log.read())


def test_nothing_may_be_sent_that_cannot_be_written_down(tmp_path: Path) -> None:
    """Without a writable record there is no request."""
    (tmp_path / "file").write_text("")
    with pytest.raises(VeloxError) as caught:
        AuditLog(tmp_path / "file" / "audit").begin(RECORD, PLENTY)
    assert caught.value.code == "audit-unusable"


@pytest.mark.parametrize(
    ("spent", "fine"),
    [
        (Spent(9, 0, 0.0), True),
        (Spent(10, 0, 0.0), False),
        (Spent(0, 900, 0.0), True),
        (Spent(0, 901, 0.0), False),
        (Spent(0, 0, 0.99), True),
        (Spent(0, 0, 1.0), False),
    ],
)
def test_limits_are_exact(spent: Spent, fine: bool) -> None:
    """Requests, tokens and dollars each end the day at their limit."""
    limits = Limits(10, 1000, 1.0)
    if fine:
        require_left(spent, limits, 100)
    else:
        with pytest.raises(VeloxError) as caught:
            require_left(spent, limits, 100)
        assert caught.value.code == "llm-budget"


def test_processes_that_write_at_once_lose_nothing(tmp_path: Path) -> None:
    """Four processes write fifty requests each; all two hundred are there."""
    code = (
        "import sys; sys.path[:0] = sys.argv[2:3]\n"
        "from dataclasses import replace\nfrom pathlib import Path\n"
        "from test_audit_and_budget import PLENTY, RECORD\nfrom velox_engine.llm.audit import AuditLog\n"
        "log = AuditLog(Path(sys.argv[1]))\n"
        "for n in range(50): log.begin(replace(RECORD, id=f'{sys.argv[3]}-{n}'), PLENTY)\n"
    )
    command = [sys.executable, "-c", code, str(tmp_path), str(Path(__file__).parent)]
    writers = [subprocess.Popen([*command, str(number)]) for number in range(4)]
    assert [writer.wait(120) for writer in writers] == [0, 0, 0, 0]
    assert AuditLog(tmp_path).spent().requests == 200


def audit(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "VELOX_DATA_DIR": str(folder)}
    command = [sys.executable, "-m", "velox_engine.cli.main", "audit", *arguments]
    return subprocess.run(command, env=environment, cwd=folder, capture_output=True, text=True, check=False)


def test_the_command_shows_where_what_went(tmp_path: Path) -> None:
    """When, where to, which function, bytes, tokens, cost and redactions, as text and as JSON."""
    log = AuditLog(tmp_path / "audit")
    log.begin(RECORD, PLENTY)
    log.end(replace(RECORD, status="answered", prompt_tokens=380, completion_tokens=120, cost=0.25))
    text = audit(tmp_path).stdout
    for part in (
        "api.example.com",
        "shop.py::total",
        "1200 bytes",
        "380 + 120 tokens",
        "$0.2500",
        "2 secrets",
    ):
        assert part in text
    document = json.loads(audit(tmp_path, "--format", "json").stdout)
    assert document["requests"][0]["where"] == "api.example.com"
    assert document["summary"]["remote"] == 1
    assert document["models"]["today"] == {"requests": 1, "tokens": 500, "cost": 0.25}
    summary = json.loads(audit(tmp_path, "--format", "json", "--summary").stdout)
    assert "requests" not in summary
    assert summary["summary"]["redactions"] == 2


def test_the_command_refuses_what_is_no_day(tmp_path: Path) -> None:
    """A wrong day is wrong use, with a hint."""
    answer = audit(tmp_path, "--since", "yesterday")
    assert answer.returncode == 2
    assert "2026-01-31" in answer.stderr
