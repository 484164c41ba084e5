"""Asks the models a person set up, in their order, within budget, without secrets, and with a record of it."""

from __future__ import annotations

import os
import secrets
import time
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path
from types import TracebackType
from typing import Any, Final

from velox_engine.experience.records import now
from velox_engine.llm.answer_cache import AnswerCache
from velox_engine.llm.audit import AuditLog, RequestRecord
from velox_engine.llm.budget import Limits
from velox_engine.llm.messages import Question, Reply
from velox_engine.llm.privacy import Redactor, is_excluded
from velox_engine.llm.process import ModelProcess
from velox_engine.llm.tiers import Tier, refusal, tiers_of
from velox_engine.settings import Settings
from velox_engine.types import VeloxError

Progress = Callable[[str], None]
_TEMPERATURE: Final = 0.2
_CHARS_PER_TOKEN: Final = 8  # an answer with more characters than this for each of its tokens does not end
_AGAIN: Final = frozenset({"timeout", "busy", "server", "crashed", "other"})  # asking again may help
_PAUSE_SECONDS: Final = 0.5


def _silent(message: str) -> None:
    """Report to nobody."""


class Gateway:
    """The way to all models; a context manager that owns the process they are asked from."""

    def __init__(self, settings: Settings, root: Path, process: ModelProcess | None = None) -> None:
        """`root` is the project's folder, which excluded paths are relative to.

        Raises VeloxError `bad-model` when a model is named wrongly.
        """
        self.settings = settings
        self.root = root
        self.tiers = tiers_of(settings)
        self.audit = AuditLog()
        self._limits = Limits.of(settings)
        self._process = process or ModelProcess()
        self._cache: AnswerCache | None = None

    @property
    def enabled(self) -> bool:
        """Whether there is a model that may be asked."""
        return any(not refusal(tier, self.settings) for tier in self.tiers)

    def __enter__(self) -> Gateway:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """End the models' process."""
        self._process.close()
        if self._cache is not None:
            self._cache.close()

    def ask(self, question: Question, *, progress: Progress = _silent) -> Reply:
        """Ask the first model that answers.

        Raises VeloxError: `llm-excluded` for a path that no model may see, `llm-budget`, `no-redaction`, and
        `no-model-answered` with what each of them said. Whatever interrupts it ends the models' process.
        """
        if is_excluded(question.path, self.settings.llm_exclude, self.root):
            raise VeloxError(
                "llm-excluded", f"{question.path} is kept from models.", "The setting llm-exclude names it."
            )
        redactor = Redactor()
        question = replace(
            question,
            messages=redactor.redact_messages(question.messages),
            opening=redactor.redact(question.opening),
        )
        self._cache = self._cache or AnswerCache()
        failures: list[str] = []
        for tier in self.tiers:
            problem = refusal(tier, self.settings)
            if not problem:
                known = self._cache.find(tier, question) if self.settings.cache else None
                if known is not None:
                    return _reply(known, tier, redactor, cached=True)
                problem = self._cache.is_resting(tier)
            if not problem:
                answer = self._ask_tier(tier, question, redactor, progress)
                problem = str(answer.get("error", {}).get("message", ""))
                if not problem:
                    if self.settings.cache:
                        self._cache.keep(tier, question, answer)
                    return _reply(answer, tier, redactor, cached=False)
            failures.append(f"{tier.name} ({tier.model}): {problem}")
            progress(f"{tier.model}: {problem}")
        raise VeloxError(
            "no-model-answered",
            "No model answered. " + "; ".join(failures) + "." if failures else "No model is set up.",
            "See `velox doctor` and docs/models.md.",
        )

    def _ask_tier(
        self, tier: Tier, question: Question, redactor: Redactor, progress: Progress
    ) -> dict[str, Any]:
        assert self._cache is not None
        key = os.environ.get(tier.key_variable, "") if tier.key_variable else ""
        if tier.key_variable and not key:
            return {"error": {"kind": "key", "message": f"the variable {tier.key_variable} holds no key"}}
        answer: dict[str, Any] = {}
        for attempt in range(tier.retries + 1):
            if attempt:
                time.sleep(_PAUSE_SECONDS * 2 ** (attempt - 1))
            answer = self._send(tier, question, key, redactor.counts, progress)
            error = answer.get("error")
            if error is None or error.get("kind") not in _AGAIN:
                break
        error = answer.get("error")
        self._cache.note(tier, str(error["message"]) if error else "")
        return answer

    def _send(
        self, tier: Tier, question: Question, key: str, redactions: Mapping[str, int], progress: Progress
    ) -> dict[str, Any]:
        """Send one request, written down before and after."""
        messages = [{"role": message.role, "content": message.content} for message in question.messages]
        record = RequestRecord(
            id=secrets.token_hex(8),
            time=now(),
            tier=tier.name,
            model=tier.model,
            where=tier.where,
            remote=tier.remote,
            path=question.path,
            function=question.function,
            action=question.action,
            bytes=sum(len(message.content.encode("utf-8", "replace")) for message in question.messages),
            redactions=dict(redactions),
            prompt_tokens=question.characters // 3,
            completion_tokens=question.max_tokens,
        )
        self.audit.begin(record, self._limits)
        progress(f"asking {tier.model}")
        started = time.monotonic()
        ended = replace(record, status="cancelled", cost=None)
        try:
            answer = self._process.request(
                {
                    "kind": tier.kind,
                    "model": tier.called,
                    "url": tier.url,
                    "key": key,
                    "messages": messages,
                    "schema": question.schema,
                    "opening": question.opening,
                    "max_tokens": question.max_tokens,
                    "temperature": _TEMPERATURE,
                    "most_chars": question.max_tokens * _CHARS_PER_TOKEN,
                    "priced": tier.remote,
                },
                timeout=max(0.1, min(tier.timeout, question.seconds)),
                progress=lambda received: progress(f"{tier.model}: {received} characters so far"),
            )
            ended = _ended(record, answer)
            return answer
        finally:
            self.audit.end(replace(ended, seconds=round(time.monotonic() - started, 3)))


def _ended(record: RequestRecord, answer: Mapping[str, Any]) -> RequestRecord:
    error = answer.get("error")
    if error is not None:
        # It may have been read before it failed, so what was sent still counts; nothing came back.
        return replace(record, status="failed", reason=str(error.get("message", "")), completion_tokens=0)
    return replace(
        record,
        status="answered",
        prompt_tokens=int(answer["prompt_tokens"]),
        completion_tokens=int(answer["completion_tokens"]),
        cost=answer["cost"],
    )


def _reply(answer: Mapping[str, Any], tier: Tier, redactor: Redactor, *, cached: bool) -> Reply:
    return Reply(
        text=redactor.restore(str(answer["text"])),
        tier=tier.name,
        model=tier.model,
        prompt_tokens=0 if cached else int(answer["prompt_tokens"]),
        completion_tokens=0 if cached else int(answer["completion_tokens"]),
        cost=0.0 if cached else answer["cost"],
        cached=cached,
        redactions=dict(redactor.counts),
    )
