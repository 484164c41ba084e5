"""A Python file as text with its encoding, and how it is read and written back without losing either."""

from __future__ import annotations

import codecs
import os
import re
import tempfile
from contextlib import suppress
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from velox_engine.source.lines import LineIndex
from velox_engine.types import VeloxError

MAX_BYTES = 32 * 1024 * 1024
"""Larger files are generated data, not code somebody tunes, and would stall the editor."""

# PEP 263: only a comment in the first two lines counts, and the first must be blank or a comment.
_COOKIE = re.compile(rb"^[ \t\f]*#.*?coding[:=][ \t]*([-\w.]+)")
_BLANK = re.compile(rb"^[ \t\f]*(?:#.*)?$")
_NEWLINES = re.compile(r"\r\n|\r|\n")


@dataclass(frozen=True)
class SourceFile:
    """The text of one file; `text` has no byte order mark and its line ends are untouched."""

    path: Path | None
    text: str
    encoding: str = "utf-8"
    bom: bool = False

    @classmethod
    def from_text(cls, text: str, path: Path | None = None) -> SourceFile:
        """A source whose text is already known, such as an editor's buffer."""
        if text.startswith("\ufeff"):
            return cls(path, text[1:], bom=True)
        return cls(path, text)

    @cached_property
    def data(self) -> bytes:
        """The text as UTF-8: what all offsets and columns in Velox count."""
        # Editors can send lone surrogates while an emoji is being typed; they must not stop the scan.
        return self.text.encode("utf-8", "surrogatepass")

    @cached_property
    def lines(self) -> LineIndex:
        """Line starts of `data`."""
        return LineIndex(self.data)

    @cached_property
    def newline(self) -> str:
        """The line end that most lines have, "\\n" when there is none."""
        counts: dict[str, int] = {}
        for found in _NEWLINES.findall(self.text):
            counts[found] = counts.get(found, 0) + 1
        return max(counts, key=lambda end: counts[end]) if counts else "\n"


def read_source(path: Path | str, *, max_bytes: int = MAX_BYTES) -> SourceFile:
    """Read a file, honouring its byte order mark and PEP 263 coding comment."""
    path = Path(path)
    return decode(_read_bytes(path, max_bytes), path)


def decode(raw: bytes, path: Path | None = None) -> SourceFile:
    """Decode the bytes of a Python file the way the interpreter would."""
    shown = str(path) if path else "the source"
    bom = raw.startswith(codecs.BOM_UTF8)
    body = raw[len(codecs.BOM_UTF8) :] if bom else raw
    declared = _declared_encoding(body)
    encoding = declared or "utf-8"
    try:
        canonical = codecs.lookup(encoding).name
    except LookupError:
        raise VeloxError(
            "bad-encoding",
            f"{shown} declares the encoding {encoding!r}, which Python does not know",
            "correct the coding comment in the first two lines",
        ) from None
    if bom and canonical != "utf-8":
        raise VeloxError(
            "bad-encoding",
            f"{shown} starts with a UTF-8 byte order mark but declares {encoding!r}",
            "remove one of the two",
        )
    try:
        text = body.decode(canonical)
    except (UnicodeDecodeError, LookupError, ValueError) as error:
        where = f" at byte {error.start}" if isinstance(error, UnicodeDecodeError) else ""
        raise VeloxError(
            "bad-encoding",
            f"{shown} is not valid {canonical}{where}",
            "save it as UTF-8, or declare its encoding in a comment such as # coding: latin-1",
        ) from None
    return SourceFile(path, text, canonical, bom)


def encode(source: SourceFile, new_text: str) -> bytes:
    """`new_text` as bytes in the encoding of `source`, with its byte order mark."""
    try:
        body = new_text.encode(source.encoding)
    except UnicodeEncodeError as error:
        raise VeloxError(
            "bad-encoding",
            f"the new text has {new_text[error.start]!r}, which {source.encoding} cannot hold",
            "save the file as UTF-8 first",
        ) from None
    return codecs.BOM_UTF8 + body if source.bom else body


def write_source(source: SourceFile, new_text: str) -> None:
    """Replace the file by `new_text` in one step, unless somebody else changed it meanwhile."""
    if source.path is None:
        raise VeloxError("not-a-file", "the source has no file to write to", "give its path")
    # A link stays a link: what it points to is replaced.
    path = source.path.resolve()
    if _read_bytes(path, MAX_BYTES) != encode(source, source.text):
        raise VeloxError(
            "changed-on-disk",
            f"{source.path} was changed by somebody else since it was read",
            "run the command again",
        )
    body = encode(source, new_text)
    temporary = ""
    try:
        mode = path.stat().st_mode & 0o7777
        handle, temporary = tempfile.mkstemp(prefix=".velox-", suffix=".tmp", dir=path.parent)
        with os.fdopen(handle, "wb") as file:
            file.write(body)
            file.flush()
            os.fsync(file.fileno())
        os.chmod(temporary, mode)
        os.replace(temporary, path)
    except OSError as error:
        if temporary:
            with suppress(OSError):
                os.unlink(temporary)
        raise VeloxError(
            "not-writable",
            f"{source.path} could not be written: {error.strerror or error}",
            "check the permissions of the file and its folder",
        ) from error


def _declared_encoding(body: bytes) -> str:
    """The encoding of the PEP 263 comment, "" when there is none."""
    for line in re.split(rb"\r\n|\r|\n", body[:4096], maxsplit=2)[:2]:
        cookie = _COOKIE.match(line)
        if cookie:
            return cookie.group(1).decode("ascii", "replace")
        if not _BLANK.match(line):
            return ""
    return ""


def _read_bytes(path: Path, max_bytes: int) -> bytes:
    try:
        if path.is_dir():
            raise VeloxError("not-a-file", f"{path} is a folder", "name a file in it")
        if not path.is_file() and path.exists():
            raise VeloxError("not-a-file", f"{path} is not a regular file", "name a Python file")
        with path.open("rb") as file:
            raw = file.read(max_bytes + 1)
    except FileNotFoundError:
        raise VeloxError("not-found", f"{path} does not exist", "check the path") from None
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise VeloxError(
            "not-readable", f"{path} cannot be read: {reason}", "check its permissions"
        ) from None
    if len(raw) > max_bytes:
        raise VeloxError(
            "too-large",
            f"{path} is larger than {max_bytes // (1024 * 1024)} MiB",
            "generated data of this size is better loaded from a data file",
        )
    return raw
