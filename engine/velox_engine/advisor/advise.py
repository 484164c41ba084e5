"""Optimises functions: the policy orders the actions, the episode tries them, what is kept becomes suggestions."""

from __future__ import annotations

import hashlib
import shlex
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from types import TracebackType
from typing import Literal

from velox_engine import strategies
from velox_engine.actions import NO_CHANGE
from velox_engine.advisor import own_tests
from velox_engine.advisor.episode import Episode, Trial, Workbench
from velox_engine.advisor.rivals import try_passed_over
from velox_engine.policy.agent import Policy
from velox_engine.policy.registry import load_active
from velox_engine.settings import Settings
from velox_engine.source.document import SourceFile
from velox_engine.source.edits import minimal_edits, unified_diff
from velox_engine.source.functions import find_function, list_functions
from velox_engine.source.syntax import parse
from velox_engine.types import Attempt, Experience, Suggestion, VeloxError
from velox_engine.verify.verifier import Unverifiable
from velox_engine.workspace.project import Project, locate

Progress = Callable[[str, int], None]
Status = Literal["improved", "unchanged", "unverifiable", "error"]
_CAVEAT_PENALTY = 0.9


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


class Advisor:
    """Optimises the functions of one project; a context manager that owns its sandboxes."""

    def __init__(self, project: Project, settings: Settings, policy: Policy | None = None) -> None:
        self.project = project
        self.settings = settings
        self._policy = policy

    @classmethod
    def for_file(cls, source: SourceFile, settings: Settings) -> Advisor:
        """Make the advisor of the project that `source` lies in.

        Raises VeloxError `untrusted`, or `no-interpreter` when nothing can run its code.
        """
        if source.path is None:
            raise VeloxError("no-path", "The text has no path.", "Save the file first.")
        settings.require_trust()  # before the project's own interpreter is tried
        return cls(locate(source.path, source.text, interpreter=settings.interpreter), settings)

    def __enter__(self) -> Advisor:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if "_workbench" in self.__dict__:
            self._workbench.close()

    @cached_property
    def _workbench(self) -> Workbench:
        return Workbench(self.project, self.settings)

    @cached_property
    def policy(self) -> Policy:
        """The active policy; loaded on first use."""
        return self._policy or load_active()

    def functions(self, source: SourceFile) -> list[str]:
        """Name the functions of `source` on which some strategy applies, in document order.

        Raises VeloxError `syntax-error` when the file does not parse.
        """
        require_parses(source)
        spans = [span for span in list_functions(parse(source)) if not span.nested]
        return [s.qualname for s in spans if any(self._open_actions(source, s.qualname))]

    def _open_actions(self, source: SourceFile, qualname: str) -> list[bool]:
        mask = list(strategies.applicable_actions(source, qualname))
        mask[NO_CHANGE] = False
        return mask

    def optimize(self, source: SourceFile, qualname: str, *, progress: Progress = _silent) -> FunctionAdvice:
        """Optimise one function of `source`; nothing is written.

        Raises VeloxError `syntax-error` or `no-such-function`.
        """
        require_parses(source)
        span = find_function(parse(source), qualname)
        path = str(source.path or "")
        if span.nested:
            reason = "it is defined inside another function: ask for that one"
            return FunctionAdvice(path, qualname, "unverifiable", reason)
        if not any(self._open_actions(source, qualname)):
            return FunctionAdvice(path, qualname, "unchanged", "no built-in strategy applies")
        try:
            episode = Episode(self._workbench, source, qualname, progress=progress)
        except Unverifiable as stop:
            return FunctionAdvice(path, qualname, "unverifiable", stop.reason)
        deadline = time.monotonic() + self.settings.budget
        attempts, trials, transitions = self._walk(episode)
        more_attempts, rivals = try_passed_over(episode, attempts, deadline)
        attempts, trials = (*attempts, *more_attempts), [*trials, *rivals]
        suggestions = self._suggest(episode, trials, progress)
        if suggestions:
            return FunctionAdvice(
                path, qualname, "improved", suggestions[0].reason, suggestions, attempts, transitions
            )
        return FunctionAdvice(
            path, qualname, "unchanged", _why_unchanged(attempts), (), attempts, transitions
        )

    def _walk(self, episode: Episode) -> tuple[tuple[Attempt, ...], list[Trial], tuple[Experience, ...]]:
        """Follow the policy until it stops or nothing is left.

        Until something was found, "stop" is not listened to: a person who asks wants every strategy tried.
        """
        attempts: list[Attempt] = []
        first_trials: list[Trial] = []
        transitions: list[Experience] = []
        stamp = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime())
        name = _digest(episode.qualname, episode.original.text, stamp)
        deadline = time.monotonic() + self.settings.budget
        tried: set[int] = set()
        while time.monotonic() < deadline and len(episode.kept) < self.settings.max_steps:
            state, mask = episode.state, episode.mask
            ranked = [a for a in self.policy.rank(state, mask) if a not in tried]
            if not episode.kept:
                ranked = [a for a in ranked if a != NO_CHANGE]
            if not ranked or ranked[0] == NO_CHANGE:
                break
            action = ranked[0]
            kept_before = len(episode.kept)
            step = episode.step(action)
            attempts += step.attempts
            if not kept_before:
                first_trials += step.trials
            tried = set() if len(episode.kept) > kept_before else tried | {action}
            evidence = {"strategies": [attempt.strategy for attempt in step.attempts]}
            transitions.append(
                Experience(
                    state,
                    action,
                    step.reward,
                    step.next_state,
                    False,
                    mask,
                    step.next_mask,
                    "measured",
                    name,
                    stamp,
                    evidence,
                )
            )
        if transitions:
            transitions[-1] = replace(transitions[-1], done=True)
        return tuple(attempts), first_trials, tuple(transitions)

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
        if self.settings.test_command and best:
            best = [passed for one in best if (passed := self._with_own_tests(episode, one, progress))]
        return tuple(best)

    def _suggestion(self, episode: Episode, chain: Sequence[Trial]) -> Suggestion:
        last = chain[-1]
        assert last.measurement is not None, "an accepted trial is measured"
        old, new = episode.original, replace(episode.original, text=last.candidate.new_source)
        path = str(old.path or "")
        span = find_function(parse(new), episode.qualname)
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
        command = shlex.split(self.settings.test_command)
        path = episode.original.path
        assert path is not None
        result = own_tests.run(self.project.root, path, episode.original, suggestion.new_source, command)
        if not result.passed:
            return None
        evidence = replace(suggestion.verdict.evidence, tests=result.says)
        return replace(suggestion, verdict=replace(suggestion.verdict, evidence=evidence))


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
        return "no built-in strategy applies"
    counts: dict[str, int] = {}
    for attempt in attempts:
        counts[attempt.status] = counts.get(attempt.status, 0) + 1
    told = {
        "no-gain": "no significant change",
        "refuted": "behave differently",
        "unverifiable": "could not be checked",
    }
    parts = [f"{count} {told.get(status, status)}" for status, count in counts.items()]
    noun = "rewrite" if len(attempts) == 1 else "rewrites"
    return f"{len(attempts)} {noun} tried: " + ", ".join(parts)


def _rank(suggestion: Suggestion) -> float:
    penalty = _CAVEAT_PENALTY if suggestion.verdict.caveats else 1.0
    return suggestion.measurement.speedup.low * penalty


def _digest(*parts: str) -> str:
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()[:16]
