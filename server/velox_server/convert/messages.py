"""Says in a sentence or two what came of an optimisation: the figures offered, or the honest reason for none."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

_LONGEST = 400
_WORTH_TELLING = 0.05


def offer_message(function: str, suggestion: Mapping[str, Any]) -> str:
    """Describe a suggestion with its evidence; differences outside the evident domain are part of it."""
    caveats = suggestion.get("caveats") or ()
    parts = [f"{function}: {figures(suggestion)}"]
    parts += [f"Differs outside the evident domain: {_difference(caveat)}" for caveat in caveats]
    if suggestion.get("weakly_checked"):
        parts.append("Weakly checked: the inputs miss many planted bugs.")
    return " ".join(parts)


def figures(suggestion: Mapping[str, Any]) -> str:
    """Describe speed, memory and evidence of a suggestion in one sentence."""
    told: list[str] = []
    speed = suggestion.get("speedup")
    if speed:
        interval = f"95 % CI {_number(speed['low'])}–{_number(speed['high'])}"
        told.append(f"{times(speed['median'])} faster ({interval})")
        typical = suggestion.get("speedup_typical")
        if typical and abs(typical["median"] / speed["median"] - 1) > _WORTH_TELLING:
            told.append(f"{times(typical['median'])} at usual sizes")
    memory = suggestion.get("memory_ratio")
    if memory and abs(memory - 1) >= _WORTH_TELLING:
        smaller = memory > 1
        told.append(
            f"peak memory {times(memory if smaller else 1 / memory)} {'smaller' if smaller else 'larger'}"
        )
    told.append(evidence(suggestion))
    return ", ".join(told) + "."


def evidence(suggestion: Mapping[str, Any]) -> str:
    """Describe what the claim of equal behaviour rests on."""
    found = suggestion.get("evidence") or {}
    told = [f"same on {found.get('inputs', 0)} inputs"]
    mutants = found.get("mutants") or {}
    if mutants.get("planted"):
        told.append(f"{mutants['killed']} of {mutants['planted']} planted bugs detected")
    elif found.get("strength") is not None:
        told.append(f"{found['strength']:.0%} of planted bugs detected")
    if found.get("tests"):
        told.append(f"your tests: {found['tests']}")
    return ", ".join(told)


def short_figure(suggestion: Mapping[str, Any]) -> str:
    """Describe a suggestion in the few words that fit a menu."""
    speed = suggestion.get("speedup")
    faster = f"{times(speed['median'])} faster, " if speed else ""
    return f"{faster}same on {(suggestion.get('evidence') or {}).get('inputs', 0)} inputs"


def refusal_message(found: Mapping[str, Any]) -> str:
    """Say why a function got no suggestion, with a counterexample where one was found."""
    parts = [
        f"{found['name']}: {_LEADS.get(str(found.get('status')), 'no rewrite is offered')}: {found.get('reason', '')}."
    ]
    tried = found.get("tried") or ()
    refuted = next((attempt for attempt in tried if attempt.get("counterexample")), None)
    if refuted is not None:
        parts.append(f"{refuted['strategy']} was refuted: {_difference(refuted['counterexample'])}")
    elif tried and tried[0].get("reason"):
        parts.append(_bounded(f"{tried[0]['strategy']}: {tried[0]['reason']}."))
    return " ".join(parts).replace("..", ".")


_LEADS = {"unverifiable": "could not be verified, so nothing is offered", "error": "failed"}


def _difference(difference: Mapping[str, str]) -> str:
    return _bounded(
        f"on {difference.get('inputs', '?')} the original {_did(difference.get('old', '?'))},"
        f" the rewrite {_did(difference.get('new', '?'))}."
    )


def _did(outcome: str) -> str:
    return outcome if outcome.startswith(("returned", "raised", "timed", "crashed")) else f"gave {outcome}"


def _bounded(text: str) -> str:
    return text if len(text) <= _LONGEST else text[: _LONGEST - 1] + "…"


def _number(value: float) -> str:
    return f"{value:.1f}" if value >= 10 else f"{value:.2f}"


def times(value: float) -> str:
    """Ex) "14.2×"."""
    return f"{_number(value)}×"
