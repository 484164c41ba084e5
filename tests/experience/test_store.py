"""The experience store keeps what it was given, once; every test runs on SQLite and on PostgreSQL."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import pytest

from velox_engine.experience import AttemptRecord, ExperienceStore, SuggestionRecord
from velox_engine.experience.records import EpisodeRecord, JobRecord, MeasurementRecord
from velox_engine.types import Experience, Interval, Measurement, VeloxError


def suggestion(identity: str = "s1") -> SuggestionRecord:
    return SuggestionRecord(
        id=identity,
        path="shop.py",
        function="dedupe",
        workspace="/home/ana/shop",
        origin="editor",
        strategies=("ordered-dedupe",),
        actions=("data_structure",),
        speedup=(14.2, 13.0, 15.1),
        memory_ratio=0.9,
        evidence={"inputs": 214},
        confidence=0.97,
        reward=0.5,
        old_function="def dedupe(x): ...",
        new_function="def dedupe(x): # \ud83d lone surrogate",
        timestamp="2026-01-01T00:00:00.000000+00:00",
    )


def experience(step: int = 0) -> Experience:
    return Experience(
        state=(0.1,) * 27,
        action_idx=step % 25,
        reward=0.25,
        next_state=(0.2,) * 27,
        done=step % 2 == 1,
        mask=(True,) * 25,
        next_mask=(False,) * 24 + (True,),
        source="measured",
        episode_id="e1",
        timestamp=f"2026-01-01T00:00:{step % 60:02d}",
        evidence={"speedup": 2.0},
    )


def test_nothing_recorded_reads_as_nothing(place: Path | str) -> None:
    """A new store is empty, and a lookup of what was never shown answers None."""
    with ExperienceStore.open(place) as store:
        assert store.list_feedback() == []
        assert store.find_suggestion("s1") is None
        assert list(store.experiences()) == []
        assert set(store.count().values()) == {0}
        assert store.notices == []


def test_kind_outside_the_four_is_refused(place: Path | str) -> None:
    """A kind of feedback that does not exist is an error that lists those that do."""
    with ExperienceStore.open(place) as store, pytest.raises(VeloxError) as caught:
        store.record_feedback("s1", "applauded")  # type: ignore[arg-type]
    assert caught.value.code == "bad-feedback"
    assert "accepted" in caught.value.hint


def test_suggestion_comes_back_as_it_was_kept(place: Path | str) -> None:
    """All fields of a suggestion survive closing and opening the file."""
    with ExperienceStore.open(place) as store:
        assert store.record_suggestion(suggestion())
        assert not store.record_suggestion(suggestion())
    with ExperienceStore.open(place) as store:
        found = store.find_suggestion("s1")
    assert found is not None
    assert found.speedup == (14.2, 13.0, 15.1)
    assert found.strategies == ("ordered-dedupe",)
    assert found.evidence == {"inputs": 214}
    assert found.new_function.startswith("def dedupe(x): #")


def test_each_kind_counts_once_for_an_occasion(place: Path | str) -> None:
    """The same kind twice on one occasion is one row; another occasion or kind is another."""
    with ExperienceStore.open(place) as store:
        assert store.record_feedback("s1", "accepted", occasion="a")
        assert not store.record_feedback("s1", "accepted", occasion="a")
        assert store.record_feedback("s1", "reverted", occasion="a")
        assert store.record_feedback("s1", "accepted", occasion="b")
        assert [row.kind for row in store.list_feedback()] == ["accepted", "reverted", "accepted"]


def test_feedback_is_listed_with_its_suggestion_newest_first(place: Path | str) -> None:
    """A listing can be narrowed to a kind, a workspace and a number, and names the function."""
    with ExperienceStore.open(place) as store:
        store.record_suggestion(suggestion())
        store.record_feedback("s1", "accepted", origin="editor", note="nice")
        store.record_feedback("gone", "rejected")
        newest, oldest = store.list_feedback()
        assert (newest.suggestion_id, newest.path) == ("gone", "")
        assert (oldest.path, oldest.function, oldest.note) == ("shop.py", "dedupe", "nice")
        assert oldest.speedup == (14.2, 13.0, 15.1)
        assert [row.kind for row in store.list_feedback(kind="accepted")] == ["accepted"]
        assert [row.kind for row in store.list_feedback(workspace="/home/ana/shop")] == ["accepted"]
        assert len(store.list_feedback(limit=1)) == 1


def test_transitions_come_back_equal_and_never_double(place: Path | str) -> None:
    """A transition read again equals the one kept, and keeping it twice leaves one."""
    with ExperienceStore.open(place) as store:
        kept = [experience(step) for step in range(7)]
        assert store.record_experiences(kept) == 7
        assert store.record_experiences([*kept, experience(7)]) == 1
        assert list(store.experiences(batch=3)) == [*kept, experience(7)]


def test_attempts_are_listed_by_function(place: Path | str) -> None:
    """What was tried on a function comes back with its counterexample."""
    tried = AttemptRecord(
        "shop.py", "dedupe", "set-membership", "refuted", "differs", 0.2, {"inputs": "([1],)"}, timestamp="t"
    )
    with ExperienceStore.open(place) as store:
        assert store.record_attempts([tried]) == 1
        assert store.list_attempts("shop.py", "dedupe") == [tried]
        assert store.list_attempts("shop.py", "other") == []


def episode(identity: str = "e1") -> EpisodeRecord:
    return EpisodeRecord(
        identity,
        "shop.py",
        "dedupe",
        "improved",
        "faster",
        "/home/ana/shop",
        "cli",
        "v3",
        2,
        4.5,
        "2026-01-01T00",
    )


def measurement() -> Measurement:
    return Measurement(
        Interval(14.2, 13.0, 15.1),
        Interval(3.0, 2.5, 3.5),
        0.03,
        1.1,
        2048.0,
        1.97,
        1.02,
        (10, 1000),
        "",
        "busy",
        12,
    )


def test_all_of_an_episode_is_kept_at_once_and_only_once(place: Path | str) -> None:
    """Attempts, transitions, suggestions and figures come with their episode; the same episode again adds nothing."""
    tried = AttemptRecord("shop.py", "dedupe", "ordered-dedupe", "verified", timestamp="t", episode_id="e1")
    taken = MeasurementRecord("s1", measurement(), "e1", "Linux x86_64", "t")
    with ExperienceStore.open(place) as store:
        for expected in (True, False):
            added = store.record_episode(
                episode(),
                attempts=[tried],
                experiences=[experience(0), experience(1)],
                suggestions=[suggestion()],
                measurements=[taken],
            )
            assert added is expected
        counts = store.count()
        assert {name: counts[name] for name in ("episodes", "attempts", "experiences", "suggestions")} == {
            "episodes": 1, "attempts": 1, "experiences": 2, "suggestions": 1,
        }  # fmt: skip
        assert store.list_episodes() == [episode()]
        assert store.list_episodes(since="2026-01-02") == []
        assert store.list_measurements("s1") == [taken]


def test_an_episode_that_cannot_be_kept_whole_leaves_nothing(place: Path | str) -> None:
    """When one row breaks a rule of the schema, none of its transaction is there."""
    broken = replace(suggestion(), origin=None)  # type: ignore[arg-type]
    with ExperienceStore.open(place) as store:
        with pytest.raises(VeloxError):
            store.record_episode(episode(), experiences=[experience()], suggestions=[broken])
        assert set(store.count().values()) == {0}
        assert store.record_episode(episode(), experiences=[experience()])


def test_text_that_no_database_takes_is_kept_readable(place: Path | str) -> None:
    """Lone surrogates and NULs, which editors and reprs produce, do not stop a record."""
    odd = replace(suggestion(), function="caf\u00e9 \U0001f40d \ud83d \0", evidence={"tests": "\ud83d\0"})
    with ExperienceStore.open(place) as store:
        assert store.record_suggestion(odd)
        found = store.find_suggestion("s1")
    assert found is not None
    assert found.function.startswith("caf\u00e9 \U0001f40d")
    assert found.evidence == {"tests": "\ud83d\0"}


def test_a_job_is_one_row_that_moves_on(place: Path | str) -> None:
    """Recording a job again replaces where it stood."""
    job = JobRecord("j1", "training", "training", "2026-01-01", "2026-01-01")
    with ExperienceStore.open(place) as store:
        store.record_job(job)
        store.record_job(replace(job, state="completed", updated="2026-01-02", figures={"return": 0.5}))
        store.record_job(replace(job, id="j2", created="2026-01-03"))
        assert [(one.id, one.state) for one in store.list_jobs()] == [("j2", "training"), ("j1", "completed")]
        assert store.list_jobs()[1].figures == {"return": 0.5}


def test_successes_are_of_the_workspace_and_action_and_not_turned_down(place: Path | str) -> None:
    """What a person took comes first, what they rejected never; `_` in an action's name stands for itself."""
    with ExperienceStore.open(place) as store:
        for name in ("shown", "taken", "refused"):
            store.record_suggestion(replace(suggestion(name), timestamp=f"2026-01-01 {name}"))
        store.record_suggestion(replace(suggestion("elsewhere"), workspace="/home/ben"))
        store.record_suggestion(replace(suggestion("other"), actions=("dataXstructure",)))
        store.record_feedback("taken", "accepted")
        store.record_feedback("refused", "rejected")
        found = store.list_successes("data_structure", "/home/ana/shop")
        assert [record.id for record in found] == ["taken", "shown"]


def test_store_is_used_by_many_threads(place: Path | str) -> None:
    """Threads that share one store lose nothing and see no error."""
    with ExperienceStore.open(place) as store, ThreadPoolExecutor(8) as pool:
        done = list(pool.map(lambda number: store.record_feedback(f"s{number}", "accepted"), range(64)))
        assert all(done)
        assert store.count()["feedback"] == 64
