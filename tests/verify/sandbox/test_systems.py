"""macOS and Windows: what Velox generates for them, what it refuses there, and runs as processes of their own."""

from __future__ import annotations

import ctypes
import os
import re
import struct
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from velox_engine.types import VeloxError
from velox_engine.verify.sandbox import (
    Case,
    Environment,
    Limits,
    LoadFailure,
    Program,
    Sandbox,
    call_all,
    macos,
    probe,
    spawned,
    windows,
)
from velox_engine.verify.sandbox.macos import Usage
from velox_engine.verify.sandbox.spawned import Spawner


def program(source: str, function: str = "f") -> Program:
    return Program(source, "/project/module.py", "project_module", "", function)


@pytest.fixture(scope="module")
def alone() -> Iterator[Sandbox]:
    """A sandbox that starts a process for each run, as systems without fork do."""
    limits = Limits(call_seconds=1.5)
    with Sandbox(Environment(sys.executable), limits, system="other", allow_unconfined=True) as made:
        yield made


# -- runs as processes of their own ---------------------------------------------------------------------------------


def test_a_run_of_its_own_gives_the_same_bytes_as_a_fork(alone: Sandbox, sandbox: Sandbox) -> None:
    source = program(
        "import collections, decimal\ndef f(x, y=2):\n    print(x)\n    x.append(y)\n"
        "    return [collections.Counter(x), decimal.Decimal(y), (n * y for n in x)]"
    )
    cases = [Case(([1, 2],)), Case(([],), {"y": 5}), Case((3,))]
    mine, theirs = call_all(sandbox, source, cases), call_all(alone, source, cases)
    assert [one.kind for one in theirs] == ["returned", "returned", "raised"]
    assert [one.payload for one in mine] == [one.payload for one in theirs]


def test_each_bad_end_is_told_apart_without_the_help_of_linux(alone: Sandbox) -> None:
    for source, kind, detail in (
        ("import os\ndef f(): os._exit(3)", "crashed", "status 3"),
        ("import os\ndef f(): os.kill(os.getpid(), 9)", "crashed", "SIGKILL"),
        ("def f():\n    while True: pass", "timeout", "no result"),
        ("import os\ndef f():\n    for n in range(3, 20):\n        try: os.close(n)\n        except OSError: pass",
         "crashed", ""),
    ):  # fmt: skip
        outcome = call_all(alone, program(source), [Case(())])[0]
        assert outcome.kind == kind
        assert detail in outcome.detail
    with pytest.raises(LoadFailure, match="ZeroDivisionError"):
        call_all(alone, program("1 / 0"), [Case(())])


def test_large_batches_flow_through_the_threads_and_calls_are_timed(alone: Sandbox) -> None:
    with alone.start(program("def f(xs): return xs * 2")) as run:
        outcomes = run.call([Case(([n] * 5000,)) for n in range(100)])
        assert {outcome.kind for outcome in outcomes} == {"returned"}
        little, much = run.time([Case(([0] * 10,))] * 3), run.time([Case(([0] * 500_000,))] * 3)
        assert much.cpu_seconds > little.cpu_seconds
        assert run.peak(Case(([0] * 500_000,)))[0] > 4_000_000


def test_nothing_of_it_stays_behind(alone: Sandbox) -> None:
    call_all(alone, program("def f(): return 1"), [Case(())])
    before = len(os.listdir("/proc/self/fd"))
    pids = []
    for _ in range(5):
        with alone.start(program("def f():\n    while True: pass")) as run:
            pids.append(run.pid)
            assert run.call([Case(())], seconds=0.05)[0].kind == "timeout"
    assert len(os.listdir("/proc/self/fd")) == before
    assert not [pid for pid in pids if Path(f"/proc/{pid}").exists()]


def test_a_run_that_grows_past_its_memory_is_ended_by_whoever_watches(
    alone: Sandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    used = [0]
    monkeypatch.setattr(spawned, "_meter", lambda system, process: lambda: Usage(0.0, used[0]))
    with alone.start(program("import time\ndef f(): time.sleep(5)")) as run:
        used[0] = 1 << 40
        outcome = run.call([Case(())])[0]
    assert (outcome.kind, outcome.detail) == ("crashed", "needed more memory than the limit")


@pytest.mark.parametrize("system", ["macos", "windows", "other"])
def test_other_systems_are_refused_unless_asked_for_and_say_why(system: spawned.System) -> None:
    with Sandbox(Environment(sys.executable), system=system) as made:
        with pytest.raises(VeloxError) as caught:
            made.start(program("def f(): return 1"))
        assert caught.value.code == "unconfined"
        assert "doctor" in caught.value.hint
    with Sandbox(Environment(sys.executable), system=system, allow_unconfined=True) as made:
        assert made.level.startswith("partial" if system == "macos" else "unconfined")


def test_the_probe_attempts_the_acts_there_too_and_finds_them_open() -> None:
    report = probe(sys.executable, system="other")
    assert not report.safe
    assert {item.name for item in report.capabilities if not item.confined} >= {"fs_read", "fs_write", "net"}


# -- macOS -----------------------------------------------------------------------------------------------------------


def _rules(text: str) -> list[str]:
    return [line for line in text.splitlines() if line]


def test_the_profile_denies_all_but_reading_and_running_the_interpreter() -> None:
    rules = _rules(macos.profile(["/usr/bin/python3"], ["/Users/me/project"]))
    assert rules[:2] == ["(version 1)", "(deny default)"]
    allowed = {rule.split()[1].rstrip(")") for rule in rules if rule.startswith("(allow")}
    assert allowed == {
        "process-exec*", "file-read*", "file-read-metadata", "file-write-data", "signal", "sysctl-read",
    }  # fmt: skip
    assert {"(deny network*)", "(deny file-write*)", "(deny process-fork)"} <= set(rules)
    assert '(allow file-write-data (literal "/dev/null"))' in rules
    assert all(rule.count("(") == rule.count(")") for rule in rules)


def test_only_the_named_folders_are_readable_and_those_above_only_to_be_passed() -> None:
    rules = _rules(macos.profile(["/opt/py/bin/python"], ["/Users/me/project"]))
    reading = " ".join(rule for rule in rules if rule.startswith("(allow file-read* "))
    assert '(subpath "/Users/me/project")' in reading
    assert "(literal" in reading
    assert not re.search(r'\((subpath|literal) "(/|/Users|/Users/me)"\)', reading)
    above = next(rule for rule in rules if "file-read-metadata" in rule)
    assert '(literal "/Users/me")' in above
    assert "subpath" not in above


def test_a_path_cannot_write_rules_of_its_own() -> None:
    evil = '/Users/me/x") (allow default) (literal "'
    rules = _rules(macos.profile(["/usr/bin/python3"], [evil, "/a\\b"]))
    assert '(subpath "/Users/me/x\\") (allow default) (literal \\"")' in " ".join(rules)
    assert '(subpath "/a\\\\b")' in " ".join(rules)
    assert "(allow default)" not in rules
    with pytest.raises(ValueError, match="NUL"):
        macos.quoted("a\0b")


def test_the_use_of_a_process_is_read_from_the_kernels_structure() -> None:
    raw = bytes(16) + struct.pack("=10Q", 2_000, 1_000, 9, 9, 9, 9, 77 << 20, 9, 9, 9)
    assert macos.read_usage(raw, 1e-6) == Usage(0.003, 77 << 20)


def test_a_run_on_macos_goes_through_sandbox_exec(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A stand-in notes the profile and starts the interpreter, so that the whole way is walked."""
    stand_in, seen = tmp_path / "sandbox-exec", tmp_path / "profile"
    stand_in.write_text(f'#!/bin/sh\n[ "$1" = -p ] || exit 9\nprintf %s "$2" > {seen}\nshift 2\nexec "$@"\n')
    stand_in.chmod(0o755)
    monkeypatch.setattr(macos, "SANDBOX_EXEC", str(stand_in))
    monkeypatch.setattr(macos, "usage", lambda pid: Usage(time.process_time(), 0))
    environment = Environment(sys.executable, root=str(tmp_path))
    with Sandbox(environment, system="macos", allow_unconfined=True) as made:
        assert call_all(made, program("def f(): return 7"), [Case(())])[0].text() == "returned 7"
        assert made.layers == {"sandbox-exec"}
    text = seen.read_text()
    assert f'(subpath "{tmp_path.resolve()}")' in text
    assert "(deny default)" in text


# -- Windows ---------------------------------------------------------------------------------------------------------


@pytest.mark.skipif(sys.maxsize < 1 << 32, reason="the sizes are those of 64-bit Windows")
def test_the_job_structures_have_the_layout_of_the_windows_headers() -> None:
    assert ctypes.sizeof(windows.BasicLimits) == 64
    assert ctypes.sizeof(windows.ExtendedLimits) == 144
    assert windows.BasicLimits.LimitFlags.offset == 16
    assert windows.BasicLimits.ActiveProcessLimit.offset == 40
    assert windows.ExtendedLimits.ProcessMemoryLimit.offset == 112
    assert windows.ExtendedLimits.JobMemoryLimit.offset == 120


def test_the_job_bounds_memory_time_and_processes_and_dies_with_velox() -> None:
    made = windows.limits(memory_bytes=512 << 20, cpu_seconds=3)
    basic = made.BasicLimitInformation
    assert basic.LimitFlags == 0x2 | 0x8 | 0x100 | 0x200 | 0x400 | 0x2000
    assert basic.ActiveProcessLimit == 1
    assert basic.PerProcessUserTimeLimit == 30_000_000
    assert made.ProcessMemoryLimit == made.JobMemoryLimit == 512 << 20


def test_windows_counts_time_in_tenths_of_a_microsecond() -> None:
    assert windows.FileTimes(kernel=5_000_000, user=10_000_000).seconds == 1.5


def test_on_windows_the_base_interpreter_is_started_in_the_name_of_the_environment(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """A virtual environment's python.exe would start a second process, which the job refuses."""
    started: list[tuple[list[str], dict[str, str]]] = []
    real = spawned.subprocess.Popen

    def note(command: list[str], **options: object) -> object:
        started.append((command, options["env"]))  # type: ignore[arg-type]
        return real(command, **options)  # type: ignore[call-overload]

    monkeypatch.setattr(spawned, "_guard", lambda system, process, limits: process.kill)
    spawner = Spawner(sys.executable, hash_seed=0, system="windows")
    monkeypatch.setattr(spawned.subprocess, "Popen", note)
    line = spawner.start({"readable": [], "preload": [], "limits": {}}, Limits())
    line.close()
    command, variables = started[0]
    assert command[0] == spawner.facts["base"]
    assert variables["__PYVENV_LAUNCHER__"] == spawner.executable
