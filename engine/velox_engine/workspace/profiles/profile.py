"""A profile without its format: the seconds spent at places in the code, own and with what they call."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path, PurePath
from typing import NamedTuple


class Frame(NamedTuple):
    """A place in a program: `line` is any line of the function, 1-based; `name` may be dotted."""

    file: str
    line: int
    name: str


@dataclass(frozen=True, slots=True)
class Entry:
    """The time at one place: `own` seconds in its own lines, `total` with everything it called."""

    frame: Frame
    own: float
    total: float


class Share(NamedTuple):
    """A function's part of the whole run, each from 0 to 1."""

    own: float
    total: float


@dataclass(frozen=True)
class Profile:
    """What a profiler saw of one run."""

    entries: tuple[Entry, ...]
    seconds: float  # of the whole run, as the profiler counts it

    def knows(self, path: Path) -> bool:
        """Say whether anything was measured in that file."""
        return next(iter(self._of(path)), None) is not None

    def share(
        self, path: Path, name: str, first: int, last: int, nested: Sequence[tuple[int, int]] = ()
    ) -> Share:
        """Return the share of the function `name` on the lines `first` to `last` of a file, both included.

        `nested` holds the line ranges of functions inside it that are counted on their own.
        """
        own = total = 0.0
        for entry in self._of(path):
            line = entry.frame.line
            if not first <= line <= last or any(low <= line <= high for low, high in nested):
                continue
            # Comprehensions and lambdas have frames of their own: their time is the function's.
            own += entry.own
            if entry.frame.name.rpartition(".")[2] == name.rpartition(".")[2]:
                total += entry.total
        if self.seconds <= 0:
            return Share(0.0, 0.0)
        return Share(min(1.0, own / self.seconds), min(1.0, max(own, total) / self.seconds))

    def _of(self, path: Path) -> Iterable[Entry]:
        found = self._by_name.get(path.name, ())
        wanted = path.resolve()
        for entry in found:
            file = PurePath(entry.frame.file)
            # Profilers write paths as the program saw them: absolute, or relative to a folder we do not know.
            same = Path(file).resolve() == wanted if file.is_absolute() else _ends_with(wanted, file)
            if same:
                yield entry

    @cached_property
    def _by_name(self) -> dict[str, list[Entry]]:
        grouped: dict[str, list[Entry]] = defaultdict(list)
        for entry in self.entries:
            grouped[PurePath(entry.frame.file).name].append(entry)
        return dict(grouped)


def from_stacks(stacks: Iterable[tuple[Sequence[Frame], float]]) -> Profile:
    """Add up stacks, each from the outermost frame to the innermost with its seconds.

    A function that is on a stack several times, by recursion, counts once.
    """
    own: dict[Frame, float] = defaultdict(float)
    total: dict[Frame, float] = defaultdict(float)
    seconds = 0.0
    for stack, weight in stacks:
        seconds += weight
        if not stack:
            continue
        own[stack[-1]] += weight
        for frame in {(frame.file, frame.name): frame for frame in stack}.values():
            total[frame] += weight
    entries = tuple(Entry(frame, own.get(frame, 0.0), total[frame]) for frame in total)
    return Profile(entries, seconds)


def _ends_with(path: Path, tail: PurePath) -> bool:
    parts = [part for part in tail.parts if part not in (".", "..")]
    return bool(parts) and list(path.parts[-len(parts) :]) == parts
