"""Reduces a broken file to what its module's names come from, by blanking the insides of top-level definitions.

A syntax error inside a function makes the parser lose track of what is at the left margin, and every name in the file
would have to be read anew at each keystroke. With the insides gone the error is gone too, as a rule, and what is left
is read in a fraction of the time. Offsets stay what they are.
"""

from __future__ import annotations

import re

_HEADER = re.compile(rb"(?:async[ \t]+)?(?:def|class)\b")
_VISIBLE = re.compile(rb"[^\r\n]")
_OPENING, _CLOSING = b"([{", b")]}"


def reduce_unit(unit: bytes) -> bytes:
    """A unit with the body of its definition blanked; all of it where the header itself is broken."""
    lines = unit.splitlines(keepends=True)
    first = next((number for number, line in enumerate(lines) if _HEADER.match(line)), None)
    if first is None:
        return unit
    last = _end_of_header(lines, first)
    if last is None:
        return _blank(unit)
    if not lines[last].partition(b"#")[0].rstrip().endswith(b":"):
        return unit  # Ex) def f(): return 1
    end = _end_of_body(lines, last + 1)
    body = b"".join(lines[last + 1 : end])
    at = len(body) - len(body.lstrip())
    if at == 0 or at == len(body):
        return _blank(unit)
    # One expression stands for the body, because a header without one is an error.
    blank = _blank(body)
    kept = blank[:at] + b"0" + blank[at + 1 :]
    return b"".join(lines[: last + 1]) + kept + b"".join(lines[end:])


def _end_of_header(lines: list[bytes], first: int) -> int | None:
    depth = 0
    for number in range(first, len(lines)):
        line = lines[number].partition(b"#")[0]
        depth += sum(line.count(byte) for byte in _OPENING) - sum(line.count(byte) for byte in _CLOSING)
        if depth <= 0:
            return number if depth == 0 else None
    return None


def _end_of_body(lines: list[bytes], start: int) -> int:
    """The first line at the left margin that is no comment and in no long string."""
    quote = b""
    for number in range(start, len(lines)):
        line = lines[number]
        if not quote and line.strip() and line[:1] not in b" \t#":
            return number
        for mark in (b'"""', b"'''"):
            if quote in (b"", mark) and line.count(mark) % 2:
                quote = b"" if quote else mark
    return len(lines)


def _blank(text: bytes) -> bytes:
    return _VISIBLE.sub(b" ", text)
