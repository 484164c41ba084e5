"""Optimises the hottest files of a real package on a copy, and runs its own tests before and after.

    python tests/bench/package_optimised.py NAME[==VERSION] [--files 10] [--budget 5] [--jobs 1] [--tests "tests -q"]

The source distribution comes from PyPI (or `--sdist FILE`). The rewrites are applied to a copy, without a model. A test
that passed before and fails afterwards is a wrong suggestion: the exit code is 1.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import shlex
import subprocess
import sys
import tarfile
import tempfile
import time
import xml.etree.ElementTree as ElementTree
from pathlib import Path
from typing import Any

from velox_engine.workspace.discovery import discover


def main() -> int:
    """Do it all and print the table."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("name")
    parser.add_argument("--sdist", type=Path)
    parser.add_argument("--package", help="its folder in the distribution; default: found by the name")
    parser.add_argument("--files", type=int, default=10)
    parser.add_argument("--budget", type=float, default=5.0)
    parser.add_argument("--jobs", type=int, default=1)
    parser.add_argument("--tests", default="", help="what pytest is told; default: the whole distribution")
    args = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="velox-package-") as scratch:
        root = _unpacked(args.sdist or _downloaded(args.name, Path(scratch)), Path(scratch, "copy"))
        package = root / args.package if args.package else _package(root, re.split(r"[=<>~]", args.name)[0])
        before = _tests(root, args.tests, Path(scratch, "before.xml"))
        print(f"{root.name}: {_told(before)} before", flush=True)
        texts = {path: path.read_bytes() for path in discover([root]).files}
        started = time.monotonic()
        document = _optimised(root, package, args)
        seconds = time.monotonic() - started
        changed = [path for path, text in texts.items() if path.read_bytes() != text]
        after = _tests(root, args.tests, Path(scratch, "after.xml"))
    summary = document["summary"]
    print(
        f"{summary['functions']} functions of the {args.files} hottest files: {summary['improved']} improved, "
        f"{summary['unchanged']} unchanged, {summary['unverifiable']} unverifiable, {summary['error']} failed, "
        f"{seconds:.0f} s"
    )
    for function in document["functions"]:
        for suggestion in function["suggestions"][:1]:
            speed = suggestion["speedup"]
            place = f"{function['path']}::{function['name']}"
            mark = "applied" if place in summary["applied"] else "offered, with a caveat"
            print(
                f"  {speed['median']:.2f} times [{speed['low']:.2f}, {speed['high']:.2f}]  {place}  "
                f"{', '.join(suggestion['strategies'])}  {mark}"
            )
    print(f"{len(summary['applied'])} rewrites applied in {len(changed)} files; {_told(after)} afterwards")
    broken = sorted(name for name, passed in before.items() if passed and not after.get(name, False))
    for name in broken:
        print(f"  BROKEN: {name}")
    return 1 if broken or not before else 0


def _downloaded(name: str, folder: Path) -> Path:
    command = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "--no-binary", ":all:"]
    subprocess.run([*command, "--dest", str(folder), name], check=True)
    return next(folder.glob("*.tar.gz"))


def _unpacked(sdist: Path, folder: Path) -> Path:
    with tarfile.open(sdist) as archive:
        archive.extractall(folder, filter="data")
    return next(folder.iterdir())


def _package(root: Path, name: str) -> Path:
    wanted = name.lower().replace("-", "_").replace("python_", "")
    for place in (root, root / "src"):
        for path in place.iterdir() if place.is_dir() else ():
            if path.name.lower() == wanted and (path / "__init__.py").exists():
                return path
    raise SystemExit(f"no folder {wanted} in {root.name}; name it with --package")


def _tests(root: Path, wanted: str, report: Path) -> dict[str, bool]:
    """Run the package's tests; whether each passed, by name."""
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "-p", "no:randomly"]
    subprocess.run(
        [*command, f"--junit-xml={report}", *shlex.split(wanted)],
        cwd=root,
        env={**os.environ, "PYTHONPATH": f"{root / 'src'}{os.pathsep}{root}", "PYTHONDONTWRITEBYTECODE": "1"},
        stdout=subprocess.DEVNULL,
        check=False,
    )
    found: dict[str, bool] = {}
    for case in ElementTree.parse(report).iter("testcase"):
        name = f"{case.get('classname')}::{case.get('name')}"
        found[name] = all(case.find(kind) is None for kind in ("failure", "error", "skipped"))
    return found


def _told(tests: dict[str, bool]) -> str:
    return f"{sum(tests.values())} of {len(tests)} tests pass"


def _optimised(root: Path, package: Path, args: argparse.Namespace) -> dict[str, Any]:
    command = [sys.executable, "-m", "velox_engine.cli.main", "optimize", str(package.relative_to(root))]
    options = ["--apply", "--no-model", "--max-files", str(args.files), "--budget", str(args.budget)]
    done = subprocess.run(
        [*command, *options, "--jobs", str(args.jobs), "--python", sys.executable, "--format", "json"],
        cwd=root,
        stdout=subprocess.PIPE,
        check=False,
    )
    if done.returncode not in (0, 1):
        raise SystemExit(f"velox optimize ended with {done.returncode}")
    return json.loads(done.stdout)


if __name__ == "__main__":
    raise SystemExit(main())
