"""How much may be asked of models in one day, and whether there is some left."""

from __future__ import annotations

from dataclasses import dataclass

from velox_engine.settings import Settings
from velox_engine.types import VeloxError


@dataclass(frozen=True, slots=True)
class Limits:
    """The most of one day."""

    requests: int
    tokens: int
    cost: float  # US dollars

    @classmethod
    def of(cls, settings: Settings) -> Limits:
        """The limits that the person set."""
        return cls(settings.llm_daily_requests, settings.llm_daily_tokens, settings.llm_daily_cost)


@dataclass(frozen=True, slots=True)
class Spent:
    """What was used in one day."""

    requests: int = 0
    tokens: int = 0
    cost: float = 0.0


def require_left(spent: Spent, limits: Limits, tokens: int) -> None:
    """Raise VeloxError `llm-budget` unless one more request of so many tokens fits into the day.

    The price of a request is known only afterwards, so the last one of a day may go over the limit of cost.
    """
    over = ""
    if spent.requests >= limits.requests:
        over = f"{spent.requests} of {limits.requests} requests were made"
    elif spent.tokens + tokens > limits.tokens:
        over = f"{spent.tokens} of {limits.tokens} tokens were used and this needs up to {tokens}"
    elif spent.cost > 0 and spent.cost >= limits.cost:
        over = f"{spent.cost:.2f} of {limits.cost:.2f} dollars were spent"
    if over:
        raise VeloxError(
            "llm-budget",
            f"Today's budget for models is used up: {over}.",
            "It begins anew at midnight UTC; raise llm-daily-requests, llm-daily-tokens or llm-daily-cost.",
        )
