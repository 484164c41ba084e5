"""Functions that are slow for the same reason look alike whatever their names, and their record is told honestly."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from velox_engine.advisor.advise import FunctionAdvice
from velox_engine.advisor.recording import record_advice
from velox_engine.advisor.report import suggestion_document
from velox_engine.experience import AttemptRecord, ExperienceStore, SuggestionRecord, shape, similarity
from velox_engine.experience.records import EpisodeRecord
from velox_engine.types import Evidence, Interval, Measurement, Suggestion, TrackRecord, Verdict

DEDUPE = """
def dedupe(items):
    kept = []
    for item in items:
        if item not in kept:
            kept.append(item)
    return kept
"""
RENAMED = """
    def unique_orders(self, orders):
        '''In the order they came.'''
        seen = []
        for order in orders:
            # the first wins
            if order not in seen:
                seen.append(order)
        return seen
"""
FIBONACCI = """
def fib(n):
    if n < 2:
        return n
    return fib(n - 1) + fib(n - 2)
"""


def likeness(one: str, other: str) -> float:
    described = [shape.describe(text) for text in (one, other, FIBONACCI)]
    assert all(found is not None for found in described)
    return float(similarity.likeness(np.stack(described))[0, 1])  # type: ignore[arg-type]


def tried(
    store: ExperienceStore, name: str, text: str, status: str, *, workspace: str = "/w", path: str = "m.py"
) -> None:
    """Record that ordered-dedupe was tried on a function, and offered where it worked."""
    place = {"path": path, "function": name, "workspace": workspace}
    episode = f"e-{path}-{name}-{status}"
    store.record_episode(
        EpisodeRecord(episode, **place, status="improved" if status == "verified" else "unchanged"),
        attempts=[AttemptRecord(**place, strategy="ordered-dedupe", status=status, episode_id=episode)],
        suggestions=[
            SuggestionRecord(
                f"s-{name}", **place, strategies=("ordered-dedupe",), speedup=(9.0, 8.0, 10.0),
                episode_id=episode, old_function=text, new_function="faster",
            )
        ]
        if status == "verified"
        else [],
        function=text,
    )  # fmt: skip


def record(store: ExperienceStore, name: str = "asked") -> TrackRecord:
    near = similarity.alike(store, DEDUPE)
    return similarity.track_record(store, near, ["ordered-dedupe"], path="m.py", function=name)


def test_other_code_is_not_alike() -> None:
    """A recursion and a loop that collects have little in common, and what does not parse has no shape."""
    assert likeness(DEDUPE, FIBONACCI) < similarity.ALIKE / 2
    assert shape.describe("def broken(:") is None


def test_names_layout_comments_and_indentation_do_not_count() -> None:
    """The same loop under other names, as a method with a docstring, is alike; the same text is the same."""
    assert likeness(DEDUPE, RENAMED) > 0.6
    assert likeness(DEDUPE, DEDUPE) == pytest.approx(1.0, abs=1e-3)


def test_shapes_are_the_same_in_every_process() -> None:
    """They are compared with those that other processes stored."""
    code = (
        f"from velox_engine.experience import shape; print(shape.describe({DEDUPE!r}).nonzero()[0].tolist())"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    found = shape.describe(DEDUPE)
    assert found is not None
    assert done.stdout.strip() == str(found.nonzero()[0].tolist())


def test_record_counts_alike_functions_once_by_their_latest_episode(place: Path | str) -> None:
    """Other code, the function itself and unverifiable tries do not count; the latest try of a function does."""
    with ExperienceStore.open(place) as store:
        assert record(store) == TrackRecord(0, 0)
        tried(store, "fib", FIBONACCI, "refuted")
        tried(store, "one", DEDUPE, "refuted")
        tried(store, "one", DEDUPE, "verified")
        tried(store, "two", RENAMED, "verified")
        tried(store, "three", RENAMED, "no-gain")
        tried(store, "four", DEDUPE, "unverifiable")
        tried(store, "asked", DEDUPE, "verified")
        assert record(store) == TrackRecord(2, 3)
        assert record(store, "other") == TrackRecord(3, 4)


def test_what_was_turned_down_did_not_work(place: Path | str) -> None:
    """A rewrite that was verified and then reverted by the person counts as a failure."""
    with ExperienceStore.open(place) as store:
        tried(store, "one", DEDUPE, "verified")
        tried(store, "two", DEDUPE, "verified")
        store.record_feedback("s-one", "accepted", occasion="o")
        store.record_feedback("s-one", "reverted", occasion="o")
        assert record(store) == TrackRecord(1, 2)


def test_successes_for_prompts_are_of_this_workspace_and_not_turned_down(place: Path | str) -> None:
    """What a model is shown never comes from another project; the likest comes first."""
    with ExperienceStore.open(place) as store:
        tried(store, "far", FIBONACCI, "verified")
        tried(store, "renamed", RENAMED, "verified")
        tried(store, "same", DEDUPE, "verified")
        tried(store, "refused", DEDUPE, "verified")
        tried(store, "foreign", DEDUPE, "verified", workspace="/other", path="o.py")
        store.record_feedback("s-refused", "rejected")
        found = similarity.successes(store, DEDUPE, "/w")
        assert [one.function for one in found] == ["same", "renamed"]


def test_shapes_of_another_version_or_length_are_passed_over(
    place: Path | str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What an older Velox counted otherwise is never compared."""
    with ExperienceStore.open(place) as store:
        tried(store, "one", DEDUPE, "verified")
        monkeypatch.setattr(shape, "VERSION", shape.VERSION + 1)
        assert similarity.alike(store, DEDUPE) == []


def suggestion(name: str) -> Suggestion:
    figures = Measurement(Interval(9, 8, 10), Interval(3, 2, 4), 0.1, None, None, 2.0, 1.0)
    verdict = Verdict("verified", "same", Evidence(inputs=200))
    return Suggestion(
        f"s-{name}", "m.py", name, ("ordered-dedupe",), ("data_structure",), "new", "new", (), "", verdict, figures,
        0.9, 0.5, "faster", old_function=DEDUPE,
    )  # fmt: skip


def test_advice_tells_the_record_from_before_it(place: Path | str) -> None:
    """The report says how often it worked elsewhere, from the third function on; the one at hand is recorded after."""
    says: list[str | None] = []
    with ExperienceStore.open(place) as store:
        for name in ("a", "b", "c", "d"):
            advice = FunctionAdvice("m.py", name, "improved", "faster", (suggestion(name),), original=DEDUPE)
            told = record_advice(store, advice, workspace="/w", origin="cli")
            document = suggestion_document(told.suggestions[0])
            says.append(document["track"] and document["track"]["says"])
            tried(store, f"{name}2", DEDUPE, "verified" if name != "b" else "refuted")
    assert says == [None, None, None, "this rewrite worked 2 of 3 times on code like this"]


def test_recording_nothing_imports_no_numpy() -> None:
    """NumPy comes with the first function that is remembered or looked for."""
    code = "import sys, velox_engine.experience.store; print('numpy' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "False"
