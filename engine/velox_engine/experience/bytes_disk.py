"""Storage for diskcache that holds plain bytes and text and never unpickles."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import diskcache
from diskcache.core import MODE_PICKLE


class BytesDisk(diskcache.Disk):
    """A planted pickle is an error, not code, and no name leads out of the folder."""

    def fetch(self, mode: int, filename: str | None, value: Any, read: bool) -> Any:
        """Return a stored value; refuse pickles and names that point out of the folder."""
        if mode == MODE_PICKLE:
            raise ValueError("the cache holds a pickle, which Velox never writes")
        if filename is not None and (os.path.isabs(filename) or ".." in Path(filename).parts):
            raise ValueError("the cache names a file outside its folder")
        return super().fetch(mode, filename, value, read)

    def get(self, key: Any, raw: bool) -> Any:
        """Return a stored key; refuse pickled ones."""
        if not raw:
            raise ValueError("the cache holds a pickled key, which Velox never writes")
        return super().get(key, raw)
