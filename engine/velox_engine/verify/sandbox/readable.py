"""Which folders a run may read, and where it may write: never a home folder as a whole."""

from __future__ import annotations

import itertools
import os
from collections.abc import Iterable

# Shared libraries, time zones and sources of randomness: world-readable parts that interpreters need.
_SYSTEM_PATHS = (
    "/lib",
    "/lib64",
    "/usr/lib",
    "/usr/lib64",
    "/usr/local/lib",
    "/usr/share/zoneinfo",
    "/etc/ld.so.cache",
    "/etc/localtime",
    "/dev/null",
    "/dev/zero",
    "/dev/random",
    "/dev/urandom",
)
_SCRATCH_PLACES = ("/tmp", "/var/tmp", "/dev/shm")


def readable_folders(*groups: Iterable[str]) -> list[str]:
    """The system's folders that interpreters need and those given, without any that holds a home folder."""
    paths = dict.fromkeys(itertools.chain(_SYSTEM_PATHS, *groups))
    return [path for path in paths if path and not too_wide(path)]


def scratch_place(needed: Iterable[str]) -> str:
    """A folder for temporary files beneath which nothing that is needed lies; "" where there is none."""
    paths = list(needed)
    for folder in _SCRATCH_PLACES:
        # What lies in it would be out of sight.
        if os.path.isdir(folder) and not any(_beneath(path, folder) for path in paths):
            return folder
    return ""


def _beneath(path: str, folder: str) -> bool:
    return os.path.commonpath([os.path.realpath(path), folder]) == folder


def too_wide(path: str) -> bool:
    """Whether reading beneath the folder would mean reading a home folder or more."""
    home = os.path.realpath(os.path.expanduser("~"))
    path = os.path.realpath(path)
    return path in ("/", "/home", "/root", "/etc", "/var") or os.path.commonpath([path, home]) == path
