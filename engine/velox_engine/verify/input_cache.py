"""Remembers the inputs found for a function on disk, as JSON only, so that the search is made once per text."""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Sequence
from importlib.metadata import version
from pathlib import Path
from typing import Any, Final

from velox_engine.experience.byte_cache import ByteCache
from velox_engine.experience.location import data_dir
from velox_engine.settings import Settings
from velox_engine.source.document import SourceFile
from velox_engine.types import VeloxError
from velox_engine.verify import inputs
from velox_engine.verify.inputs import InputSet, case_text
from velox_engine.verify.inputs.dependencies import relevant_text
from velox_engine.verify.inputs.stored import from_document, to_document
from velox_engine.verify.sandbox import Case, Program
from velox_engine.verify.verdict_cache import dependencies, installed
from velox_engine.workspace.project import Project

_FORMAT: Final = 1  # raise it when what is stored changes its meaning
_SIZE_LIMIT: Final = 128 << 20
_EXPIRE_SECONDS: Final = 30 * 24 * 3600
_RELEVANT: Final = ("input_count", "input_seconds", "seed", "memory_mib")


class InputCache:
    """A small persistent map from a function, with all its inputs depend on, to its inputs.

    What is remembered is run again on the original before it counts, so that a stale entry can cost strength but
    never make a verdict wrong.
    """

    def __init__(self, folder: Path | None = None) -> None:
        self._cache = ByteCache(folder or data_dir() / "cache" / "inputs", _SIZE_LIMIT)

    def close(self) -> None:
        """Close the file."""
        self._cache.close()

    def find(
        self,
        key: str,
        source: SourceFile,
        program: Program,
        folders: Sequence[str] = (),
        call_sites: Sequence[str] = (),
    ) -> InputSet | None:
        """The inputs remembered under `key`; None for nothing, and for anything that is not what `keep` wrote.

        `folders` are those that the program imports from.
        """
        try:
            stored = self._cache.get(key)
            if stored is None:
                return None
            return from_document(json.loads(stored), source, program, folders, call_sites)
        except (ValueError, KeyError, TypeError, IndexError, OSError, VeloxError):
            return None

    def keep(self, key: str, found: InputSet) -> None:
        """Remember inputs for thirty days; those that no text can hold are not remembered."""
        document = to_document(found)
        if document is not None:
            self._cache.set(key, json.dumps(document).encode(), _EXPIRE_SECONDS)


def input_key(
    project: Project,
    settings: Settings,
    source: SourceFile,
    program: Program,
    profile: str,
    extra: Sequence[Case] = (),
    call_sites: Sequence[str] = (),
) -> str:
    """Digest everything that the inputs of a function depend on."""
    stamp = os.stat(project.interpreter)
    parts: list[Any] = [_FORMAT, version("velox-lsp"), _searcher(), profile]
    parts += [project.interpreter, stamp.st_mtime_ns, stamp.st_size]
    parts += [[getattr(settings, name) for name in _RELEVANT], program.module, program.function]
    parts += [relevant_text(source.text, program.function), list(dependencies(project, source.text))]
    parts.append(list(installed(project, source.text)))
    parts += [[case_text(case) for case in extra], list(call_sites)]
    return hashlib.sha256(json.dumps(parts).encode("utf-8", "surrogatepass")).hexdigest()


def _searcher() -> int:
    """When the search itself last changed: an update without a new version number must not answer from before."""
    return max(path.stat().st_mtime_ns for path in Path(inputs.__file__).parent.glob("*.py"))
