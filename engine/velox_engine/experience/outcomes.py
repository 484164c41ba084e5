"""Counts what came of what Velox did: how often it helped, what people took, how much faster, how soon."""

from __future__ import annotations

import json
import statistics
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Final, Literal

import sqlalchemy as sa

from velox_engine.experience import schema
from velox_engine.experience.database import Database
from velox_engine.experience.rows import FEEDBACK_KINDS
from velox_engine.experience.store import ExperienceStore
from velox_engine.types import Experience

Span = Literal["day", "week", "month"]
Document = dict[str, Any]
_NEGATIVE: Final = ("rejected", "reverted")
_TRIED: Final = ("verified", "no-gain", "refuted", "unverifiable", "error")


@dataclass(frozen=True, slots=True)
class Period:
    """Which rows count: from a day (ISO 8601) up to, not including, another, of one workspace or of all."""

    since: str = ""
    until: str = "9"
    workspace: str | None = None

    def of(self, table: sa.Table, *columns: sa.Column[Any]) -> sa.Select[Any]:
        """A query of the rows of a table that count."""
        query = sa.select(*columns).where(table.c.timestamp >= self.since, table.c.timestamp < self.until)
        if self.workspace is not None:
            query = query.where(table.c.workspace == self.workspace)
        return query


@dataclass(frozen=True, slots=True)
class Shown:
    """A suggestion as far as it is counted."""

    day: str
    strategies: tuple[str, ...]
    speedup: float | None
    memory_ratio: float | None
    answer: str  # the latest kind of feedback, "" while there is none


@dataclass(slots=True)
class Outcomes:
    """What is counted, read once."""

    episodes: list[Document] = field(default_factory=list)
    attempts: list[Document] = field(default_factory=list)
    shown: list[Shown] = field(default_factory=list)


def read(store: Database, period: Period) -> Outcomes:
    """Read what a period's figures are made of; no source text is among it."""
    asked, tried, offered, given = (
        table.c for table in (schema.episodes, schema.attempts, schema.suggestions, schema.feedback)
    )
    answers: dict[str, str] = {}
    for row in store.read(sa.select(given.suggestion_id, given.kind).order_by(given.timestamp, given.id)):
        answers[row["suggestion_id"]] = row["kind"]
    columns = (offered.id, offered.timestamp, offered.strategies, offered.speedup, offered.memory_ratio)
    return Outcomes(
        store.read(
            period.of(
                schema.episodes, asked.timestamp, asked.status, asked.policy, asked.steps, asked.seconds
            )
        ),
        store.read(period.of(schema.attempts, tried.timestamp, tried.strategy, tried.status, tried.seconds)),
        [
            Shown(
                row["timestamp"][:10],
                tuple(json.loads(row["strategies"])),
                json.loads(row["speedup"])[0] if row["speedup"] else None,
                row["memory_ratio"],
                answers.get(row["id"], ""),
            )
            for row in store.read(period.of(schema.suggestions, *columns))
        ],
    )


def experiences(store: ExperienceStore, period: Period) -> list[Experience]:
    """The transitions of the functions that Velox was asked about in a period."""
    about = schema.episodes
    counted = {row["id"] for row in store.read(period.of(about, about.c.id))}
    return [one for one in store.experiences() if one.episode_id in counted]


def functions(outcomes: Outcomes) -> Document:
    """How many functions Velox was asked about, and how that ended."""
    counts = Counter(row["status"] for row in outcomes.episodes)
    asked = len(outcomes.episodes)
    states = {name: counts[name] for name in ("improved", "unchanged", "unverifiable", "error")}
    return {"asked": asked, **states, "success_rate": _share(counts["improved"], asked)}


def answers(shown: Sequence[Shown]) -> Document:
    """What people did with suggestions; each counts once, by the latest answer."""
    counts = Counter(one.answer for one in shown)
    decided = len(shown) - counts[""]
    return {
        "offered": len(shown),
        **{kind: counts[kind] for kind in FEEDBACK_KINDS},
        "undecided": counts[""],
        "acceptance_rate": _share(counts["accepted"] + counts["edited"], decided),
        "false_positive_rate": _share(sum(counts[kind] for kind in _NEGATIVE), decided),
    }


def gains(shown: Sequence[Shown]) -> Document:
    """Speed-up and memory ratio of suggestions (old over new: above 1 is better)."""
    return {
        "speedup": summary([one.speedup for one in shown if one.speedup is not None]),
        "memory_ratio": summary([one.memory_ratio for one in shown if one.memory_ratio is not None]),
    }


def waiting(outcomes: Outcomes) -> Document:
    """Seconds until a suggestion was there, of functions that got one."""
    return summary([row["seconds"] for row in outcomes.episodes if row["status"] == "improved"])


def by_policy(outcomes: Outcomes) -> list[Document]:
    """The same by the version of the policy that ordered the strategies, the busiest first."""
    groups: dict[str, list[Document]] = defaultdict(list)
    for row in outcomes.episodes:
        if row["policy"]:
            groups[row["policy"]].append(row)
    return [
        {
            "version": version,
            "functions": len(rows),
            "improved": (improved := sum(row["status"] == "improved" for row in rows)),
            "success_rate": _share(improved, len(rows)),
            "mean_steps": round(statistics.fmean(row["steps"] for row in rows), 2),
            "mean_seconds": round(statistics.fmean(row["seconds"] for row in rows), 3),
        }
        for version, rows in sorted(groups.items(), key=lambda item: -len(item[1]))
    ]


def by_strategy(outcomes: Outcomes) -> list[Document]:
    """What became of each strategy's rewrites, the most tried first."""
    tried: dict[str, Counter[str]] = defaultdict(Counter)
    for row in outcomes.attempts:
        tried[row["strategy"]][row["status"]] += 1
    offered: dict[str, list[Shown]] = defaultdict(list)
    for one in outcomes.shown:
        for strategy in one.strategies:
            offered[strategy].append(one)
    names = sorted(tried.keys() | offered.keys(), key=lambda name: (-tried[name].total(), name))
    return [{"strategy": name, **_figures(tried[name], offered[name])} for name in names]


def by_rule(outcomes: Outcomes, strategy_of: Iterable[tuple[str, str]]) -> list[Document]:
    """The same by rule, through the strategy that mends what it finds; rules that nothing is known of are left out."""
    of_strategy = {entry["strategy"]: entry for entry in by_strategy(outcomes)}
    return [
        {"rule": rule, **of_strategy[strategy]} for rule, strategy in strategy_of if strategy in of_strategy
    ]


def over_time(outcomes: Outcomes, span: Span) -> list[Document]:
    """Functions asked about and suggestions by day, week (its Monday) or month (its first), oldest first."""
    asked: dict[str, Counter[str]] = defaultdict(Counter)
    for row in outcomes.episodes:
        asked[_begin(row["timestamp"][:10], span)][row["status"]] += 1
    shown: dict[str, list[Shown]] = defaultdict(list)
    for one in outcomes.shown:
        shown[_begin(one.day, span)].append(one)
    return [
        {
            "from": begin,
            "functions": asked[begin].total(),
            "improved": asked[begin]["improved"],
            **answers(shown[begin]),
            "median_speedup": gains(shown[begin])["speedup"]["median"],
        }
        for begin in sorted(asked.keys() | shown.keys())
    ]


def summary(values: Sequence[float]) -> Document:
    """Count, mean, median, 90th percentile and geometric mean; None where there is nothing."""
    if not values:
        return {"count": 0, "mean": None, "median": None, "p90": None, "geometric_mean": None}
    ordered = sorted(values)
    geometric = statistics.geometric_mean(values) if ordered[0] > 0 else None
    return {
        "count": len(values),
        "mean": round(statistics.fmean(values), 3),
        "median": round(statistics.median(values), 3),
        "p90": round(ordered[min(len(ordered) - 1, int(0.9 * len(ordered)))], 3),
        "geometric_mean": None if geometric is None else round(geometric, 3),
    }


def _figures(tried: Counter[str], shown: Sequence[Shown]) -> Document:
    return {
        "tried": tried.total(),
        **{status: tried[status] for status in _TRIED},
        "success_rate": _share(tried["verified"], tried.total()),
        **answers(shown),
        "median_speedup": gains(shown)["speedup"]["median"],
    }


def _begin(day: str, span: Span) -> str:
    if span == "month":
        return f"{day[:7]}-01"
    if span == "week":
        year, week, _ = date.fromisoformat(day).isocalendar()
        return date.fromisocalendar(year, week, 1).isoformat()
    return day


def _share(part: int, whole: int) -> float | None:
    return round(part / whole, 4) if whole else None
