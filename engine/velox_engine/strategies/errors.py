"""How a strategy says, in the middle of building a rewrite, that it does not fit after all."""

from __future__ import annotations


class NotApplicable(Exception):
    """Raised while a rewrite is being built when the text does not allow it; the strategy then proposes nothing."""
