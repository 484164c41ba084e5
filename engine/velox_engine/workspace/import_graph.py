"""Which files of a workspace import which: to find a module's callers, and the tests that may reach it.

Imports are read with a pattern, not parsed: it is ten times faster, and one import too many only costs a look.
"""

from __future__ import annotations

import re
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Final

from velox_engine.types import VeloxError
from velox_engine.workspace.discovery import discover

_MOST_FILES: Final = 4_000
_SECONDS: Final = 3.0
_LARGEST: Final = 2_000_000  # bytes of a file that is still read
_FRESH_SECONDS: Final = 30.0  # a graph younger than this is used again
_IMPORT = re.compile(
    r"^[ \t]*(?:from[ \t]+(?P<base>[.\w]+)[ \t]+import[ \t]+(?P<names>\([^)]*\)|[^\n#;]+)"
    r"|import[ \t]+(?P<modules>[^\n#;]+))",
    re.MULTILINE,
)
_NAME = re.compile(r"([.\w]+)(?:[ \t]+as[ \t]+\w+)?[ \t\n,)]*")


@dataclass(frozen=True)
class ImportGraph:
    """The files of a workspace and who imports them; paths are resolved."""

    root: Path
    importers: dict[Path, frozenset[Path]]  # file → files that import it
    complete: bool  # False when the workspace was too large to read whole
    modules: dict[str, Path] = field(
        default_factory=dict
    )  # dotted name → file, under every name that reaches it

    def direct(self, path: Path) -> list[Path]:
        """The files that import `path`, in order."""
        return sorted(self.importers.get(path.resolve(), ()))

    def reaching(self, path: Path) -> list[Path]:
        """The files that import `path`, directly or through others, the nearest first."""
        start = path.resolve()
        seen = {start}
        layer = [start]
        found: list[Path] = []
        while layer:
            following = sorted({f for file in layer for f in self.importers.get(file, ())} - seen)
            seen.update(following)
            found += following
            layer = following
        return found


def import_graph(root: Path) -> ImportGraph:
    """Read the graph of a workspace; one that was read a moment ago is used again."""
    return _graph(root.resolve(), int(time.monotonic() / _FRESH_SECONDS))


@lru_cache(maxsize=4)
def _graph(root: Path, moment: int) -> ImportGraph:
    try:
        files = [path.resolve() for path in discover([root]).files if path.suffix == ".py"]
    except VeloxError:
        return ImportGraph(root, {}, True)
    names = {module_name(path, root): path for path in files}
    names |= {name: path for path in files for name in _short_names(path, root)}
    importers: dict[Path, set[Path]] = {}
    deadline = time.monotonic() + _SECONDS
    complete = len(files) <= _MOST_FILES
    for path in files[:_MOST_FILES]:
        if time.monotonic() > deadline:
            complete = False
            break
        for name in _imported(path, root):
            target = names.get(name)
            if target is not None and target != path:
                importers.setdefault(target, set()).add(path)
    return ImportGraph(root, {path: frozenset(found) for path, found in importers.items()}, complete, names)


def module_name(path: Path, root: Path) -> str:
    """The dotted name by the packages around the file. Ex) src/shop/cart.py → shop.cart."""
    parts = [path.stem]
    folder = path.parent
    while (folder / "__init__.py").exists() and folder != root.parent:
        parts.insert(0, folder.name)
        folder = folder.parent
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def _short_names(path: Path, root: Path) -> Iterator[str]:
    """Names from the root and from `src`, which reach packages without `__init__.py`."""
    for base in (root / "src", root):
        if path.is_relative_to(base):
            parts = path.relative_to(base).with_suffix("").parts
            yield ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def _imported(path: Path, root: Path) -> set[str]:
    """The dotted names that a file may import."""
    try:
        if path.stat().st_size > _LARGEST:
            return set()
        text = path.read_text(encoding="utf-8", errors="replace")
    except OSError:
        return set()
    package = module_name(path, root).split(".")
    if path.name != "__init__.py":
        package = package[:-1]
    found: set[str] = set()
    for match in _IMPORT.finditer(text):
        if match["modules"] is not None:
            for name in _NAME.findall(match["modules"]):
                parts = name.split(".")
                found.update(".".join(parts[:end]) for end in range(1, len(parts) + 1))
            continue
        base = match["base"]
        level = len(base) - len(base.lstrip("."))
        if level:
            above = package[: len(package) - level + 1]
            base = ".".join([*above, *filter(None, [base.lstrip(".")])])
        parts = base.split(".")
        found.update(".".join(parts[:end]) for end in range(1, len(parts) + 1))
        found.update(f"{base}.{name}" for name in _NAME.findall(match["names"].lstrip("(")))
    return found
