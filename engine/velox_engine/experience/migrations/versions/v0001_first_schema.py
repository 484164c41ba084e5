"""Suggestions, feedback, attempts and transitions: the schema that Velox had before it counted revisions."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None

_COUNT = sa.BigInteger().with_variant(sa.Integer, "sqlite")
_REAL = sa.Double().with_variant(sa.REAL, "sqlite")


def _text(name: str) -> sa.Column[str]:
    return sa.Column(name, sa.Text, nullable=False)


def upgrade() -> None:
    """Make the four first tables."""
    op.create_table(
        "suggestions",
        sa.Column("id", sa.Text, primary_key=True),
        *map(_text, ("timestamp", "workspace", "path", "function", "origin", "strategies", "actions")),
        sa.Column("speedup", sa.Text),
        sa.Column("memory_ratio", _REAL),
        _text("evidence"),
        sa.Column("confidence", _REAL),
        sa.Column("reward", _REAL),
        *map(_text, ("episode_id", "old_function", "new_function")),
    )
    op.create_table(
        "feedback",
        sa.Column("id", _COUNT, primary_key=True),
        *map(_text, ("suggestion_id", "occasion", "kind", "timestamp", "origin", "note")),
        sa.CheckConstraint("kind IN ('accepted', 'edited', 'rejected', 'reverted')", name="feedback_kind"),
        sa.UniqueConstraint("suggestion_id", "occasion", "kind", name="feedback_once"),
    )
    op.create_table(
        "attempts",
        sa.Column("id", _COUNT, primary_key=True),
        *map(_text, ("timestamp", "workspace", "path", "function", "strategy", "status", "reason")),
        sa.Column("seconds", _REAL, nullable=False),
        sa.Column("counterexample", sa.Text),
        _text("episode_id"),
    )
    op.create_table(
        "experiences",
        sa.Column("id", _COUNT, primary_key=True),
        sa.Column("digest", sa.LargeBinary, nullable=False),
        *map(_text, ("episode_id", "timestamp", "source")),
        sa.Column("action_idx", sa.Integer, nullable=False),
        sa.Column("reward", _REAL, nullable=False),
        _text("line"),
        sa.UniqueConstraint("digest", name="experiences_once"),
    )
    op.create_index("feedback_by_time", "feedback", ["timestamp"])
    op.create_index("attempts_by_function", "attempts", ["path", "function"])
    op.create_index("experiences_by_episode", "experiences", ["episode_id"])
