"""Applies text edits to a file's bytes, finds the smallest edits between two texts, and shows diffs."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable, Sequence

from velox_engine.types import TextEdit

_BLOCK = 4096
# Diff tools know \\n only; str.splitlines would also break lines at form feeds and U+2028.
_LINE = re.compile(r"[^\n]*\n|[^\n]+")


def apply_edits(data: bytes, edits: Iterable[TextEdit]) -> bytes:
    """Apply edits that do not overlap, in any order; those at one offset are applied in the order given."""
    parts: list[bytes] = []
    last = 0
    for edit in sorted(edits, key=lambda edit: (edit.start, edit.end)):
        if not 0 <= edit.start <= edit.end <= len(data):
            raise ValueError(f"edit {edit.start}:{edit.end} lies outside of the {len(data)} bytes")
        if edit.start < last:
            raise ValueError(f"edit {edit.start}:{edit.end} overlaps the one before it")
        parts += (data[last : edit.start], edit.text.encode("utf-8", "surrogatepass"))
        last = edit.end
    parts.append(data[last:])
    return b"".join(parts)


def unified_diff(old: str, new: str, path: str) -> str:
    """The change as a unified diff that `git apply` and `patch -p1` accept."""
    lines: list[str] = []
    for line in difflib.unified_diff(_LINE.findall(old), _LINE.findall(new), f"a/{path}", f"b/{path}"):
        if line.endswith("\n"):
            lines.append(line)
        elif line.startswith(("---", "+++", "@@")):
            lines.append(line + "\n")
        else:
            lines.append(line + "\n\\ No newline at end of file\n")
    return "".join(lines)


def common_prefix(old: bytes, new: bytes) -> int:
    """Number of bytes that both start with."""
    limit = min(len(old), len(new))
    at = 0
    # Comparing blocks in C makes this microseconds for a megabyte; byte by byte would be a tenth of a second.
    while at < limit and old[at : at + _BLOCK] == new[at : at + _BLOCK]:
        at += _BLOCK
    if at >= limit:
        return limit
    width = _BLOCK
    while width > 1:
        width //= 2
        if old[at : at + width] == new[at : at + width]:
            at += width
    return min(at + (at < limit and old[at] == new[at]), limit)


def common_suffix(old: bytes, new: bytes, keep: int = 0) -> int:
    """Number of bytes that both end with, leaving the first `keep` of each out of account."""
    limit = min(len(old), len(new)) - keep
    done = 0
    width = _BLOCK
    while width and done < limit:
        step = min(width, limit - done)
        if old[len(old) - done - step : len(old) - done] == new[len(new) - done - step : len(new) - done]:
            done += step
        else:
            width = step // 2
    return done


def minimal_edits(old: bytes, new: bytes) -> tuple[TextEdit, ...]:
    """The line-wise smallest edits that turn `old` into `new`; untouched lines are in none of them."""
    if old == new:
        return ()
    old_lines, new_lines = old.splitlines(keepends=True), new.splitlines(keepends=True)
    starts = [0]
    for line in old_lines:
        starts.append(starts[-1] + len(line))
    # difflib is quadratic in lines that occur often (empty ones): it gets to see what lies between the common ends.
    head = _common_length(old_lines, new_lines)
    tail = _common_length(old_lines[head:][::-1], new_lines[head:][::-1])
    old_middle, new_middle = old_lines[head : len(old_lines) - tail], new_lines[head : len(new_lines) - tail]
    edits: list[TextEdit] = []
    matcher = difflib.SequenceMatcher(None, old_middle, new_middle, autojunk=False)
    for tag, first, last, new_first, new_last in matcher.get_opcodes():
        if tag != "equal":
            text = b"".join(new_middle[new_first:new_last]).decode("utf-8", "surrogatepass")
            edits.append(TextEdit(starts[head + first], starts[head + last], text))
    return tuple(edits)


def _common_length(one: Sequence[bytes], other: Sequence[bytes]) -> int:
    differing = (number for number, (a, b) in enumerate(zip(one, other, strict=False)) if a != b)
    return next(differing, min(len(one), len(other)))
