"""Remembers verdicts and measurements of candidates on disk, as JSON only, so that asking again is free.

The key holds everything the answer depends on: both texts, what the original imports from the workspace, the
interpreter, Velox's version and the settings that matter.
"""

from __future__ import annotations

import ast
import hashlib
import json
import os
from collections.abc import Iterator
from dataclasses import asdict
from importlib.metadata import version
from pathlib import Path
from typing import Any, Final

from velox_engine.experience.byte_cache import ByteCache
from velox_engine.experience.location import data_dir
from velox_engine.settings import Settings
from velox_engine.types import Difference, Evidence, Interval, Measurement, Verdict
from velox_engine.workspace.project import Project, imported_packages

_FORMAT: Final = 3  # raise it when what is stored changes its meaning
_SIZE_LIMIT: Final = 64 << 20
_EXPIRE_SECONDS: Final = 30 * 24 * 3600
_MOST_DEPENDENCIES: Final = 500
_RELEVANT: Final = (
    "input_count",
    "input_seconds",
    "seed",
    "call_seconds",
    "memory_mib",
    "strict",
    "min_inputs",
)


class VerdictCache:
    """A small persistent map from what was asked to what was found out."""

    def __init__(self, folder: Path | None = None) -> None:
        self._cache = ByteCache(folder or data_dir() / "cache" / "verdicts", _SIZE_LIMIT)

    def close(self) -> None:
        """Close the file."""
        self._cache.close()

    def find(self, key: str) -> tuple[Verdict, Measurement | None] | None:
        """Return what is remembered under `key`; None for nothing, and for anything that is not what `keep` wrote."""
        try:
            stored = self._cache.get(key)
            if stored is None:
                return None
            document = json.loads(stored)
            return _verdict(document["verdict"]), _measurement(document["measurement"])
        except (ValueError, KeyError, TypeError, OSError):
            return None

    def keep(self, key: str, verdict: Verdict, measurement: Measurement | None) -> None:
        """Remember an answer for thirty days."""
        document = {"verdict": asdict(verdict), "measurement": asdict(measurement) if measurement else None}
        self._cache.set(key, json.dumps(document).encode(), _EXPIRE_SECONDS)


def context_key(
    project: Project, settings: Settings, original: str, qualname: str, *, given: str = ""
) -> str:
    """Digest everything but the candidate that an answer depends on; `given` names the evidence behind the inputs."""
    relevant = [getattr(settings, name) for name in _RELEVANT]
    stamp = os.stat(project.interpreter)
    parts = [_FORMAT, version("velox-lsp"), _judge(), project.interpreter, stamp.st_mtime_ns, stamp.st_size]
    parts += [relevant]
    parts += [project.module, qualname, given, original, list(dependencies(project, original))]
    parts.append(list(installed(project, original)))
    return hashlib.sha256(json.dumps(parts).encode()).hexdigest()


def _judge() -> int:
    """When verification itself last changed: an update without a new version number must not answer from before."""
    return max(path.stat().st_mtime_ns for path in Path(__file__).parent.rglob("*.py"))


def candidate_key(context: str, candidate: str, float_tolerance: float) -> str:
    """Digest one candidate in its context."""
    return hashlib.sha256(f"{context}\0{float_tolerance!r}\0{candidate}".encode()).hexdigest()


def installed(project: Project, text: str) -> list[str]:
    """Name what is installed for the interpreter, with versions, where a module imports something that is.

    All of it: a distribution may carry any import name, and what is imported imports more.
    """
    if not imported_packages(text):
        return []
    return sorted(
        entry.name
        for folder in project.site
        if Path(folder).is_dir()
        for entry in os.scandir(folder)
        if entry.name.endswith((".dist-info", ".egg-info", ".egg-link", ".pth"))
    )


def dependencies(project: Project, text: str) -> Iterator[tuple[str, int, int]]:
    """Yield (path, modification time, size) of the workspace files that the module's imports lead to."""
    names: set[str] = set()
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.Import):
            names.update(alias.name.partition(".")[0] for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            relative = project.package.partition(".")[0] if node.level else ""
            names.add(relative or (node.module or "").partition(".")[0])
    count = 0
    for folder in project.search_path:
        for name in sorted(filter(None, names)):
            single, package = Path(folder, f"{name}.py"), Path(folder, name)
            files = (
                [single] if single.is_file() else sorted(package.rglob("*.py")) if package.is_dir() else []
            )
            for file in files[: _MOST_DEPENDENCIES - count]:
                status = file.stat()
                count += 1
                yield str(file), status.st_mtime_ns, status.st_size


def _verdict(document: dict[str, Any]) -> Verdict:
    example = document["counterexample"]
    return Verdict(
        status=document["status"],
        reason=document["reason"],
        evidence=Evidence(**document["evidence"]),
        counterexample=Difference(**example) if example else None,
        caveats=tuple(Difference(**caveat) for caveat in document["caveats"]),
    )


def _measurement(document: dict[str, Any] | None) -> Measurement | None:
    if document is None:
        return None
    intervals = {name: Interval(**document[name]) for name in ("speedup", "typical")}
    growth = {
        name: tuple((int(size), float(seconds)) for size, seconds in document[name])
        for name in ("growth_before", "growth_after")
    }
    return Measurement(**{**document, **intervals, **growth, "sizes": tuple(document["sizes"])})
