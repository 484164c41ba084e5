"""An edit is placed where its function stands now, or refused when that place is no longer what was verified."""

from __future__ import annotations

import pytest

from velox_engine.settings import Settings
from velox_engine.source.document import SourceFile
from velox_engine.source.edits import apply_edits
from velox_engine.source.syntax import parse
from velox_engine.types import VeloxError
from velox_server.offers import Offer, place
from velox_server.session import Snapshot
from velox_server.text import split_lines

OLD_FUNCTION = (
    "def count(xs):\n    seen = {}\n    for x in xs:\n        seen[x] = seen.get(x, 0) + 1\n    return seen"
)
NEW_FUNCTION = "def count(xs):\n    return dict(Counter(xs))"
HEAD = '"""Shop."""\nimport os\n\nLIMIT = 3\n\n\n'
NEW_HEAD = '"""Shop."""\nimport os\nfrom collections import Counter\n\nLIMIT = 3\n\n\n'
TAIL = "\n\n\ndef other():\n    return os.sep\n"


def offer() -> Offer:
    suggestion = {"id": "s", "new_source": NEW_HEAD + NEW_FUNCTION + TAIL, "new_function": NEW_FUNCTION}
    return Offer("file:///shop.py", "count", suggestion, HEAD + OLD_FUNCTION + TAIL, OLD_FUNCTION)


def snapshot(text: str) -> Snapshot:
    parsed = parse(SourceFile.from_text(text))
    return Snapshot("file:///shop.py", 2, "utf-16", tuple(split_lines(text)), parsed, Settings(), [])


def placed(text: str) -> str:
    return apply_edits(text.encode(), place(offer(), snapshot(text))).decode()


@pytest.mark.parametrize(
    "text",
    [
        HEAD + OLD_FUNCTION.replace("+ 1", "+ 2") + TAIL,
        HEAD + TAIL,
        HEAD + OLD_FUNCTION.replace("count", "tally") + TAIL,
        "",
    ],
)
def test_changed_function_is_refused(text: str) -> None:
    """A function that was edited, renamed or deleted gets no edit."""
    with pytest.raises(VeloxError) as caught:
        place(offer(), snapshot(text))
    assert caught.value.code == "function-changed"


def test_place_outside_the_function_that_changed_is_refused() -> None:
    """Where the import would go stands something else now: no guess is made."""
    text = HEAD.replace("import os\n\nLIMIT = 3\n", "LIMIT = 4\n") + OLD_FUNCTION + TAIL
    with pytest.raises(VeloxError) as caught:
        place(offer(), snapshot(text))
    assert caught.value.code == "document-changed"


def test_unchanged_document_becomes_the_suggestion() -> None:
    """With nothing typed meanwhile the result is the suggested text, byte for byte."""
    assert placed(HEAD + OLD_FUNCTION + TAIL) == NEW_HEAD + NEW_FUNCTION + TAIL


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("LIMIT = 3\n", "LIMIT = 3\nMORE = '😀'\n"),
        ("LIMIT = 3\n", ""),
        ("    return os.sep\n", "    return os.linesep\n\n\nclass More:\n    pass\n"),
        ('"""Shop."""', '"""Shop and garden."""'),
    ],
)
def test_function_that_moved_is_found_again(old: str, new: str) -> None:
    """What was typed above or below stays, and the edits land on the function and its import."""
    text = HEAD + OLD_FUNCTION + TAIL
    expected = (NEW_HEAD + NEW_FUNCTION + TAIL).replace(old, new)
    assert placed(text.replace(old, new)) == expected


def test_edits_leave_untouched_lines_alone() -> None:
    """The edits name only lines that differ, so that markers and folds elsewhere stay."""
    text = HEAD + OLD_FUNCTION + TAIL
    for edit in place(offer(), snapshot(text)):
        assert "other" not in text.encode()[edit.start : edit.end].decode() + edit.text


def test_carriage_returns_survive() -> None:
    """A document with Windows line ends keeps them outside of the edit."""
    made = offer()
    windows = Offer(
        made.uri,
        "count",
        {
            key: value.replace("\n", "\r\n") if key != "id" else value
            for key, value in made.suggestion.items()
        },
        made.old_source.replace("\n", "\r\n"),
        OLD_FUNCTION.replace("\n", "\r\n"),
    )
    text = (HEAD + "X = 1\n" + OLD_FUNCTION + TAIL).replace("\n", "\r\n")
    data = apply_edits(text.encode(), place(windows, snapshot(text))).decode()
    assert data == (NEW_HEAD + "X = 1\n" + NEW_FUNCTION + TAIL).replace("\n", "\r\n")
