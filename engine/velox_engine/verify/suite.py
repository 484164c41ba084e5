"""The person's own tests: finds those that reach a function, and runs them, sandboxed, with the rewrite laid over."""

from __future__ import annotations

import contextlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any, Final

from velox_engine.source.document import SourceFile
from velox_engine.types import VeloxError
from velox_engine.verify import suite_inside
from velox_engine.verify.recording.store import definitions
from velox_engine.verify.sandbox import (
    Case,
    Environment,
    Limits,
    LoadFailure,
    Outcome,
    Program,
    Sandbox,
    decode,
)
from velox_engine.workspace.import_graph import import_graph
from velox_engine.workspace.project import Project

MOST_FILES: Final = 40
_SECONDS: Final = 60.0
_LIMITS: Final = Limits(
    call_seconds=_SECONDS, load_seconds=30, memory_bytes=1 << 30, open_files=256, output_bytes=16 << 20
)


@dataclass(frozen=True, slots=True)
class SuiteRun:
    """How the tests that reach a function ended with the rewrite in place."""

    passed: bool
    says: str  # "7 of your tests pass", or the first failure
    count: int = 0


class Suite:
    """The tests of one module; what each of them reaches is found once, by running them on the original."""

    def __init__(self, project: Project, source: SourceFile, *, allow_unconfined: bool = False) -> None:
        if source.path is None:
            raise ValueError("tests belong to a module on disk")
        self.path = source.path.resolve()
        self._project = project
        self._source = source
        self._allow_unconfined = allow_unconfined

    @cached_property
    def files(self) -> list[Path]:
        """The test files that import the module, directly or through others."""
        found = [path for path in import_graph(self._project.root).reaching(self.path) if is_test_file(path)]
        return found[:MOST_FILES]

    @cached_property
    def _baseline(self) -> dict[str, Any]:
        """The tests on the original: outcomes, and the functions that each enters."""
        return self._run(self._source.text, self.files, None, reach=True, first=False)

    def reaching(self, qualname: str) -> list[str]:
        """The ids of the tests that enter the function and pass on the original, in the sandbox."""
        if not self.files:
            return []
        lines = {item.lines.start for item in definitions(self._source.text) if item.function == qualname}
        return [
            name
            for name, (outcome, _, entered) in self._baseline["tests"].items()
            if outcome == "passed" and lines & set(entered)
        ]

    def note(self, qualname: str) -> str:
        """What kept tests from being used, in words; "" when nothing did."""
        if not self.files:
            return ""
        errors = self._baseline["errors"]
        if errors:
            return str(errors[0])
        failed = sum(outcome == "failed" for outcome, *_ in self._baseline["tests"].values())
        return f"{failed} tests do not pass in the sandbox on the original and are left out" if failed else ""

    def check(self, qualname: str, new_text: str) -> SuiteRun | None:
        """Run the tests that reach the function on the rewrite; None when there are none.

        A test that fails, disappears or cannot be collected is a failure: on the original it passed.
        """
        wanted = self.reaching(qualname)
        if not wanted:
            return None
        files = [path for path in self.files if any(self._is_in(name, path) for name in wanted)]
        answer = self._run(new_text, files or self.files, wanted, reach=False, first=True)
        tests: Mapping[str, Any] = answer["tests"]
        for name in wanted:
            outcome, message, _ = tests.get(name, ("", "", ()))
            if outcome != "passed":
                if not tests or not message:
                    message = message or "; ".join(answer["errors"]) or "it did not run"
                failed = next((n for n, row in tests.items() if row[0] == "failed"), name)
                message = tests[failed][1] if failed in tests and tests[failed][1] else message
                return SuiteRun(False, f"your test {failed} fails: {message}", len(wanted))
        noun = "test passes" if len(wanted) == 1 else "tests pass"
        return SuiteRun(True, f"{len(wanted)} of your {noun}", len(wanted))

    def _is_in(self, name: str, path: Path) -> bool:
        return path.as_posix().endswith("/" + name.partition("::")[0])

    def _run(
        self, text: str, files: list[Path], wanted: list[str] | None, *, reach: bool, first: bool
    ) -> dict[str, Any]:
        """One pytest session in a sandbox of its own; an answer without tests when it cannot be had."""
        project = self._project
        environment = Environment(project.interpreter, str(project.root), project.search_path)
        program = Program(
            Path(suite_inside.__file__).read_text(encoding="utf-8"),
            "<suite>",
            "velox_suite_inside",
            "",
            "run",
        )
        arguments = (
            str(project.root),
            str(self.path),
            text,
            [str(path) for path in files],
            wanted,
            reach,
            first,
        )
        try:
            with (
                Sandbox(
                    environment, _LIMITS, profile="fs-read", allow_unconfined=self._allow_unconfined
                ) as sandbox,
                sandbox.start(program) as run,
            ):
                (outcome,) = run.call([Case(arguments)], seconds=_SECONDS)
        except (LoadFailure, VeloxError) as failure:
            return _nothing(failure.message)
        return _answer(outcome)


def is_test_file(path: Path) -> bool:
    """Whether pytest collects the file by default."""
    return path.name.startswith("test_") or path.name.endswith("_test.py")


def _nothing(why: str) -> dict[str, Any]:
    return {"code": -1, "tests": {}, "errors": [f"your tests do not run in the sandbox: {why}"]}


def _answer(outcome: Outcome) -> dict[str, Any]:
    """The child's answer, checked field by field: it comes from a process that ran foreign code."""
    if outcome.kind != "returned":
        return _nothing(outcome.exception or outcome.detail or outcome.kind)
    answer: Any = None
    with contextlib.suppress(ValueError):
        answer = json.loads(str(decode(outcome.payload).value))
    match answer:
        case {"code": int(code), "tests": dict(tests), "errors": list(errors)}:
            rows = {
                name: tuple(row) for name, row in tests.items() if isinstance(row, list) and len(row) == 3
            }
            return {"code": code, "tests": rows, "errors": [str(error)[:300] for error in errors]}
    return _nothing("the answer is not understood")
