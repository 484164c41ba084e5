"""Optimises functions: the policy orders the actions, the episode tries them, what is kept becomes suggestions."""

from __future__ import annotations

import hashlib
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import cached_property, partial
from pathlib import Path
from types import TracebackType
from typing import Literal

from velox_engine import strategies
from velox_engine.actions import NO_CHANGE
from velox_engine.advisor import learned, own_tests
from velox_engine.advisor.choosing import Chooser, adapted, next_action, remembering
from velox_engine.advisor.diary import Diary
from velox_engine.advisor.episode import Episode, Trial, Workbench
from velox_engine.advisor.models import Models
from velox_engine.advisor.rivals import try_passed_over
from velox_engine.experience.store import ExperienceStore
from velox_engine.policy.agent import Policy
from velox_engine.policy.explanation import Explanation
from velox_engine.policy.registry import load_active
from velox_engine.settings import Settings
from velox_engine.source.document import SourceFile
from velox_engine.source.edits import minimal_edits, unified_diff
from velox_engine.source.functions import find_function, list_functions
from velox_engine.source.syntax import parse
from velox_engine.types import Attempt, Experience, Suggestion, VeloxError
from velox_engine.verify.suite import Suite
from velox_engine.verify.verifier import Unverifiable
from velox_engine.workspace.profiles import Share
from velox_engine.workspace.project import Project, importable, locate

Progress = Callable[[str, int], None]
Status = Literal["improved", "unchanged", "unverifiable", "error"]
_CAVEAT_PENALTY = 0.9
_LEAST_SECONDS = 2.0  # of the budget that must be left to ask a model


def _silent(message: str, percentage: int) -> None:
    """Report to nobody."""


@dataclass(frozen=True, slots=True)
class FunctionAdvice:
    """What came of optimising one function."""

    path: str
    name: str
    status: Status
    reason: str
    suggestions: tuple[Suggestion, ...] = ()
    tried: tuple[Attempt, ...] = ()
    transitions: tuple[Experience, ...] = ()
    choice: Explanation | None = None  # why the first action was tried first
    policy: str = ""  # the version that ordered the strategies, "" where none was asked
    seconds: float = 0.0
    original: str = ""  # the function's text as it was found


class Advisor:
    """Optimises the functions of one project; a context manager that owns its sandboxes."""

    def __init__(
        self,
        project: Project,
        settings: Settings,
        policy: Policy | None = None,
        store: ExperienceStore | None = None,
    ) -> None:
        self.project = project
        self.settings = settings
        self._policy = policy
        self._store = store
        self._tests: tuple[str, Suite] | None = None

    @classmethod
    def for_file(
        cls,
        source: SourceFile,
        settings: Settings,
        store: ExperienceStore | None = None,
        *,
        policy: Policy | None = None,
    ) -> Advisor:
        """Make the advisor of the project that `source` lies in; with a store it learns from the answers there.

        Raises VeloxError `untrusted`, or `no-interpreter` when nothing can run its code.
        """
        if source.path is None:
            raise VeloxError("no-path", "The text has no path.", "Save the file first.")
        settings.require_trust()  # before the project's own interpreter is tried
        project = locate(source.path, source.text, interpreter=settings.interpreter)
        return cls(project, settings, policy, store)

    def __enter__(self) -> Advisor:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if "_models" in self.__dict__:
            self._models.close()
        if "_workbench" in self.__dict__:
            self._workbench.close()

    @cached_property
    def _workbench(self) -> Workbench:
        return Workbench(self.project, self.settings)

    @cached_property
    def _may_import(self) -> frozenset[str]:
        return importable(self.project, self.settings)

    @property
    def _lacking(self) -> str:
        """What the person asked for and the interpreter cannot give."""
        if not self.settings.numpy or self._may_import:
            return ""
        return f" (`numpy` is set, but {self.project.interpreter} cannot import NumPy)"

    @cached_property
    def _models(self) -> Models:
        return Models(self.project, self.settings)

    @cached_property
    def _learned(self) -> learned.LearnedPatterns:
        return learned.LearnedPatterns(self.project, self.settings)

    @cached_property
    def policy(self) -> Policy:
        """The active policy with what was learned in this workspace; loaded on first use."""
        policy = self._policy or load_active()
        if self._store is not None and self.settings.adapt:
            return adapted(policy, self._store, str(self.project.root))
        return policy

    @cached_property
    def _chooser(self) -> Chooser:
        return Chooser()

    def _policy_for(self, source: SourceFile, qualname: str) -> Policy:
        """The policy with what is remembered of functions like this one."""
        if self._store is None or not self.settings.adapt:
            return self.policy
        text, path = function_text(source, qualname), str(source.path or "")
        return remembering(self.policy, self._store, text, path=path, function=qualname)

    def functions(self, source: SourceFile) -> list[str]:
        """Name the functions of `source` on which some strategy applies, or a model may be asked, in document order.

        Raises VeloxError `syntax-error` when the file does not parse.
        """
        require_parses(source)
        spans = [span for span in list_functions(parse(source)) if not span.nested]
        return [s.qualname for s in spans if any(self._open_actions(source, s.qualname))]

    def _open_actions(self, source: SourceFile, qualname: str) -> list[bool]:
        mask = list(strategies.applicable_actions(source, qualname, self._may_import))
        mask[NO_CHANGE] = False
        for action in self._learned.actions(source, qualname):
            mask[action] = True
        return mask if any(mask) else list(self._models.open_actions(source, qualname))

    def optimize(
        self,
        source: SourceFile,
        qualname: str,
        *,
        strategy: str | None = None,
        progress: Progress = _silent,
        share: Share | None = None,
    ) -> FunctionAdvice:
        """Optimise one function of `source`, with one strategy only if it is named; nothing is written.

        Where the named one does not apply, one that fixes the same rule stands in for it: a queue that is an argument
        needs another rewrite than a local one.

        `share` is the function's part of a profiled run, which models are told.

        Raises VeloxError `syntax-error` or `no-such-function`.
        """
        started = time.monotonic()
        advice = self._optimize(source, qualname, strategy, progress, share)
        asked = self.policy.version if advice.transitions else ""
        return replace(
            advice,
            policy=asked,
            seconds=round(time.monotonic() - started, 3),
            original=function_text(source, qualname),
        )

    def _optimize(
        self,
        source: SourceFile,
        qualname: str,
        strategy: str | None,
        progress: Progress,
        share: Share | None,
    ) -> FunctionAdvice:
        require_parses(source)
        span = find_function(parse(source), qualname)
        path = str(source.path or "")
        if span.nested:
            reason = "it is defined inside another function: ask for that one"
            return FunctionAdvice(path, qualname, "unverifiable", reason)
        if not any(self._open_actions(source, qualname)):
            return FunctionAdvice(path, qualname, "unchanged", f"no strategy applies{self._lacking}")
        if strategy is not None:
            applicable = strategies.standing_in(source, qualname, strategy, self._may_import)
            if applicable is None:
                reason = f"{strategy} does not apply here{self._lacking}"
                return FunctionAdvice(path, qualname, "unchanged", reason)
            strategy = applicable
        try:
            episode = Episode(self._workbench, source, qualname, strategy=strategy, progress=progress)
        except Unverifiable as stop:
            return FunctionAdvice(path, qualname, "unverifiable", stop.reason)
        policy = self._policy_for(source, qualname)
        choice = self._chooser.first(policy, episode) if strategy is None else None
        diary, deadline = Diary(episode, choice), time.monotonic() + self.settings.budget
        self._walk(policy, episode, diary, deadline)
        rivals: list[Trial] = []
        if strategy is None:
            learned.walk(self._learned, episode, diary.note, deadline)
            more_attempts, rivals, beside = try_passed_over(episode, diary.attempts, deadline)
            diary.attempts += more_attempts
            diary.note_beside(beside)
            self._ask_models(episode, diary, deadline, progress, share)
        attempts, transitions = tuple(diary.attempts), diary.finished()
        explanation = choice.explanation if choice else None
        suggestions = self._suggest(episode, [*diary.first_trials, *rivals], progress)
        if suggestions:
            reason = suggestions[0].reason
            return FunctionAdvice(
                path, qualname, "improved", reason, suggestions, attempts, transitions, explanation
            )
        reason = f"{_why_unchanged(attempts)}{self._lacking}"
        return FunctionAdvice(path, qualname, "unchanged", reason, (), attempts, transitions, explanation)

    def _walk(self, policy: Policy, episode: Episode, diary: Diary, deadline: float) -> None:
        """Follow the policy through the built-in strategies until it stops or nothing is left.

        Until something was found, "stop" is not listened to: a person who asks wants every strategy tried.
        """
        tried: set[int] = set()
        while time.monotonic() < deadline and len(episode.kept) < self.settings.max_steps:
            mask = episode.mask
            action = next_action(policy, episode, mask, episode.proposals, tried)
            if action is None:
                break
            kept_before = len(episode.kept)
            diary.note(action, mask, partial(episode.step, action), builtin=True)
            tried = set() if len(episode.kept) > kept_before else tried | {action}

    @property
    def _model_seconds(self) -> float:
        """What models may take on top of the budget, which is meant for built-in strategies: one answer's time."""
        settings = self.settings
        return settings.llm_local_timeout if settings.llm_local else settings.llm_timeout

    def _ask_models(
        self, episode: Episode, diary: Diary, deadline: float, progress: Progress, share: Share | None
    ) -> None:
        """Where the built-in strategies end: ask the models for the actions that the policy likes best."""
        deadline += self._model_seconds
        tried: set[int] = set()
        while len(tried) < self.settings.llm_actions and len(episode.kept) < self.settings.max_steps:
            mask = list(self._models.open_actions(episode.current, episode.qualname))
            mask[NO_CHANGE] = True
            action = next_action(self.policy, episode, mask, None, tried)
            left = deadline - time.monotonic()
            if action is None or left < _LEAST_SECONDS:
                break
            tried.add(action)
            turn = self._models.turn(episode, action, left, progress, share)
            diary.note(action, tuple(mask), turn)

    def _suggest(self, episode: Episode, trials: list[Trial], progress: Progress) -> tuple[Suggestion, ...]:
        """Turn the kept chain and the accepted first steps beside it into suggestions, the best first."""
        made: list[Suggestion] = []
        if episode.kept:
            made.append(self._suggestion(episode, episode.kept))
        made += [
            self._suggestion(episode, [trial])
            for trial in trials
            if trial.decision.accepted and trial.candidate.new_source != episode.current.text
        ]
        unique = list({suggestion.new_source: suggestion for suggestion in made}.values())
        unique.sort(key=_rank, reverse=True)
        best = unique[: self.settings.max_suggestions]
        if best and (self.settings.test_command or self.settings.own_tests):
            best = [passed for one in best if (passed := self._with_own_tests(episode, one, progress))]
        return tuple(best)

    def _suggestion(self, episode: Episode, chain: Sequence[Trial]) -> Suggestion:
        last = chain[-1]
        assert last.measurement is not None, "an accepted trial is measured"
        old, new = episode.original, replace(episode.original, text=last.candidate.new_source)
        path = str(old.path or "")
        span, before = (find_function(parse(one), episode.qualname) for one in (new, old))
        evidence = last.verdict.evidence
        confidence = (evidence.strength or 0.0) * (
            evidence.coverage if evidence.coverage is not None else 0.5
        )
        if last.verdict.caveats:
            confidence *= _CAVEAT_PENALTY
        return Suggestion(
            id=_digest(path, episode.qualname, new.text),
            path=path,
            function=episode.qualname,
            strategies=tuple(trial.candidate.strategy for trial in chain),
            actions=tuple(trial.candidate.action for trial in chain),
            new_function=new.data[span.start : span.end].decode(),
            new_source=new.text,
            edits=minimal_edits(old.data, new.data),
            diff=unified_diff(old.text, new.text, self._shown(old)),
            verdict=last.verdict,
            measurement=last.measurement,
            confidence=round(confidence, 3),
            reward=round(sum(trial.reward for trial in chain) / len(chain), 4),
            reason="; ".join(trial.candidate.note for trial in chain) + f"; {last.decision.reason}",
            weakly_checked=last.decision.weakly_checked,
            old_function=old.data[before.start : before.end].decode("utf-8", "surrogatepass"),
        )

    def _shown(self, source: SourceFile) -> str:
        """The path as diffs name it: relative to the project."""
        path = (source.path or Path("module.py")).resolve()
        root = self.project.root.resolve()
        return path.relative_to(root).as_posix() if path.is_relative_to(root) else path.name

    def _with_own_tests(
        self, episode: Episode, suggestion: Suggestion, progress: Progress
    ) -> Suggestion | None:
        progress("running your tests", 95)
        path = episode.original.path
        assert path is not None
        if self.settings.test_command:
            command = own_tests.split_command(self.settings.test_command)
            ran = own_tests.run(self.project.root, path, episode.original, suggestion.new_source, command)
            passed, says = ran.passed, ran.says
        else:
            checked = self._suite(episode.original).check(episode.qualname, suggestion.new_source)
            passed, says = (checked.passed, checked.says) if checked is not None else (True, "")
        if not passed:
            return None
        evidence = replace(suggestion.verdict.evidence, tests=says)
        return replace(suggestion, verdict=replace(suggestion.verdict, evidence=evidence))

    def _suite(self, source: SourceFile) -> Suite:
        """The tests of one module; what they reach is found once for all of its functions."""
        if self._tests is None or self._tests[0] != source.text:
            suite = Suite(self.project, source, allow_unconfined=self.settings.allow_unconfined)
            self._tests = (source.text, suite)
        return self._tests[1]


def function_text(source: SourceFile, qualname: str) -> str:
    """The text of one function, without its decorators; VeloxError `no-such-function`."""
    span = find_function(parse(source), qualname)
    return source.data[span.start : span.end].decode("utf-8", "surrogatepass")


def require_parses(source: SourceFile) -> None:
    """Raise VeloxError `syntax-error` with the place when the text is not valid Python."""
    try:
        compile(source.text, str(source.path or "<text>"), "exec", dont_inherit=True)
    except SyntaxError as error:
        raise VeloxError(
            "syntax-error",
            f"{source.path or 'the text'}, line {error.lineno}: {error.msg}.",
            "Mend the syntax error first; scanning works meanwhile.",
        ) from error
    except (ValueError, RecursionError, MemoryError) as error:
        raise VeloxError(
            "syntax-error",
            f"{source.path or 'the text'} cannot be compiled: {error}.",
            "Mend the file first.",
        ) from error


def _why_unchanged(attempts: Sequence[Attempt]) -> str:
    if not attempts:
        return "no strategy applies"
    counts: dict[str, int] = {}
    for attempt in attempts:
        counts[attempt.status] = counts.get(attempt.status, 0) + 1
    told = {
        "no-gain": "no significant change",
        "refuted": "behave differently",
        "unverifiable": "could not be checked",
        "error": "could not be tried",
    }
    parts = [f"{count} {told.get(status, status)}" for status, count in counts.items()]
    noun = "rewrite" if len(attempts) == 1 else "rewrites"
    return f"{len(attempts)} {noun} tried: " + ", ".join(parts)


def _rank(suggestion: Suggestion) -> float:
    penalty = _CAVEAT_PENALTY if suggestion.verdict.caveats else 1.0
    return suggestion.measurement.speedup.low * penalty


def _digest(*parts: str) -> str:
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()[:16]
