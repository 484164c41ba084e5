"""Runs pytest inside the sandbox with one module replaced by other text; the person's interpreter loads this file.

Standard library and the person's pytest only, 3.9 and up. Nothing can be written there, so the tests see the
workspace itself, read-only, with the rewrite laid over it by an import hook.
"""

from __future__ import annotations

import builtins
import io
import json
import linecache
import os
import sys
from importlib.machinery import PathFinder, SourceFileLoader
from typing import Any

_OPTIONS = ["-p", "no:cacheprovider", "-p", "no:faulthandler", "-p", "no:terminal", "--capture=sys"]


class Overlay(SourceFileLoader):
    """Loads the replaced module from text instead of its file."""

    text = ""

    def get_data(self, path: Any) -> bytes:
        """The text in place of the file's content; compiled files are never looked at."""
        if str(path).endswith(".py"):
            return self.text.encode("utf-8")
        raise OSError("the module is laid over")

    def get_code(self, fullname: str) -> Any:
        """Compile the text under the file's own name."""
        return compile(self.text, self.path, "exec", 0, True)


class Finder:
    """Finds the replaced module wherever the import system would have found its file."""

    def __init__(self, path: str, text: str) -> None:
        self.path = path
        self.text = text

    def find_spec(self, name: str, path: Any = None, target: Any = None) -> Any:
        """The spec with our loader for that one file; None, so that others look, for everything else."""
        if name.rpartition(".")[2] not in (
            os.path.basename(self.path)[:-3],
            os.path.basename(os.path.dirname(self.path)),
        ):
            return None
        spec = PathFinder.find_spec(name, path, target)
        if spec is None or not spec.origin or os.path.realpath(spec.origin) != self.path:
            return None
        loader = Overlay(name, self.path)
        loader.text = self.text
        spec.loader = loader
        spec.cached = None
        return spec


class Sink:
    """Takes what pytest prints."""

    encoding, errors = "utf-8", "replace"

    def write(self, text: str) -> int:
        """Discard."""
        return len(text)

    def flush(self) -> None:
        """Nothing is kept."""

    def isatty(self) -> bool:
        """No terminal."""
        return False


class Watcher:
    """A pytest plugin that notes how each test ended and which functions of the module it called."""

    def __init__(self, path: str, wanted: Any, reach: bool) -> None:
        self.path = path
        self.wanted = wanted
        self.reach = reach
        self.tests: dict[str, list[Any]] = {}
        self.errors: list[str] = []

    def pytest_collection_modifyitems(self, items: list[Any]) -> None:
        """Keep the tests asked for."""
        if self.wanted is not None:
            items[:] = [item for item in items if item.nodeid in self.wanted]

    def pytest_collectreport(self, report: Any) -> None:
        """A test file that cannot be collected."""
        if report.failed:
            self.errors.append(f"{report.nodeid}: {_last_line(report)}")

    def pytest_runtest_protocol(self, item: Any, nextitem: Any) -> None:
        """Watch calls while one test runs, its fixtures included."""
        if not self.reach:
            return
        lines: set[int] = set()
        self.tests[item.nodeid] = ["", "", lines]
        path = self.path

        def profile(frame: Any, event: str, argument: Any) -> None:
            if event == "call" and frame.f_code.co_filename == path:
                lines.add(frame.f_code.co_firstlineno)

        sys.setprofile(profile)

    def pytest_runtest_logreport(self, report: Any) -> None:
        """The outcome: the worst of set-up, call and tear-down."""
        row = self.tests.setdefault(report.nodeid, ["", "", set()])
        if report.failed or (report.skipped and not row[0]):
            row[0] = report.outcome
            row[1] = _last_line(report)
        elif report.when == "call" and not row[0]:
            row[0] = report.outcome

    def pytest_runtest_logfinish(self, nodeid: str, location: Any) -> None:
        """Stop watching."""
        if self.reach:
            sys.setprofile(None)


def _last_line(report: Any) -> str:
    text = getattr(report, "longreprtext", "") or ""
    errors = [line[1:].strip() for line in text.splitlines() if line.startswith("E ")]
    return (errors or [line for line in text.splitlines() if line.strip()] or [""])[0][:300]


def run(root: str, path: str, text: str, files: list[str], wanted: Any, reach: bool, first: bool) -> str:
    """Run the tests of `files`; JSON of {"code", "tests": {id: [outcome, message, lines]}, "errors"}.

    `wanted` names the tests to run, all when None; with `reach` the first lines of the module's functions that each
    test entered are noted; with `first` the first failure ends the run.
    """
    try:
        import pytest
    except ImportError:
        return json.dumps(
            {"code": -1, "tests": {}, "errors": ["pytest is not installed for this interpreter"]}
        )
    sys.dont_write_bytecode = True
    sys.meta_path.insert(0, Finder(path, text))
    linecache.cache[path] = (
        len(text),
        None,
        text.splitlines(True),
        path,
    )  # tracebacks and inspect show the text
    sys.stdout = sys.stderr = Sink()  # type: ignore[assignment]
    change, opened = os.chdir, builtins.open

    def open_file(file: Any, mode: str = "r", *more: Any, **options: Any) -> Any:
        if file == os.devnull and mode == "w":  # where pytest's log goes, and the sandbox lets nobody write
            return io.StringIO()
        return opened(file, mode, *more, **options)

    builtins.open = open_file
    # pytest returns to where it started: allowed, while tests that want to be elsewhere are refused as before.
    os.chdir = lambda path: None if os.fspath(path) == os.getcwd() else change(path)  # type: ignore[assignment]
    options = [*_OPTIONS, "--rootdir", root, *(["-x"] if first else [])]
    watcher = Watcher(path, None if wanted is None else set(wanted), reach)
    code = 3
    # Options that the project adds may need what the sandbox refuses, such as worker processes.
    for more in ([], ["-o", "addopts="]):
        watcher.tests.clear()
        watcher.errors.clear()
        code = int(pytest.main([*options, *more, *files], plugins=[watcher]))
        if code not in (3, 4):
            break
    tests = {name: [row[0], row[1], sorted(row[2])] for name, row in watcher.tests.items()}
    return json.dumps({"code": code, "tests": tests, "errors": watcher.errors})
