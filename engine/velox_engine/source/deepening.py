"""Asks jedi what names are across files: only on request, because an answer takes tenths of a second."""

from __future__ import annotations

import time
from collections.abc import Iterable
from pathlib import Path

from velox_engine.source.document import SourceFile
from velox_engine.source.kinds import UNKNOWN, Kind, kind_of_annotation

_SECONDS = 2.0  # for all names of one function together


def kinds_across_files(
    source: SourceFile, names: Iterable[tuple[str, int]], root: Path | None = None
) -> dict[str, Kind]:
    """The kinds of names, each given with the byte offset of a place where it stands.

    `root` is the project's folder. Names that jedi cannot tell, or tells several kinds for, are left out.
    """
    import jedi  # a third of a second, and never at start-up

    project = jedi.Project(str(root)) if root is not None else None
    script = jedi.Script(source.text, path=source.path, project=project)
    deadline = time.monotonic() + _SECONDS
    found: dict[str, Kind] = {}
    for name, offset in names:
        if time.monotonic() > deadline:
            break
        position = source.lines.position(offset)
        before = source.lines.line(position.line)[: position.column]
        try:
            definitions = script.infer(position.line + 1, len(before.decode("utf-8", "replace")))
        except Exception:
            # jedi raises what it likes on code that it does not understand; no answer is an answer.
            continue
        kinds = {_kind(definition) for definition in definitions}
        if len(kinds) == 1 and (kind := kinds.pop()):
            found[name] = kind
    return found


def _kind(definition) -> Kind:
    if definition.type != "instance":
        return UNKNOWN
    try:
        hint = definition.get_type_hint()
    except Exception:
        hint = ""
    return kind_of_annotation(hint) or kind_of_annotation(definition.name)
