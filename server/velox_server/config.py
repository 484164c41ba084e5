"""Where settings come from: the project's pyproject.toml, then what the editor sends, key by key."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from velox_engine import settings as settings_module
from velox_engine.rules import select_rules, selection_for
from velox_engine.settings import Settings
from velox_engine.types import VeloxError
from velox_engine.workspace.project import find_root


class Configuration:
    """The settings of one client: for all of it, for each of its workspace folders, and by project."""

    def __init__(self) -> None:
        self.editor: dict[str, Any] = {}  # what the editor set, each known to be valid
        self._folders: dict[Path, dict[str, Any]] = {}  # the same where a workspace folder has its own
        self._initial: dict[str, Any] = {}
        self._projects: dict[Path, Settings] = {}
        self._said: set[str] = set()

    def set_initial(self, options: Any) -> list[str]:
        """Take initializationOptions; returns what is wrong with them."""
        self._initial = _section(options)
        return self.set_editor({})

    def set_editor(self, values: Any, folders: Mapping[Path, Any] | None = None) -> list[str]:
        """Take the editor's configuration over the initial options; returns what is wrong with it."""
        problems: list[str] = []
        self.editor = self._valid({**self._initial, **_section(values)}, problems)
        self._folders = {
            folder: self._valid({**self._initial, **_section(own)}, problems)
            for folder, own in (folders or {}).items()
        }
        return self._unsaid(list(dict.fromkeys(problems)))

    def _valid(self, values: Mapping[str, Any], problems: list[str]) -> dict[str, Any]:
        valid: dict[str, Any] = {}
        known = {field.name for field in dataclasses.fields(Settings)}
        for key, value in values.items():
            try:
                settings_module.parse({key: value}, origin="editor settings")
            except VeloxError as error:
                # Editors keep settings of their own under the same name, such as `velox.trace.server`.
                if _normalise(key) in known:
                    problems.append(_told(error))
                continue
            valid[key] = value
        return valid

    def editor_for(self, path: Path | None) -> dict[str, Any]:
        """What the editor set for a file: by the innermost workspace folder around it, else for everything."""
        around = [folder for folder in self._folders if path is not None and path.is_relative_to(folder)]
        return self._folders[max(around, key=lambda folder: len(folder.parts))] if around else self.editor

    def trusts(self, path: Path | None) -> bool:
        """Whether the editor itself says that the code may be run; a file of the workspace cannot say so."""
        return any(
            _normalise(key) == "trust" and value is True for key, value in self.editor_for(path).items()
        )

    def for_path(self, path: Path | None) -> tuple[Settings, str]:
        """Return the settings of a file, and what is wrong with them, which is said once.

        Reads pyproject.toml once for each folder, when a document opens.
        """
        problems: list[str] = []
        base = self._project(path, problems) if path is not None else Settings()
        settings = settings_module.parse(self.editor_for(path), base=base, origin="editor settings")
        try:
            select_rules(selection_for(settings, path))
        except VeloxError as error:
            # Scanning with all rules is closer to what was meant than not scanning.
            problems.append(_told(error))
            settings = dataclasses.replace(
                settings, select=(), extend_select=(), ignore=(), per_file_ignores=(), severity=()
            )
        return settings, " ".join(self._unsaid(problems))

    def _unsaid(self, problems: list[str]) -> list[str]:
        fresh = [problem for problem in problems if problem not in self._said]
        self._said.update(fresh)
        return fresh

    def _project(self, path: Path, problems: list[str]) -> Settings:
        folder = path.parent
        if folder not in self._projects:
            try:
                self._projects[folder] = settings_module.load_project(find_root(path))
            except VeloxError as error:
                problems.append(_told(error))
                self._projects[folder] = Settings()
        return self._projects[folder]

    def forget_projects(self) -> None:
        """Read pyproject.toml again when it is next needed."""
        self._projects.clear()


def _told(error: VeloxError) -> str:
    return f"{error.message} {error.hint}".strip()


def _section(values: Any) -> dict[str, Any]:
    """Flatten what a client calls our settings: {"velox": {…}}, {"settings": {…}} or the settings themselves."""
    if not isinstance(values, Mapping):
        return {}
    for wrapper in ("velox", "settings"):
        if isinstance(values.get(wrapper), Mapping):
            return _section(values[wrapper])
    return dict(_flatten(values, ""))


def _flatten(values: Mapping[str, Any], prefix: str) -> Iterator[tuple[str, Any]]:
    for key, value in values.items():
        name = f"{prefix}{key.removeprefix('velox.')}"
        if isinstance(value, Mapping):
            yield from _flatten(value, f"{name}.")
        elif value is not None:  # null means: not set
            yield name, value


def _normalise(key: str) -> str:
    return "".join(f"_{c.lower()}" if c.isupper() else c for c in key).replace("-", "_").replace(".", "_")
