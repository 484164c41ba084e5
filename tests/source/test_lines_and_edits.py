"""Positions, edits and diffs of source text."""

from __future__ import annotations

import random

import pytest

from velox_engine.source.edits import (
    apply_edits,
    common_prefix,
    common_suffix,
    minimal_edits,
    unified_diff,
)
from velox_engine.source.lines import LineIndex
from velox_engine.types import Position, TextEdit


@pytest.mark.parametrize(
    ("data", "lines"),
    [
        (b"", [b""]),
        (b"\n", [b"", b""]),
        (b"a\r\nb\rc\nd", [b"a", b"b", b"c", b"d"]),
        (b"a\x0cb\n", [b"a\x0cb", b""]),
        ("a\u2028b".encode(), ["a\u2028b".encode()]),
    ],
)
def test_lines_end_with_newlines_and_returns_only(data: bytes, lines: list[bytes]) -> None:
    """Form feeds and Unicode separators are no line ends; \\r alone is one."""
    index = LineIndex(data)
    assert [index.line(i) for i in range(index.count)] == lines


def test_positions_and_offsets_are_inverse() -> None:
    """Every offset outside of a line end comes back from its position."""
    data = "é = 1\r\nab\r\rc\n".encode()
    index = LineIndex(data)
    for offset in range(len(data) + 1):
        if data[offset - 1 : offset + 1] != b"\r\n" and data[offset : offset + 1] not in (b"\r", b"\n"):
            assert index.offset(index.position(offset)) == offset


def test_positions_outside_of_the_file_are_its_ends() -> None:
    """An editor may send a position past the end."""
    index = LineIndex(b"ab\ncd")
    assert index.offset(Position(9, 9)) == 5
    assert index.offset(Position(0, 99)) == 2
    assert index.position(99) == Position(1, 2)


def test_overlapping_edits_are_refused() -> None:
    """Two edits of the same bytes have no meaning."""
    with pytest.raises(ValueError, match="overlaps"):
        apply_edits(b"abcdef", [TextEdit(0, 3, "x"), TextEdit(2, 4, "y")])


def test_minimal_edits_turn_one_text_into_the_other() -> None:
    """Whatever the texts, applying the edits gives the new one, and the common ends are found exactly."""
    rng = random.Random(4)
    for _ in range(400):
        old = bytes(rng.choices(b"ab\n\r", k=rng.choice([0, 3, 40, 9000])))
        at = rng.randrange(len(old) + 1)
        new = old[:at] + bytes(rng.choices(b"ab\n", k=rng.randrange(4))) + old[at + rng.randrange(4) :]
        assert apply_edits(old, minimal_edits(old, new)) == new
        head = common_prefix(old, new)
        tail = common_suffix(old, new, head)
        shortest = min(len(old), len(new))
        assert old[:head] == new[:head]
        assert head == shortest or old[head] != new[head]
        assert old[len(old) - tail :] == new[len(new) - tail :]
        assert head + tail <= shortest


def test_diff_says_when_the_last_line_has_no_end() -> None:
    """As `patch` needs it."""
    assert unified_diff("a\nb", "a\nc\n", "x.py").endswith("-b\n\\ No newline at end of file\n+c\n")
