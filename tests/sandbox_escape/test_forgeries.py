"""No forgery of `forgeries/` is verified as what it is not, and none gains speed."""

from __future__ import annotations

import importlib.util
import sys
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from velox_engine.verify.sandbox.reach import new_reaches

HARNESS = Path(__file__).with_name("forgery_harness.py")


def _load() -> ModuleType:
    spec = importlib.util.spec_from_file_location("velox_forgery_harness", HARNESS)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module  # its dataclasses look themselves up here
    spec.loader.exec_module(module)
    return module


harness = _load()
FORGERIES = harness.load_forgeries()


@pytest.fixture(scope="module")
def judge() -> Iterator[Any]:
    """The original prepared once, for all forgeries to be compared with."""
    with harness.make_judge() as made:
        yield made


def test_a_genuine_rewrite_passes_so_that_refusals_mean_something(judge: Any) -> None:
    judgement = judge.judge(harness.GENUINE, reading_text=True)
    assert judgement.accepted, judgement.reason


@pytest.mark.parametrize("forgery", FORGERIES, ids=lambda forgery: forgery.name)
def test_the_forgery_is_stopped_even_when_its_text_is_not_read(forgery: Any, judge: Any) -> None:
    judgement = judge.judge(forgery.source, reading_text=False)
    assert not judgement.accepted, judgement
    assert judgement.stopped_by == forgery.stopped_by, judgement


def test_what_looks_right_only_in_the_sandbox_is_told_by_its_text(judge: Any) -> None:
    wrong = [forgery for forgery in FORGERIES if forgery.wrong_outside]
    assert len(wrong) >= 2
    for forgery in wrong:
        judgement = judge.judge(forgery.source, reading_text=True)
        assert judgement.status == "unverifiable"
        assert "reaches into the interpreter" in judgement.reason


def test_reading_the_text_refuses_every_forgery_that_uses_the_interpreter() -> None:
    # What passes uses nothing but its arguments and its own memory.
    passing = {f.name for f in FORGERIES if not new_reaches(harness.ORIGINAL, f.source)}
    assert passing == {
        "answer_from_a_thread",
        "cache_across_calls",
        "cache_on_identity",
        "coroutine_instead_of_number",
        "equal_to_everything",
        "exit_by_exception",
        "generator_instead_of_number",
        "number_that_decides_later",
        "rename_honest",
        "repeat_last_answer",
        "result_filled_in_later",
        "right_at_first",
        "right_when_small",
        "silence_output",
    }
