"""From what people did with suggestions to another order: at once in their workspace, and in a retrained policy."""

from __future__ import annotations

import random
from pathlib import Path

import pytest

from velox_engine.actions import ACTION_INDEX, ACTIONS
from velox_engine.advisor.choosing import adapted
from velox_engine.experience import ExperienceStore
from velox_engine.experience.records import EpisodeRecord, SuggestionRecord
from velox_engine.experience.rows import experience_line
from velox_engine.policy import registry
from velox_engine.policy.agent import Policy
from velox_engine.policy.shadowing import CHOICE, NEEDED, ROOT, note
from velox_engine.training import jobs
from velox_engine.training.feedback import share_of, transitions
from velox_engine.training.hyperparameters import from_mapping
from velox_engine.training.run import Plan, run
from velox_engine.training.shadow import DUE_AFTER, take_turn
from velox_engine.types import Experience, FeedbackKind

STRINGS, SETS = ACTION_INDEX["string_building"], ACTION_INDEX["data_structure"]
STATE = (0.5,) * 27
OFFERED = tuple(index in (SETS, STRINGS, 24) for index in range(len(ACTIONS)))
QUICK = {
    "epochs": 4,
    "steps_per_epoch": 150,
    "walks_per_epoch": 80,
    "hidden_size": 16,
    "learning_rate": 5e-3,
    "networks": 1,
}


@pytest.fixture(autouse=True)
def data_dir(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("VELOX_DATA_DIR", str(tmp_path / "data"))
    monkeypatch.setattr(registry, "shipped_folder", lambda: tmp_path / "nothing-shipped")
    return tmp_path


def measured(path: Path) -> Path:
    """Functions on which a set gains a little more than joining strings, in a training and a held-out origin."""
    with path.open("w") as file:
        for number in range(60):
            origin = f"generated/{(0, 2)[number % 2]}"
            for action, reward in ((SETS, 0.5), (STRINGS, 0.42)):
                evidence = {"origin": origin, "version": "a", "next_version": f"b{action}", "statuses": ["x"]}
                left = tuple(allowed and index != action for index, allowed in enumerate(OFFERED))
                one = Experience(
                    STATE,
                    action,
                    reward,
                    STATE,
                    False,
                    OFFERED,
                    left,
                    "measured",
                    f"f{number}",
                    "now",
                    evidence,
                )
                file.write(experience_line(one) + "\n")
    return path


def choose(
    store: ExperienceStore, number: int, kinds: dict[str, tuple[FeedbackKind, ...]], seed: int = 0
) -> None:
    """One person: a function is optimised, one of two suggestions is shown, and they answer as they like it."""
    rng = random.Random(f"{seed}-{number}")
    strategy, action = rng.choice((("set-membership", SETS), ("join-strings", STRINGS)))
    episode = f"episode-{seed}-{number}"
    step = Experience(
        STATE,
        action,
        0.5 if action == SETS else 0.42,
        STATE,
        True,
        OFFERED,
        OFFERED,
        "measured",
        episode,
        "2026-01-01",
        {"strategies": [strategy], "kept": strategy, ROOT: True},
    )
    shown = SuggestionRecord(
        f"suggestion-{seed}-{number}",
        "shop.py",
        "total",
        workspace="/shop",
        strategies=(strategy,),
        actions=(ACTIONS[action],),
        episode_id=episode,
    )
    store.record_episode(
        EpisodeRecord(episode, "shop.py", "total", "improved", workspace="/shop"),
        experiences=[step],
        suggestions=[shown],
    )
    store.record_feedback(shown.id, rng.choice(kinds[strategy]))


# They dislike sets and like joined strings, not always.
TASTE: dict[str, tuple[FeedbackKind, ...]] = {
    "set-membership": ("rejected", "rejected", "reverted", "accepted"),
    "join-strings": ("accepted", "accepted", "edited", "rejected"),
}


def test_two_hundred_choices_turn_the_order_round(tmp_path: Path) -> None:
    """Measured alone, a set comes first; after 200 answers strings do, at once there and after training everywhere."""
    data = measured(tmp_path / "measured.jsonl")
    settings = from_mapping(QUICK)
    run(Plan(data=(data,), hyperparameters=settings, publish=False, output=tmp_path / "before"))
    before = Policy.load(tmp_path / "before")
    assert before.rank(STATE, OFFERED)[0] == SETS
    with ExperienceStore.open() as store:
        for number in range(200):
            choose(store, number, TASTE)
        assert len(store.list_feedback()) == 200
        assert len(list(transitions(store))) == 200
        # At once, where the choices were made, and nowhere else.
        assert adapted(before, store, "/shop").rank(STATE, OFFERED)[0] == STRINGS
        assert adapted(before, store, "/elsewhere").rank(STATE, OFFERED)[0] == SETS
    # Retrained: 200 answers are a tenth of the steps, or as many as one says.
    run(
        Plan(
            data=(data,),
            hyperparameters=from_mapping({**QUICK, "feedback_share": 0.5}),
            publish=False,
            output=tmp_path / "after",
        )
    )
    after = Policy.load(tmp_path / "after")
    assert after.rank(STATE, OFFERED)[0] == STRINGS
    gap = [policy.q_values(STATE)[SETS] - policy.q_values(STATE)[STRINGS] for policy in (before, after)]
    assert gap[1] < gap[0] - 0.1


def test_the_share_follows_the_number_of_answers() -> None:
    """None up to 100, then 10, 30 and 50 per cent."""
    assert [share_of(count) for count in (0, 100, 101, 1000, 1001, 10_000, 10_001)] == [
        0,
        0,
        0.1,
        0.1,
        0.3,
        0.3,
        0.5,
    ]


def test_an_answer_moves_the_reward_of_what_was_shown(tmp_path: Path) -> None:
    """Accepting adds 0.3 and reverting takes 0.5 from the measured reward of the step behind the suggestion."""
    with ExperienceStore.open() as store:
        choose(store, 0, {"set-membership": ("accepted",), "join-strings": ("accepted",)})
        choose(store, 1, {"set-membership": ("reverted",), "join-strings": ("reverted",)})
        rewards = {one.evidence["answer"]: one for one in transitions(store)}
    base = {SETS: 0.5, STRINGS: 0.42}
    accepted, reverted = rewards["accepted"], rewards["reverted"]
    assert accepted.reward == pytest.approx(base[accepted.action_idx] + 0.3)
    assert reverted.reward == pytest.approx(base[reverted.action_idx] - 0.5)
    assert {one.source for one in rewards.values()} == {"feedback"}


def test_a_shadow_is_trained_when_due_and_never_decides(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Few answers start nothing; enough start a job, whose policy watches while the active one stays."""
    started: list[list[str]] = []

    def start(arguments: list[str], *, gently: bool = False) -> jobs.Job:
        assert gently
        started.append(arguments)
        return jobs.create()

    monkeypatch.setattr(jobs, "start_in_background", start)
    with ExperienceStore.open() as store:
        for number in range(DUE_AFTER - 1):
            choose(store, number, TASTE)
        assert take_turn().job == ""
        choose(store, DUE_AFTER, TASTE)
    turn = take_turn()
    assert turn.job
    assert started[0][0] == "--shadow"
    jobs.move(jobs.find(turn.job), "completed")
    done = run(Plan(data=(measured(tmp_path / "m.jsonl"),), hyperparameters=from_mapping(QUICK), shadow=True))
    assert done.state == "completed", done.detail
    roles = registry.roles()
    assert roles.active is None
    assert roles.shadow is not None
    assert take_turn().reason.startswith("0 new answers")


def test_a_shadow_that_proves_better_is_promoted(tmp_path: Path) -> None:
    """With enough decisions side by side the shadow takes over by itself, and can be rolled back."""
    run(Plan(data=(measured(tmp_path / "m.jsonl"),), hyperparameters=from_mapping(QUICK), shadow=True))
    shadow = registry.roles().shadow
    assert shadow is not None
    active = registry.load_active().version
    with ExperienceStore.open() as store:
        for number in range(NEEDED + 10):
            for place, (action, reward) in enumerate(((STRINGS, 0.0), (SETS, 0.4))):
                choice = {CHOICE: note(active, STRINGS, shadow, SETS)} if place == 0 else {}
                store.record_experience(
                    Experience(
                        STATE,
                        action,
                        reward,
                        STATE,
                        False,
                        OFFERED,
                        OFFERED,
                        "measured",
                        f"watched-{number}",
                        "now",
                        {ROOT: True, **choice},
                    )
                )
    turn = take_turn()
    assert turn.promoted == shadow
    assert registry.load_active().version == shadow
    assert registry.roles().shadow is None
    assert registry.rollback().active is None
