"""Lets the models that a person set up try what the built-in strategies could not, one action at a time.

Each answer is verified and measured like every candidate; what failed goes back with the reason, until one is accepted
or the rounds are used up. Nothing of this happens, and nothing is imported for it, while no model is set up.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from functools import cached_property
from pathlib import Path
from typing import Final

from velox_engine import rules
from velox_engine.actions import ACTIONS
from velox_engine.advisor.episode import Episode, Step, Trial
from velox_engine.experience import similarity
from velox_engine.experience.records import SuggestionRecord
from velox_engine.experience.store import ExperienceStore
from velox_engine.llm import Gateway
from velox_engine.llm.privacy import is_excluded
from velox_engine.llm.process import ModelProcess
from velox_engine.settings import Settings
from velox_engine.source.document import SourceFile
from velox_engine.source.syntax import parse
from velox_engine.strategies.base import FunctionContext
from velox_engine.strategies.llm import Conversation, description, examples, open_actions
from velox_engine.strategies.llm.forms import normal_form
from velox_engine.strategies.propose import make_context
from velox_engine.types import Attempt, Finding, VeloxError
from velox_engine.workspace.profiles import Share
from velox_engine.workspace.project import Project

Progress = Callable[[str, int], None]
_PERCENTAGE: Final = 85
_LEAST_SECONDS: Final = 2.0  # that must be left for another round


class Models:
    """The models of one project's settings; owns their process."""

    def __init__(self, project: Project, settings: Settings, process: ModelProcess | None = None) -> None:
        """`process` is the one to ask models from; without it there will be one of its own."""
        self._project = project
        self._settings = settings
        self._process = process

    @cached_property
    def _gateway(self) -> Gateway:
        return Gateway(self._settings, self._project.root, self._process)

    def close(self) -> None:
        """End the models' process, if there is one."""
        if "_gateway" in self.__dict__:
            self._gateway.close()

    def open_actions(self, source: SourceFile, qualname: str) -> tuple[bool, ...]:
        """For each of the 25 actions, whether a model may be asked for it about this function.

        Raises VeloxError `bad-model` when a model is named wrongly.
        """
        if not self._gateway.enabled or self._is_hidden(Path(source.path or "module.py")):
            return (False,) * len(ACTIONS)
        found = frozenset(finding.action for finding in _findings(source, qualname))
        return open_actions(make_context(source, qualname), found)

    def turn(
        self,
        episode: Episode,
        action: int,
        seconds: float,
        progress: Progress,
        share: Share | None = None,
    ) -> Callable[[], Step]:
        """The step that asks for one action within so many seconds; `share` is the function's of a profiled run."""

        def step() -> Step:
            return self._take(episode, ACTIONS[action], time.monotonic() + seconds, progress, share)

        return step

    def _take(
        self, episode: Episode, action: str, deadline: float, progress: Progress, share: Share | None
    ) -> Step:
        strategy = f"model:{action}"
        attempts: list[Attempt] = []
        trials: list[Trial] = []

        def say(message: str) -> None:
            progress(f"{action}: {message}", _PERCENTAGE)

        conversation = self._begin(episode, action, share)
        while conversation.may_ask and (left := deadline - time.monotonic()) > _LEAST_SECONDS:
            started = time.monotonic()
            try:
                answer = conversation.ask(left, say)
            except VeloxError as error:
                attempts.append(
                    Attempt(strategy, "error", error.message, round(time.monotonic() - started, 3))
                )
                break
            waited = round(time.monotonic() - started, 3)
            outcomes: list[tuple[int, str]] = []
            for refusal in answer.refusals:
                reason = f"refused before running: {refusal.reason}"
                attempts.append(Attempt(strategy, "error", reason, waited))
                outcomes.append((refusal.number, reason))
            for number, candidate in answer.candidates:
                attempt, trial = episode.try_candidate(candidate, episode.to_beat(trials))
                attempts.append(attempt)
                outcomes.append((number, _told(attempt)))
                if trial is not None:
                    trials.append(trial)
            if answer.is_stale or any(trial.decision.accepted for trial in trials):
                break
            conversation.tell(sorted(outcomes))
        episode.steps += 1
        return episode.conclude(attempts, trials)

    def _begin(self, episode: Episode, action: str, share: Share | None) -> Conversation:
        context = make_context(episode.current, episode.qualname)
        text = description.describe(
            context,
            episode.prepared,
            _findings(episode.current, episode.qualname),
            examples.choose(context, self._successes(context, action)),
            self._project,
            self._settings.llm_context_chars,
            self._is_hidden,
            share,
        )
        tried = {normal_form(text, episode.qualname) for text in episode.seen}
        return Conversation(self._gateway, self._settings, context, action, text, tried)

    def _successes(self, context: FunctionContext, action: str) -> list[SuggestionRecord]:
        """Rewrites that worked in this workspace: of alike functions first, then others by the same action."""
        text, root = context.layout.text(context.node), str(self._project.root)
        try:
            with ExperienceStore.open(database=self._settings.database) as store:
                found = [*similarity.successes(store, text, root), *store.list_successes(action, root)]
        except VeloxError:
            return []  # a prompt without examples is a prompt too
        return list({record.id: record for record in found}.values())

    def _is_hidden(self, path: Path) -> bool:
        return is_excluded(str(path), self._settings.llm_exclude, self._project.root)


def _findings(source: SourceFile, qualname: str) -> list[Finding]:
    return [
        finding
        for finding in rules.scan(parse(source), rules.Selection(doubtful=True))
        if finding.function == qualname
    ]


def _told(attempt: Attempt) -> str:
    """What came of a rewrite, as a model is told."""
    example = attempt.counterexample
    if attempt.status == "refuted" and example is not None:
        return (
            f"it behaves differently ({attempt.reason}). With {example.inputs} the original gives "
            f"{example.old}, yours {example.new}."
        )
    told = {
        "verified": "it is correct and faster",
        "no-gain": "it is correct but not faster enough",
        "refuted": "it behaves differently",
        "unverifiable": "it could not be checked",
        "error": "it could not be run",
    }
    return f"{told[attempt.status]}: {attempt.reason}."
