"""Picks earlier rewrites that resemble a function, to show a model what worked before in this workspace.

Only of the same workspace: what a model is shown of one project must not come from another.
"""

from __future__ import annotations

import ast
import textwrap
from collections import Counter
from collections.abc import Sequence
from typing import Final

from velox_engine.experience.records import SuggestionRecord
from velox_engine.strategies.base import FunctionContext
from velox_engine.strategies.llm.description import Example

_MOST: Final = 2
_LONGEST: Final = 1_200  # characters of old and new text together
_LEAST_ALIKE: Final = 0.3


def choose(context: FunctionContext, successes: Sequence[SuggestionRecord]) -> list[Example]:
    """The rewrites whose originals look most like the function, at most two."""
    text = context.layout.text(context.node)
    own = _profile(text)
    ranked: list[tuple[float, Example]] = []
    for record in successes:
        if len(record.old_function) + len(record.new_function) > _LONGEST or record.speedup is None:
            continue
        likeness = _likeness(own, _profile(record.old_function))
        # The very same function would only be shown its own past.
        if likeness >= _LEAST_ALIKE and record.old_function.strip() != text.strip():
            old, new = textwrap.dedent(record.old_function), textwrap.dedent(record.new_function)
            ranked.append((likeness, Example(old, new, record.speedup[0])))
    ranked.sort(key=lambda pair: -pair[0])
    return [example for _, example in ranked[:_MOST]]


def _profile(text: str) -> Counter[str]:
    """How often each kind of syntax node and each called name occurs."""
    try:
        tree = ast.parse(textwrap.dedent(text))
    except (SyntaxError, ValueError, RecursionError):
        return Counter()
    counts = Counter(type(node).__name__ for node in ast.walk(tree))
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            counts[ast.dump(node.func)] += 1
    return counts


def _likeness(one: Counter[str], other: Counter[str]) -> float:
    """Shared share of two profiles: 0 for nothing, 1 for the same."""
    union = sum((one | other).values())
    return sum((one & other).values()) / union if union else 0.0
