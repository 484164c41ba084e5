"""Strategies that a language model carries out: what it is asked, and what is made of its answers.

A model proposes like every strategy; nothing it says is believed. What reaches the sandbox passed `guard` first.
"""

from __future__ import annotations

from velox_engine.strategies.llm.conversation import Conversation, Round
from velox_engine.strategies.llm.families import open_actions
from velox_engine.strategies.llm.refusals import Refusal

__all__ = ["Conversation", "Refusal", "Round", "open_actions"]
