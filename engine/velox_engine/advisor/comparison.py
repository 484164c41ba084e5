"""Compares two versions of a function that somebody else wrote: verdict, the person's tests, times, counterexample."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from velox_engine.advisor import own_tests
from velox_engine.advisor.acceptance import decide
from velox_engine.source.document import SourceFile
from velox_engine.types import Difference, Evidence, Measurement, Verdict
from velox_engine.verify.benchmark import Refuted
from velox_engine.verify.export import Counterexample, observe_both
from velox_engine.verify.sandbox import Case, LoadFailure
from velox_engine.verify.suite import Suite
from velox_engine.verify.verifier import Prepared, Unverifiable, Verifier
from velox_engine.workspace.project import locate


def _silent(message: str, percentage: int) -> None:
    """Report to nobody."""


@dataclass(frozen=True, slots=True)
class Comparison:
    """What came of comparing one function."""

    path: str
    function: str
    verdict: Verdict
    measured: Measurement | None = None
    faster: bool | None = None  # by the rule that suggestions must pass; None where nothing was measured
    example: Counterexample | None = None


def compare(
    verifier: Verifier,
    old: SourceFile,
    new: SourceFile,
    function: str,
    *,
    extra: Sequence[Case] = (),
    suite: Suite | None = None,
    progress: Callable[[str, int], None] = _silent,
) -> Comparison:
    """Say whether `function` behaves the same in both, and measure it where it does.

    `suite` holds the tests that shall have their say, besides those that the setting `test-command` names.
    """
    measured: Measurement | None = None
    faster: bool | None = None
    example: Counterexample | None = None
    prepared: Prepared | None = None
    settings = verifier.settings
    try:
        prepared = verifier.prepare(old, function, extra=extra, timing=False, progress=progress)
        verdict = verifier.check(prepared, new.text, progress=progress)
        if verdict.status == "verified":
            progress("running your tests", 75)
            verdict = _with_tests(verdict, verifier, old, new, function, suite)
        if verdict.status == "verified":
            prepared = verifier.timed(prepared, progress=progress)
            progress("measuring", 85)
            measured = verifier.measure(prepared, new.text)
            faster = decide(verdict, measured, settings.replace(weak=True)).accepted
    except Unverifiable as stop:
        verdict = Verdict("unverifiable", stop.reason, prepared.evidence if prepared else Evidence())
    except Refuted as refuted:
        assert prepared is not None
        verdict = Verdict("refuted", refuted.difference.says, prepared.evidence, refuted.difference)
    except LoadFailure as failure:
        evidence = prepared.evidence if prepared else Evidence()
        verdict = Verdict("unverifiable", f"the rewrite does not load: {failure}", evidence)
    if verdict.counterexample is not None and prepared is not None and verifier.candidates is None:
        assert new.path is not None
        home = locate(new.path, new.text, interpreter=verifier.project.interpreter)
        example = observe_both(verifier.sandbox, prepared.program, new.text, verdict.counterexample, home)
    return Comparison(str(new.path), function, verdict, measured, faster, example)


def _with_tests(
    verdict: Verdict, verifier: Verifier, old: SourceFile, new: SourceFile, function: str, suite: Suite | None
) -> Verdict:
    """Let the person's own tests have their say."""
    settings = verifier.settings
    passed, says = True, ""
    if settings.test_command:
        command = own_tests.split_command(settings.test_command)
        assert old.path is not None
        ran = own_tests.run(verifier.project.root, old.path, old, new.text, command)
        passed, says = ran.passed, ran.says if ran.passed else f"your tests fail: {ran.says}"
    elif suite is not None:
        checked = suite.check(function, new.text)
        if checked is not None:
            passed, says = checked.passed, checked.says
    evidence = replace(verdict.evidence, tests=says)
    if passed:
        return replace(verdict, evidence=evidence)
    return Verdict("refuted", says, evidence, Difference(says, "(your own tests)", "pass", "fail"))
