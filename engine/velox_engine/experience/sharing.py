"""Writes the store as JSON lines that can be given away, and reads such lines: no code in them, no names of files.

A path becomes a word that stands for it and is the same each time the same store is exported; what it is cannot be
computed from the word, since a secret of the store goes into it.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import math
import secrets
from collections.abc import Callable, Iterable, Iterator
from dataclasses import asdict, replace
from typing import Any, Final

import sqlalchemy as sa

from velox_engine.experience import rows, schema
from velox_engine.experience.records import EpisodeRecord, FeedbackRecord, SuggestionRecord
from velox_engine.experience.store import ExperienceStore
from velox_engine.types import VeloxError

FORMAT: Final = "velox-data/1"
_SECRET: Final = "export-secret"
_PLACES: Final = ("workspace", "path", "function")

Document = dict[str, Any]


def export(store: ExperienceStore, *, with_code: bool = False, with_paths: bool = False) -> Iterator[str]:
    """Yield JSON lines: what was optimised, shown, chosen, measured and learned, oldest first.

    Code, counterexamples, reasons and notes only come along with `with_code`, which implies nothing about paths.
    """
    hide = str if with_paths else _hider(store)

    def line(kind: str, document: Document, *private: str) -> str:
        for name in _PLACES:
            if document.get(name):
                document[name] = hide(document[name])
        kept = {key: value for key, value in document.items() if with_code or key not in private}
        return json.dumps({"row": kind, **kept}, ensure_ascii=True, separators=(",", ":"))

    yield json.dumps({"row": "header", "format": FORMAT, "code": with_code, "paths": with_paths})
    for row in store.read(sa.select(schema.episodes).order_by(schema.episodes.c.timestamp)):
        yield line("episode", row, "reason")
    for row in store.read(sa.select(schema.suggestions).order_by(schema.suggestions.c.timestamp)):
        yield line("suggestion", asdict(rows.to_suggestion(row)), "old_function", "new_function")
    for row in store.read(sa.select(schema.measurements).order_by(schema.measurements.c.id)):
        yield line("measurement", {key: value for key, value in row.items() if key != "id"})
    for row in store.read(sa.select(schema.feedback).order_by(schema.feedback.c.id)):
        yield line("feedback", {key: value for key, value in row.items() if key != "id"}, "note")
    for experience in store.experiences():
        yield json.dumps({"row": "experience", "line": rows.experience_line(experience)})


def take(store: ExperienceStore, lines: Iterable[str], name: str) -> dict[str, int]:
    """Add exported lines, all or none; returns how many were new by kind. What is there already stays as it is.

    Raises VeloxError `bad-data` with the line that is wrong.
    """
    written: dict[str, list[rows.Row]] = {kind: [] for kind in _READERS}
    for number, text in enumerate(lines, start=1):
        if not text.strip():
            continue
        where = f"{name}, line {number}"
        try:
            document = json.loads(text)
            kind = document.pop("row")
            if kind == "header":
                if document.get("format") != FORMAT:
                    raise ValueError(f"the format {document.get('format')!r} is unknown")
                continue
            written[kind].append(_checked(_TABLES[kind], _READERS[kind](document)))
        except (ValueError, TypeError, KeyError, AttributeError, RecursionError) as error:
            what = f"{error} is missing or unknown" if isinstance(error, KeyError) else str(error)
            raise _wrong(where, what) from error
        except VeloxError as error:
            raise _wrong(where, error.message) from error

    def add(connection: sa.Connection) -> dict[str, int]:
        return {
            kind: store.add(connection, {_TABLES[kind]: values}) for kind, values in written.items() if values
        }

    return store.run(add, writes=True)


def _hider(store: ExperienceStore) -> Callable[[str], str]:
    def secret(connection: sa.Connection) -> str:
        known = store.property(connection, _SECRET)
        if not known:
            known = secrets.token_hex(16)
            store.set_property(connection, _SECRET, known)
        return known

    key = bytes.fromhex(store.run(secret, writes=True))
    return lambda text: "hidden-" + hmac.new(key, text.encode(), hashlib.sha256).hexdigest()[:16]


def _read_episode(document: Document) -> rows.Row:
    return rows.of_episode(EpisodeRecord(**document))


def _read_suggestion(document: Document) -> rows.Row:
    speedup = document["speedup"]
    document |= {name: tuple(document[name]) for name in ("strategies", "actions")}
    document["speedup"] = tuple(speedup) if speedup else None
    return rows.of_suggestion(SuggestionRecord(**document))


def _read_measurement(document: Document) -> rows.Row:
    return rows.of_measurement(rows.to_measurement(document))


def _read_feedback(document: Document) -> rows.Row:
    return rows.of_feedback(replace(FeedbackRecord(**document), origin="import"))


def _read_experience(document: Document) -> rows.Row:
    return rows.of_experience(rows.parse_experience(document["line"]))


_READERS: Final[dict[str, Callable[[Document], rows.Row]]] = {
    "episode": _read_episode,
    "suggestion": _read_suggestion,
    "measurement": _read_measurement,
    "feedback": _read_feedback,
    "experience": _read_experience,
}
_TABLES: Final = {
    "episode": schema.episodes,
    "suggestion": schema.suggestions,
    "measurement": schema.measurements,
    "feedback": schema.feedback,
    "experience": schema.experiences,
}


def _checked(table: sa.Table, row: rows.Row) -> rows.Row:
    """Return a row whose values have the types of their columns, which SQLite itself does not ask for."""
    for column in table.c:
        value, wanted = row.get(column.name), column.type.python_type
        if column.name not in row or (value is None and column.nullable):
            continue
        fits = isinstance(value, (int, float) if wanted is float else wanted) and not isinstance(value, bool)
        if not fits or (isinstance(value, float) and not math.isfinite(value)):
            raise ValueError(f"{column.name} is {value!r}")
    return row


def _wrong(where: str, what: str) -> VeloxError:
    return VeloxError("bad-data", f"{where}: {what}.", "Give a file that `velox data export` wrote.")
