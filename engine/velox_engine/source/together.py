"""Writes several files as one change: all of them, or none."""

from __future__ import annotations

import contextlib
from collections.abc import Sequence
from dataclasses import replace

from velox_engine.source.document import SourceFile, read_source, write_source
from velox_engine.types import VeloxError


def write_together(changes: Sequence[tuple[SourceFile, str]]) -> None:
    """Write each file's new text; where one cannot be written, those before it get their old text back.

    Raises VeloxError `changed-on-disk` before anything is written when a file is no longer as it was read, and
    whatever `write_source` raises.
    """
    for source, _ in changes:
        assert source.path is not None
        if read_source(source.path).text != source.text:
            raise VeloxError(
                "changed-on-disk",
                f"{source.path} was changed meanwhile.",
                "Run the command again; nothing was written.",
            )
    written: list[tuple[SourceFile, str]] = []
    try:
        for source, text in changes:
            write_source(source, text)
            written.append((source, text))
    except BaseException:
        for source, text in reversed(written):
            # What somebody else wrote in between is theirs to keep.
            with contextlib.suppress(VeloxError, OSError):
                write_source(replace(source, text=text), source.text)
        raise
