"""What functions looked like, as numbers, so that experience with alike ones can be found."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    """Make the table; functions from before have no shape and are not found by it."""
    op.create_table(
        "shapes",
        sa.Column("episode_id", sa.Text, primary_key=True),
        sa.Column("timestamp", sa.Text, nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("shape", sa.LargeBinary, nullable=False),
    )
    op.create_index("shapes_by_time", "shapes", ["version", "timestamp"])
