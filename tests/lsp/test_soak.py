"""A short soak; `tests/bench/editor_soak.py` is the long one."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from soak import soak
from wire import Wire

EDITS = 400


def test_edits_cancellations_and_nonsense_leave_the_server_as_it_was(
    start: Callable[..., Wire], workspace: Path
) -> None:
    """After hundreds of edits, cancellations and senseless messages it answers as a fresh one and has not grown."""
    with start("slow") as wire:
        wire.initialize(root=workspace)
        outcome = soak(wire, workspace, EDITS)
        assert outcome.same
        assert outcome.cancelled > 20
        assert outcome.senseless == EDITS // 50
        assert outcome.memory[-1] < outcome.memory[2] * 1.2, outcome.memory
        assert wire.close() == 0
