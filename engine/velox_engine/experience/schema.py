"""The store's tables as SQLAlchemy describes them; `migrations/` makes them step by step, on every database alike."""

from __future__ import annotations

from typing import Final

import sqlalchemy as sa

# The revision that this Velox reads and writes, the newest under migrations/versions.
HEAD: Final = "0004"

metadata: Final = sa.MetaData()
# Counted up by the database. SQLite does that for INTEGER only, which there holds 64 bits too.
Count: Final = sa.BigInteger().with_variant(sa.Integer, "sqlite")
Real: Final = sa.Double().with_variant(sa.REAL, "sqlite")


def _text(name: str) -> sa.Column[str]:
    return sa.Column(name, sa.Text, nullable=False)


suggestions: Final = sa.Table(
    "suggestions",
    metadata,
    sa.Column("id", sa.Text, primary_key=True),
    *map(_text, ("timestamp", "workspace", "path", "function", "origin", "strategies", "actions")),
    sa.Column("speedup", sa.Text),  # JSON: median, low, high
    sa.Column("memory_ratio", Real),
    _text("evidence"),
    sa.Column("confidence", Real),
    sa.Column("reward", Real),
    *map(_text, ("episode_id", "old_function", "new_function")),
)

# No foreign key: feedback imported from a colleague may lack the suggestion it is about.
feedback: Final = sa.Table(
    "feedback",
    metadata,
    sa.Column("id", Count, primary_key=True),
    *map(_text, ("suggestion_id", "occasion", "kind", "timestamp", "origin", "note")),
    sa.CheckConstraint("kind IN ('accepted', 'edited', 'rejected', 'reverted')", name="feedback_kind"),
    sa.UniqueConstraint("suggestion_id", "occasion", "kind", name="feedback_once"),
    sa.Index("feedback_by_time", "timestamp"),
)

attempts: Final = sa.Table(
    "attempts",
    metadata,
    sa.Column("id", Count, primary_key=True),
    *map(_text, ("timestamp", "workspace", "path", "function", "strategy", "status", "reason")),
    sa.Column("seconds", Real, nullable=False),
    sa.Column("counterexample", sa.Text),
    _text("episode_id"),
    sa.Index("attempts_by_function", "path", "function"),
)

# `line` is the transition as it is shared; its digest keeps an import from doubling rows.
experiences: Final = sa.Table(
    "experiences",
    metadata,
    sa.Column("id", Count, primary_key=True),
    sa.Column("digest", sa.LargeBinary, nullable=False),
    *map(_text, ("episode_id", "timestamp", "source")),
    sa.Column("action_idx", sa.Integer, nullable=False),
    sa.Column("reward", Real, nullable=False),
    _text("line"),
    sa.UniqueConstraint("digest", name="experiences_once"),
    sa.Index("experiences_by_episode", "episode_id"),
)

# One function that Velox was asked to optimise, and how that ended.
episodes: Final = sa.Table(
    "episodes",
    metadata,
    sa.Column("id", sa.Text, primary_key=True),
    *map(_text, ("timestamp", "workspace", "path", "function", "origin", "policy", "status", "reason")),
    sa.Column("steps", sa.Integer, nullable=False),
    sa.Column("seconds", Real, nullable=False),
    sa.Index("episodes_by_time", "timestamp"),
)

# The figures behind a suggestion, each time it was measured.
measurements: Final = sa.Table(
    "measurements",
    metadata,
    sa.Column("id", Count, primary_key=True),
    *map(_text, ("suggestion_id", "episode_id", "timestamp", "machine")),
    *(
        sa.Column(name, Real, nullable=False)
        for name in ("median", "low", "high", "typical_median", "typical_low", "typical_high", "call_seconds")
    ),
    *(sa.Column(name, Real) for name in ("memory_ratio", "memory_bytes", "scaling_before", "scaling_after")),
    *map(_text, ("sizes", "unstable", "note")),
    sa.Column("crossover", sa.BigInteger),
    sa.UniqueConstraint("suggestion_id", "episode_id", name="measurements_once"),
)

# What a training run came to; its folder holds the rest and may be deleted.
jobs: Final = sa.Table(
    "jobs",
    metadata,
    sa.Column("id", sa.Text, primary_key=True),
    *map(_text, ("kind", "state", "created", "updated", "detail", "figures")),
)

# Every decision, in a hash chain (`chain.py`); numbered by the code, which makes a gap a sign of its own.
audit: Final = sa.Table(
    "audit",
    metadata,
    sa.Column("number", sa.BigInteger, primary_key=True, autoincrement=False),
    *map(_text, ("timestamp", "kind", "document", "previous", "digest")),
)

# What the store remembers about itself.
properties: Final = sa.Table(
    "properties", metadata, sa.Column("name", sa.Text, primary_key=True), _text("value")
)

# What the function of an episode looked like (`shape.py`): half-precision numbers, as many as a shape is wide.
shapes: Final = sa.Table(
    "shapes",
    metadata,
    sa.Column("episode_id", sa.Text, primary_key=True),
    _text("timestamp"),
    sa.Column("version", sa.Integer, nullable=False),
    sa.Column("shape", sa.LargeBinary, nullable=False),
    sa.Index("shapes_by_time", "version", "timestamp"),
)
