"""Inputs get long in several ways: a gain in one of them counts only where no other one loses as much."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from random import Random

import pytest

from velox_engine.advisor.acceptance import decide
from velox_engine.settings import Settings
from velox_engine.source.document import SourceFile
from velox_engine.types import Measurement
from velox_engine.verify.inputs import Grower
from velox_engine.verify.sandbox import Case
from velox_engine.verify.scaling import TOP_SECONDS, Ladder
from velox_engine.verify.verifier import Prepared, Verifier
from velox_engine.workspace.project import locate

SETTINGS = Settings(input_seconds=0.3, input_count=60, top_seconds=5e-3, cache=False)
QUEUE = """
def serve(queue: list[int], capacity: int) -> list[int]:
    waiting = list(queue)
    served = []
    while waiting:
        need = waiting.pop(0)
        if capacity > 0 and need > capacity:
            waiting.append(need - capacity)
        else:
            served.append(need)
    return served
"""
DEQUE = "from collections import deque\n" + QUEUE.replace("list(queue)", "deque(queue)").replace(
    "pop(0)", "popleft()"
)
COUNT = """
def below(numbers: list[int], limit: int) -> int:
    found = 0
    for number in numbers:
        if number < limit:
            found += 1
    return found
"""
# As good as the original where the numbers are small, far worse where they are large.
COUNT_IN_STEPS = """
def below(numbers: list[int], limit: int) -> int:
    found = 0
    for number in numbers:
        for _ in range(min(abs(number) // 200, 200)):
            pass
        if number < limit:
            found += 1
    return found
"""
UNSEEN = """
def unseen(items: list[int], known: list[int]) -> list[int]:
    found = []
    for item in items:
        if item not in known:
            found.append(item)
    return found
"""
UNSEEN_BY_SET = UNSEEN.replace("    found = []", "    known_set = set(known)\n    found = []").replace(
    "in known:", "in known_set:"
)


def few_questions(size: int, rng: Random) -> Case:
    """Two items, and many known ones."""
    return Case(([rng.randrange(size), rng.randrange(size)], [rng.randrange(size) for _ in range(size)]))


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the module is believed to lie."""
    return tmp_path_factory.mktemp("growing")


@pytest.fixture
def verifier(folder: Path) -> Iterator[Verifier]:
    """A verifier whose timed calls are short."""
    with Verifier(locate(folder / "shop.py", "", interpreter=sys.executable), SETTINGS) as made:
        yield made


def prepare(verifier: Verifier, code: str, name: str) -> Prepared:
    """The original's side, timed."""
    return verifier.prepare(SourceFile.from_text(code, verifier.project.root / "shop.py"), name)


def test_a_list_grows_with_its_numbers_and_without(verifier: Verifier) -> None:
    """Where both are long, both are timed, and the suggestion says which gain is which."""
    prepared = prepare(verifier, QUEUE, "serve")
    says = [ladder.grower.says for ladder in prepared.ladders]
    assert "as `queue` gets longer" in says
    assert "as `queue` gets longer and the numbers inside larger" in says
    plain = next(ladder for ladder in prepared.ladders if ladder.grower.says == "as `queue` gets longer")
    case = plain.grower.make(2_000, Random(1))
    assert len(case.args[0]) == 2_000
    assert max(case.args[0]) <= 100
    measured: Measurement = verifier.measure(prepared, DEQUE)
    assert measured.note.count("×") >= 1, measured.note
    assert "longer" in measured.note


def test_a_gain_that_another_way_to_grow_takes_back_is_refused(verifier: Verifier) -> None:
    """Timed the other way round: what is faster for small numbers and slower for large ones is not offered."""
    prepared = prepare(verifier, COUNT_IN_STEPS, "below")
    large = [ladder for ladder in prepared.ladders if "numbers inside larger" in ladder.grower.says]
    plain = [ladder for ladder in prepared.ladders if ladder.grower.says == "as `numbers` gets longer"]
    assert large
    assert plain
    # The original loses to COUNT for large numbers, so COUNT is the original here and the other the rewrite.
    swapped = replace(prepare(verifier, COUNT, "below"), ladders=(*plain, *large))
    measured = verifier.measure(swapped, COUNT_IN_STEPS)
    verdict = verifier.check(swapped, COUNT_IN_STEPS)
    assert not decide(verdict, measured, SETTINGS.replace(weak=True)).accepted


def test_a_small_loss_beside_a_large_gain_is_told_and_does_not_refuse(verifier: Verifier) -> None:
    """A set built for a handful of questions costs a little, and for many it saves nearly everything."""
    prepared = prepare(verifier, UNSEEN, "unseen")
    both = [ladder for ladder in prepared.ladders if ladder.grower.says.startswith("as `items` and `known`")]
    assert both
    grower = replace(both[0].grower, make=few_questions, says="as `known` gets longer")
    shorter = replace(both[0], grower=grower, seconds=tuple(seconds / 4 for seconds in both[0].seconds))
    assert shorter.long
    measured = verifier.measure(replace(prepared, ladders=(both[0], shorter)), UNSEEN_BY_SET)
    verdict = verifier.check(prepared, UNSEEN_BY_SET)
    assert decide(verdict, measured, SETTINGS.replace(weak=True)).accepted
    assert "as `known` gets longer" in measured.note


def test_the_size_compared_at_does_not_hang_by_one_timing() -> None:
    """A fifth more or less on every timing moves the size by far less than a doubling."""
    grower = Grower("names", lambda size, rng: pytest.fail("nothing is made"))
    sizes = tuple(4 * 2**step for step in range(12))
    found: list[int] = []
    for seed in range(40):
        rng = Random(seed)
        seconds = [1e-8 * size**2 * rng.uniform(0.8, 1.2) for size in sizes]
        stop = next(place for place, spent in enumerate(seconds) if spent >= TOP_SECONDS)
        found.append(Ladder(grower, sizes[: stop + 1], tuple(seconds[: stop + 1])).large)
    assert max(found) < 1.5 * min(found)


def test_between_two_sizes_the_time_is_read_from_the_line_between() -> None:
    """Times of a quadratic function at 64 and 128 give that at 96."""
    grower = Grower("names", lambda size, rng: pytest.fail("nothing is made"))
    ladder = Ladder(grower, (64, 128), (64**2 * 1e-6, 128**2 * 1e-6))
    assert ladder.seconds_at(96) == pytest.approx(96**2 * 1e-6, rel=1e-6)
    assert ladder.seconds_at(128) == 128**2 * 1e-6
