"""The audit of decisions, and what the store remembers about itself."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"


def _text(name: str) -> sa.Column[str]:
    return sa.Column(name, sa.Text, nullable=False)


def upgrade() -> None:
    """Make the two tables; the audit begins now, since nobody can vouch for what was before."""
    op.create_table(
        "audit",
        sa.Column("number", sa.BigInteger, primary_key=True, autoincrement=False),
        *map(_text, ("timestamp", "kind", "document", "previous", "digest")),
    )
    op.create_table("properties", sa.Column("name", sa.Text, primary_key=True), _text("value"))
