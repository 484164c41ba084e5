"""The values of the sandbox: whose code runs, within which limits, on which inputs, and what was observed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from velox_engine.settings import Settings
from velox_engine.types import VeloxError

MIB = 1 << 20

OutcomeKind = Literal["returned", "raised", "unserialisable", "timeout", "crashed", "missing"]
Profile = Literal["strict", "fs-read", "none"]
LAYERS = frozenset({"rlimits", "capabilities", "namespaces", "landlock", "seccomp"})


class LoadFailure(VeloxError):
    """The program does not load in the sandbox, or has no such function; `reason` says why."""

    def __init__(self, reason: str) -> None:
        super().__init__("does-not-load", reason, "The module must run on its own up to its last line.")
        self.reason = reason


@dataclass(frozen=True, slots=True)
class Environment:
    """Whose code runs and how it imports: interpreter, workspace folder, further folders of modules."""

    interpreter: str
    root: str = ""
    search_path: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Limits:
    """What one run may use. Each has a safe maximum, above which the limit would protect nobody."""

    call_seconds: float = 2.0
    load_seconds: float = 10.0
    cpu_seconds: int = 600  # of a whole run, which may make thousands of calls
    memory_bytes: int = 512 * MIB
    output_bytes: int = MIB  # printed by one call
    result_bytes: int = 32 * MIB  # everything observed of one call
    file_bytes: int = MIB
    open_files: int = 64
    threads: bool = False

    @classmethod
    def of(cls, settings: Settings) -> Limits:
        """The limits that the person set."""
        return cls(
            call_seconds=settings.call_seconds,
            load_seconds=settings.load_seconds,
            memory_bytes=settings.memory_mib * MIB,
            output_bytes=settings.output_kib * 1024,
            file_bytes=settings.file_kib * 1024,
            open_files=settings.open_files,
            threads=settings.threads,
        )

    def __post_init__(self) -> None:
        for name, (low, high) in _RANGES.items():
            value = getattr(self, name)
            if not low <= value <= high:
                raise VeloxError(
                    "bad-limit",
                    f"{name} is {value}, outside {low} to {high}.",
                    "Choose a value in that range.",
                )


_RANGES: dict[str, tuple[float, float]] = {
    "call_seconds": (0.01, 60),
    "load_seconds": (0.1, 120),
    "cpu_seconds": (1, 3600),
    "memory_bytes": (32 * MIB, 8192 * MIB),
    "output_bytes": (1024, 64 * MIB),
    "result_bytes": (4096, 128 * MIB),
    "file_bytes": (0, 64 * MIB),
    "open_files": (16, 1024),
}


@dataclass(frozen=True, slots=True)
class Program:
    """Source text to execute as module `module`, and the qualified name of the function under test."""

    source: str
    path: str
    module: str
    package: str
    function: str
    imports: tuple[str, ...] = ()  # modules that inputs need besides those that the source imports

    def __post_init__(self) -> None:
        if self.module in ("", "__main__"):
            raise ValueError("a program runs under a module name of its own, never as __main__")


@dataclass(frozen=True, slots=True)
class Recipe:
    """An input that is not plain data: an expression evaluated in the child, in the program's namespace.

    The same Recipe object met twice in one case is built once, so that aliasing can be expressed.
    """

    text: str


@dataclass(frozen=True, slots=True)
class Case:
    """The arguments of one call: plain data, with a Recipe anywhere inside. Never mutate them afterwards."""

    args: tuple[Any, ...]
    kwargs: Mapping[str, Any] = field(default_factory=dict)
    # The encoded form: the same case is sent to the original, to each mutant and to each candidate.
    _encoded: list[bytes] = field(default_factory=list, init=False, repr=False, compare=False)


@dataclass(frozen=True, slots=True)
class Outcome:
    """What was observed of one call. Two calls behave the same exactly if kind and payload are equal."""

    kind: OutcomeKind
    payload: bytes = b""
    exception: str = ""
    detail: str = ""
    arcs: frozenset[tuple[int, int]] = frozenset()
    seconds: float = 0.0
    effects: frozenset[str] = frozenset()

    def text(self) -> str:
        """Readable, bounded and free of terminal escapes: `returned [1, 2]`, `raised ValueError: x`."""
        from velox_engine.verify.sandbox.payload import describe, printable

        if self.kind in ("returned", "raised") and self.payload:
            return describe(self.payload)
        words = {"timeout": "timed out", "crashed": "crashed", "missing": "no result"}.get(
            self.kind, self.kind
        )
        return printable(f"{words}: {self.detail}" if self.detail else words, 300)


@dataclass(frozen=True, slots=True)
class Timing:
    """Calls timed back to back. The clocks were read by the parent, around the calls alone."""

    cpu_seconds: float
    wall_seconds: float
    prepare_cpu_seconds: float  # spent on building the inputs
    outcomes: list[Outcome]
    finish_cpu_seconds: float = 0.0  # spent on reading the results
