"""Why the policy would try one action first: how sure it is, what came next, and the features that mattered."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any, Final

from velox_engine.actions import ACTIONS, NO_CHANGE
from velox_engine.policy.agent import Policy
from velox_engine.policy.features import FEATURES
from velox_engine.policy.records import Proposals

_ALTERNATIVES: Final = 3
_TELLING: Final = 3
_TELLING_NUMBER: Final = 3  # of functions: fewer say nothing
_LEAST_INFLUENCE: Final = 0.005  # of a value: less is not worth a word


@dataclass(frozen=True, slots=True)
class Influence:
    """One feature and how much it added to the lead of the first choice over the others."""

    feature: str
    value: float
    adds: float


@dataclass(frozen=True, slots=True)
class Explanation:
    """The first choice at one state, ready to be told."""

    action: str
    confidence: float
    value: float
    alternatives: tuple[tuple[str, float], ...]
    features: tuple[Influence, ...]
    policy: str
    learned_here: float = 0.0  # what the person's choices in this workspace add to the value
    strategy: str = ""  # of those that carry the action out, the one that most is expected of
    measured: tuple[int, int] | None = (
        None  # (worked, tried) on the measured functions the policy learned from
    )
    alike: tuple[int, int] | None = None  # (worked, tried) here, on functions that look like this one

    def document(self) -> dict[str, Any]:
        """As JSON."""
        document = asdict(self)
        document["alternatives"] = [{"action": action, "value": value} for action, value in self.alternatives]
        for key in ("measured", "alike"):
            document[key] = list(document[key]) if document[key] else None
        return document


def explain(
    policy: Policy, state: Sequence[float], mask: Sequence[bool], proposals: Proposals | None = None
) -> Explanation | None:
    """Explain which applicable action the policy would try first; None where none applies.

    A feature's influence is how much smaller the lead over the mean of the other choices is without it, the feature
    set to 0. A fixed order has none.
    """
    order = [action for action in policy.rank(state, mask, proposals) if action != NO_CHANGE]
    if not order:
        return None
    values = policy.q_values(state, proposals)
    first, others = order[0], order[1:]
    strategy = policy.records.likeliest(first, (proposals or {}).get(first, ()), policy.alike)
    tally = policy.records.strategies.get((first, strategy))
    return Explanation(
        action=ACTIONS[first],
        confidence=round(
            policy.confidence(state, [mask[i] and i != NO_CHANGE for i in range(len(ACTIONS))], proposals), 3
        ),
        value=round(values[first], 4),
        alternatives=tuple((ACTIONS[action], round(values[action], 4)) for action in others[:_ALTERNATIVES]),
        features=_influences(policy, state, first, others) if policy.learned else (),
        policy=policy.version,
        learned_here=round(policy.offsets[first], 4) if policy.offsets else 0.0,
        strategy=strategy,
        measured=(round(tally.worked), round(tally.functions)) if tally else None,
        alike=policy.alike.get(strategy),
    )


def _influences(
    policy: Policy, state: Sequence[float], first: int, others: Sequence[int]
) -> tuple[Influence, ...]:
    against = list(others) or [NO_CHANGE]

    def lead(of: Sequence[float]) -> float:
        values = policy.q_values(of)
        return values[first] - sum(values[action] for action in against) / len(against)

    whole = lead(state)
    found = [
        Influence(
            name, round(state[place], 3), round(whole - lead([*state[:place], 0.0, *state[place + 1 :]]), 4)
        )
        for place, name in enumerate(FEATURES)
        if state[place]
    ]
    found.sort(key=lambda one: -abs(one.adds))
    return tuple(one for one in found[:_TELLING] if abs(one.adds) >= _LEAST_INFLUENCE)


def sentence(document: dict[str, Any]) -> str:
    """Tell an explanation's document in words.

    Ex) It would try caching first (82 % sure), then regex; what spoke for it: recursion, scaling exponent.
    """
    others = ", ".join(_words(one["action"]) for one in document["alternatives"])
    parts = [f"The policy tried {_words(document['action'])} first ({document['confidence']:.0%} sure)"]
    if others:
        parts.append(f", before {others}")
    telling = {
        True: [_words(one["feature"]) for one in document["features"] if one["adds"] > 0],
        False: [_words(one["feature"]) for one in document["features"] if one["adds"] < 0],
    }
    for positive, says in ((True, "for it spoke"), (False, "against it")):
        if telling[positive]:
            parts.append(f"; {says}: {', '.join(telling[positive])}")
    if document.get("learned_here"):
        more = "more" if document["learned_here"] > 0 else "less"
        parts.append(f"; your choices here make it {more} likely")
    parts += [f"; {told}" for told in _track(document)]
    return "".join(parts) + "."


def _track(document: dict[str, Any]) -> list[str]:
    """Ex) set-membership worked on 210 of 260 measured functions, and 8 of 9 times on code like this."""
    counted = [
        f"{worked} of {tried} {where}"
        for key, where in (("measured", "measured functions"), ("alike", "functions like this one here"))
        for worked, tried in [document.get(key) or (0, 0)]
        if tried >= _TELLING_NUMBER
    ]
    return [f"{document['strategy']} worked on {' and on '.join(counted)}"] if counted else []


def _words(name: str) -> str:
    return name.removeprefix("log_").replace("_", " ")
