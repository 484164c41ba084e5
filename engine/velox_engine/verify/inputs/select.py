"""Choose from all trials: core inputs over as many paths as possible, exceptions raised on purpose, wide
inputs by reason."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Sequence
from dataclasses import replace
from itertools import zip_longest

from velox_engine.verify.inputs.paths import Layout, raised_on_purpose
from velox_engine.verify.inputs.shapes import Shape, is_open, mentions
from velox_engine.verify.inputs.trials import Trial

MOST_EXCEPTIONS = 120
MOST_WIDE = 100
MOST_BROKEN = 10  # one call in so many may break the return hint
MOST_ACCIDENTS = 30  # exceptions that no raise statement asks for, kept as wide inputs


def keep_promise(trials: Sequence[Trial], promised: Shape | None) -> list[Trial]:
    """The trials, with those outside the core where the original returns None against its own return hint.

    Ex) `def largest_divisor(n: int) -> int` that falls off its end for 0: the hint says that 0 is not meant. Where
    that is no exception but a habit, the hint is what is wrong.
    """
    if promised is None or is_open(promised) or mentions(promised, "none"):
        return list(trials)
    core = [trial for trial in trials if trial.core and trial.outcome.kind == "returned"]
    broken = {id(trial) for trial in core if trial.outcome.text().startswith("returned None")}
    if not broken or len(broken) * MOST_BROKEN > len(core):
        return list(trials)
    says = "the original returns None there, which its return hint excludes"
    return [replace(trial, core=False, reason=says) if id(trial) in broken else trial for trial in trials]


def choose_core(trials: Sequence[Trial], count: int) -> list[Trial]:
    """Examples and edges first, then one input of each path in turn; new results before results already seen."""
    kept = [trial for trial in trials if trial.core and trial.outcome.kind == "returned"]
    swept = [trial for trial in kept if trial.swept]
    core = [trial for trial in kept if not trial.swept]
    first = [trial for trial in core if trial.edge]
    rest = [trial for trial in core if not trial.edge]
    chosen = first[: max(count * 3 // 5, 1)]
    seen = {trial.outcome.payload for trial in chosen}
    fresh: list[Trial] = []
    repeated: list[Trial] = []
    for trial in _in_turn(rest, lambda item: item.path):
        (repeated if trial.outcome.payload in seen else fresh).append(trial)
        seen.add(trial.outcome.payload)
    return (chosen + fresh + repeated + first[len(chosen) :])[:count] + swept


def choose_exceptions(trials: Sequence[Trial], layout: Layout) -> list[Trial]:
    """Core inputs on which a raise or assert statement of the module fires; shown examples count whatever
    they raise."""
    raised = [
        trial
        for trial in trials
        if trial.core and trial.outcome.kind == "raised" and raised_on_purpose(layout, trial.outcome)
    ]
    # Texts of exceptions often quote the input, so that no two are alike: the type groups them, and of one group
    # the examples and edges go first, then those from all along the search.
    edges = [trial for trial in raised if trial.edge]
    others = [trial for trial in raised if not trial.edge]
    step = max(1, len(others) // MOST_EXCEPTIONS)
    spread = [trial for start in range(step) for trial in others[start::step]]

    def group(trial: Trial) -> Hashable:
        return trial.path, trial.outcome.exception.partition(":")[0]

    first = list(_in_turn(edges, group))[: MOST_EXCEPTIONS // 2]
    return [*first, *_in_turn(spread, group)][:MOST_EXCEPTIONS]


def choose_wide(trials: Sequence[Trial], layout: Layout) -> list[Trial]:
    """Inputs outside the domain that the function survives, one reason after the other; then accidental
    exceptions."""
    survived = [trial for trial in trials if not trial.core and trial.outcome.kind == "returned"]
    accidents = [
        trial
        for trial in trials
        if trial.core and trial.outcome.kind == "raised" and not raised_on_purpose(layout, trial.outcome)
    ]
    chosen = list(_in_turn(survived, lambda item: item.reason))[: MOST_WIDE - MOST_ACCIDENTS]
    kinds = _in_turn(accidents, lambda item: item.outcome.exception.split(":", 1)[0])
    return chosen + list(kinds)[: MOST_WIDE - len(chosen)][:MOST_ACCIDENTS]


def _in_turn(trials: Iterable[Trial], key: Callable[[Trial], Hashable]) -> Iterable[Trial]:
    """One of each group, then the second of each, and so on; groups and members keep their order."""
    groups: dict[Hashable, list[Trial]] = {}
    for trial in trials:
        groups.setdefault(key(trial), []).append(trial)
    for row in zip_longest(*groups.values()):
        yield from (trial for trial in row if trial is not None)
