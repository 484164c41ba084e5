"""Finds what was tried on functions like one at hand, by their shapes: what worked before, and how often.

NumPy is imported when something is looked for, not before.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import sqlalchemy as sa

from velox_engine.experience import rows, schema, shape
from velox_engine.experience.database import Database
from velox_engine.experience.records import SuggestionRecord, now
from velox_engine.types import TrackRecord

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

# From this likeness on, functions are called alike: on the corpus, 3 of 4 such pairs are slow for the same reason
# (tests/bench/similarity.py), of all pairs 3 of 8.
ALIKE: Final = 0.4
_MOST_REMEMBERED: Final = 4000  # the latest; 2 KiB each to read
_COUNTED: Final = ("verified", "no-gain", "refuted")
_TURNED_DOWN: Final = ("rejected", "reverted")


Place = tuple[str, str, str]  # a function: its workspace, path and name


@dataclass(frozen=True, slots=True)
class Alike:
    """An episode on a function that resembles the one asked about."""

    episode_id: str
    workspace: str
    path: str
    function: str
    likeness: float  # 0 to 1


def row_of(episode_id: str, function: str) -> rows.Row | None:
    """The row that makes an episode findable; None for text that does not parse."""
    import numpy as np

    found = shape.describe(function)
    if found is None:
        return None
    packed = found.astype(np.float16).tobytes()
    return {"episode_id": episode_id, "timestamp": now(), "version": shape.VERSION, "shape": packed}


def alike(
    store: Database, function: str, *, workspace: str | None = None, least: float = ALIKE, limit: int = 50
) -> list[Alike]:
    """Return episodes on functions like this text, the likest first, of one workspace or of all."""
    import numpy as np

    asked = shape.describe(function)
    if asked is None:
        return []
    known, about = schema.shapes.c, schema.episodes.c
    query = (
        sa.select(known.shape, known.episode_id, about.workspace, about.path, about.function)
        .join(schema.episodes, about.id == known.episode_id)
        .where(known.version == shape.VERSION)
        .order_by(known.timestamp.desc())
        .limit(_MOST_REMEMBERED)
    )
    if workspace is not None:
        query = query.where(about.workspace == workspace)
    found = [row for row in store.read(query) if len(row["shape"]) == 2 * shape.WIDTH]
    if not found:
        return []
    shapes = np.stack([np.frombuffer(row["shape"], dtype=np.float16) for row in found]).astype(np.float32)
    scores = likeness(shapes, asked)
    best = np.argsort(-scores, kind="stable")[:limit]
    names = ("episode_id", "workspace", "path", "function")
    return [
        Alike(*(found[index][name] for name in names), likeness=float(scores[index]))
        for index in best.tolist()
        if scores[index] >= least
    ]


def track_record(
    store: Database, near: Sequence[Alike], strategies: Sequence[str], *, path: str, function: str
) -> TrackRecord:
    """How often the strategies worked on alike functions: each function once, its latest episode, not this function.

    It worked where it was verified, faster, and not turned down by the person.
    """
    latest = _latest(store, near, strategies, path=path, function=function)
    return TrackRecord(sum(latest.values()), len(latest))


def worked_on(
    store: Database, near: Sequence[Alike], *, path: str, function: str
) -> dict[str, tuple[int, int]]:
    """Of every strategy that was tried on alike functions: on how many it worked, and on how many it was tried.

    Counted as in `track_record`, each strategy by itself.
    """
    counts: dict[str, tuple[int, int]] = {}
    for (strategy, _), worked in _latest(store, near, None, path=path, function=function).items():
        before = counts.get(strategy, (0, 0))
        counts[strategy] = before[0] + worked, before[1] + 1
    return counts


def _latest(
    store: Database, near: Sequence[Alike], strategies: Sequence[str] | None, *, path: str, function: str
) -> dict[tuple[str, Place], bool]:
    """Whether something worked on each alike function the last time: any of the strategies, or (None) each of all."""
    others = [one for one in near if (one.path, one.function) != (path, function)]
    if not others:
        return {}
    tried, shown, given = schema.attempts.c, schema.suggestions.c, schema.feedback.c
    refused = sa.select(shown.workspace, shown.path, shown.function, shown.strategies)
    refused = refused.join(schema.feedback, given.suggestion_id == shown.id)
    turned_down = {
        (strategy, (row["workspace"], row["path"], row["function"]))
        for row in store.read(refused.where(given.kind.in_(_TURNED_DOWN)))
        for strategy in json.loads(row["strategies"])
    }
    query = sa.select(tried.episode_id, tried.strategy, tried.status)
    query = query.where(tried.episode_id.in_([one.episode_id for one in others]), tried.status.in_(_COUNTED))
    if strategies is not None:
        query = query.where(tried.strategy.in_(strategies))
    place = {one.episode_id: (one.workspace, one.path, one.function) for one in others}
    latest: dict[tuple[str, Place], tuple[str, bool]] = {}
    for row in store.read(query.order_by(tried.timestamp, tried.id)):
        episode = row["episode_id"]
        key = row["strategy"] if strategies is None else "", place[episode]
        refused_here = any((one, place[episode]) in turned_down for one in strategies or (row["strategy"],))
        before = latest[key][1] if key in latest and latest[key][0] == episode else False
        latest[key] = episode, before or (row["status"] == "verified" and not refused_here)
    return {key: worked for key, (_, worked) in latest.items()}


def successes(store: Database, function: str, workspace: str, *, limit: int = 20) -> list[SuggestionRecord]:
    """Return rewrites of alike functions of a workspace that were offered and not turned down, the likest first."""
    near = alike(store, function, workspace=workspace)
    order: Mapping[str, int] = {one.episode_id: place for place, one in enumerate(near)}
    shown, given = schema.suggestions.c, schema.feedback.c
    refused = sa.select(given.id).where(given.suggestion_id == shown.id, given.kind.in_(_TURNED_DOWN))
    query = sa.select(schema.suggestions).where(
        shown.episode_id.in_(list(order)), shown.old_function != "", ~refused.exists()
    )
    found: list[dict[str, Any]] = sorted(store.read(query), key=lambda row: order[row["episode_id"]])
    return [rows.to_suggestion(row) for row in found[:limit]]


def likeness(shapes: NDArray[np.float32], asked: NDArray[np.float32] | None = None) -> NDArray[np.float32]:
    """Return the cosine of each pair, 0 to 1: of all shapes, or of what is asked for with all.

    What occurs in few functions tells more than what occurs in all (inverse document frequency).
    """
    import numpy as np

    rare = np.log((len(shapes) + 1.0) / (np.count_nonzero(shapes, axis=0) + 1.0)).astype(np.float32) + 0.5
    known = _unit(shapes * rare)
    return known @ known.T if asked is None else known @ _unit(asked * rare)


def _unit(rows: NDArray[np.float32]) -> NDArray[np.float32]:
    import numpy as np

    lengths = np.linalg.norm(rows, axis=-1, keepdims=True)
    return rows / np.maximum(lengths, np.float32(1e-9))
