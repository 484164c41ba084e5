"""What is known of a project's functions: their cost and text, so that a later state can be compared with it."""

from __future__ import annotations

import gzip
import json
import os
import tempfile
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final, Literal

from velox_engine.rules.report import order_of_cost
from velox_engine.types import VeloxError

_VERSION: Final = 1
_NOTABLE: Final = 1.5  # how many times its score a function must have to count as hotter

Kind = Literal["new", "hotter", "cooler", "gone"]


@dataclass(frozen=True, slots=True)
class KnownFunction:
    """One function with findings."""

    score: float
    cost: str
    rules: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class KnownFile:
    """One file: its functions with findings by name, and its text where that is kept."""

    functions: Mapping[str, KnownFunction]
    text: str = ""


@dataclass(frozen=True, slots=True)
class HotspotChange:
    """A function that became a hotspot, or a greater or lesser one, or none."""

    kind: Kind
    path: str
    function: str
    before: KnownFunction | None
    after: KnownFunction | None


@dataclass
class HotspotBaseline:
    """The files of a project, by path relative to its root."""

    files: dict[str, KnownFile] = field(default_factory=dict)

    def compare(self, path: str, now: Mapping[str, KnownFunction]) -> list[HotspotChange]:
        """Say how the functions of one file differ from what is known of them, in the order of the file."""
        before = self.files[path].functions if path in self.files else {}
        changes: list[HotspotChange] = []
        for name, after in now.items():
            kind = _kind(before.get(name), after)
            if kind is not None:
                changes.append(HotspotChange(kind, path, name, before.get(name), after))
        changes += [
            HotspotChange("gone", path, name, known, None)
            for name, known in before.items()
            if name not in now
        ]
        return changes

    def save(self, target: Path) -> None:
        """Write the baseline in one step."""
        target.parent.mkdir(parents=True, exist_ok=True)
        rows = [{"version": _VERSION}, *(_row(path, known) for path, known in sorted(self.files.items()))]
        handle, temporary = tempfile.mkstemp(prefix=target.name, dir=target.parent)
        with (
            os.fdopen(handle, "wb") as raw,
            gzip.open(raw, "wt", encoding="utf-8", errors="surrogatepass") as file,
        ):
            file.writelines(json.dumps(row, ensure_ascii=False) + "\n" for row in rows)
        os.replace(temporary, target)

    @classmethod
    def load(cls, source: Path) -> HotspotBaseline:
        """Read a baseline; raises FileNotFoundError, or VeloxError `bad-baseline`."""
        try:
            with gzip.open(source, "rt", encoding="utf-8", errors="surrogatepass") as file:
                head, *rows = (json.loads(line) for line in file)
            if head["version"] != _VERSION:
                raise ValueError("another version")
            return cls({row["path"]: _file(row) for row in rows})
        except FileNotFoundError:
            raise
        except (OSError, EOFError, ValueError, KeyError, TypeError, IndexError) as error:
            raise VeloxError(
                "bad-baseline", f"{source} cannot be read: {error}", "`--write-baseline` makes a new one."
            ) from error


def functions_of(rows: Iterable[tuple[str, float, str, tuple[str, ...]]]) -> dict[str, KnownFunction]:
    """Build what is known from (name, score, cost, rules) of the functions with findings."""
    return {name: KnownFunction(score, cost, rules) for name, score, cost, rules in rows}


def _kind(before: KnownFunction | None, after: KnownFunction) -> Kind | None:
    if before is None:
        return "new"
    growth = order_of_cost(after.cost) - order_of_cost(before.cost)
    if growth > 0 or (growth == 0 and after.score > _NOTABLE * before.score):
        return "hotter"
    if growth < 0 or after.score * _NOTABLE < before.score:
        return "cooler"
    return None


def _row(path: str, known: KnownFile) -> dict[str, Any]:
    functions = {name: [one.score, one.cost, list(one.rules)] for name, one in known.functions.items()}
    return {"path": path, "functions": functions, "text": known.text}


def _file(row: Mapping[str, Any]) -> KnownFile:
    functions = {
        str(name): KnownFunction(float(score), str(cost), tuple(str(rule) for rule in rules))
        for name, (score, cost, rules) in row["functions"].items()
    }
    return KnownFile(functions, str(row["text"]))
