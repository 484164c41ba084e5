"""What the sandbox tests share: one sandbox for the session, and a way to call a function given as text."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator

import pytest

from velox_engine.verify.sandbox import Case, Environment, Limits, Outcome, Program, Sandbox, call_all


@pytest.fixture(scope="session")
def sandbox() -> Iterator[Sandbox]:
    """A strict sandbox on the interpreter that runs the tests."""
    with Sandbox(Environment(sys.executable), Limits(call_seconds=2.5, memory_bytes=256 << 20)) as made:
        yield made


@pytest.fixture
def outcome(sandbox: Sandbox) -> Callable[..., Outcome]:
    """The outcome of one call of the function `f` in the given source."""

    def call(source: str, *args: object, function: str = "f", **kwargs: object) -> Outcome:
        program = Program(source, "/project/module.py", "project_module", "", function)
        return call_all(sandbox, program, [Case(args, kwargs)])[0]

    return call
