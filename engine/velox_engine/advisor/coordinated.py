"""Verifies rewrites of several files at once: every function they touch, each version among its own files.

Functions that are refuted, unverifiable, weakly checked or slower are left as they are, and what remains is verified
anew. Where that does not stand either, what each file could do alone is tried.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from velox_engine.advisor import own_tests
from velox_engine.advisor.comparison import Comparison, compare
from velox_engine.experience.location import data_dir
from velox_engine.settings import Settings
from velox_engine.source.document import SourceFile, encode
from velox_engine.strategies.coordinated import Coordinated, propose_together
from velox_engine.verify.suite import Suite
from velox_engine.verify.verifier import Verifier
from velox_engine.workspace.import_graph import import_graph
from velox_engine.workspace.project import find_root, locate, moved
from velox_engine.workspace.trees import copy_of

Progress = Callable[[str, int], None]


@dataclass(frozen=True, slots=True)
class CoordinatedAdvice:
    """What came of one rewrite of several files."""

    candidate: Coordinated
    comparisons: tuple[Comparison, ...]
    accepted: bool
    reason: str
    is_fallback: bool = False
    against: tuple[tuple[Path, str], ...] = ()  # the functions that speak against it

    @property
    def has_caveats(self) -> bool:
        """Whether a function differs outside its evident domain; then it is shown and not applied."""
        return any(one.verdict.caveats for one in self.comparisons)


def advise_together(path: Path, settings: Settings, progress: Progress) -> Iterator[CoordinatedAdvice]:
    """Yield what came of each rewrite across files that starts at `path`; after what failed, what was tried instead.

    Raises VeloxError `untrusted`, `no-interpreter` or `too-large`.
    """
    settings.require_trust()
    root = find_root(path)
    graph = import_graph(root)
    for candidate in propose_together(graph, path):
        whole = judge(candidate, root, settings, progress)
        yield whole
        if not whole.accepted and 0 < len(whole.against) < len(candidate.functions):
            for part in propose_together(graph, path, leave_out=whole.against):
                if (part.strategy, part.subject) == (candidate.strategy, candidate.subject):
                    whole = replace(judge(part, root, settings, progress), is_fallback=True)
                    yield whole
        if not whole.accepted:
            for fallback in whole.candidate.fallbacks:
                yield replace(judge(fallback, root, settings, progress), is_fallback=True)


def judge(candidate: Coordinated, root: Path, settings: Settings, progress: Progress) -> CoordinatedAdvice:
    """Verify and measure each function of a rewrite, each version among its own files; say whether all of it stands."""
    root = root.resolve()
    new = {change.path.resolve(): replace(change.source, text=change.new_text) for change in candidate.files}
    old = {change.path.resolve(): change.source for change in candidate.files}
    found: list[Comparison] = []
    against: dict[tuple[Path, str], str] = {}
    with copy_of(root, data_dir() / "trees") as copy:
        for path, source in new.items():
            (copy / path.relative_to(root)).write_bytes(encode(source, source.text))
        for number, (path, function) in enumerate(candidate.functions):
            told = _part(progress, f"{path.name}::{function}", number, len(candidate.functions))
            one = _compare(old[path], new[path], function, root, copy, settings, told)
            found.append(one)
            if why := _against(one, settings):
                against[path, function] = f"{function}: {why}"
        if against:
            reason = "; ".join(against.values())
            return CoordinatedAdvice(candidate, tuple(found), False, reason, against=tuple(against))
        if settings.test_command:
            ran = own_tests.run_in(copy, own_tests.split_command(settings.test_command))
            if not ran.passed:
                return CoordinatedAdvice(candidate, tuple(found), False, f"your tests fail: {ran.says}")
    gains = [one for one in found if one.faster]
    if not gains:
        return CoordinatedAdvice(candidate, tuple(found), False, "no significant change in any function")
    return CoordinatedAdvice(candidate, tuple(found), True, f"{candidate.note}; faster: {_names(gains)}")


def _part(progress: Progress, place: str, number: int, count: int) -> Progress:
    """Report one function's progress as its part of the whole."""
    return lambda message, percentage: progress(f"{place}: {message}", (100 * number + percentage) // count)


def _compare(
    old: SourceFile,
    new: SourceFile,
    function: str,
    root: Path,
    copy: Path,
    settings: Settings,
    progress: Progress,
) -> Comparison:
    assert old.path is not None
    project = locate(old.path, old.text, interpreter=settings.interpreter)
    there = moved(project, root, copy)
    with Verifier(project, replace(settings, test_command=""), candidates=there) as verifier:
        found = compare(verifier, old, new, function, progress=progress)
    if found.verdict.status != "verified" or not settings.own_tests or settings.test_command:
        return found
    progress("running your tests", 95)
    confined = {"allow_unconfined": settings.allow_unconfined}
    before = Suite(project, old, **confined).reaching(function)
    if not before:
        return found
    moved_source = replace(new, path=copy / old.path.resolve().relative_to(root))
    lost = set(before) - set(Suite(there, moved_source, **confined).reaching(function))
    if lost:
        verdict = replace(found.verdict, status="refuted", reason=f"your test {min(lost)} no longer passes")
        return replace(found, verdict=verdict, faster=None)
    evidence = replace(found.verdict.evidence, tests=f"{len(before)} of your tests pass")
    return replace(found, verdict=replace(found.verdict, evidence=evidence))


def _against(found: Comparison, settings: Settings) -> str:
    """What speaks against offering a rewrite with this function in it; "" for nothing."""
    if found.verdict.status != "verified":
        return found.verdict.reason
    strength = found.verdict.evidence.strength
    if strength is None or strength < settings.min_strength:
        return "weakly checked: the inputs detect too few planted bugs"
    measured = found.measured
    if measured is None or measured.unstable:
        return measured.unstable if measured is not None else "it was not measured"
    if min(measured.speedup.high, measured.typical.high) < 1.0:
        return "it gets slower"
    return ""


def _names(found: Sequence[Comparison]) -> str:
    return ", ".join(
        f"{one.function} {one.measured.speedup.median:.1f}×" for one in found if one.measured is not None
    )
