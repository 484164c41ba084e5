"""Turns the record of requests, the budgets and the models set up into the documents that commands print."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import asdict
from importlib.util import find_spec
from typing import Any

from velox_engine.llm.answer_cache import AnswerCache
from velox_engine.llm.audit import AuditLog, RequestRecord
from velox_engine.llm.budget import Limits
from velox_engine.llm.tiers import Tier, refusal, tiers_of
from velox_engine.settings import Settings


def audit_document(records: Sequence[RequestRecord], *, total: int) -> dict[str, Any]:
    """Build {"summary", "requests"}; `total` counts what was found, of which `records` are shown."""
    statuses: dict[str, int] = {}
    for record in records:
        statuses[record.status] = statuses.get(record.status, 0) + 1
    return {
        "summary": {
            "found": total,
            "shown": len(records),
            "remote": sum(record.remote for record in records),
            "bytes": sum(record.bytes for record in records),
            "tokens": sum(record.tokens for record in records),
            "cost": round(sum(record.cost or 0.0 for record in records), 6),
            "redactions": sum(sum(record.redactions.values()) for record in records),
            "statuses": statuses,
        },
        "requests": [asdict(record) for record in records],
    }


def models_document(settings: Settings) -> dict[str, Any]:
    """Build the models' status: {"tiers", "today", "limits"}.

    Raises VeloxError `bad-model` when a model is named wrongly.
    """
    tiers = tiers_of(settings)
    cache = AnswerCache() if tiers else None
    try:
        shown = [_tier(tier, settings, cache) for tier in tiers]
    finally:
        if cache is not None:
            cache.close()
    return {
        "tiers": shown,
        "local_only": settings.llm_local_only,
        "today": asdict(AuditLog().spent()),
        "limits": asdict(Limits.of(settings)),
    }


def spending_today(settings: Settings) -> str:
    """Say what of today's budget was used, as this moment's record of requests has it."""
    return spending({"today": asdict(AuditLog().spent()), "limits": asdict(Limits.of(settings))})


def spending(models: dict[str, Any]) -> str:
    """Say what of today's budget was used."""
    today, limits = models["today"], models["limits"]
    return (
        f"{today['requests']} of {limits['requests']} requests, {today['tokens']} of {limits['tokens']} tokens, "
        f"{today['cost']:.4f} of {limits['cost']:.2f} dollars"
    )


def _tier(tier: Tier, settings: Settings, cache: AnswerCache | None) -> dict[str, Any]:
    reason = refusal(tier, settings) or _missing(tier) or (cache.is_resting(tier) if cache else "")
    return {
        "tier": tier.name,
        "model": tier.model,
        "where": tier.where,
        "remote": tier.remote,
        "usable": not reason,
        "reason": reason,
    }


def _missing(tier: Tier) -> str:
    """What a model lacks here, "" when nothing."""
    library, extra = ("litellm", "llm") if tier.kind == "http" else ("xllamacpp", "gguf")
    for needed in (library, "detect_secrets"):
        if find_spec(needed) is None:
            return f"{needed} is not installed: pip install 'velox-lsp[{extra}]'"
    if tier.key_variable and not os.environ.get(tier.key_variable):
        return f"the variable {tier.key_variable} holds no key"
    return ""
