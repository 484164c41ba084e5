"""Finding one function without listing them all gives what the whole list gives."""

from __future__ import annotations

import pytest

from velox_engine.settings import Settings
from velox_server.session import Session, Snapshot

TEXT = '''@cached
def top(x):
    def inner(y):
        return y
    return inner


if top:
    def twice():
        return 1


def once():
    """def top(): in a text is none."""
    return 2


class Shop:
    @property
    def price(self):
        return 1

    async def once(self):
        return 3

    class Shelf:
        def label(self): return ""


def twice():
    return 2


if once:
    async def twice():
        return 3


class Shop:
    def price(self): return 2
'''


def snapshot(text: str) -> Snapshot:
    return Session().open("file:///shop.py", 1, text, Settings()).snapshot


@pytest.mark.parametrize("text", [TEXT, TEXT + "def half(:\n    return (\n", "", "x = 1\n", "def f(): pass"])
def test_function_by_name_is_the_last_of_the_list(text: str) -> None:
    """Decorated, nested, conditional, repeated and half-typed functions are found by name as in the whole list."""
    now = snapshot(text)
    for span in now.functions:
        last = next(s for s in reversed(now.functions) if s.qualname == span.qualname)
        assert now.function(span.qualname) == last
    assert now.function("nobody") is None
    assert now.function("Shop.nobody") is None


@pytest.mark.parametrize("text", [TEXT, "def f(): pass", ""])
def test_function_at_every_place_is_the_innermost_of_the_list(text: str) -> None:
    """At each column of each line the function is the one that the whole list has around it."""
    now = snapshot(text)
    for line, content in enumerate(text.split("\n")):
        for column in range(len(content) + 1):
            offset = now.offset(line, column)
            around = [span for span in now.functions if span.start <= offset <= span.end]
            assert now.function_at(line, column) == (around[-1] if around else None), (line, column)


def test_what_is_inside_a_function_belongs_to_it() -> None:
    """The outermost function around an inner one is what is rewritten; a method is its own."""
    now = snapshot(TEXT)
    assert now.outermost("top.inner") == "top"
    assert now.outermost("Shop.price") == "Shop.price"
    assert now.outermost("once") == "once"
    assert now.outermost("gone") == "gone"
