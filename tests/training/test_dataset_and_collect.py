"""Transitions on disk: bad lines are named, the measured graph is rebuilt, collecting resumes and survives."""

from __future__ import annotations

import gzip
import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from velox_engine.actions import ACTIONS, NO_CHANGE
from velox_engine.experience.rows import experience_line
from velox_engine.policy.features import FEATURES
from velox_engine.training import collect as collecting
from velox_engine.training.collect import (
    Collected,
    Origin,
    collect,
    origins_of,
    training_settings,
    write_programs,
)
from velox_engine.training.dataset import captured, flat, read, rebuild, soften, split
from velox_engine.training.outcomes import Walk
from velox_engine.training.replay import Replay, Transition
from velox_engine.types import Experience, VeloxError

STATE = (0.5,) * len(FEATURES)


def mask(*actions: int) -> tuple[bool, ...]:
    return tuple(index in actions or index == NO_CHANGE for index in range(len(ACTIONS)))


def step(
    action: int,
    reward: float,
    before: str,
    after: str,
    function: str = "f",
    origin: str = "a",
) -> Experience:
    return Experience(
        STATE,
        action,
        reward,
        STATE,
        False,
        mask(1, 2),
        mask(2),
        "measured",
        function,
        "2026-01-01",
        {
            "origin": origin,
            "version": before,
            "next_version": after,
            "statuses": ["verified"],
            "speedup": 2.0,
        },
    )


GOOD = [step(1, 0.5, "v0", "v1"), step(2, -1.0, "v0", "v0"), step(2, 0.25, "v1", "v2")]


def test_bad_lines_are_named_and_the_rest_is_read(tmp_path: Path) -> None:
    """Each line that is no transition of this version is reported with its number and reason."""
    good = json.loads(experience_line(GOOD[0]))
    lines = [
        experience_line(GOOD[0]),
        "",
        "{broken",
        "[1, 2]",
        json.dumps({**good, "state": [0.0] * 26, "next_state": [0.0] * 26}),
        json.dumps({**good, "action_idx": 25}),
        json.dumps({**good, "action_idx": 3}),
        json.dumps({**good, "reward": 7}),
        json.dumps({**good, "mask": [1] * 24}),
        json.dumps({**good, "source": "elsewhere"}),
        json.dumps({name: value for name, value in good.items() if name != "next_mask"}),
        experience_line(GOOD[1]),
    ]
    path = tmp_path / "foreign.jsonl"
    path.write_text("\n".join(lines))
    data = read([path])
    assert data.experiences == (GOOD[0], GOOD[1])
    assert [bad.line for bad in data.bad] == [3, 4, 5, 6, 7, 8, 9, 10, 11]
    assert "27" in data.bad[2].message
    assert "data_frame" not in data.bad[4].message
    assert ACTIONS[3] in data.bad[4].message
    assert "next_mask" in data.bad[-1].message


def test_compressed_files_are_read(tmp_path: Path) -> None:
    """A gzipped file reads as the plain one does; a damaged one is a clear error."""
    path = tmp_path / "data.jsonl.gz"
    path.write_bytes(gzip.compress("".join(experience_line(one) + "\n" for one in GOOD).encode()))
    assert read([path]).experiences == tuple(GOOD)
    path.write_bytes(path.read_bytes()[:-20])
    with pytest.raises(VeloxError) as error:
        read([path])
    assert error.value.code == "not-readable"


def test_the_measured_graph_is_rebuilt() -> None:
    """Steps join into versions; what was never measured is not offered; feedback is left for flat training."""
    feedback = replace(GOOD[0], source="feedback")
    [function] = rebuild([*GOOD, feedback])
    walk = Walk(function)
    assert [index for index, allowed in enumerate(walk.mask) if allowed] == [
        1,
        2,
        NO_CHANGE,
    ]
    assert walk.step(1).reward == 0.5
    assert [index for index, allowed in enumerate(walk.mask) if allowed] == [
        2,
        NO_CHANGE,
    ]
    assert walk.step(2).reward == 0.25
    assert walk.done
    assert list(flat([*GOOD, feedback])) == [feedback]


def test_data_is_split_by_origin() -> None:
    """A held-out origin takes all of its functions along."""
    functions = rebuild(
        [
            step(1, 0.1, "v", "w", "f", "lib/a"),
            step(1, 0.1, "v", "w", "g", "lib/b"),
            step(1, 0.1, "v", "w", "h", "x"),
        ]
    )
    training, held_out = split(functions, ("lib",))
    assert [one.key for one in training] == ["h"]
    assert [one.key for one in held_out] == ["f", "g"]


def test_collecting_goes_on_where_it_stopped(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A second run measures only what the first did not finish, and mends a line that was cut short."""
    asked: list[str] = []

    def fake(origin: Origin, name: str, budget: object, settings: object) -> Collected:
        asked.append(name)
        source = collecting.read_source(origin.path)
        key = collecting.function_key(origin.name, name, source.text)
        return Collected(key, origin.name, name, "measured", (replace(GOOD[0], episode_id=key),))

    monkeypatch.setattr(collecting, "measure", fake)
    out = tmp_path / "out.jsonl"

    def run(limit: int | None = None) -> collecting.Summary:
        return collect(write_programs(6, 1, tmp_path / "programs"), out, limit=limit)

    first = run(limit=2)
    assert (first.functions, first.transitions) == (2, 2)
    with out.open("a") as file:
        file.write('{"state": [0.1')
    second = run()
    assert (second.functions, second.resumed) == (4, 2)
    assert len(asked) == len(set(asked)) or len(asked) == 6
    data = read([out])
    assert (len(data.experiences), data.bad) == (6, ())


# Refused at once, since it reads the clock.
CLOCK = """\
import time


def clock_{0}(items: list) -> list:
    found = []
    for item in items:
        found.append(item * time.time())
    return found
"""


@pytest.mark.parametrize("executor", ["", "dask"])
def test_functions_are_measured_on_several_workers(tmp_path: Path, executor: str) -> None:
    """Two processes of ours, or of a real Dask cluster, give the same; a second run repeats nothing."""
    if executor:
        pytest.importorskip("distributed")
    for number in range(5):
        (tmp_path / f"clock_{number}.py").write_text(CLOCK.format(number))
    output = tmp_path / "out" / "measured.jsonl"
    settings = training_settings().replace(executor=executor)
    summary = collect(origins_of([str(tmp_path)]), output, settings=settings, jobs=2)
    assert (summary.functions, dict(summary.statuses)) == (5, {"unverifiable": 5})
    again = collect(origins_of([str(tmp_path)]), output, settings=settings, jobs=2)
    assert (again.functions, again.resumed) == (0, 5)


def test_an_odd_function_does_not_end_the_run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """An unforeseen error while measuring becomes that function's status."""
    path = tmp_path / "odd.py"
    path.write_text("def f(a):\n    return a\n")
    monkeypatch.setattr(collecting, "_applies", lambda source, name: 1 / 0)
    result = collecting.measure(Origin("odd", path), "f", collecting.Budget(), collecting.training_settings())
    assert result.status == "error: ZeroDivisionError: division by zero"


def test_sources_are_paths_packages_or_the_standard_library(tmp_path: Path) -> None:
    """A folder and a package give their modules with stable names; nonsense is a clear error."""
    (tmp_path / "pkg").mkdir()
    (tmp_path / "pkg" / "one.py").write_text("")
    (tmp_path / "pkg" / "tests").mkdir()
    (tmp_path / "pkg" / "tests" / "two.py").write_text("")
    assert [one.name for one in origins_of([str(tmp_path / "pkg")])] == ["pkg/one"]
    assert "velox_engine/actions" in {one.name for one in origins_of(["velox_engine"])}
    assert "stdlib/textwrap" in {one.name for one in origins_of(["stdlib"])}
    with pytest.raises(VeloxError) as error:
        list(origins_of(["no_such_package_anywhere"]))
    assert error.value.code == "no-such-source"


def test_the_replay_prefers_what_surprised() -> None:
    """A transition marked as badly predicted is drawn more often, and weighs less in turn."""
    replay = Replay(4, np.random.default_rng(0), alpha=1.0)
    for action in range(6):  # the ring keeps the last four
        replay.add(Transition(STATE, action, 0.0, STATE, mask(), 0.9, mask(action)))
    assert len(replay) == 4
    replay.mark(np.arange(4), np.array([9.0, 1.0, 1.0, 1.0], np.float32))
    batch = replay.draw(400)
    assert set(batch.action.tolist()) == {2, 3, 4, 5}
    surprising = batch.places == 0
    assert surprising.mean() > 0.5
    assert batch.weights[surprising].max() < batch.weights[~surprising].min()


def test_penalties_can_be_softened() -> None:
    """Scaling negative rewards leaves what was won, where it leads, and the recorded data as they were."""
    [function] = rebuild(GOOD)
    [soft] = soften([function], 0.1)
    assert soft.steps["v0", 2].reward == pytest.approx(-0.1)
    assert soft.steps["v0", 1] == function.steps["v0", 1]
    assert function.steps["v0", 2].reward == -1.0


def test_what_is_captured_adds_up_whatever_the_way() -> None:
    """Two ways to the same version earn the same sum: shares of the logarithm of the best speed-up."""

    def timed(action: int, before: str, after: str, speedup: float) -> Experience:
        one = step(action, 0.5, before, after)
        return replace(one, evidence={**one.evidence, "speedup": speedup})

    graph = [
        timed(1, "v0", "v1", 2.0),
        timed(2, "v0", "v2", 4.0),
        timed(2, "v1", "v3", 16.0),
        timed(1, "v2", "v3", 16.0),
        step(3, -0.1, "v0", "v0"),
    ]
    [function] = captured(rebuild(graph))
    reward = {place: outcome.reward for place, outcome in function.steps.items()}
    assert reward["v0", 1] == pytest.approx(0.25)
    assert reward["v0", 1] + reward["v1", 2] == pytest.approx(1.0)
    assert reward["v0", 2] + reward["v2", 1] == pytest.approx(1.0)
    assert reward["v0", 3] == -0.1
