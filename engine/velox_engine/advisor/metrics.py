"""Builds the figures of `velox metrics`: what came of Velox's work, what models cost, which policy did it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from velox_engine.experience import outcomes
from velox_engine.experience.outcomes import Period, Span
from velox_engine.experience.store import ExperienceStore
from velox_engine.llm.audit import AuditLog
from velox_engine.policy import registry, shadowing
from velox_engine.rules.registry import RULES


def metrics_document(store: ExperienceStore, period: Period, span: Span = "week") -> dict[str, Any]:
    """Build the document of `velox metrics`; rates are shares of 1, None where nothing was counted."""
    found = outcomes.read(store, period)
    roles = registry.roles()
    return {
        "period": {
            "since": period.since or None,
            "until": None if period.until == "9" else period.until,
            "workspace": period.workspace,
        },
        "functions": outcomes.functions(found),
        "suggestions": outcomes.answers(found.shown),
        **outcomes.gains(found.shown),
        "seconds_to_suggestion": outcomes.waiting(found),
        "models": _models(period),
        "policy": {
            "active": roles.active or registry.SHIPPED,
            "shadow": roles.shadow,
            "versions": outcomes.by_policy(found),
            "records": _records(store, period, roles.shadow),
        },
        "strategies": outcomes.by_strategy(found),
        "rules": outcomes.by_rule(found, ((rule.id, rule.strategy) for rule in RULES if rule.strategy)),
        "over_time": outcomes.over_time(found, span),
    }


def _records(store: ExperienceStore, period: Period, shadow: str | None) -> dict[str, Any]:
    """What the first choices of the active policy and its shadow brought."""
    made = shadowing.decisions(outcomes.experiences(store, period))
    return shadowing.records_document(registry.load_active().version, shadow, made)


def _models(period: Period) -> dict[str, Any]:
    """What was spent on models; requests know no workspace, so that they count in each."""
    records = [
        record
        for record in AuditLog().read(first=period.since[:10], last=period.until[:10])
        if record.time < period.until
    ]
    return {
        "requests": len(records),
        "remote": sum(record.remote for record in records),
        "answered": sum(record.status == "answered" for record in records),
        "tokens": sum(record.tokens for record in records),
        "cost": round(sum(record.cost or 0.0 for record in records), 6),
        "seconds": outcomes.summary([record.seconds for record in records if record.seconds]),
    }


def prometheus_text(document: dict[str, Any]) -> str:
    """Write the figures in Prometheus' text format, version 0.0.4."""
    lines: list[str] = []
    for name, says, values in _gauges(document):
        lines += [f"# HELP velox_{name} {says}", f"# TYPE velox_{name} gauge"]
        for labels, value in values:
            if value is not None:
                told = ",".join(f'{key}="{_escaped(text)}"' for key, text in labels.items())
                lines.append(f"velox_{name}{{{told}}} {value}" if told else f"velox_{name} {value}")
    return "\n".join(lines) + "\n"


_Values = list[tuple[dict[str, str], float | None]]


def _gauges(document: dict[str, Any]) -> Iterator[tuple[str, str, _Values]]:
    asked, shown, models = document["functions"], document["suggestions"], document["models"]
    ends = ("improved", "unchanged", "unverifiable", "error")
    kinds = ("accepted", "edited", "rejected", "reverted", "undecided")
    yield "functions", "Functions asked about, by how it ended.", [({"status": e}, asked[e]) for e in ends]
    yield "success_ratio", "Share of functions improved.", [({}, asked["success_rate"])]
    yield "suggestions", "Suggestions, by the latest answer.", [({"answer": k}, shown[k]) for k in kinds]
    yield "false_positive_ratio", "Share of answers that turn down.", [({}, shown["false_positive_rate"])]
    for name, says in (("speedup", "Old time over new."), ("memory_ratio", "Old peak memory over new.")):
        figures = document[name]
        yield name, says, [({"of": key}, figures[key]) for key in ("mean", "median", "p90")]
    waited = document["seconds_to_suggestion"]
    yield (
        "seconds_to_suggestion",
        "Seconds until a suggestion was there.",
        [({"of": key}, waited[key]) for key in ("mean", "median", "p90")],
    )
    yield "model_requests", "Requests to models.", [({}, models["requests"])]
    yield "model_tokens", "Tokens sent to and received from models.", [({}, models["tokens"])]
    yield "model_cost_dollars", "What models cost, where the price is known.", [({}, models["cost"])]
    yield (
        "policy_success_ratio",
        "Share of functions improved, by policy.",
        [({"version": one["version"]}, one["success_rate"]) for one in document["policy"]["versions"]],
    )
    records = document["policy"]["records"]
    both = [({"role": role}, records[role]) for role in ("active", "shadow") if records[role] is not None]
    for name, key, says in (
        ("policy_decisions", "decisions", "First choices made, the shadow's without being listened to."),
        ("policy_reward", "average_reward", "Mean reward of first choices."),
        (
            "policy_first_choice_success_ratio",
            "success_rate",
            "Share of first choices that brought something.",
        ),
        ("policy_regret", "regret", "What the best first try brought beyond the choice, in the mean."),
    ):
        yield name, says, [(labels, one[key]) for labels, one in both]
    compared = records["comparison"] or {"agreement": None}
    yield "policy_agreement_ratio", "Share of first choices that both share.", [({}, compared["agreement"])]
    yield (
        "strategy_tried",
        "Rewrites tried, by strategy and how that ended.",
        [
            ({"strategy": one["strategy"], "status": status}, one[status])
            for one in document["strategies"]
            for status in ("verified", "no-gain", "refuted", "unverifiable", "error")
        ],
    )


def _escaped(text: str) -> str:
    return text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
