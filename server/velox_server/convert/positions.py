"""Converts columns between what editors count (UTF-8, UTF-16 or UTF-32 units) and what Velox counts (bytes)."""

from __future__ import annotations

from typing import Final

UTF8: Final = "utf-8"
UTF16: Final = "utf-16"
UTF32: Final = "utf-32"


def to_client(line: str, column: int, encoding: str) -> int:
    """Turn a byte column of `line` into the client's units."""
    # Nearly every line of Python is ASCII, where all units are equal.
    if line.isascii() or encoding == UTF8:
        return column
    before = line.encode("utf-8")[:column].decode("utf-8", "ignore")
    return len(before) if encoding == UTF32 else len(before.encode("utf-16-le")) // 2


def to_index(line: str, column: int, encoding: str) -> int:
    """Turn a column in the client's units into an index of `line`; beyond its end is its end.

    A column inside a character means the character's start.
    """
    content = len(line.rstrip("\r\n"))
    if line.isascii() or encoding == UTF32:
        return max(0, min(column, content))
    if encoding == UTF8:
        before = line.encode("utf-8")[: max(0, column)].decode("utf-8", "ignore")
    else:
        before = line.encode("utf-16-le")[: max(0, column) * 2].decode("utf-16-le", "ignore")
    return min(len(before), content)


def to_bytes(line: str, column: int, encoding: str) -> int:
    """Turn a column in the client's units into a byte column of `line`."""
    index = to_index(line, column, encoding)
    return index if line.isascii() else len(line[:index].encode("utf-8"))
