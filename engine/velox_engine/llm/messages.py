"""What is asked of a model and what it answers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal


@dataclass(frozen=True, slots=True)
class Message:
    """One turn of a conversation."""

    role: Literal["system", "user", "assistant"]
    content: str


@dataclass(frozen=True, slots=True)
class Question:
    """A conversation to be continued, and what it is about (for the record of requests)."""

    messages: tuple[Message, ...]
    path: str
    function: str
    action: str
    schema: Mapping[str, Any] | None = None  # JSON schema of the answer
    max_tokens: int = 2048
    seconds: float = 3600.0  # that are left for it, whatever a model may take
    opening: str = ""  # how a Python answer begins: models in a file continue it, others are not shown it

    @property
    def characters(self) -> int:
        """Length of everything that is sent."""
        return sum(len(message.content) for message in self.messages)


@dataclass(frozen=True, slots=True)
class Reply:
    """A model's answer, with the person's secrets back in their places."""

    text: str
    tier: str
    model: str
    prompt_tokens: int = 0
    completion_tokens: int = 0
    cost: float | None = None  # US dollars; None where the price is not known
    cached: bool = False
    redactions: Mapping[str, int] = field(default_factory=dict)  # kind of secret → how many
