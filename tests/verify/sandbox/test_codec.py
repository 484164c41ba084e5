"""The canonical bytes: what they keep apart, what they keep together, and what malformed bytes do."""

from __future__ import annotations

import array
import collections
import datetime
import decimal
import fractions
import math
import random
import struct

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from velox_engine.verify.sandbox import child, payload

PLAIN = [
    None,
    True,
    False,
    0,
    -1,
    2**63 - 1,
    -(2**63),
    2**63,
    -(10**40),
    0.5,
    -0.0,
    math.inf,
    1 + 2j,
    complex(-0.0, math.inf),
    "",
    "é😀",
    "\ud800",
    "a\x00b",
    b"\xff\x00",
    bytearray(b"x"),
    [],
    [1, 2],
    [1, "a", None],
    [1.5, 2.5],
    ["a", "bc", ""],
    [2**70, 1],
    (),
    (1,),
    ([1], {"k": (2,)}),
    {},
    {"b": 1, "a": 2},
    {1: "x", (1, 2): [None]},
    set(),
    {1, 2, 3},
    {"x", "y"},
    {1, "a", (2, 3)},
    frozenset({frozenset({1}), frozenset()}),
    range(1, 10, 3),
    slice(None, 5, 2),
    ...,
    NotImplemented,
]


def both_ways(value: object) -> object:
    return child.decode(child.encode(value), 1)[0]


@pytest.mark.parametrize("value", PLAIN, ids=[f"{type(v).__name__}-{i}" for i, v in enumerate(PLAIN)])
def test_plain_data_comes_back_as_it_was(value: object) -> None:
    back = both_ways(value)
    assert type(back) is type(value)
    assert back == value
    assert child.encode(back) == child.encode(value)


def test_nan_has_one_form_alone_and_in_lists() -> None:
    negative = struct.unpack("<d", b"\x01\x00\x00\x00\x00\x00\xf8\xff")[0]
    assert child.encode(math.nan) == child.encode(negative)
    assert child.encode([1.0, math.nan]) == child.encode([1.0, negative])


DIFFERENT = [
    (1, True),
    (1, 1.0),
    (0.0, -0.0),
    (0, False),
    ("a", b"a"),
    (b"a", bytearray(b"a")),
    ([1], (1,)),
    ([], ()),
    ([], None),
    ({1}, frozenset({1})),
    ({"a": 1, "b": 2}, {"b": 2, "a": 1}),
    ([1, 2], [2, 1]),
    ([0.0], [-0.0]),
    ([1, 2], [1, 2.0]),
    (["ab", "c"], ["a", "bc"]),
    ([["a"], "b"], [["a", "b"]]),
    (decimal.Decimal("1.0"), decimal.Decimal("1.00")),
    (collections.Counter("a"), {"a": 1}),
    (collections.OrderedDict(a=1), {"a": 1}),
    (collections.deque([1], 3), collections.deque([1])),
    (collections.deque([1]), [1]),
    (array.array("i", [1]), array.array("l", [1])),
    (datetime.datetime(2020, 1, 1), datetime.date(2020, 1, 1)),
    (fractions.Fraction(1, 2), 0.5),
    (iter([1]), iter((1,))),
    (ValueError("a"), TypeError("a")),
    (int, float),
]


@pytest.mark.parametrize(("one", "other"), DIFFERENT, ids=lambda value: type(value).__name__)
def test_values_that_python_calls_equal_or_alike_have_other_bytes(one: object, other: object) -> None:
    assert child.encode(one) != child.encode(other)


def test_sets_have_one_form_whatever_their_order() -> None:
    for items in (list(range(500)), [f"k{i}" for i in range(500)], [(i, str(i)) for i in range(100)]):
        shuffled = items[:]
        random.Random(1).shuffle(shuffled)
        assert child.encode(set(items)) == child.encode(set(shuffled))


def test_aliasing_is_kept_and_told_apart_from_copies() -> None:
    shared = [1]
    assert child.encode([shared, shared]) != child.encode([[1], [1]])
    back = both_ways([shared, shared])
    assert isinstance(back, list)
    assert back[0] is back[1]


def test_equal_tuples_and_strings_are_values_without_identity() -> None:
    pair = (1, 2)
    assert child.encode([pair, pair]) == child.encode([(1, 2), (1, *[2])])


def test_a_cyclic_value_ends() -> None:
    loop: list[object] = []
    loop.append({"again": loop})
    back = both_ways(loop)
    assert isinstance(back, list)
    assert back[0]["again"] is back


def test_a_value_of_ten_thousand_levels_is_written_read_and_shown() -> None:
    deep: object = []
    for _ in range(10_000):
        deep = [deep]
    raw = child.encode((), {}, ("returned", deep), {})
    assert payload.describe(raw).startswith("returned [[[[")


def test_a_tuple_that_doubles_forty_times_is_refused_by_size() -> None:
    huge: tuple[object, ...] = ()
    for _ in range(40):
        huge = (huge, huge)
    with pytest.raises(child.Oversized):
        child.encode(huge, limit=1 << 16)


class Liar(list):  # type: ignore[type-arg]
    """Claims to be equal to everything, of another class, and to pickle as a command."""

    __class__ = int  # type: ignore[assignment]

    def __eq__(self, other: object) -> bool:
        return True

    def __reduce__(self) -> tuple[object, ...]:
        raise AssertionError("never asked")

    def __iter__(self):  # type: ignore[no-untyped-def]
        raise AssertionError("never asked")

    def __len__(self) -> int:
        return 99


def test_methods_of_a_lying_class_are_never_asked() -> None:
    assert child.encode(Liar([1])) != child.encode(Liar([2]))
    assert child.encode(Liar([1])) != child.encode([1])


class Slotted:
    """State in slots and in a dict of its own."""

    __slots__ = ("__dict__", "a", "b")

    def __init__(self, a: object) -> None:
        self.a = a


def test_instances_show_exact_class_slots_and_attributes() -> None:
    one, other = Slotted(1), Slotted(1)
    assert child.encode(one) == child.encode(other)
    other.extra = 2  # type: ignore[attr-defined]
    assert child.encode(one) != child.encode(other)
    assert child.encode(one) != child.encode(Slotted(True))


def test_what_has_no_plain_state_is_refused_and_only_named_where_lenient() -> None:
    encoder = child.Encoder()
    with pytest.raises(child.Unserialisable):
        encoder.add(lambda: 1)
    encoder.add([print, len], lenient=True)
    with pytest.raises(child.Unserialisable):
        child.encode(open(__file__, "rb"))  # noqa: SIM115


def test_a_generator_is_written_step_by_step_with_how_it_ended() -> None:
    def growing(end: str):  # type: ignore[no-untyped-def]
        items: list[int] = []
        for number in range(3):
            items.append(number)
            yield items  # the same list each time: its content then is what counts
        if end == "raise":
            raise ValueError("end")
        return end

    def fresh():  # type: ignore[no-untyped-def]
        yield [0]
        yield [0, 1]
        yield [0, 1, 2]
        return "x"

    assert child.encode(growing("x")) == child.encode(growing("x"))
    assert child.encode(growing("x")) != child.encode(growing("y"))
    assert child.encode(growing("x")) != child.encode(growing("raise"))
    shown = payload.describe(child.encode((), {}, ("returned", fresh()), {}))
    assert shown == "returned generator([0], [0, 1], [0, 1, 2])"


@settings(max_examples=300, deadline=None)
@given(st.binary(max_size=200))
def test_arbitrary_bytes_end_in_a_value_or_the_decoders_own_error(raw: bytes) -> None:
    for reader in (child.Builder(), payload.Reader()):
        try:
            child.decode(raw, 1, reader)
        except child.BadBytes:
            continue


@settings(max_examples=300, deadline=None)
@given(st.data())
def test_damaged_bytes_end_in_a_value_or_the_decoders_own_error(data: st.DataObject) -> None:
    raw = bytearray(child.encode(([1, 2], {"a": {1.5, None}}, "text"), {}, ("returned", [(1, b"x")] * 3), {}))
    for _ in range(data.draw(st.integers(1, 4))):
        raw[data.draw(st.integers(0, len(raw) - 1))] = data.draw(st.integers(0, 255))
    assert payload.describe(bytes(raw))


values = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False)
    | st.text(max_size=5)
    | st.binary(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.tuples(inner, inner)
        | st.dictionaries(st.text(max_size=3) | st.integers(), inner, max_size=4)
    ),
    max_leaves=20,
)


@settings(max_examples=200, deadline=None)
@given(values)
def test_any_nested_value_comes_back_with_the_same_bytes(value: object) -> None:
    raw = child.encode(value)
    assert child.encode(child.decode(raw, 1)[0]) == raw
