"""Keeps the paths that an assistant names inside the folders that the person allowed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from velox_engine.types import VeloxError


@dataclass(frozen=True, slots=True)
class Roots:
    """The allowed folders, resolved; relative paths are meant from the first."""

    folders: tuple[Path, ...]

    @classmethod
    def of(cls, paths: Sequence[Path]) -> Roots:
        """Resolve the folders; raises VeloxError `not-found` for one that is none."""
        folders = tuple(path.resolve() for path in paths)
        for path, folder in zip(paths, folders, strict=True):
            if not folder.is_dir():
                raise VeloxError("not-found", f"{path} is no folder.", "Name the folder of your project.")
        return cls(folders)

    def existing(self, text: str) -> Path:
        """Return the real path of a file or folder; links are followed before it is judged.

        Raises VeloxError `outside-roots` or `not-found`. Of what lies outside it is not said whether it exists.
        """
        try:
            path = (self.folders[0] / text).resolve()
        except (OSError, ValueError, RuntimeError) as error:
            raise VeloxError("not-found", f"{text!r} is no path.", "Name a file of the project.") from error
        if not any(path.is_relative_to(folder) for folder in self.folders):
            allowed = ", ".join(str(folder) for folder in self.folders)
            raise VeloxError(
                "outside-roots",
                f"{text} is outside the folders that Velox may look at here.",
                f"They are: {allowed}. The person can allow others with `velox mcp --root`.",
            )
        if not path.exists():
            raise VeloxError("not-found", f"{text} does not exist.", "Paths are meant from the first root.")
        return path

    def file(self, text: str) -> Path:
        """Return the real path of a Python file; raises VeloxError also for what is none."""
        path = self.existing(text)
        if not path.is_file() or path.suffix not in (".py", ".pyi"):
            raise VeloxError("not-a-file", f"{text} is no Python file.", "Name a .py file.")
        return path
