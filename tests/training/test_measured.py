"""Real outcomes: a generated-looking function is measured in the sandbox, and what was measured can be walked again."""

from __future__ import annotations

from pathlib import Path

from velox_engine.actions import ACTION_INDEX
from velox_engine.training.collect import Budget, Origin, collect
from velox_engine.training.dataset import read, rebuild
from velox_engine.training.outcomes import Walk

SLOW = """
def common(names: list[str], known: list[str]) -> int:
    total = 0
    for name in names:
        if name in known:
            total += 1
    return total


def untouched(a):
    return a
"""


def test_a_slow_function_is_measured_and_can_be_replayed(tmp_path: Path) -> None:
    """Searching a list in a loop pays with a set; the file on disk tells so, and a second run measures nothing."""
    path = tmp_path / "slow.py"
    path.write_text(SLOW)
    out = tmp_path / "out.jsonl"
    summary = collect([Origin("test", path)], out, budget=Budget(max_depth=1, seconds=120))
    assert summary.statuses["measured"] == 1
    data = read([out])
    assert data.bad == ()
    [function] = rebuild(data.experiences)
    walk = Walk(function)
    outcome = walk.step(ACTION_INDEX["data_structure"])
    assert outcome.kept
    assert outcome.reward > 0.2
    assert outcome.speedup is not None
    assert outcome.speedup > 1.05
    again = collect([Origin("test", path)], out)
    assert (again.functions, again.resumed) == (0, 1)
