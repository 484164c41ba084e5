"""Loads the protocol's types without what nobody calls, which takes a fifth off the server's start."""

from __future__ import annotations

import sys
from typing import Any

import attrs


def load() -> None:
    """Import `lsprotocol.types` with neither comparison nor text of its records; where it is loaded, do nothing.

    attrs writes and compiles both for each of the six hundred classes. Nothing compares or prints them but a log for
    debugging, and those that compare in a way of their own, such as positions, still do.
    """
    if "lsprotocol.types" in sys.modules:
        return
    define = attrs.define

    def lean(maybe_class: Any = None, **options: Any) -> Any:
        return define(maybe_class, **{"eq": False, "repr": False, **options})

    attrs.define = lean
    try:
        import lsprotocol.types  # noqa: F401
    finally:
        attrs.define = define
