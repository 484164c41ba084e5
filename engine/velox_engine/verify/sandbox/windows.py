"""Limits a run on Windows: a Job Object bounds memory and processor time, allows one process and ends with Velox.

Unconfined: a Job Object closes neither files nor the network, so Velox refuses to run here unless the person opts in.
"""

from __future__ import annotations

import ctypes
import sys
from dataclasses import dataclass

LEVEL = "unconfined (network and writing and reading open): Job Object"

_EXTENDED_LIMITS, _UI_RESTRICTIONS = 9, 4  # information classes of SetInformationJobObject
_PROCESS_TIME, _ACTIVE_PROCESS, _PROCESS_MEMORY, _JOB_MEMORY = 0x2, 0x8, 0x100, 0x200
_DIE_ON_UNHANDLED_EXCEPTION, _KILL_ON_JOB_CLOSE = 0x400, 0x2000
_ALL_UI = 0xFF  # handles, clipboard, system parameters, display, atoms, desktop, shutting down
_TICKS = 10_000_000  # of 100 ns, in a second


class BasicLimits(ctypes.Structure):
    """JOBOBJECT_BASIC_LIMIT_INFORMATION, in fixed widths so that it is the same wherever it is read."""

    _fields_ = (
        ("PerProcessUserTimeLimit", ctypes.c_int64),
        ("PerJobUserTimeLimit", ctypes.c_int64),
        ("LimitFlags", ctypes.c_uint32),
        ("MinimumWorkingSetSize", ctypes.c_size_t),
        ("MaximumWorkingSetSize", ctypes.c_size_t),
        ("ActiveProcessLimit", ctypes.c_uint32),
        ("Affinity", ctypes.c_size_t),
        ("PriorityClass", ctypes.c_uint32),
        ("SchedulingClass", ctypes.c_uint32),
    )


class ExtendedLimits(ctypes.Structure):
    """JOBOBJECT_EXTENDED_LIMIT_INFORMATION."""

    _fields_ = (
        ("BasicLimitInformation", BasicLimits),
        ("IoInfo", ctypes.c_uint64 * 6),
        ("ProcessMemoryLimit", ctypes.c_size_t),
        ("JobMemoryLimit", ctypes.c_size_t),
        ("PeakProcessMemoryUsed", ctypes.c_size_t),
        ("PeakJobMemoryUsed", ctypes.c_size_t),
    )


def limits(*, memory_bytes: int, cpu_seconds: int) -> ExtendedLimits:
    """The limits of one run: its memory, its processor time, one process, and death with the job's last handle."""
    made = ExtendedLimits()
    basic = made.BasicLimitInformation
    basic.PerProcessUserTimeLimit = cpu_seconds * _TICKS
    basic.ActiveProcessLimit = 1
    basic.LimitFlags = (
        _PROCESS_TIME
        | _ACTIVE_PROCESS
        | _PROCESS_MEMORY
        | _JOB_MEMORY
        | _DIE_ON_UNHANDLED_EXCEPTION
        | _KILL_ON_JOB_CLOSE
    )
    made.ProcessMemoryLimit = made.JobMemoryLimit = memory_bytes
    return made


@dataclass(frozen=True, slots=True)
class FileTimes:
    """Kernel and user time of a process as GetProcessTimes gives them, in units of 100 ns."""

    kernel: int
    user: int

    @property
    def seconds(self) -> float:
        """Both together."""
        return (self.kernel + self.user) / _TICKS


if sys.platform == "win32":

    class Job:
        """A Job Object around one process; closing it ends the process."""

        def __init__(self, process_handle: int, *, memory_bytes: int, cpu_seconds: int) -> None:
            self._kernel = kernel = ctypes.WinDLL("kernel32", use_last_error=True)
            for function in (kernel.CreateJobObjectW, kernel.OpenProcess):
                function.restype = ctypes.c_void_p
            self._handle = kernel.CreateJobObjectW(None, None)
            if not self._handle:
                raise ctypes.WinError(ctypes.get_last_error())
            wanted = limits(memory_bytes=memory_bytes, cpu_seconds=cpu_seconds)
            screen = ctypes.c_uint32(_ALL_UI)
            for kind, value in ((_EXTENDED_LIMITS, wanted), (_UI_RESTRICTIONS, screen)):
                self._check(
                    kernel.SetInformationJobObject(
                        ctypes.c_void_p(self._handle), kind, ctypes.byref(value), ctypes.sizeof(value)
                    )
                )
            self._check(
                kernel.AssignProcessToJobObject(
                    ctypes.c_void_p(self._handle), ctypes.c_void_p(process_handle)
                )
            )

        def _check(self, succeeded: int) -> None:
            if not succeeded:
                error = ctypes.WinError(ctypes.get_last_error())
                self.close()
                raise error

        def close(self) -> None:
            """End every process of the job."""
            if self._handle:
                self._kernel.CloseHandle(ctypes.c_void_p(self._handle))
                self._handle = None

    def process_times(process_handle: int) -> FileTimes:
        """What a process has used so far; OSError when the handle is no longer one."""
        kernel = ctypes.WinDLL("kernel32", use_last_error=True)
        times = [ctypes.c_uint64() for _ in range(4)]  # created, ended, kernel, user
        if not kernel.GetProcessTimes(ctypes.c_void_p(process_handle), *map(ctypes.byref, times)):
            raise ctypes.WinError(ctypes.get_last_error())
        return FileTimes(times[2].value, times[3].value)
