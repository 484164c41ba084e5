"""Makes names for new variables out of the words that say what they hold."""

from __future__ import annotations


def compound(*words: str) -> str:
    """Words joined by underscores, without one that only repeats what is there: `values.values()` is `values`."""
    name = ""
    for word in words:
        word = word.strip("_")
        if not word or name == word or name.endswith(f"_{word}"):
            continue
        name = f"{name}_{word}" if name else word
    return name or "value"
