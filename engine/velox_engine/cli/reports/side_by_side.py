"""A unified diff as rows of two columns, old beside new, for people to compare."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import zip_longest
from typing import Final, Literal

_HUNK: Final = re.compile(r"@@ -(\d+)(?:,\d+)? \+(\d+)(?:,\d+)? @@")


@dataclass(frozen=True, slots=True)
class Cell:
    """One line of one side: its number from 1 and its text."""

    number: int
    text: str


@dataclass(frozen=True, slots=True)
class Row:
    """A line on both sides, or on one; `gap` stands where lines in between are left out."""

    kind: Literal["same", "changed", "gap"]
    old: Cell | None = None
    new: Cell | None = None


def rows(diff: str) -> Iterator[Row]:
    """Read a diff of one file; removed lines stand beside the added ones that follow them."""
    old_number = new_number = 0
    removed: list[Cell] = []
    added: list[Cell] = []
    started = False

    def pending() -> Iterator[Row]:
        for old, new in zip_longest(removed, added):
            yield Row("changed", old, new)
        removed.clear()
        added.clear()

    # Only \n ends a line of the diff: a form feed is part of one.
    for line in diff.split("\n"):
        if hunk := _HUNK.match(line):
            yield from pending()
            if started:
                yield Row("gap")
            old_number, new_number, started = int(hunk[1]), int(hunk[2]), True
        elif not started or line.startswith("\\") or not line:
            continue
        elif line.startswith("-"):
            if added:
                yield from pending()
            removed.append(Cell(old_number, _text(line)))
            old_number += 1
        elif line.startswith("+"):
            added.append(Cell(new_number, _text(line)))
            new_number += 1
        else:
            yield from pending()
            yield Row("same", Cell(old_number, _text(line)), Cell(new_number, _text(line)))
            old_number += 1
            new_number += 1
    yield from pending()


def _text(line: str) -> str:
    return line[1:].removesuffix("\r").expandtabs(4)
