"""A sandbox for two copies of one project: what lies in the second runs with the second's other files around it.

Whoever compares a function across several changed files needs this: each version must meet its own helpers.
"""

from __future__ import annotations

from collections.abc import Collection
from pathlib import Path
from typing import Any

from velox_engine.verify.sandbox.model import Environment, Program
from velox_engine.verify.sandbox.run import Run
from velox_engine.verify.sandbox.sandbox import Sandbox


class TwoTrees(Sandbox):
    """Runs programs whose path is under the second environment's root there, all others in the first."""

    def __init__(self, environment: Environment, *options: Any, second: Environment, **named: Any) -> None:
        super().__init__(environment, *options, **named)
        self._root = Path(second.root).resolve()
        self._second = Sandbox(second, *options, **named)

    def start(self, program: Program, *, coverage: bool = False, watch: Collection[str] | None = None) -> Run:
        """Start the program in the tree that it belongs to."""
        if program.path and Path(program.path).resolve().is_relative_to(self._root):
            return self._second.start(program, coverage=coverage, watch=watch)
        return super().start(program, coverage=coverage, watch=watch)

    def processor_seconds(self) -> float:
        """What the runs in both trees have used."""
        return super().processor_seconds() + self._second.processor_seconds()

    def close(self) -> None:
        """End both."""
        try:
            self._second.close()
        finally:
            super().close()
