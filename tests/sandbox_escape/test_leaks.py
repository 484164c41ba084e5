"""Runs leave nothing behind, neither in a row nor at once nor when their parent or their zygote is killed."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest


@pytest.fixture(scope="module")
def report() -> dict[str, Any]:
    """The figures of a short run; a process of its own, since it adopts every orphan below it."""
    command = [sys.executable, str(Path(__file__).with_name("leaks.py")), "--json"]
    done = subprocess.run([*command, "--runs", "320", "--kills", "6"], capture_output=True, text=True)
    assert done.stdout, done.stderr
    return json.loads(done.stdout)


@pytest.mark.parametrize(("name", "least"), [("in_a_row", 320), ("at_once", 320)])
def test_hundreds_of_runs_leave_no_process_descriptor_thread_file_or_memory(
    report: dict[str, Any], name: str, least: int
) -> None:
    found = report[name]
    assert found["runs"] >= least
    assert [found[key] for key in ("alive", "descriptors", "threads", "files")] == [0, 0, 0, 0]
    # A page table here and there; a leak of one frame a run would be hundreds of times as much.
    assert found["kib"] < 2048


@pytest.mark.parametrize("name", ["parents_killed", "zygotes_killed"])
def test_nothing_stays_alive_after_a_kill_at_a_random_moment(report: dict[str, Any], name: str) -> None:
    assert len(report[name]) == 6
    assert float("inf") not in report[name]


def test_a_killed_zygote_is_replaced_each_time(report: dict[str, Any]) -> None:
    assert report["replaced"] == 6
