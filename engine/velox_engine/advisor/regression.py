"""Times a changed function against what it was, where both behave the same: is it slower now, or faster?"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Final

from velox_engine.settings import Settings
from velox_engine.source.document import SourceFile
from velox_engine.types import Interval, VeloxError
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
    speedup: Interval | None  # old time over new at the largest size; None where it was not measured
    reason: str = ""  # why it was not, or for which inputs it does not hold

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
    project = locate(new.path, new.text, interpreter=settings.interpreter)
    with Verifier(project, settings) as verifier:
        try:
            # The new version sets the sizes: grown for a fast old one, a slow one would never finish them.
            prepared = verifier.prepare(new, function, timing=False)
            verdict = verifier.check(prepared, old)
            if verdict.status != "verified":
                return Timing(function, None, f"it behaves differently: {verdict.reason}")
            measured = verifier.measure(verifier.timed(prepared), old)
        except Unverifiable as stop:
            return Timing(function, None, stop.reason)
        except Refuted as refuted:
            return Timing(function, None, f"it behaves differently: {refuted.difference.says}")
        except LoadFailure as failure:
            return Timing(function, None, f"it does not load: {failure}")
        except VeloxError as error:
            return Timing(function, None, error.message)
    ratio = measured.speedup  # of the old version over the new one
    found = Timing(function, Interval(1 / ratio.median, 1 / ratio.high, 1 / ratio.low), measured.unstable)
    # What holds for most inputs and not for all is told with its reason; what says nothing is told as that.
    return found if found.is_slower or not measured.unstable else replace(found, speedup=None)
