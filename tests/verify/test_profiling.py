"""`velox profile`: processor time of all processes of a command, in a file that findings are weighed by."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from velox_engine.cli.main import main
from velox_engine.verify.profiling import profile_command
from velox_engine.workspace.profiles import Profile, read_profile

WORK = """\
import multiprocessing, os, subprocess, sys, threading, time

def hot(n):
    total = 0
    for i in range(n):
        total += i * i % 7
    return total

def waits():
    time.sleep(0.4)

def in_fork(n):
    return hot(n)

def in_thread(n):
    return hot(n)

def in_child(n):
    return hot(n)

def recurses(depth, n):
    return recurses(depth - 1, n) if depth else hot(n)

def uses(function, *arguments):
    before = time.process_time()
    function(*arguments)
    return time.process_time() - before
"""


def share(profile: Profile, name: str) -> float:
    """The part of the run that was spent in a function and what it called."""
    total = sum(entry.total for entry in profile.entries if entry.frame.name.rpartition(".")[2] == name)
    return total / profile.seconds


def profiled(folder: Path, script: str) -> Profile:
    path = folder / "work.py"
    path.write_text(WORK + script)
    target = folder / "out.json"
    assert profile_command([sys.executable, str(path)], target, interval=0.002).exit_code == 0
    return read_profile(target)


def test_threads_forks_and_children_are_counted_and_waiting_is_not(tmp_path: Path) -> None:
    """The same work in a thread, a forked process that ends without ceremony, and another interpreter."""
    profile = profiled(
        tmp_path,
        "if len(sys.argv) > 1:\n    in_child(3_000_000)\n    sys.exit()\n"
        "t = threading.Thread(target=in_thread, args=(3_000_000,))\n"
        "t.start(); t.join()\n"
        "waits()\n"
        "pid = os.fork()\n"
        "if not pid:\n    in_fork(3_000_000)\n    time.sleep(0.3)\n    os._exit(0)\n"
        "os.waitpid(pid, 0)\n"
        "subprocess.run([sys.executable, __file__, 'x'], check=True)\n",
    )
    assert len(json.loads((tmp_path / "out.json").read_text())["profiles"]) == 3
    for name in ("in_thread", "in_fork", "in_child"):
        assert 0.15 < share(profile, name) < 0.55, name
    assert share(profile, "hot") > 0.8
    assert share(profile, "waits") < 0.05


def test_seconds_are_those_of_the_process_and_recursion_counts_once(tmp_path: Path) -> None:
    """What is seen adds up to the processor time that the process itself counts."""
    profile = profiled(
        tmp_path,
        f"used = uses(recurses, 50, 8_000_000)\nopen({str(tmp_path / 'used')!r}, 'w').write(str(used))\n",
    )
    used = float((tmp_path / "used").read_text())
    seen = sum(entry.own for entry in profile.entries if entry.frame.name == "hot")
    assert 0.8 * used < seen < 1.1 * used
    assert share(profile, "recurses") <= 1.0


def test_what_the_program_prints_and_how_it_ends_stay_the_same(tmp_path: Path) -> None:
    """Its own `sitecustomize` is loaded, its exit code kept; no warning about threads is printed at a fork."""
    (tmp_path / "sitecustomize.py").write_text("print('own start')\n")
    path = tmp_path / "work.py"
    path.write_text(
        "import os, sys, warnings\nwarnings.simplefilter('always')\n"
        "pid = os.fork()\n"
        "if not pid:\n    os._exit(0)\nos.waitpid(pid, 0)\nprint(len(sys.path) > 0)\n"
        "for i in range(5_000_000):\n    pass\nsys.exit(7)\n"
    )
    done = subprocess.run(
        [
            sys.executable,
            "-m",
            "velox_engine.cli.main",
            "profile",
            "--quiet",
            "--",
            sys.executable,
            "work.py",
        ],
        cwd=tmp_path,
        env={"PYTHONPATH": str(tmp_path), "PATH": "/usr/bin:/bin", "VELOX_DATA_DIR": str(tmp_path)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 1
    assert "own start\nTrue" in done.stdout
    assert "exit code 7" in done.stdout
    assert "DeprecationWarning" not in done.stderr


def test_a_profile_weighs_findings(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    """From the command to the scan: of two equal functions the one that ran is the warning."""
    monkeypatch.chdir(tmp_path)
    body = (
        "(names: list) -> list:\n    found = []\n    for name in names:\n"
        "        if name not in found:\n            found.append(name)\n    return found\n\n\n"
    )
    (tmp_path / "pyproject.toml").write_text("")
    (tmp_path / "shop.py").write_text(f"def unused{body}def hot{body}")
    (tmp_path / "main.py").write_text("import shop\nshop.hot(list(range(6000)))\n")
    assert main(["profile", "--format", "json", "--", sys.executable, "main.py"]) == 0
    document = json.loads(capfd.readouterr().out)
    assert document["functions"][0]["name"] == "hot"
    assert main(["scan", "shop.py", "--profile", document["output"], "--format", "json"]) == 0
    findings = json.loads(capfd.readouterr().out)["findings"]
    assert {finding["function"]: finding["severity"] for finding in findings} == {
        "unused": "hint",
        "hot": "warning",
    }


def test_nothing_seen_is_a_negative_answer(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A command without Python is said to have shown nothing; one that cannot start is wrong use."""
    monkeypatch.chdir(tmp_path)
    assert main(["profile", "--", "true"]) == 1
    assert main(["profile", "--", "no-such-command-anywhere"]) == 2
