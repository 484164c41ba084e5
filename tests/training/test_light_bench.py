"""The light bench: wrong rewrites are refuted, orders meet in one version, each rewrite is measured once."""

from __future__ import annotations

import random
import sys
from pathlib import Path

import pytest

from velox_engine.actions import ACTION_INDEX
from velox_engine.source.document import SourceFile, read_source
from velox_engine.training.collect import training_settings
from velox_engine.training.light_bench import LightEpisode, LightWorkbench
from velox_engine.training.measured import Measured
from velox_engine.training.program_inputs import known_inputs
from velox_engine.training.programs import generate
from velox_engine.verify.sandbox import Recipe
from velox_engine.workspace.project import locate

TWO_SLOW_LOOPS = '''
def review(names: list[str]):
    """Two searches of a list in a loop, and one sum of everything for each element."""
    repeated = {}
    for name in names:
        repeated[name] = names.count(name)
    early = []
    for name in names:
        if name + "x" < max(names):
            early.append(name)
    return repeated, early
'''


@pytest.fixture
def source(tmp_path: Path) -> SourceFile:
    path = tmp_path / "review.py"
    path.write_text(TWO_SLOW_LOOPS)
    return read_source(path)


def bench(source: SourceFile) -> LightWorkbench:
    assert source.path is not None
    project = locate(source.path, source.text, interpreter=sys.executable)
    return LightWorkbench(project, training_settings(), known_inputs({"names": "words"}))


def test_both_orders_meet_and_nothing_is_measured_twice(source: SourceFile) -> None:
    """A then B leads to the same version as B then A, and no rewrite is examined a second time."""
    counting, hoisting = ACTION_INDEX["data_structure"], ACTION_INDEX["loop_invariant_hoisting"]
    with bench(source) as workbench:
        measured = Measured(workbench, source, "review", "test", episode=LightEpisode)
        ends = []
        for first, second in ((counting, hoisting), (hoisting, counting)):
            after = measured.outcome(measured.root, first)
            assert after.kept
            assert after.reward > 0
            ends.append(measured.outcome(after.version, second).version.id)
        assert ends[0] == ends[1] != measured.root.id
        tried = sum(len(one.evidence["strategies"]) for one in measured.experiences)
        assert workbench.rewrites <= tried


def test_wrong_and_slow_rewrites_are_told_from_good_ones(source: SourceFile) -> None:
    """What returns something else is refuted, what is slower is not called faster, what is faster is."""
    quick = source.text.replace("names.count(name)", "counts[name]").replace(
        "    repeated = {}\n",
        "    repeated = {}\n    counts = {}\n    for name in names:\n        counts[name] = counts.get(name, 0) + 1\n",
    )
    with bench(source) as workbench:
        prepared = workbench.verifier.prepare(source, "review")
        lost, _ = workbench.examine(prepared, source.text.replace("early.append(name)", "pass"), 0.0)
        _, slower = workbench.examine(prepared, source.text.replace("max(names)", "max(sorted(names))"), 0.0)
        _, faster = workbench.examine(prepared, quick, 0.0)
    assert lost.status == "refuted"
    assert slower is not None
    assert slower.speedup.median < 1
    assert faster is not None
    assert faster.speedup.low > 1.05


def test_known_inputs_suit_every_generated_program() -> None:
    """For a hundred programs, at least 20 of the known inputs return, and larger ones can be made."""
    for program in generate(100, seed=5):
        if program.parameters is None:
            continue
        namespace: dict[str, object] = {"__name__": program.name}
        exec(compile(program.source, program.name, "exec"), namespace)
        found = known_inputs(program.parameters, program.receiver)
        for case in (*found.core, found.growers[0].make(50, random.Random(1))):
            target, args = namespace[program.function.partition(".")[0]], case.args
            if program.receiver:
                assert case.args[0] == Recipe(program.receiver)
                target, args = getattr(target(), program.function.partition(".")[2]), case.args[1:]  # type: ignore[operator]
            assert target(*args) is not None  # type: ignore[operator]
        assert len(found.core) >= 20
