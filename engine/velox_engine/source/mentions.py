"""Tells from the text alone that a name is not bound or changed somewhere, which costs far less than its syntax.

The answers err on one side only: True means that it may be. A word that is followed by `(`, `[` or `.` is read, called or
changed there and not bound, unless the line defines or imports something.
"""

from __future__ import annotations

_SHORT = 2  # a letter is part of most words
_WORD = frozenset(b"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_") | frozenset(
    range(128, 256)
)
_BLANK = frozenset(b" \t\f")
_DOT, _CALL, _INDEX, _BACKSLASH = b".([\\"
_LINE_ENDS = frozenset(b"\r\n#\\")


def may_bind(data: bytes, start: int, end: int, name: str) -> bool:
    """Whether some mention of a name in a stretch of code may give it a value."""
    if len(name) < _SHORT or not name.isascii():
        return True
    word = name.encode()
    for at, follows in _followers(data, start, end, word):
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
        for _, follows in _followers(data, start, end, name.encode())
    )


def _followers(data: bytes, start: int, end: int, word: bytes):
    """Where a word stands that is no attribute, and the first byte behind it that is not blank."""
    size, last = len(word), len(data)
    at = data.find(word, start, end)
    while at >= 0:
        stop = at + size
        before = data[at - 1] if at else 10
        if before not in _WORD and before != _DOT and (stop >= last or data[stop] not in _WORD):
            while stop < last and data[stop] in _BLANK:
                stop += 1
            yield at, data[stop] if stop < last else 10
        at = data.find(word, at + size, end)
