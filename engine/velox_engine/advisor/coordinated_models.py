"""Asks a model to rewrite a function together with its callers of other files, and judges the answer as one change.

Each function that changes, and each that uses one whose parameters change, is verified among its own files; one that
differs on any input turns the whole down, and goes back to the model as its counterexample.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import partial
from pathlib import Path

from velox_engine import rules
from velox_engine.advisor.coordinated import CoordinatedAdvice, judge
from velox_engine.llm import Gateway, Message, Question
from velox_engine.llm.privacy import is_excluded
from velox_engine.settings import Settings
from velox_engine.source.document import read_source
from velox_engine.source.syntax import parse
from velox_engine.strategies.coordinated.model import Coordinated
from velox_engine.strategies.llm import together
from velox_engine.strategies.llm.refusals import Refused
from velox_engine.strategies.propose import make_context
from velox_engine.types import VeloxError
from velox_engine.workspace.project import find_root

Progress = Callable[[str, int], None]
_PERCENTAGE = 10
_LONGEST_FEEDBACK = 6_000


def ask_together(
    path: Path, function: str, settings: Settings, progress: Progress
) -> Iterator[CoordinatedAdvice]:
    """Yield what came of each answer, until one is accepted or the reflections are used up.

    Raises VeloxError `untrusted`, `no-such-function`, `no-callers`, `no-model`, and whatever the gateway raises.
    """
    settings.require_trust()
    root = find_root(path)
    source = read_source(path)
    is_hidden = partial(_is_hidden, settings, root)
    parts = together.connected_parts(make_context(source, function), is_hidden)
    if len(parts) < 2:
        raise VeloxError(
            "no-callers",
            f"No function of another file calls {function}.",
            "`velox optimize` rewrites it with what calls it in its own file.",
        )
    with Gateway(settings, root) as gateway:
        if not gateway.enabled:
            raise VeloxError("no-model", "No model is set up that may be asked.", "See docs/models.md.")
        found = [
            finding.message
            for finding in rules.scan(parse(source), rules.Selection(doubtful=True))
            if finding.function in parts[0].functions
        ]
        description = together.describe(parts, found)
        messages = [Message("system", together.RULES), Message("user", description)]
        tried: set[Coordinated] = set()
        for _ in range(1 + settings.llm_max_reflections):
            question = Question(
                messages=tuple(messages),
                path=str(path),
                function=function,
                action="together",
                schema=together.SCHEMA,
                max_tokens=settings.llm_max_tokens,
                seconds=max(settings.llm_timeout, settings.llm_local_timeout),
            )
            reply = gateway.ask(question, progress=lambda message: progress(message, _PERCENTAGE))
            advice = _judged(parts, reply.text, reply.model, root, settings, progress)
            if advice.candidate in tried:
                return  # the model repeats itself
            tried.add(advice.candidate)
            yield advice
            if advice.accepted:
                return
            told = f"{_told(advice)}\n\nCorrect this, or find another way. Answer in the same JSON form."
            messages[2:] = [Message("assistant", reply.text), Message("user", told)]


def _judged(
    parts: list[together.Part], text: str, model: str, root: Path, settings: Settings, progress: Progress
) -> CoordinatedAdvice:
    try:
        candidate = together.assemble_together(parts, text, model=model)
    except Refused as refused:
        nothing = Coordinated(together.STRATEGY, together.subject_of(parts), refused.reason, (), ())
        return CoordinatedAdvice(nothing, (), False, f"refused before running: {refused.reason}")
    advice = judge(candidate, root, settings, progress)
    caveats = [caveat for one in advice.comparisons for caveat in one.verdict.caveats]
    if advice.accepted and caveats:
        # What a model made up is held to all inputs, also those outside the evident domain.
        return replace(advice, accepted=False, reason=f"{caveats[0].says} (outside the evident domain)")
    return advice


def _told(advice: CoordinatedAdvice) -> str:
    """What came of an answer, as a model is told: the reason, and the first input that tells old and new apart."""
    lines = [advice.reason]
    for one in advice.comparisons:
        example = one.verdict.counterexample or next(iter(one.verdict.caveats), None)
        if example is not None:
            lines.append(
                f"{one.function}: with {example.inputs} the original gives {example.old}, yours {example.new}."
            )
            break
    return "\n".join(lines)[:_LONGEST_FEEDBACK]


def _is_hidden(settings: Settings, root: Path, path: Path) -> bool:
    return is_excluded(str(path), settings.llm_exclude, root)
