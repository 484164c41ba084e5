"""Offers what a person accepted once wherever else it fits: patterns learned from this workspace, verified like all."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from functools import cached_property, partial

from velox_engine.actions import ACTIONS
from velox_engine.advisor.episode import Episode, Step
from velox_engine.experience.store import ExperienceStore
from velox_engine.settings import Settings
from velox_engine.source.document import SourceFile
from velox_engine.strategies import learned
from velox_engine.types import Candidate, VeloxError
from velox_engine.workspace.project import Project

Note = Callable[[int, Sequence[bool], Callable[[], Step]], None]

LEARNED = "learned:"
"""What the names of these strategies begin with; the pattern's id follows."""


def known_patterns(store: ExperienceStore, settings: Settings, workspace: str) -> list[learned.Pattern]:
    """The patterns behind what was accepted in a workspace, or anywhere where the person asked for that."""
    if not settings.learned:
        return []
    return learned.learn_all(store.list_accepted(None if settings.learned_everywhere else workspace))


class LearnedPatterns:
    """The patterns of one project, read when first asked for."""

    def __init__(self, project: Project, settings: Settings) -> None:
        self._project = project
        self._settings = settings

    @cached_property
    def patterns(self) -> Sequence[learned.Pattern]:
        """The patterns; none where the store cannot be read."""
        if not self._settings.learned:
            return ()
        try:
            with ExperienceStore.open(database=self._settings.database) as store:
                return known_patterns(store, self._settings, str(self._project.root))
        except VeloxError:
            return ()

    def actions(self, source: SourceFile, qualname: str) -> frozenset[int]:
        """The actions for which a pattern fits the function."""
        found = learned.propose(source, qualname, self.patterns)
        return frozenset(ACTIONS.index(candidate.action) for candidate in found)

    def next(self, episode: Episode) -> Candidate | None:
        """A candidate for the function as it is now that was not tried, None when there is none."""
        found = learned.propose(episode.current, episode.qualname, self.patterns)
        return next((one for one in found if one.new_source not in episode.seen), None)


def walk(patterns: LearnedPatterns, episode: Episode, note: Note, deadline: float) -> None:
    """Try what fits, one pattern after another; what is kept is what the next is tried on."""
    while time.monotonic() < deadline and (candidate := patterns.next(episode)) is not None:
        action = ACTIONS.index(candidate.action)
        mask = tuple(allowed or index == action for index, allowed in enumerate(episode.mask))
        note(action, mask, partial(_step, episode, candidate))


def _step(episode: Episode, candidate: Candidate) -> Step:
    attempt, trial = episode.try_candidate(candidate, episode.to_beat([]))
    episode.steps += 1
    return episode.conclude([attempt], [trial] if trial is not None else [])
