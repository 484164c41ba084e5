"""What the audit says about each row that is a decision: what was offered on what evidence, and what was chosen."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from typing import Any, Final

from velox_engine.experience import chain
from velox_engine.experience.records import now
from velox_engine.experience.rows import Row

Entry = dict[str, Any]
# The property that holds the digest before the first record that was not purged.
AUDIT_START: Final = "audit-start"


def _offered(row: Row) -> Entry:
    told = ("path", "function", "workspace", "origin", "memory_ratio", "confidence")
    return {
        "kind": "offered",
        "suggestion": row["id"],
        **{name: row[name] for name in told},
        "strategies": json.loads(row["strategies"]),
        "speedup": json.loads(row["speedup"]) if row["speedup"] else None,
        "evidence": json.loads(row["evidence"]),
        # Proves which text was offered without holding it.
        "old_sha256": _sha256(row["old_function"]),
        "new_sha256": _sha256(row["new_function"]),
    }


def _chosen(row: Row) -> Entry:
    return {
        "kind": "imported" if row["origin"] == "import" else row["kind"],
        "suggestion": row["suggestion_id"],
        "feedback": row["kind"],
        "occasion": row["occasion"],
        "origin": row["origin"],
        "given": row["timestamp"],
    }


def _sha256(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


# Table → what its new rows say. Other tables hold no decisions.
DECISIONS: Final[dict[str, Callable[[Row], Entry]]] = {"suggestions": _offered, "feedback": _chosen}


def audit_row(number: int, previous: str, entry: Entry) -> Row:
    """Make the row of the audit that follows the one with the digest `previous`."""
    document = json.dumps(entry, ensure_ascii=True, separators=(",", ":"), sort_keys=True)
    row = {"number": number, "timestamp": now(), "kind": entry["kind"], "document": document}
    return {**row, "previous": previous, "digest": chain.link(previous, row)}


def link_of(row: Row) -> chain.Link:
    """Read a row of the audit as a link of its chain."""
    entry = {name: row[name] for name in ("number", "timestamp", "kind", "document")}
    return chain.Link(f"record {row['number']}", entry, row["previous"], row["digest"])
