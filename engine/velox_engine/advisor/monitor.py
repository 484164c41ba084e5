"""Follows a project: which functions became hotspots, and which got slower, since a stored baseline."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Final

from velox_engine.advisor.regression import Timing, differing, time_change
from velox_engine.rules import selection_for
from velox_engine.rules.hotspot_baseline import HotspotBaseline, HotspotChange, KnownFile, known_file
from velox_engine.settings import Settings
from velox_engine.source.document import SourceFile, read_source
from velox_engine.source.syntax import parse
from velox_engine.types import VeloxError
from velox_engine.workspace.watch import Changes

WORSE: Final = frozenset({"new", "hotter", "slower"})


@dataclass(frozen=True, slots=True)
class Event:
    """Something a person would want to know about one function."""

    kind: str  # "new", "hotter", "cooler", "gone" of hotspots; "slower", "faster", "unmeasured" of timings
    path: str  # relative to the project
    function: str
    hotspot: HotspotChange | None = None
    timing: Timing | None = None

    def document(self) -> dict[str, Any]:
        """The event as JSON: names, places and figures, nothing of the source."""
        if self.hotspot is not None:
            return self.hotspot.document()
        told: dict[str, Any] = {"kind": self.kind, "path": self.path, "function": self.function}
        if self.timing is not None and self.timing.speedup is not None:
            # More digits than elsewhere: what is slower is far below 1.
            told["speedup"] = {
                name: float(f"{value:.4g}") for name, value in asdict(self.timing.speedup).items()
            }
        if self.timing is not None and self.timing.reason:
            told["reason"] = self.timing.reason
        return told


class Monitor:
    """The state of a project as it was last seen, beside its baseline."""

    def __init__(
        self, root: Path, settings: Settings, baseline: HotspotBaseline | None, *, measure: bool = False
    ) -> None:
        """With `measure`, functions that changed are timed against the baseline; it runs code of the project."""
        self.root = root.resolve()
        self._settings = settings
        self._measure = measure
        # What was told is not told again: the state moves on, the stored baseline stays.
        self.state = HotspotBaseline(dict(baseline.files) if baseline is not None else {})
        self._baseline = baseline

    def update(
        self, changes: Changes, told: Callable[[str, int], None] = lambda message, percentage: None
    ) -> Iterator[Event]:
        """Look at the files that changed, and only at them; yield what is different."""
        for path in changes.removed:
            name = self._name(path)
            yield from self._events(self.state.compare(name, None))
            self.state.files.pop(name, None)
        for number, path in enumerate(changes.changed):
            name = self._name(path)
            told(name, 100 * number // len(changes.changed))
            try:
                source = read_source(path)
                found = known_file(parse(source), selection_for(self._settings, path))
            except VeloxError:
                continue  # gone again, or not to be read
            if self._baseline is not None:
                yield from self._events(self.state.compare(name, found))
            before = self.state.files.get(name)
            self.state.files[name] = found
            if self._measure and self._baseline is not None and before is not None:
                yield from self._timings(name, source, before)

    def missing(self, seen: Changes) -> Changes:
        """Add to a first look the files of the baseline that are no longer there."""
        there = {self._name(path) for path in seen.changed}
        gone = tuple(self.root / name for name in self.state.files if name not in there)
        return Changes(seen.changed, (*seen.removed, *gone))

    def _events(self, changes: Iterator[HotspotChange]) -> Iterator[Event]:
        for change in changes:
            yield Event(change.kind, change.path, change.function, hotspot=change)

    def _timings(self, name: str, source: SourceFile, before: KnownFile) -> Iterator[Event]:
        """Time the functions that were edited just now against the baseline."""
        assert self._baseline is not None
        known = self._baseline.files.get(name)
        if known is None:
            return
        edited = set(differing(before.text, source.text))
        for function in differing(known.text, source.text):
            # At a first look the state is the baseline: all that differs counts as edited.
            if function in edited:
                timing = time_change(known.text, source, function, self._settings)
                if timing.speedup is None:
                    yield Event("unmeasured", name, function, timing=timing)
                elif timing.is_slower or timing.is_faster:
                    yield Event("slower" if timing.is_slower else "faster", name, function, timing=timing)

    def _name(self, path: Path) -> str:
        path = path.absolute()
        return path.relative_to(self.root).as_posix() if path.is_relative_to(self.root) else path.as_posix()
