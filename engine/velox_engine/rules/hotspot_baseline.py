"""What is known of a project's functions, their cost and their text, so that a later state can be compared with it."""

from __future__ import annotations

import base64
import gzip
import json
import os
import tempfile
import zlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path
from typing import Any, Final, Literal

from velox_engine.experience import sealing
from velox_engine.experience.location import data_dir
from velox_engine.rules import scan
from velox_engine.rules.report import order_of_cost, rank_functions
from velox_engine.rules.selection import Selection
from velox_engine.source.syntax import ParsedFile
from velox_engine.types import VeloxError

_VERSION: Final = 1
_NOTABLE: Final = 1.5  # how many times its score a function must have to count as hotter

Kind = Literal["new", "hotter", "cooler", "gone"]


@dataclass(frozen=True, slots=True)
class KnownFunction:
    """One function with findings."""

    line: int  # 1-based
    score: float
    cost: str
    rules: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class KnownFile:
    """One file: its functions with findings by name, and its text, packed."""

    functions: Mapping[str, KnownFunction]
    packed: bytes = b""

    @property
    def text(self) -> str:
        """The file as it was."""
        return zlib.decompress(self.packed).decode("utf-8", "surrogatepass") if self.packed else ""


@dataclass(frozen=True, slots=True)
class HotspotChange:
    """A function that became a hotspot, a greater or lesser one, or none."""

    kind: Kind
    path: str
    function: str
    before: KnownFunction | None
    after: KnownFunction | None

    def document(self) -> dict[str, Any]:
        """The change as JSON: names, places and figures, nothing of the source."""
        before, after = self.before, self.after
        return {
            "kind": self.kind,
            "path": self.path,
            "function": self.function,
            "line": next((one.line for one in (after, before) if one is not None), 0),
            "cost": {
                "before": before.cost if before is not None else None,
                "after": after.cost if after is not None else None,
            },
            "rules": list(after.rules) if after is not None else [],
        }


def baseline_path(root: Path) -> Path:
    """Where the baseline of a project is kept when nobody says otherwise."""
    name = sha256(str(root.resolve()).encode()).hexdigest()[:24]
    return data_dir() / "monitor" / f"{name}.jsonl.gz"


@dataclass
class HotspotBaseline:
    """The files of a project, by path relative to its root."""

    files: dict[str, KnownFile] = field(default_factory=dict)

    def compare(self, path: str, now: KnownFile | None) -> Iterator[HotspotChange]:
        """Say how the functions of one file differ from what is known of them; None for a file that is gone."""
        before = self.files[path].functions if path in self.files else {}
        after = now.functions if now is not None else {}
        for name, function in after.items():
            kind = _kind(before.get(name), function)
            if kind is not None:
                yield HotspotChange(kind, path, name, before.get(name), function)
        for name, function in before.items():
            if name not in after:
                yield HotspotChange("gone", path, name, function, None)

    def save(self, target: Path) -> None:
        """Write the baseline in one step; among Velox's own data it is encrypted where the person has a key."""
        target.parent.mkdir(parents=True, exist_ok=True)
        rows = [{"version": _VERSION}, *(_row(path, known) for path, known in sorted(self.files.items()))]
        handle, temporary = tempfile.mkstemp(prefix=target.name, dir=target.parent)
        # One that was put elsewhere is meant for others too, who do not have the key.
        sealer = sealing.current() if target.resolve().is_relative_to(data_dir().resolve()) else None
        with os.fdopen(handle, "wb") as raw, gzip.open(raw, "wt", encoding="utf-8") as file:
            file.writelines(sealing.as_stored(json.dumps(row), sealer) + "\n" for row in rows)
        os.replace(temporary, target)

    @classmethod
    def load(cls, source: Path) -> HotspotBaseline:
        """Read a baseline; raises FileNotFoundError, or VeloxError `bad-baseline`, `locked` or `wrong-key`."""
        try:
            with gzip.open(source, "rt", encoding="utf-8") as file:
                sealer = sealing.current()
                head, *rows = (json.loads(sealing.as_read(line.rstrip("\n"), sealer)) for line in file)
            if head["version"] != _VERSION:
                raise ValueError("it is of another version")
            return cls({str(row["path"]): _file(row) for row in rows})
        except FileNotFoundError:
            raise
        except (OSError, EOFError, ValueError, KeyError, TypeError, IndexError) as error:
            raise VeloxError(
                "bad-baseline", f"{source} cannot be read: {error}.", "`--write-baseline` makes a new one."
            ) from error


def known_file(parsed: ParsedFile, selection: Selection) -> KnownFile:
    """Look at one file as it is now."""
    findings = scan(parsed, selection)
    functions = {
        ranked.name: KnownFunction(
            ranked.line,
            ranked.score,
            ranked.cost,
            tuple(sorted({finding.rule for finding in findings if finding.function == ranked.name})),
        )
        for ranked in rank_functions(parsed, findings)
    }
    return KnownFile(functions, zlib.compress(parsed.source.data, 6))


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
    functions = {
        name: [one.line, one.score, one.cost, list(one.rules)] for name, one in known.functions.items()
    }
    return {"path": path, "functions": functions, "text": base64.b64encode(known.packed).decode("ascii")}


def _file(row: Mapping[str, Any]) -> KnownFile:
    functions = {
        str(name): KnownFunction(int(line), float(score), str(cost), tuple(str(rule) for rule in rules))
        for name, (line, score, cost, rules) in row["functions"].items()
    }
    return KnownFile(functions, base64.b64decode(row["text"], validate=True))
