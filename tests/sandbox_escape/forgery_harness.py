"""Runs the forgeries of `forgeries/`: rewrites that only look right, or only look fast, to whoever tests them.

Each forgery is one file with a docstring and two names: `FORGERY`, a rewrite of `shared` that may call `honest`, the
original under another name; `STOPPED_BY`, what stops it when its text is not looked at: `comparison` of results or
`clock` (it behaves the same in the sandbox and is measured not to be faster). `WRONG_OUTSIDE = True` marks those whose
results are wrong elsewhere and right in the sandbox, which only reading their text can tell.

Run this file to see which defence stops what: `python tests/sandbox_escape/forgery_harness.py`.
"""

from __future__ import annotations

import contextlib
import runpy
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from unittest import mock

from velox_engine.advisor.acceptance import decide
from velox_engine.settings import Settings
from velox_engine.source.document import SourceFile
from velox_engine.verify import verifier as verifier_module
from velox_engine.verify.benchmark import Refuted
from velox_engine.verify.sandbox import LoadFailure
from velox_engine.verify.sandbox.reach import new_reaches
from velox_engine.verify.verifier import Prepared, Verifier
from velox_engine.workspace.project import locate

FORGERIES = Path(__file__).with_name("forgeries")
ORIGINAL = '''\
def shared(left: list[int], right: list[int]) -> int:
    """Count the items of `left` that are in `right`."""
    count = 0
    for item in left:
        if item in right:
            count += 1
    return count
'''
GENUINE = ORIGINAL.replace("    count = 0\n", "    count = 0\n    right = set(right)\n")
SETTINGS = Settings().replace(top_seconds=0.005)


@dataclass(frozen=True)
class Forgery:
    """One file of `forgeries/`."""

    name: str
    title: str
    source: str
    stopped_by: str
    wrong_outside: bool


@dataclass(frozen=True)
class Judgement:
    """What became of a rewrite: its verdict, its speed-up when it was measured, and whether it would be offered."""

    status: str
    reason: str
    speedup: float | None = None
    accepted: bool = False

    @property
    def stopped_by(self) -> str:
        """`comparison`, `clock`, or "" when nothing did."""
        if self.accepted:
            return ""
        return "clock" if self.status == "verified" else "comparison"


def load_forgeries() -> list[Forgery]:
    """All forgeries, in the order of their file names."""
    found = []
    for path in sorted(FORGERIES.glob("*.py")):
        names = runpy.run_path(str(path))
        source = ORIGINAL.replace("def shared", "def honest") + names["FORGERY"]
        title = (names["__doc__"] or "").strip()
        wrong = names.get("WRONG_OUTSIDE", False)
        found.append(Forgery(path.stem, title, source, names["STOPPED_BY"], wrong))
    return found


@contextlib.contextmanager
def make_judge() -> Iterator[Judge]:
    """A judge with the original prepared once."""
    with tempfile.TemporaryDirectory(prefix="velox-forgery-") as folder:
        path = Path(folder, "shop.py")
        source = SourceFile.from_text(ORIGINAL, path)
        with Verifier(locate(path, ORIGINAL, interpreter=sys.executable), SETTINGS) as verifier:
            yield Judge(verifier, verifier.prepare(source, "shared"))


@dataclass
class Judge:
    """Verifies and measures rewrites of the one original."""

    verifier: Verifier
    prepared: Prepared

    def judge(self, source: str, *, reading_text: bool) -> Judgement:
        """What becomes of a rewrite, with or without the look at its text."""
        look = new_reaches if reading_text else (lambda old, new: ())
        with mock.patch.object(verifier_module, "new_reaches", look):
            verdict = self.verifier.check(self.prepared, source)
        if verdict.status != "verified":
            return Judgement(verdict.status, verdict.reason)
        try:
            measured = self.verifier.measure(self.prepared, source)
        except Refuted as refuted:
            return Judgement("refuted", f"while timed: {refuted.difference.says}")
        except LoadFailure as failure:
            return Judgement("unverifiable", str(failure))
        decision = decide(verdict, measured, SETTINGS.replace(weak=True))
        return Judgement("verified", decision.reason, measured.speedup.median, decision.accepted)


def main() -> int:
    """Print what stops each forgery; 1 when one would be offered."""
    offered = 0
    with make_judge() as judge:
        control = judge.judge(GENUINE, reading_text=True)
        print(f"control, a genuine rewrite: {control.status}, {control.speedup or 0:.1f} times as fast\n")
        print(f"{'forgery':<34}{'its text':<12}{'without that, stopped by':<26}why")
        for forgery in load_forgeries():
            text = "refused" if new_reaches(ORIGINAL, forgery.source) else "passes"
            blind = judge.judge(forgery.source, reading_text=False)
            final = blind if text == "passes" else judge.judge(forgery.source, reading_text=True)
            offered += final.accepted
            speed = "" if blind.speedup is None else f" ({blind.speedup:.2f} times)"
            print(f"{forgery.name:<34}{text:<12}{blind.stopped_by or '—':<26}{blind.reason[:90]}{speed}")
        print(f"\n{offered} of {len(load_forgeries())} forgeries would be offered")
    return int(offered > 0 or not control.accepted)


if __name__ == "__main__":
    sys.exit(main())
