"""A folder of bytes by key for what can be recomputed: bounded, never pickled, encrypted with the person's key.

Nothing about it can stop Velox: a damaged folder is set aside and begun anew, and where no folder can be used at all
nothing is remembered.
"""

from __future__ import annotations

import logging
import sqlite3
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, TypeVar

import diskcache

from velox_engine.experience import sealing
from velox_engine.experience.bytes_disk import BytesDisk
from velox_engine.types import VeloxError

logger = logging.getLogger(__name__)
_T = TypeVar("_T")
# What a folder that somebody else has written to, or half a disk, can make of opening and reading it.
_FAILURES = (sqlite3.Error, diskcache.Timeout, OSError, ValueError, TypeError, VeloxError)


class ByteCache:
    """One such folder; safe to use from several processes."""

    def __init__(self, folder: Path, size_limit: int) -> None:
        """`size_limit` is in bytes; beyond it the oldest entries go."""
        self._folder = folder
        self._size_limit = size_limit
        self._cache = self._open()

    def close(self) -> None:
        """Close the file."""
        if self._cache is not None:
            self._cache.close()

    def get(self, key: str) -> bytes | None:
        """What is remembered under a key; None for nothing, and for anything that `set` did not write."""
        stored = self._try(lambda cache: cache.get(key))
        if not isinstance(stored, bytes):
            return None
        try:
            sealer = sealing.current()
            if sealing.is_sealed(stored):
                return sealer.open_bytes(stored) if sealer is not None else None
        except VeloxError:
            return None
        # Where a key is set, something plain is from before, or from somebody who does not have the key.
        return stored if sealer is None else None

    def set(self, key: str, data: bytes, seconds: float) -> None:
        """Remember bytes for so long."""
        try:
            sealer = sealing.current()
        except VeloxError:
            return  # encrypted, and locked: nothing may be written down
        stored = sealer.seal_bytes(data) if sealer is not None else data
        self._try(lambda cache: cache.set(key, stored, expire=seconds))

    def delete(self, key: str) -> None:
        """Forget a key."""
        self._try(lambda cache: cache.delete(key))

    def _try(self, operation: Callable[[Any], _T]) -> _T | None:
        if self._cache is None:
            return None
        try:
            return operation(self._cache)
        except sqlite3.DatabaseError as error:
            if getattr(error, "sqlite_errorcode", 0) & 0xFF in (
                sqlite3.SQLITE_CORRUPT,
                sqlite3.SQLITE_NOTADB,
            ):
                self._set_aside(error)
                self._cache = self._open()
            return None
        except _FAILURES:
            return None

    def _open(self) -> Any:
        for attempt in range(2):
            try:
                self._folder.mkdir(parents=True, exist_ok=True, mode=0o700)
                return diskcache.Cache(str(self._folder), disk=BytesDisk, size_limit=self._size_limit)
            except _FAILURES as error:
                if attempt == 0:
                    self._set_aside(error)
        return None

    def _set_aside(self, error: Exception) -> None:
        stamp = datetime.now(UTC).strftime("%Y%m%dT%H%M%S.%f")
        target = self._folder.with_name(f"{self._folder.name}.set-aside-{stamp}")
        try:
            self._folder.rename(target)
        except OSError:
            return
        logger.warning(
            "The cache %s could not be used (%s); it was kept as %s.", self._folder, error, target.name
        )
