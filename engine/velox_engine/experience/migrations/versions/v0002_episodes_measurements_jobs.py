"""Episodes, the measurements behind suggestions, and training jobs."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"

_COUNT = sa.BigInteger().with_variant(sa.Integer, "sqlite")
_REAL = sa.Double().with_variant(sa.REAL, "sqlite")


def _text(name: str) -> sa.Column[str]:
    return sa.Column(name, sa.Text, nullable=False)


def upgrade() -> None:
    """Make the three tables; what was recorded before has no rows in them."""
    op.create_table(
        "episodes",
        sa.Column("id", sa.Text, primary_key=True),
        *map(_text, ("timestamp", "workspace", "path", "function", "origin", "policy", "status", "reason")),
        sa.Column("steps", sa.Integer, nullable=False),
        sa.Column("seconds", _REAL, nullable=False),
    )
    op.create_index("episodes_by_time", "episodes", ["timestamp"])
    required = ("median", "low", "high", "typical_median", "typical_low", "typical_high", "call_seconds")
    optional = ("memory_ratio", "memory_bytes", "scaling_before", "scaling_after")
    op.create_table(
        "measurements",
        sa.Column("id", _COUNT, primary_key=True),
        *map(_text, ("suggestion_id", "episode_id", "timestamp", "machine")),
        *(sa.Column(name, _REAL, nullable=False) for name in required),
        *(sa.Column(name, _REAL) for name in optional),
        *map(_text, ("sizes", "unstable", "note")),
        sa.Column("crossover", sa.BigInteger),
        sa.UniqueConstraint("suggestion_id", "episode_id", name="measurements_once"),
    )
    op.create_table(
        "jobs",
        sa.Column("id", sa.Text, primary_key=True),
        *map(_text, ("kind", "state", "created", "updated", "detail", "figures")),
    )
