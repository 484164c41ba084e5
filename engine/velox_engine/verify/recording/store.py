"""Keeps recorded calls on this machine: one small file of text a source file, bounded, replaced as a whole."""

from __future__ import annotations

import ast
import contextlib
import hashlib
import json
import os
import shutil
import tempfile
import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from velox_engine.experience import sealing
from velox_engine.experience.location import data_dir
from velox_engine.source.document import read_source
from velox_engine.types import VeloxError
from velox_engine.verify.inputs import parse_cases
from velox_engine.verify.sandbox import Case

MOST_CASES: Final = 80  # of one function
MOST_CHARACTERS: Final = 400_000  # of one function
WORKSPACE_BYTES: Final = 64 << 20
_FORMAT: Final = 1


@dataclass(frozen=True, slots=True)
class Recorded:
    """The calls kept of one function."""

    path: str  # relative to the workspace
    function: str
    signature: str  # when it was recorded
    calls: tuple[str, ...]  # each as the text of an argument tuple
    time: str  # ISO 8601, of the last recording

    @property
    def cases(self) -> list[Case]:
        """The calls as inputs; text that no longer reads is passed over."""
        found: list[Case] = []
        for text in self.calls:
            with contextlib.suppress(VeloxError):
                found += parse_cases(text)
        return found


class Recordings:
    """The recorded calls of one workspace."""

    def __init__(self, root: Path, folder: Path | None = None) -> None:
        self.root = root.resolve()
        digest = hashlib.sha256(str(self.root).encode()).hexdigest()[:24]
        self._folder = (folder or data_dir() / "recordings") / digest

    def add(self, calls: Iterable[Recorded]) -> None:
        """Keep calls: new ones first, what was there before while there is room."""
        by_path: dict[str, list[Recorded]] = {}
        for item in calls:
            by_path.setdefault(item.path, []).append(item)
        for path, items in by_path.items():
            kept = {item.function: item for item in self._read(path)}
            for item in items:
                kept[item.function] = _merged(item, kept.get(item.function))
            self._write(path, list(kept.values()))
        self._make_room()

    def find(self, path: Path, function: str, signature: str) -> Recorded | None:
        """The calls of one function; None when there are none, or when its parameters changed since."""
        resolved = path.resolve()
        if not resolved.is_relative_to(self.root):
            return None
        for item in self._read(resolved.relative_to(self.root).as_posix()):
            if item.function == function and item.signature == signature:
                return item
        return None

    def all(self) -> list[Recorded]:
        """Everything kept, by path and function."""
        found: list[Recorded] = []
        if self._folder.is_dir():
            for file in self._folder.glob("*.json"):
                found += _load(file)
        return sorted(found, key=lambda item: (item.path, item.function))

    def clear(self) -> int:
        """Forget everything of this workspace; how many functions that were."""
        count = len(self.all())
        shutil.rmtree(self._folder, ignore_errors=True)
        return count

    def _file(self, path: str) -> Path:
        return self._folder / f"{hashlib.sha256(path.encode()).hexdigest()[:24]}.json"

    def _read(self, path: str) -> list[Recorded]:
        return [item for item in _load(self._file(path)) if item.path == path]

    def _write(self, path: str, items: Sequence[Recorded]) -> None:
        self._folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        document = {
            "format": _FORMAT,
            "root": str(self.root),
            "path": path,
            "functions": [
                {"name": i.function, "signature": i.signature, "time": i.time, "calls": list(i.calls)}
                for i in items
            ],
        }
        handle, name = tempfile.mkstemp(dir=self._folder, suffix=".part")
        try:
            with os.fdopen(handle, "w", encoding="utf-8") as file:
                file.write(sealing.as_stored(json.dumps(document), sealing.current()))
            os.replace(name, self._file(path))
        except BaseException:
            with contextlib.suppress(OSError):
                os.unlink(name)
            raise

    def _make_room(self) -> None:
        """Delete what was recorded longest ago while the workspace takes more than its share."""
        files = sorted(
            ((file.stat().st_mtime, file.stat().st_size, file) for file in self._folder.glob("*.json")),
            reverse=True,
        )
        total = 0
        for _, size, file in files:
            total += size
            if total > WORKSPACE_BYTES:
                file.unlink(missing_ok=True)


def _merged(new: Recorded, old: Recorded | None) -> Recorded:
    before = old.calls if old is not None and old.signature == new.signature else ()
    calls: list[str] = []
    room = MOST_CHARACTERS
    for text in dict.fromkeys((*new.calls, *before)):
        room -= len(text)
        if room < 0 or len(calls) == MOST_CASES:
            break
        calls.append(text)
    return Recorded(new.path, new.function, new.signature, tuple(calls), new.time)


def _load(file: Path) -> list[Recorded]:
    """The functions in one file; none when it is missing or is not what `_write` wrote."""
    try:
        text = sealing.as_read(file.read_text(encoding="utf-8"), sealing.current())
        document = json.loads(text)
        if document["format"] != _FORMAT:
            return []
        return [
            Recorded(
                str(document["path"]),
                str(item["name"]),
                str(item["signature"]),
                tuple(str(call) for call in item["calls"]),
                str(item["time"]),
            )
            for item in document["functions"]
        ]
    except (OSError, ValueError, KeyError, TypeError, VeloxError):
        return []


def now() -> str:
    """This moment, as recordings note it."""
    return time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime())


# -- functions of a file --------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Definition:
    """A function as its file defines it now."""

    function: str  # qualified name
    name: str
    lines: range  # from its first decorator (1-based)
    signature: str
    drops_first: bool  # a class method is called through its class, which is no argument then


def definitions(text: str) -> list[Definition]:
    """The functions of a module and the methods of its classes; nested functions are left out."""
    try:
        tree = ast.parse(text)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return []
    found: list[Definition] = []
    todo: list[tuple[ast.AST, str]] = [(tree, "")]
    while todo:
        parent, prefix = todo.pop()
        for node in ast.iter_child_nodes(parent):
            if isinstance(node, ast.ClassDef):
                todo.append((node, f"{prefix}{node.name}."))
            elif isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                found.append(_definition(node, prefix))
            elif isinstance(node, ast.If | ast.Try | ast.With):
                todo.append((node, prefix))
    return found


def _definition(node: ast.FunctionDef | ast.AsyncFunctionDef, prefix: str) -> Definition:
    first = min([node.lineno, *(item.lineno for item in node.decorator_list)])
    marks = {item.id for item in node.decorator_list if isinstance(item, ast.Name)}
    lines = range(first, (node.end_lineno or first) + 1)
    return Definition(f"{prefix}{node.name}", node.name, lines, signature_of(node), "classmethod" in marks)


def signature_of(node: ast.FunctionDef | ast.AsyncFunctionDef) -> str:
    """The names and kinds of a function's parameters: when they change, recorded calls no longer fit."""
    spec = node.args
    parts = [item.arg for item in spec.posonlyargs]
    parts += ["/"] * bool(spec.posonlyargs)
    parts += [item.arg for item in spec.args]
    parts += [f"*{spec.vararg.arg}"] if spec.vararg else ["*"] * bool(spec.kwonlyargs)
    parts += [item.arg for item in spec.kwonlyargs]
    parts += [f"**{spec.kwarg.arg}"] if spec.kwarg else []
    marks = sorted(ast.unparse(item) for item in node.decorator_list)
    return f"({', '.join(parts)})" + "".join(f" @{mark}" for mark in marks)


def stale(root: Path, recorded: Recorded) -> str:
    """Why a recording no longer counts, in words; "" when it does."""
    try:
        text = read_source(root / recorded.path).text
    except VeloxError:
        return "the file is gone"
    for item in definitions(text):
        if item.function == recorded.function:
            return "" if item.signature == recorded.signature else "its parameters changed"
    return "the function is gone"


def signature_in(text: str, function: str) -> str:
    """The signature of one function of a module's text; "" when it has none of that name."""
    return next((item.signature for item in definitions(text) if item.function == function), "")


def case_line(text: str) -> Any:
    """One recorded call as a case; None when it does not read."""
    try:
        return parse_cases(text)[0]
    except (VeloxError, IndexError):
        return None
