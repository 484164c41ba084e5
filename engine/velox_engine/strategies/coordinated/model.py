"""A rewrite of several files that only makes sense as a whole."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from velox_engine.source.document import SourceFile


@dataclass(frozen=True, slots=True)
class FileChange:
    """One file of it: as it is on disk, and its new text."""

    source: SourceFile
    new_text: str

    @property
    def path(self) -> Path:
        """Where it lies."""
        assert self.source.path is not None
        return self.source.path


@dataclass(frozen=True, slots=True)
class Coordinated:
    """New texts of several files, and the functions through which they are verified."""

    strategy: str
    subject: str  # what it is about: Ex) "shop/words.py::RESERVED"
    note: str  # one sentence: what changed
    files: tuple[FileChange, ...]
    functions: tuple[tuple[Path, str], ...]  # (file, qualified name) of all whose text changes
    fallbacks: tuple[Coordinated, ...] = ()  # each of one file alone, for when the whole does not stand
