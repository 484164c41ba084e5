"""The text of an open document as lines, kept in step with the editor one change at a time."""

from __future__ import annotations

import re

from velox_server.convert.positions import to_index

_ENDED_LINE = re.compile(r"[^\r\n]*(?:\r\n|\r|\n)")
_SURROGATE = re.compile(r"[\ud800-\udfff]")


def split_lines(text: str) -> list[str]:
    """Split into lines with their ends; the last has none and may be empty.

    Only \\n, \\r\\n and \\r end a line, as the protocol has it.
    """
    if "\r" not in text:
        parts = text.split("\n")
        last = parts.pop()
        return [*(part + "\n" for part in parts), last]
    lines = _ENDED_LINE.findall(text)
    lines.append(text[sum(map(len, lines)) :])
    return lines


class DocumentText:
    """Lines that changes are applied to; a change costs the lines it touches, not the document."""

    def __init__(self, text: str, encoding: str) -> None:
        self.encoding = encoding
        self.lines = split_lines(_clean(text))

    def __str__(self) -> str:
        return "".join(self.lines)

    def replace_all(self, text: str) -> None:
        """Replace the whole document."""
        self.lines = split_lines(_clean(text))

    def replace(self, start: tuple[int, int], end: tuple[int, int], text: str) -> None:
        """Replace the range between two (line, column) positions in the client's units.

        Positions outside of the document mean its nearest place.
        """
        (first, first_index), (last, last_index) = sorted((self._place(start), self._place(end)))
        segment = self.lines[first][:first_index] + _clean(text) + self.lines[last][last_index:]
        # Ex) "a\r" + "\n": the new text completes the end of the line before it.
        if first and segment.startswith("\n") and self.lines[first - 1].endswith("\r"):
            first -= 1
            segment = self.lines[first] + segment
        lines = split_lines(segment)
        if last + 1 < len(self.lines):
            lines.pop()  # what follows the last line end is the next line of the document
        self.lines[first : last + 1] = lines

    def _place(self, position: tuple[int, int]) -> tuple[int, int]:
        line, column = position
        if line < 0:
            return 0, 0
        if line >= len(self.lines):
            return len(self.lines) - 1, len(self.lines[-1])
        return line, to_index(self.lines[line], column, self.encoding)


def _clean(text: str) -> str:
    # Half of a surrogate pair is one UTF-16 unit, as is its replacement: columns stay right.
    return text if text.isascii() else _SURROGATE.sub("\ufffd", text)
