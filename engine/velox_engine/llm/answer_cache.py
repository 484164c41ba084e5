"""Remembers what models answered, and which of them did not answer lately; JSON bytes on disk, never pickles."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Any, Final

from velox_engine.experience.byte_cache import ByteCache
from velox_engine.experience.location import data_dir
from velox_engine.llm.messages import Question
from velox_engine.llm.tiers import Tier

_FORMAT: Final = 1
_SIZE_LIMIT: Final = 64 << 20
_KEPT_SECONDS: Final = 30 * 24 * 3600
_REST_SECONDS: Final = 60.0  # how long a model that failed is left alone
_STRIKES: Final = 2  # failures in a row until it is


class AnswerCache:
    """Answers by model and prompt, and the health of models."""

    def __init__(self, folder: Path | None = None) -> None:
        self._cache = ByteCache(folder or data_dir() / "cache" / "answers", _SIZE_LIMIT)

    def close(self) -> None:
        """Close the file."""
        self._cache.close()

    def find(self, tier: Tier, question: Question) -> dict[str, Any] | None:
        """Return what the model answered to the very same question; None when it was never asked."""
        return self._get("answer:" + _key(tier, question))

    def keep(self, tier: Tier, question: Question, answer: dict[str, Any]) -> None:
        """Remember an answer for thirty days."""
        self._set("answer:" + _key(tier, question), answer, _KEPT_SECONDS)

    def strikes(self, tier: Tier) -> tuple[int, str]:
        """How often in a row the model failed within the last minute, and how it failed last."""
        known = self._get("health:" + _name(tier)) or {}
        return int(known.get("strikes", 0)), str(known.get("reason", ""))

    def is_resting(self, tier: Tier) -> str:
        """Why the model is left alone for now, "" when it is not."""
        strikes, reason = self.strikes(tier)
        return f"it failed {strikes} times within a minute ({reason})" if strikes >= _STRIKES else ""

    def note(self, tier: Tier, reason: str) -> None:
        """Remember that the model failed, or with an empty reason that it answered."""
        if reason:
            document = {"strikes": self.strikes(tier)[0] + 1, "reason": reason}
            self._set("health:" + _name(tier), document, _REST_SECONDS)
        else:
            self._cache.delete("health:" + _name(tier))

    def _get(self, key: str) -> dict[str, Any] | None:
        try:
            stored = self._cache.get(key)
            document = json.loads(stored) if stored is not None else None
        except ValueError:
            return None
        return document if isinstance(document, dict) else None

    def _set(self, key: str, document: dict[str, Any], seconds: float) -> None:
        self._cache.set(key, json.dumps(document).encode("ascii"), seconds)


def _key(tier: Tier, question: Question) -> str:
    messages = [(message.role, message.content) for message in question.messages]
    parts = [_FORMAT, tier.called, tier.url, messages, question.schema, question.opening]
    parts += [question.max_tokens]
    return hashlib.sha256(json.dumps(parts, sort_keys=True).encode()).hexdigest()


def _name(tier: Tier) -> str:
    return hashlib.sha256(f"{tier.called}\0{tier.url}".encode()).hexdigest()
