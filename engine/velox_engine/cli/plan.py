"""Decides which functions of a project are optimised, and in which order: what promises most comes first."""

from __future__ import annotations

import argparse
import shutil
import sys
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Final

from velox_engine.advisor import Advisor
from velox_engine.advisor.advise import require_parses
from velox_engine.advisor.batch import Task
from velox_engine.cli import output, scan, target
from velox_engine.cli.places import Place, Places
from velox_engine.cli.weighing import HOT
from velox_engine.settings import Settings
from velox_engine.source.document import read_source
from velox_engine.source.functions import find_function, list_functions
from velox_engine.source.syntax import parse
from velox_engine.types import VeloxError
from velox_engine.workspace.discovery import discover
from velox_engine.workspace.profiles import Share, read_profile

_TEST_FOLDERS: Final = frozenset({"test", "tests", "testing"})
_TEST_FILES: Final = frozenset({"conftest.py", "setup.py", "noxfile.py"})


@dataclass(frozen=True, slots=True)
class _Rank:
    """What speaks for a function: its score, then its own share of the run."""

    score: float = 0.0
    share: Share | None = None  # None where no profile was read
    complexity: int = 0

    @property
    def order(self) -> tuple[float, float]:
        return -self.score, -self.hot

    @property
    def hot(self) -> float:
        """What the function itself spends of the run; 0 where that is too little to matter."""
        return self.share.own if self.share is not None and self.share.total >= HOT else 0.0


class Plan:
    """The functions that the arguments mean, listed file by file while others are already at work."""

    def __init__(self, places: Places, args: argparse.Namespace, progress: output.Progress) -> None:
        """Rank the files; raises VeloxError for arguments that name nothing or code that may not be run."""
        self._places = places
        self._args = args
        self._settings = lru_cache(maxsize=64)(self._settings_of)
        self.left_out_tests = 0
        self.without_rewrite = 0  # functions of the files looked into to which nothing applies
        self.is_project = any(place.path.is_dir() for place in places.found)
        self._ranks: dict[str, dict[str, _Rank]] = {}
        if not self.is_project:
            for place in places.found:
                self._check(place)
        if self.is_project or args.profile is not None or args.min_complexity is not None:
            self._ranks = self._rank(progress)

    def __iter__(self) -> Iterator[Task]:
        left: int | None = self._args.max_functions
        for task in self._by_rank() if self.is_project else self._as_named():
            if left is not None and left <= 0:
                return
            yield task
            left = left - 1 if left is not None else None

    def settings(self, path: Path) -> Settings:
        """The settings for one file's functions."""
        return self._settings(path.parent)

    def _settings_of(self, folder: Path) -> Settings:
        args, fetched = self._args, self._places.fetched is not None
        settings = target.settings_for(folder, args, self._places.settings(folder) if fetched else None)
        settings.require_trust()
        if not fetched:
            return settings
        if settings.allow_unconfined:
            raise VeloxError(
                "unconfined",
                "A fetched repository is only run in the sandbox.",
                "Leave out --allow-unconfined, or clone it yourself and look at it first.",
            )
        # Never an interpreter that the repository brings along: it would run before any sandbox.
        return settings.replace(
            interpreter=settings.interpreter or shutil.which("python3") or sys.executable,
            test_command=args.test_command or "",
        )

    # -- what was named ----------------------------------------------------------------------------------------

    def _check(self, place: Place) -> None:
        source = read_source(place.path)
        require_parses(source)
        if place.function:
            find_function(parse(source), place.function)
        with Advisor.for_file(source, self.settings(place.path)):
            pass  # says now when nothing can run its code

    def _as_named(self) -> Iterator[Task]:
        named: list[tuple[Path, str]] = []
        for place in self._places.found:
            path = place.path.absolute()
            names = [place.function] if place.function else self._wanted(path)
            named += [(path, name) for name in names]
        step = 100 / max(1, len(named))
        for number, (path, name) in enumerate(named):
            yield self._task(path, name, number * step, (number + 1) * step)

    # -- whole projects ----------------------------------------------------------------------------------------

    def _by_rank(self) -> Iterator[Task]:
        files = self._files()
        most: int | None = self._args.max_files
        total = min(len(files), most) if most is not None else len(files)
        chosen = 0
        for path in files:
            if most is not None and chosen >= most:
                return
            names = self._wanted(path)
            for number, name in enumerate(names):
                begins = 100 * (chosen + number / len(names)) / total
                ends = 100 * (chosen + (number + 1) / len(names)) / total
                yield self._task(path, name, min(begins, 100), min(ends, 100))
            chosen += bool(names)

    def _files(self) -> list[Path]:
        """All files, those with the best functions first, without tests."""
        exclude = self._scan_settings().exclude
        found = [path.absolute() for path in discover([p.path for p in self._places.found], exclude).files]
        if self._args.since is not None:
            folders = [place.path for place in self._places.found]
            found = list(scan.changed_among(found, folders, self._args.since))
        roots = [place.path.absolute() for place in self._places.found]
        files = [path for path in found if path.suffix == ".py" and not _is_test(path, roots)]
        self.left_out_tests = len(found) - len(files)
        scores = {
            path: (sum(rank.score for rank in ranks.values()), sum(rank.hot for rank in ranks.values()))
            for path, ranks in self._ranks.items()
        }
        files.sort(key=lambda path: tuple(-value for value in scores.get(str(path), (0.0, 0.0))))
        return files

    def _rank(self, progress: output.Progress) -> dict[str, dict[str, _Rank]]:
        args = self._args
        profile = read_profile(args.profile) if args.profile is not None else None
        options = argparse.Namespace(
            select=None,
            extend_select=None,
            ignore=None,
            exclude=args.exclude,
            since=args.since,
            hot=False,
            doubtful=True,  # what a function is worth trying does not depend on how sure the scanner is
            jobs=args.jobs or 0,
            # Counting each function is worth its time only where it decides.
            all_functions=profile is not None or args.min_complexity is not None,
        )
        document = scan.scan_places(self._places, options, profile, progress)
        base = self._places.base or Path.cwd()
        ranks: defaultdict[str, dict[str, _Rank]] = defaultdict(dict)
        for row in document["functions"]:
            share = Share(row["own_share"], row["share"]) if profile is not None else None
            rank = _Rank(row["score"], share, row["complexity"] or 0)
            ranks[str((base / row["path"]).absolute())][row["name"]] = rank
        return dict(ranks)

    def _scan_settings(self) -> Settings:
        settings = self._places.settings(self._places.found[0].path)
        return settings.replace(exclude=(*settings.exclude, *(self._args.exclude or ())))

    def _wanted(self, path: Path) -> list[str]:
        """The functions of a file that are to be optimised, those that promise most first."""
        ranks = self._ranks.get(str(path), {})
        names = [name for name in self._functions(path) if self._is_wanted(ranks.get(name))]
        return sorted(names, key=lambda name: ranks.get(name, _Rank()).order)

    def _task(self, path: Path, name: str, begins: float, ends: float) -> Task:
        rank = self._ranks.get(str(path), {}).get(name)
        return Task(path, name, self.settings(path), begins, ends, rank.share if rank is not None else None)

    def _is_wanted(self, rank: _Rank | None) -> bool:
        args = self._args
        if args.hot and (rank is None or not rank.hot):
            return False
        return args.min_complexity is None or (rank is not None and rank.complexity >= args.min_complexity)

    def _functions(self, path: Path) -> list[str]:
        """Name the functions to which something applies; in a project, a file that does not parse has none."""
        try:
            source = read_source(path)
            with Advisor.for_file(source, self.settings(path)) as advisor:
                names = list(dict.fromkeys(advisor.functions(source)))
        except VeloxError as error:
            if not self.is_project or error.code in ("untrusted", "no-interpreter", "unconfined"):
                raise
            return []
        every = {span.qualname for span in list_functions(parse(source)) if not span.nested}
        self.without_rewrite += len(every) - len(names)
        return names


def _is_test(path: Path, roots: list[Path]) -> bool:
    """Whether a file holds tests: nothing anybody waits for. Files that are named are not asked."""
    root = next((root for root in roots if path.is_relative_to(root)), path.parent)
    inside = path.relative_to(root)
    name = inside.name
    if name in _TEST_FILES or name.startswith("test_") or name.endswith("_test.py"):
        return True
    return not _TEST_FOLDERS.isdisjoint(inside.parts[:-1])
