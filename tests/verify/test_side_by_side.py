"""Two pieces of work at a time: the answers are those of one after another."""

from __future__ import annotations

import threading

import pytest

from velox_engine.verify.side_by_side import in_pairs


def test_answers_come_in_the_order_of_the_items() -> None:
    """The first may end last: here it cannot end before the second has begun."""
    begun = threading.Event()

    def work(item: int) -> int:
        if item == 0:
            assert begun.wait(10)
        elif item == 1:
            begun.set()
        return item * item

    assert list(in_pairs(work, range(5))) == [0, 1, 4, 9, 16]


def test_what_one_raises_is_raised_in_its_turn() -> None:
    """The answers before it are had first."""

    def work(item: int) -> int:
        return 6 // item

    answers = in_pairs(work, (3, 2, 0, 1))
    assert [next(answers), next(answers)] == [2, 3]
    with pytest.raises(ZeroDivisionError):
        next(answers)


def test_nothing_is_at_work_once_nobody_asks() -> None:
    """What is timed next has the machine to itself; one more may have been begun, no others."""
    done: list[int] = []
    answers = in_pairs(done.append, range(100))
    next(answers)
    answers.close()
    assert len(done) <= 3
    assert not [one for one in threading.enumerate() if one.name.startswith("velox-pair")]
