"""Removes what the store keeps: all of it, what is old, one workspace's, or only the code; and re-encrypts the rest."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from typing import Final

import sqlalchemy as sa

from velox_engine.experience import schema, sealing
from velox_engine.experience.database import PROOF, SEALED, Database
from velox_engine.experience.decisions import AUDIT_START
from velox_engine.experience.records import now

# Rows that tell about a person's code, by when they were written. Transitions are numbers only, and the audit is
# what says that something was removed: both end only with everything.
_DATED: Final = (
    *(schema.suggestions, schema.feedback, schema.attempts, schema.episodes),
    *(schema.measurements, schema.shapes),
)
_PLACED: Final = (schema.attempts, schema.episodes)
_LAST_SWEEP: Final = "last-sweep"

Removed = dict[str, int]


class _OnlyAsked(Exception):
    """Carries the answer of a removal that is not to happen out of its transaction."""

    def __init__(self, removed: Removed) -> None:
        super().__init__()
        self.removed = removed


def older_than(store: Database, days: float, *, dry: bool = False) -> Removed:
    """Remove what was written more than so many days ago; returns the rows removed by table.

    With `dry`, here and below, nothing is removed and the answer is what would be.
    """
    limit = (datetime.now(UTC) - timedelta(days=days)).isoformat(timespec="microseconds")
    return _remove(
        store, f"older than {days:g} days", {table: table.c.timestamp < limit for table in _DATED}, dry
    )


def workspace(store: Database, name: str, *, dry: bool = False) -> Removed:
    """Remove what is known of one workspace's code."""
    asked = sa.select(schema.episodes.c.id).where(schema.episodes.c.workspace == name)
    shown = sa.select(schema.suggestions.c.id).where(schema.suggestions.c.workspace == name)
    conditions: dict[sa.Table, sa.ColumnElement[bool]] = {
        table: table.c.suggestion_id.in_(shown) for table in (schema.feedback, schema.measurements)
    }
    conditions[schema.shapes] = schema.shapes.c.episode_id.in_(asked)
    conditions |= {table: table.c.workspace == name for table in (*_PLACED, schema.suggestions)}
    return _remove(store, "one workspace", conditions, dry)


def everything(store: Database, *, dry: bool = False) -> Removed:
    """Remove every row, the audit's too, whose first record will then say so."""
    tables = [
        table for table in schema.metadata.sorted_tables if table not in (schema.audit, schema.properties)
    ]

    def remove(connection: sa.Connection) -> Removed:
        head = sa.select(schema.audit.c.digest).order_by(schema.audit.c.number.desc()).limit(1)
        last = connection.execute(head).scalar()
        removed = {table.name: connection.execute(sa.delete(table)).rowcount for table in tables}
        store.note(connection, [{"kind": "purged", "what": "everything", "rows": removed}])
        if last is not None:
            newest = sa.select(sa.func.max(schema.audit.c.number)).scalar_subquery()
            gone = connection.execute(sa.delete(schema.audit).where(schema.audit.c.number < newest)).rowcount
            removed["audit"] = gone
            store.set_property(connection, AUDIT_START, last)
        return removed

    return _carry_out(store, remove, dry)


def code(store: Database, *, dry: bool = False) -> Removed:
    """Blank all source text and counterexamples; figures and choices stay."""

    def blank(connection: sa.Connection) -> Removed:
        emptied = {
            "suggestions": sa.update(schema.suggestions)
            .where(schema.suggestions.c.new_function != "")
            .values(old_function="", new_function=""),
            "attempts": sa.update(schema.attempts)
            .where(schema.attempts.c.counterexample.is_not(None))
            .values(counterexample=None, reason=""),
        }
        removed = {name: connection.execute(statement).rowcount for name, statement in emptied.items()}
        store.note(connection, [{"kind": "purged", "what": "code", "rows": removed}])
        return removed

    return _carry_out(store, blank, dry)


def sweep(store: Database, days: int) -> None:
    """Hold to the retention limit, at most once a day; 0 days keeps everything."""
    today = now()[:10]

    def is_due(connection: sa.Connection) -> bool:
        if store.property(connection, _LAST_SWEEP) == today:
            return False
        store.set_property(connection, _LAST_SWEEP, today)
        return True

    if days and store.run(is_due, writes=True):
        older_than(store, days)


def reseal(store: Database, sealer: sealing.Sealer | None) -> int:
    """Encrypt all that is sealed or should be with the sealer's first key, or decrypt it for None; returns the rows."""
    old = sealing.current()

    def work(connection: sa.Connection) -> int:
        count = 0
        for name, columns in SEALED.items():
            table = schema.metadata.tables[name]
            for row in connection.execute(
                sa.select(table.c.id, *(table.c[column] for column in columns))
            ).all():
                values = {
                    column: sealing.as_stored(sealing.as_read(value, old), sealer)
                    for column in columns
                    if (value := getattr(row, column))
                }
                if values:
                    connection.execute(sa.update(table).where(table.c.id == row.id).values(values))
                    count += 1
        store.set_property(connection, PROOF, sealer.seal(PROOF) if sealer else "")
        store.note(connection, [{"kind": "encrypted" if sealer else "decrypted", "rows": count}])
        return count

    count = store.run(work, writes=True)
    store.compact()
    return count


def _remove(
    store: Database, what: str, conditions: Mapping[sa.Table, sa.ColumnElement[bool]], dry: bool
) -> Removed:
    # In this order: what says which rows are meant is removed last.
    order = sorted(conditions, key=lambda table: table in (schema.suggestions, schema.episodes))

    def remove(connection: sa.Connection) -> Removed:
        removed = {
            table.name: connection.execute(sa.delete(table).where(conditions[table])).rowcount
            for table in order
        }
        if any(removed.values()):
            store.note(connection, [{"kind": "purged", "what": what, "rows": removed}])
        return removed

    return _carry_out(store, remove, dry)


def _carry_out(store: Database, work: Callable[[sa.Connection], Removed], dry: bool) -> Removed:
    def once(connection: sa.Connection) -> Removed:
        removed = work(connection)
        if dry:
            raise _OnlyAsked(removed)
        return removed

    try:
        removed = store.run(once, writes=True)
    except _OnlyAsked as answer:
        return answer.removed
    if any(removed.values()):
        store.compact()
    return removed
