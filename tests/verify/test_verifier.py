"""The verifier and the benchmark together, on the ways a rewrite can look better than it is."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from velox_engine.settings import Settings
from velox_engine.source.document import SourceFile
from velox_engine.types import Measurement, Verdict
from velox_engine.verify.benchmark import Refuted
from velox_engine.verify.verifier import Prepared, Unverifiable, Verifier
from velox_engine.workspace.project import locate

SLOW = '''\
def shared(left: list[int], right: list[int]) -> int:
    """Count the items of `left` that are in `right`."""
    count = 0
    for item in left:
        if item in right:
            count += 1
    return count
'''
FAST = SLOW.replace("    count = 0\n", "    count = 0\n    right = set(right)\n")
# Remembers whole calls: on repeated inputs it would look wonderful.
REMEMBERS = "SEEN = {}\n" + SLOW.replace(
    "    count = 0\n",
    "    key = (tuple(left), tuple(right))\n    if key in SEEN:\n        return SEEN[key]\n    count = 0\n",
).replace("    return count\n", "    SEEN[key] = count\n    return count\n")


@pytest.fixture(scope="module")
def bench(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Verifier, Prepared]]:
    """A verifier with the slow function prepared once for all tests here."""
    folder = tmp_path_factory.mktemp("project")
    source = SourceFile.from_text(SLOW, folder / "shop.py")
    with Verifier(locate(folder / "shop.py", SLOW, interpreter=sys.executable), Settings()) as verifier:
        yield verifier, verifier.prepare(source, "shared")


def judge(bench: tuple[Verifier, Prepared], new: str) -> tuple[Verdict, Measurement | None]:
    """Check a rewrite and, if it is verified, measure it."""
    verifier, prepared = bench
    verdict = verifier.check(prepared, new)
    return verdict, verifier.measure(prepared, new) if verdict.status == "verified" else None


def test_preparation_finds_inputs_bugs_and_growth(bench: tuple[Verifier, Prepared]) -> None:
    """The original's side: enough inputs, detected bugs, a ladder that sees the quadratic growth."""
    _, prepared = bench
    assert len(prepared.returning) >= 20
    assert (prepared.evidence.strength or 0) >= 0.8
    assert prepared.exponent is not None
    assert prepared.exponent > 0.7


def test_better_algorithm_is_verified_and_faster(bench: tuple[Verifier, Prepared]) -> None:
    """A set in place of a list wins at the largest size."""
    verdict, measured = judge(bench, FAST)
    assert verdict.status == "verified"
    assert measured is not None
    assert measured.speedup.low > 1.5
    assert measured.speedup.low <= measured.speedup.median <= measured.speedup.high


def test_remembering_whole_calls_gains_nothing(bench: tuple[Verifier, Prepared]) -> None:
    """Every timed call has fresh inputs, so a memo of results does not help."""
    _, measured = judge(bench, REMEMBERS)
    assert measured is not None
    assert measured.speedup.low < 1.05


@pytest.mark.parametrize(
    "new",
    [
        FAST.replace("return count", "return count if len(left) != 3 else count + 1"),
        FAST.replace("return count", "left.clear(); return count"),
        FAST.replace("return count", "return left and count"),
        "def shared(left, right):\n    return Ellipsis\n",
        "class I(int):\n    pass\n" + FAST.replace("return count", "return I(count)"),
        FAST.replace("return count", "raise SystemExit(0)"),
        "import sys\n" + FAST.replace("return count", "sys.stderr.write('x'); return count"),
    ],
)
def test_each_visible_difference_is_refuted(bench: tuple[Verifier, Prepared], new: str) -> None:
    """Result, mutation, type, output and exits all count."""
    verdict, _ = judge(bench, new)
    assert verdict.status == "refuted"
    assert verdict.counterexample is not None


@pytest.mark.parametrize("new", ["def other(): ...\n", "import nothing_of_that_name\n" + FAST, "1 / 0\n"])
def test_rewrite_that_does_not_load_is_unverifiable(bench: tuple[Verifier, Prepared], new: str) -> None:
    """No function, no verdict."""
    verdict, _ = judge(bench, new)
    assert verdict.status == "unverifiable"
    assert "does not load" in verdict.reason


def test_difference_on_large_inputs_only_is_refuted(bench: tuple[Verifier, Prepared]) -> None:
    """Timed outputs are compared too: what breaks beyond the sizes compared first is found there."""
    verifier, prepared = bench
    new = FAST.replace("return count", "return count + (len(left) > 300)")
    if verifier.check(prepared, new).status == "verified":
        with pytest.raises(Refuted):
            verifier.measure(prepared, new)


@pytest.mark.parametrize(
    ("body", "says"),
    [
        ("    return open(__file__ + '.txt', 'w').write('x')\n", "outside world"),
        ("    return lambda: xs\n", "comparable"),
        ("    raise RuntimeError('never')\n", "never"),
        ("    import time\n    return time.perf_counter_ns()\n", "depends on time"),
        ("    import uuid\n    return str(uuid.uuid4())\n", "deterministic"),
    ],
)
def test_original_that_cannot_be_checked_says_why(tmp_path: Path, body: str, says: str) -> None:
    """Files, functions as results, certain failure and clocks are named as the reason."""
    text = f"def f(xs: list[int]):\n{body}"
    source = SourceFile.from_text(text, tmp_path / "f.py")
    with (
        Verifier(locate(tmp_path / "f.py", text, interpreter=sys.executable), Settings()) as verifier,
        pytest.raises(Unverifiable, match=says),
    ):
        verifier.prepare(source, "f")
