"""What a person accepted once is found wherever it fits, and nowhere that it does not."""

from __future__ import annotations

import ast
from dataclasses import replace

import pytest

from velox_engine.experience import SuggestionRecord
from velox_engine.source.document import SourceFile
from velox_engine.strategies import learned

OLD = """
def common(orders, paid):
    both = []
    for order in orders:
        for other in paid:
            if order == other:
                both.append(order)
                break
    return both
"""
NEW = """
def common(orders, paid):
    both = []
    known = set(paid)
    for order in orders:
        if order in known:
            both.append(order)
    return both
"""
ACCEPTED = SuggestionRecord(
    "s1", "m.py", "common", actions=("data_structure",), speedup=(5, 4, 6), old_function=OLD, new_function=NEW
)


def pattern() -> learned.Pattern:
    found = learned.learn(ACCEPTED)
    assert found is not None
    return found


def places(text: str, name: str) -> list[str]:
    """What the pattern makes of a function."""
    source = SourceFile.from_text(text)
    return [candidate.new_source for candidate in learned.propose(source, name, [pattern()])]


UNLIKE = {
    "another operator": OLD.replace("==", "!="),
    "another order of roles": OLD.replace("both.append(order)", "both.append(other)"),
    "another method": OLD.replace("append", "add"),
    "no break": OLD.replace("                break\n", ""),
    "one name in two roles": OLD.replace("in paid", "in orders"),
    "a comment inside": OLD.replace("if order == other:", "if order == other:  # twice"),
    "a hidden builtin": "def set(x): return x\n" + OLD,
    "already rewritten": NEW,
}


@pytest.mark.parametrize("case", UNLIKE)
def test_what_differs_is_left_alone(case: str) -> None:
    """A place that is not the same but for its holes gets no candidate."""
    if case == "one name in two roles":
        assert all("set(orders)" in made for made in places(UNLIKE[case], "common"))
    else:
        assert places(UNLIKE[case], "common") == []


def test_pattern_shows_its_holes() -> None:
    """Both sides read as code, with numbered holes and the new name."""
    before, after = pattern().shown
    assert before.startswith("for $") and "append" in before and "order" not in before
    assert after.startswith("known = set($")


def test_same_thing_under_other_names_as_a_method_with_hints_is_found() -> None:
    """Places such as self.friends fill holes; names that are taken are avoided; the rest of the file stays."""
    text = '''import os

class People:
    def met(self, people):
        """Doc."""
        found: list[str] = []
        known = 0
        if people:
            for person in people:
                for friend in self.friends:
                    if person == friend:
                        found.append(person)
                        break
        return found, known
'''
    (made,) = places(text, "People.met")
    expected = """            known_2 = set(self.friends)
            for person in people:
                if person in known_2:
                    found.append(person)
        return found, known
"""
    assert made.endswith(expected)
    assert made.startswith('import os\n\nclass People:\n    def met(self, people):\n        """Doc."""\n')
    ast.parse(made)


def test_constants_and_places_that_both_sides_share_are_holes() -> None:
    """A key or a threshold of the accepted rewrite does not tie the pattern to it."""
    old = """
def late(rows):
    out = []
    for row in rows:
        if row["days"] > 30:
            out.append(row["name"])
    return out
"""
    new = """
def late(rows):
    out = [row["name"] for row in rows if row["days"] > 30]
    return out
"""
    found = learned.learn(replace(ACCEPTED, old_function=old, new_function=new))
    assert found is not None
    text = (
        old.replace("late", "big")
        .replace('"days"', '"size"')
        .replace("30", "1000")
        .replace('"name"', '"path"')
    )
    (candidate,) = learned.propose(SourceFile.from_text(text), "big", [found])
    assert 'out = [row["path"] for row in rows if row["size"] > 1000]' in candidate.new_source.replace(
        "'", '"'
    )
    assert candidate.by_model, "it is held to all inputs, as what a model writes"
    assert candidate.strategy == f"learned:{found.id}"


REFUSED = {
    "another signature": (OLD, NEW.replace("paid)", "paid, more=None)")),
    "needs an import": (
        OLD,
        NEW.replace("    known = set(paid)", "    from x import y\n    known = y(paid)"),
    ),
    "needs a global": (OLD, NEW.replace("set(paid)", "index_of(paid)")),
    "needs a name from elsewhere": (
        OLD.replace("    both = []", "    extra = 1\n    both = []"),
        NEW.replace("    both = []", "    extra = 1\n    both = []").replace(
            "in known:", "in known or extra:"
        ),
    ),
    "too small": ("def f(x):\n    y = x\n    return y\n", "def f(x):\n    y = +x\n    return y\n"),
    "an inner function": (OLD, NEW.replace("    known = set(paid)", "    known = (lambda: set(paid))()")),
    "no function": ("x = 1", "x = 2"),
    "broken": ("def f(:", NEW),
    "nothing changed": (OLD, OLD),
}


@pytest.mark.parametrize("case", REFUSED)
def test_what_does_not_stand_for_itself_is_not_learned(case: str) -> None:
    """A rewrite that needs more than what it replaces gives no pattern."""
    old, new = REFUSED[case]
    assert learned.learn(replace(ACCEPTED, old_function=old, new_function=new)) is None


def test_the_same_pattern_twice_is_one() -> None:
    """Accepting the same rewrite under other names adds nothing."""
    renamed = replace(
        ACCEPTED,
        id="s2",
        old_function=OLD.replace("order", "item").replace("paid", "sold"),
        new_function=NEW.replace("order", "item").replace("paid", "sold"),
    )
    assert [one.suggestion for one in learned.learn_all([ACCEPTED, renamed])] == ["s1"]
