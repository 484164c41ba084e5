"""Confines a run on macOS: the profile for `sandbox-exec`, and what the system says a process uses.

Partial: the profile denies by default, but memory is only watched, not limited, and Velox's makers test on Linux.
"""

from __future__ import annotations

import ctypes
import os
import struct
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import PurePosixPath

SANDBOX_EXEC = "/usr/bin/sandbox-exec"
LEVEL = "partial (sandbox-exec; memory is watched, not limited)"

# What the dynamic linker and the interpreter read of the system; none of it is a person's.
_SYSTEM_FOLDERS = (
    "/System/Library",
    "/System/Volumes/Preboot/Cryptexes/OS",
    "/System/Cryptexes/OS",
    "/Library/Frameworks/Python.framework",
    "/Library/Developer/CommandLineTools/Library/Frameworks",
    "/usr/lib",
    "/usr/share/zoneinfo",
    "/private/var/db/timezone",
    "/private/var/db/dyld",
    "/opt/homebrew/lib",
    "/opt/homebrew/Cellar",
    "/usr/local/lib",
    "/usr/local/Cellar",
)
_SYSTEM_FILES = ("/dev/null", "/dev/zero", "/dev/random", "/dev/urandom", "/private/etc/localtime")
_RUSAGE_INFO_V0 = 0
_RUSAGE_BYTES = 96
_TIMES = struct.Struct("=16x2Q")  # a UUID, then user and system time in ticks
_RESIDENT = struct.Struct("=64xQ")


def profile(executables: Sequence[str], readable: Sequence[str]) -> str:
    """The text of a profile that denies everything but reading beneath `readable` and running `executables`.

    No writing, no network, no forking, no signal to others, no Mach service.
    """
    folders = list(dict.fromkeys([*_SYSTEM_FOLDERS, *readable]))
    above = dict.fromkeys(
        str(parent)
        for path in (*folders, *executables, *_SYSTEM_FILES)
        for parent in PurePosixPath(path).parents
    )
    return "\n".join(
        [
            "(version 1)",
            "(deny default)",
            "(deny network*)",
            "(deny file-write*)",
            "(deny process-fork)",
            f"(allow process-exec* {_paths('literal', executables)})",
            f"(allow file-read* {_paths('literal', [*executables, *_SYSTEM_FILES])})",
            f"(allow file-read* {_paths('subpath', folders)})",
            # Looking a path up needs the folders above it, but not what else is in them.
            f"(allow file-read-metadata {_paths('literal', list(above))})",
            '(allow file-write-data (literal "/dev/null"))',
            "(allow signal (target self))",
            "(allow sysctl-read)",
            "",
        ]
    )


def _paths(kind: str, paths: Sequence[str]) -> str:
    return " ".join(f"({kind} {quoted(path)})" for path in paths)


def quoted(text: str) -> str:
    """A string of the profile language; VeloxError is not needed, since only NUL cannot be written."""
    if "\0" in text:
        raise ValueError("a path holds no NUL")
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


def command(interpreter: Sequence[str], text: str) -> list[str]:
    """The command that starts the interpreter under a profile."""
    return [SANDBOX_EXEC, "-p", text, *interpreter]


@dataclass(frozen=True, slots=True)
class Usage:
    """What a process has used so far."""

    cpu_seconds: float
    resident_bytes: int


def read_usage(raw: bytes, seconds_per_tick: float) -> Usage:
    """Read `struct rusage_info_v0` of <libproc.h>."""
    user, system = _TIMES.unpack_from(raw)
    return Usage((user + system) * seconds_per_tick, _RESIDENT.unpack_from(raw)[0])


def usage(pid: int) -> Usage:
    """Ask the kernel about a process; OSError when it is gone."""
    libc = ctypes.CDLL(None, use_errno=True)
    buffer = ctypes.create_string_buffer(_RUSAGE_BYTES)
    if libc.proc_pid_rusage(ctypes.c_int(pid), ctypes.c_int(_RUSAGE_INFO_V0), buffer) != 0:
        number = ctypes.get_errno()
        raise OSError(number, os.strerror(number))
    return read_usage(buffer.raw, _seconds_per_tick(libc))


def _seconds_per_tick(libc: ctypes.CDLL) -> float:
    ratio = (ctypes.c_uint32 * 2)()
    libc.mach_timebase_info(ctypes.byref(ratio))
    return ratio[0] / ratio[1] / 1e9
