"""Finds the loops around a line by its indentation, which costs microseconds and works on broken code."""

from __future__ import annotations

import re
from collections.abc import Sequence

from velox_engine.types import Position

_LOOP = re.compile(r"(?:async[ \t]+)?for[ \t].*[ \t]in[ \t(\[{]|while[ \t(]")
_DEFINITION = re.compile(r"(?:async[ \t]+)?def[ \t]|class[ \t]")
_MOST_LINES = 400


def enclosing_loops(
    lines: Sequence[str], line: int, first: int = 0, most: int = 2
) -> list[tuple[Position, Position]]:
    """The heads of the `for` and `while` statements around a line of the same function, the innermost first.

    `first` is the line that the search does not go beyond.
    """
    found: list[tuple[Position, Position]] = []
    if line >= len(lines):
        return found
    indent = _indent(lines[line])
    for number in range(line - 1, max(first, line - _MOST_LINES) - 1, -1):
        text = lines[number]
        width = _indent(text)
        if width >= indent or not (stripped := text.strip()) or stripped[0] == "#":
            continue
        if _LOOP.match(stripped):
            start = len(text[:width].encode("utf-8"))
            found.append((Position(number, start), Position(number, start + len(stripped.encode("utf-8")))))
            if len(found) == most:
                break
        elif _DEFINITION.match(stripped):
            break
        indent = width
        if not indent:
            break
    return found


def _indent(line: str) -> int:
    return len(line) - len(line.lstrip(" \t"))
