"""Language models: which may be asked, what they get to see, what it costs, and a record of every request.

What to ask and what to make of an answer is for `strategies.llm`; whether it is right is for `verify`.
"""

from __future__ import annotations

from velox_engine.llm.gateway import Gateway
from velox_engine.llm.messages import Message, Question, Reply

__all__ = ["Gateway", "Message", "Question", "Reply"]
