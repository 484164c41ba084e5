"""Ctrl-C and SIGTERM in the middle of `velox verify` and `velox optimize`: what was done is said, nothing is left."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from velox_engine.advisor.comparison import Comparison
from velox_engine.cli import main, verify
from velox_engine.types import Evidence, Verdict

# Each call takes long enough for the search for inputs to be under way when the signal comes.
SLOW = """\
def slowest(values: list[int]) -> int:
    best = 0
    for first in values:
        for second in range(60_000):
            if first in values:
                best = max(best, first + second)
    return best
"""


VERIFY = ("verify", "slow.py", "new.py", "--function", "slowest")
OPTIMIZE = ("optimize", "slow.py::slowest")


@pytest.mark.parametrize(
    ("command", "sent"), [(VERIFY, "Ctrl-C"), (OPTIMIZE, "Ctrl-C"), (OPTIMIZE, "SIGTERM")]
)
def test_a_signal_ends_the_run_and_leaves_nothing(
    tmp_path: Path, command: tuple[str, ...], sent: str
) -> None:
    """No process, folder or change is left, whether a terminal signals the whole group or somebody the one process."""
    project, scratch = tmp_path / "project", tmp_path / "scratch"
    project.mkdir()
    scratch.mkdir()
    (project / "slow.py").write_text(SLOW)
    (project / "new.py").write_text(SLOW.replace("max(best, first + second)", "max(first + second, best)"))
    data = str(tmp_path / "data")
    started = subprocess.Popen(
        [sys.executable, "-m", "velox_engine.cli.main", *command],
        cwd=project,
        env={**os.environ, "VELOX_DATA_DIR": data, "TMPDIR": str(scratch)},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
        # What runs in the background ignores Ctrl-C and hands that on; a person's terminal does not.
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
    )
    with started as process:
        sandboxes = _wait_for_sandbox(process)
        if sent == "Ctrl-C":
            os.killpg(process.pid, signal.SIGINT)
        else:
            process.terminate()
        _, err = process.communicate(timeout=20)
    assert process.returncode == 130
    assert "cancelled with 0" in err
    assert "Traceback" not in err
    _wait_until_gone(sandboxes)
    assert list(scratch.iterdir()) == []
    assert sorted(path.name for path in project.iterdir()) == ["new.py", "slow.py"]
    assert (project / "slow.py").read_text() == SLOW


def test_cancelled_verify_says_what_it_found_so_far(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Verdicts of functions that were finished are told, and how many there would have been."""
    (tmp_path / "old.py").write_text("def f(n):\n    return n\n\n\ndef g(n):\n    return n\n")
    (tmp_path / "new.py").write_text("def f(n):\n    return +n\n\n\ndef g(n):\n    return +n\n")
    finished = iter(["f"])

    def compare(_verifier: object, _old: object, _new: object, function: str, **_more: object) -> Comparison:
        if function not in finished:
            raise KeyboardInterrupt
        return Comparison("old.py", function, Verdict("refuted", "results differ", Evidence()))

    monkeypatch.setattr(verify, "compare", compare)
    monkeypatch.chdir(tmp_path)
    assert main.main(["verify", "old.py", "new.py"]) == 130
    err = capsys.readouterr().err
    assert "f: refuted: results differ" in err
    assert "cancelled with 1 of 2 functions compared" in err


def _wait_for_sandbox(process: subprocess.Popen[str]) -> list[int]:
    """The processes that confine the code, once there are some."""
    while process.poll() is None:
        found = [pid for pid in _processes() if _parent(pid) == process.pid and _is_sandbox(pid)]
        if found:
            time.sleep(0.2)  # into the middle of what they do
            return found
        time.sleep(0.02)
    raise AssertionError(f"it ended before a sandbox was started: {process.communicate()}")


def _wait_until_gone(pids: list[int]) -> None:
    """Return once none of the processes runs; the time limit of the test ends the wait otherwise."""
    deadline = time.monotonic() + 10
    while any(_runs(pid) for pid in pids):
        assert time.monotonic() < deadline, "a sandbox outlived the command"
        time.sleep(0.02)


def _processes() -> list[int]:
    return [int(entry.name) for entry in Path("/proc").iterdir() if entry.name.isdigit()]


def _state(pid: int) -> list[str]:
    """State, parent, … of a process, nothing when it is gone."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return []


def _parent(pid: int) -> int:
    fields = _state(pid)
    return int(fields[1]) if fields else 0


def _is_sandbox(pid: int) -> bool:
    try:
        return "velox_engine/verify/sandbox" in Path(f"/proc/{pid}/cmdline").read_text()
    except OSError:
        return False


def _runs(pid: int) -> bool:
    fields = _state(pid)
    return bool(fields) and fields[0] != "Z"
