"""Times a changed function against what it was, where both behave the same: is it slower now, or faster?"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Final

from velox_engine.settings import Settings
from velox_engine.source.document import SourceFile
from velox_engine.types import Interval, Measurement, VeloxError
from velox_engine.verify.benchmark import Refuted
from velox_engine.verify.changed import changed_functions
from velox_engine.verify.sandbox import LoadFailure
from velox_engine.verify.verifier import Unverifiable, Verifier
from velox_engine.workspace.project import locate

SLOWER: Final = 0.95
"""A function is called slower when the upper end of old time over new is below this; faster, above its inverse."""


@dataclass(frozen=True, slots=True)
class Timing:
    """How a changed function compares with what it was."""

    function: str
    measurement: Measurement | None
    reason: str  # why there is no measurement

    @property
    def speedup(self) -> Interval | None:
        """Old time over new at the largest size, None where it was not measured."""
        return self.measurement.speedup if self.measurement is not None else None

    @property
    def is_slower(self) -> bool:
        """Whether it was measured to be slower."""
        return self.speedup is not None and self.speedup.high < SLOWER

    @property
    def is_faster(self) -> bool:
        """Whether it was measured to be faster."""
        return self.speedup is not None and self.speedup.low > 1 / SLOWER


def differing(old: str, new: str) -> tuple[str, ...]:
    """Name the functions of both texts that differ; none where one does not parse."""
    try:
        return changed_functions(old, new).changed
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return ()


def time_change(old: str, new: SourceFile, function: str, settings: Settings) -> Timing:
    """Measure one function of the file `new` against the text `old` of it, in the sandbox.

    Raises VeloxError `untrusted` or `no-interpreter`.
    """
    assert new.path is not None, "a watched file has a path"
    settings.require_trust()
    before = replace(new, text=old)
    project = locate(new.path, old, interpreter=settings.interpreter)
    with Verifier(project, settings) as verifier:
        try:
            prepared = verifier.prepare(before, function, timing=False)
            verdict = verifier.check(prepared, new.text)
            if verdict.status != "verified":
                return Timing(function, None, f"it behaves differently: {verdict.reason}")
            return Timing(function, verifier.measure(verifier.timed(prepared), new.text), "")
        except Unverifiable as stop:
            return Timing(function, None, stop.reason)
        except Refuted as refuted:
            return Timing(function, None, f"it behaves differently: {refuted.difference.says}")
        except LoadFailure as failure:
            return Timing(function, None, f"it does not load: {failure}")
        except VeloxError as error:
            return Timing(function, None, error.message)
