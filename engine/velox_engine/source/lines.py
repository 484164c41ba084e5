"""Maps byte offsets of a file to lines and columns, and back."""

from __future__ import annotations

import re
from bisect import bisect_right
from itertools import accumulate

from velox_engine.types import Position

_LINE_END = re.compile(rb"\r\n|\r|\n")


class LineIndex:
    """The line starts of one file; lines end with \\n, \\r\\n or \\r, as the language server protocol has it.

    An offset inside a line end belongs to the line that it ends, and an offset past the end of the file is
    the end of the last line, so that no position an editor sends is an error.
    """

    __slots__ = ("_data", "_starts")

    def __init__(self, data: bytes) -> None:
        self._data = data
        if b"\r" in data:
            self._starts = [0, *(match.end() for match in _LINE_END.finditer(data))]
        else:
            # Splitting is several times faster than a regular expression, and this runs on every keystroke.
            self._starts = list(accumulate(map(len, data.splitlines(keepends=True)), initial=0))
            if data and not data.endswith(b"\n"):
                self._starts.pop()

    @property
    def count(self) -> int:
        """Number of lines; an empty file has one, and one that ends in a line end has an empty last one."""
        return len(self._starts)

    def number(self, offset: int) -> int:
        """The line of an offset that is known to lie in the file."""
        return bisect_right(self._starts, offset) - 1

    def position(self, offset: int) -> Position:
        """The line and column of a byte offset."""
        offset = max(0, min(offset, len(self._data)))
        line = bisect_right(self._starts, offset) - 1
        return Position(line, offset - self._starts[line])

    def offset(self, position: Position) -> int:
        """The byte offset of a line and column; columns past the end of the line mean its end."""
        if position.line < 0:
            return 0
        if position.line >= len(self._starts):
            return len(self._data)
        start = self._starts[position.line]
        return start + max(0, min(position.column, self._content_end(position.line) - start))

    def start(self, line: int) -> int:
        """The offset of the first byte of a line."""
        return self._starts[line]

    def line(self, index: int) -> bytes:
        """The bytes of a line, without its line end."""
        return self._data[self._starts[index] : self._content_end(index)]

    def _content_end(self, index: int) -> int:
        if index + 1 == len(self._starts):
            return len(self._data)
        end = self._starts[index + 1] - 1
        if (
            self._data[end : end + 1] == b"\n"
            and self._data[end - 1 : end] == b"\r"
            and end > self._starts[index]
        ):
            return end - 1
        return end
