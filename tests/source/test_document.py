"""Reading and writing files without losing their encoding."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from velox_engine.source.document import SourceFile, encode, read_source, write_source
from velox_engine.types import VeloxError


@pytest.mark.parametrize(
    ("raw", "encoding", "bom"),
    [
        (b"x = 1\n", "utf-8", False),
        (b"\xef\xbb\xbfx = 1\n", "utf-8", True),
        (b"# coding: latin-1\nx = '\xe9'\n", "iso8859-1", False),
        (b"#!/usr/bin/python\n# -*- coding: cp1252 -*-\nx = '\x80'\n", "cp1252", False),
        (b"x = 1\n# coding: latin-1\n", "utf-8", False),
    ],
)
def test_bytes_come_back_as_they_were(tmp_path: Path, raw: bytes, encoding: str, bom: bool) -> None:
    """Encoding comment and byte order mark are honoured, as the interpreter does."""
    path = tmp_path / "a.py"
    path.write_bytes(raw)
    source = read_source(path)
    assert (source.encoding, source.bom) == (encoding, bom)
    assert encode(source, source.text) == raw


@pytest.mark.parametrize(
    ("raw", "code"),
    [
        (b"x = '\xff'\n", "bad-encoding"),
        (b"# coding: no-such\n", "bad-encoding"),
        (b"\xef\xbb\xbf# coding: latin-1\n", "bad-encoding"),
        (b"x" * 200, "too-large"),
    ],
)
def test_what_cannot_be_read_is_a_clear_error(tmp_path: Path, raw: bytes, code: str) -> None:
    """Each has its own code and a hint."""
    path = tmp_path / "a.py"
    path.write_bytes(raw)
    with pytest.raises(VeloxError) as caught:
        read_source(path, max_bytes=100)
    assert caught.value.code == code
    assert caught.value.hint


def test_missing_files_and_folders_are_clear_errors(tmp_path: Path) -> None:
    """Neither is a traceback."""
    for path, code in (
        (tmp_path / "none.py", "not-found"),
        (tmp_path, "not-a-file"),
        (Path("a\0b"), "not-readable"),
    ):
        with pytest.raises(VeloxError) as caught:
            read_source(path)
        assert caught.value.code == code


def test_writing_keeps_mode_and_encoding_and_links(tmp_path: Path) -> None:
    """What is replaced is the file behind a link, with its permissions."""
    path, link = tmp_path / "a.py", tmp_path / "b.py"
    path.write_bytes(b"# coding: latin-1\nx = 1\n")
    path.chmod(0o754)
    link.symlink_to(path)
    source = read_source(link)
    write_source(source, source.text + "y = 'é'\n")
    assert path.read_bytes() == b"# coding: latin-1\nx = 1\ny = '\xe9'\n"
    assert os.stat(path).st_mode & 0o777 == 0o754
    assert link.is_symlink()
    assert sorted(entry.name for entry in tmp_path.iterdir()) == ["a.py", "b.py"]


def test_a_file_changed_meanwhile_is_not_overwritten(tmp_path: Path) -> None:
    """Somebody else's work is never lost."""
    path = tmp_path / "a.py"
    path.write_text("x = 1\n")
    source = read_source(path)
    path.write_text("x = 2\n")
    with pytest.raises(VeloxError) as caught:
        write_source(source, "x = 3\n")
    assert caught.value.code == "changed-on-disk"
    assert path.read_text() == "x = 2\n"


def test_text_with_half_an_emoji_has_bytes() -> None:
    """Editors send lone surrogates while one is typed."""
    assert SourceFile.from_text("x = '\ud83d'").data


def test_dominant_newline_wins() -> None:
    """Mixed files are told by their majority."""
    assert SourceFile.from_text("a\r\nb\r\nc\n").newline == "\r\n"
    assert SourceFile.from_text("").newline == "\n"
