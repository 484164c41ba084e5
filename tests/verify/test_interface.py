"""What may change in how a function is called, and what may not."""

from __future__ import annotations

import pytest

from velox_engine.verify.interface import interface_difference


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("def f(a): ...", "def f(b): ..."),
        ("def f(a, b=1): ...", "def f(a, b): ..."),
        ("def f(a, b): ...", "def f(a): ..."),
        ("def f(a): ...", "def f(a, /): ..."),
        ("def f(a): ...", "def f(*, a): ..."),
        ("def f(a): ...", "def f(a, b): ..."),
        ("def f(a): ...", "def f(a, *, b): ..."),
        ("def f(*a): ...", "def f(a): ..."),
        ("def f(**a): ...", "def f(): ..."),
        ("def f(*, k): ...", "def f(): ..."),
        ("def f(a): ...", "async def f(a): ..."),
        ("async def f(a): ...", "def f(a): ..."),
    ],
)
def test_a_call_that_worked_must_still_work(old: str, new: str) -> None:
    """Names, defaults, kinds and coroutines are part of what callers rely on."""
    difference = interface_difference(old, new, "f")
    assert difference is not None
    assert "called differently" in difference.says


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("def f(a): ...", "def f(a, b=None): ..."),
        ("def f(a, /): ...", "def f(x, /): ..."),
        ("def f(*, k): ...", "def f(*, k=1): ..."),
        ("def f(a, b=1): ...", "def f(a, b=1, *rest, **more): ..."),
        ("def f(a: int) -> int: ...", "@cache\ndef f(a): ..."),
        ("def f(a): ...", "f = make()"),
    ],
)
def test_a_more_general_function_may_take_its_place(old: str, new: str) -> None:
    """More parameters with defaults, other hints, other decorators: every old call still works."""
    assert interface_difference(old, new, "f") is None


def test_a_static_method_is_not_a_method() -> None:
    """The receiver would move into the first parameter."""
    old = "class C:\n    @staticmethod\n    def f(a): ..."
    assert interface_difference(old, old.replace("    @staticmethod\n", ""), "C.f") is not None
    assert interface_difference(old, old, "C.f") is None
