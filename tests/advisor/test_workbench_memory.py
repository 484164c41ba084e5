"""What a workbench remembers of candidates, and what it measures again."""

from __future__ import annotations

import sys
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from velox_engine.advisor.episode import Workbench
from velox_engine.settings import Settings
from velox_engine.types import Evidence, Interval, Measurement, Verdict
from velox_engine.workspace.project import locate

FASTER = Measurement(
    speedup=Interval(3.0, 2.7, 3.3),
    typical=Interval(2.0, 1.8, 2.2),
    call_seconds=1e-3,
    memory_ratio=1.0,
    memory_bytes=1e6,
    scaling_before=2.0,
    scaling_after=1.0,
)
SOURCE = "def f(xs):\n    return sorted(xs)[0]\n"


@pytest.mark.parametrize(("unstable", "measured"), [("", 1), ("the time budget ended", 2)])
def test_only_a_settled_measurement_is_remembered(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, unstable: str, measured: int
) -> None:
    """A measurement that ran out of time does not answer when it is asked for again with more time."""
    monkeypatch.setenv("VELOX_DATA_DIR", str(tmp_path / "data"))
    times: list[int] = []

    def measure(*_: Any, **__: Any) -> Measurement:
        times.append(1)
        return replace(FASTER, unstable=unstable)

    path = tmp_path / "shop.py"
    path.write_text(SOURCE)
    project = locate(path, SOURCE, interpreter=sys.executable)
    prepared: Any = SimpleNamespace(program=SimpleNamespace(source=SOURCE, function="f"), given="")
    with Workbench(project, Settings()) as workbench:
        monkeypatch.setattr(workbench.verifier, "measure", measure)
        monkeypatch.setattr(
            workbench.verifier, "check", lambda *_, **__: Verdict("verified", "same", Evidence(inputs=40))
        )
        first, second = (workbench.examine(prepared, "def f(xs): return min(xs)", 0.0) for _ in range(2))
    assert first == second
    assert len(times) == measured
