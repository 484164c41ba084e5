"""Tells from the text alone that a name is not bound or changed somewhere, which costs far less than its syntax.

The answers err on one side only: True means that it may be. A word that is followed by `(`, `[` or `.` is read, called
or changed there and not bound, unless the line defines or imports something.
"""

from __future__ import annotations

from collections.abc import Iterator

_SHORT = 2  # a letter is part of most words
_WORD = frozenset(b"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_") | frozenset(
    range(128, 256)
)
_BLANK = frozenset(b" \t\f")
_DOT, _CALL, _INDEX, _NEWLINE = b".([\n"
_LINE_ENDS = frozenset(b"\r\n#\\")


def may_bind(data: bytes, start: int, end: int, name: str) -> bool:
    """Whether some mention of a name in a stretch of code may give it a value."""
    if len(name) < _SHORT or not name.isascii():
        return True
    for at, follows in _followers(data, start, end, name):
        if follows not in (_CALL, _INDEX, _DOT):
            return True
        # Ex) `def name(`, `class name(`, `import name.part`, also where the statement began a line before
        line = data.rfind(b"\n", 0, at) + 1
        before = data[line:at]
        if (
            b"def" in before
            or b"class" in before
            or b"import" in before
            or data[line - 2 : line - 1] in b"\\\r"
        ):
            return True
    return False


def may_change(data: bytes, start: int, end: int, name: str) -> bool:
    """Whether some mention of a name may change what it stands for: `name[…]`, `name.…`."""
    if not name.isascii():
        return True
    return any(
        follows in (_DOT, _INDEX) or follows in _LINE_ENDS
        for _, follows in _followers(data, start, end, name)
    )


def mentions(data: bytes, start: int, end: int, name: str) -> Iterator[tuple[int, int]]:
    """The spans of a word that is no attribute; the `name` of `...name` is none."""
    for at, stop in words(data, start, end, name):
        if not at or data[at - 1] != _DOT or data[at - 2 : at] == b"..":
            yield at, stop


def words(data: bytes, start: int, end: int, name: str) -> Iterator[tuple[int, int]]:
    """The spans of a whole word in a stretch of code."""
    word = name.encode()
    size, last = len(word), len(data)
    at = data.find(word, start, end)
    while at >= 0:
        stop = at + size
        if (not at or data[at - 1] not in _WORD) and (stop >= last or data[stop] not in _WORD):
            yield at, stop
        at = data.find(word, stop, end)


def _followers(data: bytes, start: int, end: int, name: str) -> Iterator[tuple[int, int]]:
    """Where a word stands that is no attribute, and the first byte behind it that is not blank."""
    last = len(data)
    for at, stop in mentions(data, start, end, name):
        while stop < last and data[stop] in _BLANK:
            stop += 1
        yield at, data[stop] if stop < last else _NEWLINE
