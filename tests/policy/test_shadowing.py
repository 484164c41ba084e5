"""The shadow beside the active policy: both records, and when the difference is sure enough."""

from __future__ import annotations

from velox_engine.policy.shadowing import CHOICE, ROOT, compare, decisions, note, record_of
from velox_engine.types import Experience

STATE, MASK = (0.0,) * 27, (True,) * 25


def episode(name: str, rewards: dict[int, float], active: int, shadow: int | None) -> list[Experience]:
    """The first tries of one function; the choice stands beside the first."""
    made = []
    for number, (action, reward) in enumerate(rewards.items()):
        evidence: dict[str, object] = {ROOT: True}
        if number == 0:
            evidence[CHOICE] = note("old", active, "new" if shadow is not None else "", shadow)
        made.append(
            Experience(STATE, action, reward, STATE, False, MASK, MASK, "measured", name, "now", evidence)
        )
    return made


def test_both_records_are_kept() -> None:
    """Average reward, success and regret come from what the first tries brought."""
    made = decisions([*episode("a", {1: 0.0, 2: 0.5}, 1, 2), *episode("b", {1: 0.3}, 1, 1)])
    old, new = record_of("old", made), record_of("new", made)
    assert (old.decisions, old.average_reward, old.success_rate, old.regret) == (2, 0.15, 0.5, 0.25)
    assert (new.decisions, new.average_reward, new.success_rate, new.regret) == (2, 0.4, 1.0, 0.0)
    assert record_of("absent", made).decisions == 0


def test_an_untried_choice_of_the_shadow_counts_as_nothing() -> None:
    """What nobody tried cannot speak for the shadow."""
    made = decisions(episode("a", {1: 0.4}, 1, 7))
    assert record_of("new", made).average_reward == 0.0
    assert compare("old", "new", made).advantage == -0.4


def test_a_better_shadow_is_promoted_only_when_sure() -> None:
    """Few decisions, equal decisions or decisions of another version are not enough."""
    better = [one for i in range(60) for one in episode(f"e{i}", {1: 0.0, 2: 0.3}, 1, 2 if i % 2 else 1)]
    made = decisions(better)
    found = compare("old", "new", made)
    assert found.better
    assert (found.decisions, found.differing) == (60, 30)
    assert not compare("old", "new", made[:20]).better
    assert not compare("another", "new", made).better
    mixed = [
        one for i in range(60) for one in episode(f"m{i}", {1: 0.3 * (i % 2), 2: 0.3 * ((i + 1) % 2)}, 1, 2)
    ]
    assert not compare("old", "new", decisions(mixed)).better


def test_later_steps_and_feedback_are_no_first_choices() -> None:
    """Only transitions marked as first tries of a measured episode count."""
    later = Experience(STATE, 3, 0.9, STATE, False, MASK, MASK, "measured", "a", "now", {})
    answered = Experience(STATE, 2, 0.8, STATE, False, MASK, MASK, "feedback", "a", "now", {ROOT: True})
    [decision] = decisions([*episode("a", {1: 0.1}, 1, 2), later, answered])
    assert decision.rewards == {1: 0.1}
