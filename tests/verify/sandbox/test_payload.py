"""Payloads in words and compared within a tolerance."""

from __future__ import annotations

import math

import pytest

from velox_engine.verify.sandbox import child, decode, describe, describe_difference, payloads_equal


def payload(value: object, *args: object, **extras: object) -> bytes:
    return child.encode(args, {}, ("returned", value), extras)


@pytest.mark.parametrize(
    ("value", "words"),
    [
        ([1, 2], "returned [1, 2]"),
        ((1,), "returned (1,)"),
        ({"a": {1}}, "returned {'a': {1}}"),
        (set(), "returned set()"),
        ("x", "returned 'x'"),
    ],
)
def test_results_read_like_expressions(value: object, words: str) -> None:
    assert describe(payload(value)) == words


def test_terminal_escapes_never_reach_the_reader() -> None:
    shown = describe(
        child.encode((), {}, ("raised", "m.E\x1b[2J", "\x1b]0;owned\x07"), {"stdout": "\x1b[31m"})
    )
    assert "\x1b" not in shown
    assert "\x07" not in shown


def test_long_results_are_cut() -> None:
    assert len(describe(payload(list(range(100_000))))) < 500
    assert len(describe(payload("x" * 100_000))) < 500


def test_a_difference_is_said_where_it_lies() -> None:
    assert describe_difference(payload(1), payload(2)) == ("returned 1", "returned 2")
    assert describe_difference(payload(1, [1]), payload(1, [2])) == (
        "left argument 1 as [1]",
        "left argument 1 as [2]",
    )
    assert describe_difference(payload(1, stdout="x"), payload(1)) == ("printed 'x'", "printed nothing")
    shared = [1]
    old, new = describe_difference(payload([shared, shared]), payload([[1], [1]]))
    assert "aliasing" in old
    assert "aliasing" in new


def test_the_structure_of_a_payload_can_be_read() -> None:
    seen = decode(payload([1], 2, stdout="hi"))
    assert (seen.kind, seen.value, seen.args, seen.extras) == ("returned", [1], (2,), {"stdout": "hi"})


def test_floats_within_a_tolerance_are_equal_only_when_it_is_declared() -> None:
    old, new = payload([0.1 + 0.2, {"k": 1.0}]), payload([0.3, {"k": 1.0}])
    assert not payloads_equal(old, new)
    assert payloads_equal(old, new, 1e-9)
    assert not payloads_equal(payload([1.0]), payload([1.1]), 1e-9)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (1.0, 1),
        ([1.0], (1.0,)),
        (math.nan, 1.0),
        (math.inf, -math.inf),
        ([1.0], [1.0, 1.0]),
        ({"a": 1.0}, {"b": 1.0}),
        ("1.0", 1.0),
        (True, 1),
    ],
)
def test_a_tolerance_never_excuses_another_type_or_shape(one: object, other: object) -> None:
    assert not payloads_equal(payload(one), payload(other), 1e-6)


def test_a_tolerance_never_excuses_other_aliasing() -> None:
    shared = [1.0]
    assert not payloads_equal(payload([shared, shared, 0.1 + 0.2]), payload([[1.0], [1.0], 0.3]), 1e-6)


def test_cyclic_payloads_compare_within_a_tolerance() -> None:
    loops = []
    for number in (0.3, 0.1 + 0.2):
        loop: list[object] = [number]
        loop.append(loop)
        loops.append(payload(loop))
    assert payloads_equal(loops[0], loops[1], 1e-9)


def test_numpy_arrays_show_their_numbers() -> None:
    numpy = pytest.importorskip("numpy")
    assert describe(payload(numpy.array([1.5, 2.0]))) == "returned numpy.ndarray([1.5, 2.0], f8)"
    assert describe(payload(numpy.int64(3))) == "returned numpy.int64(3, i8)"


def test_data_frames_and_series_are_told_apart_by_type_index_and_value() -> None:
    pandas = pytest.importorskip("pandas")
    frame = pandas.DataFrame({"a": [1, 2], "b": ["x", None]})
    same = pandas.DataFrame({"a": [1, 2], "b": ["x", None]})
    assert payload(frame) == payload(same)
    for other in (
        frame.astype({"a": float}),
        frame[["b", "a"]],
        frame.set_index(pandas.Index([1, 0])),
        frame["a"],
    ):
        assert payload(frame) != payload(other)
