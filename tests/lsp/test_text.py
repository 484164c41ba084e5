"""The server's copy of a document stays equal to the editor's, whatever is typed and in whatever units."""

from __future__ import annotations

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from velox_server.convert import positions
from velox_server.text import DocumentText, split_lines

ALPHABET = st.text(st.sampled_from("ab \n\r\té€\U0001f600\u2028\x0c\ufeff"), max_size=12)


def units(text: str, encoding: str) -> int:
    return {"utf-8": len(text.encode()), "utf-16": len(text.encode("utf-16-le")) // 2, "utf-32": len(text)}[
        encoding
    ]


def place(text: str, index: int, encoding: str) -> tuple[int, int]:
    """The client's position of an index, computed from the whole text."""
    ends = [match.end() for match in re.finditer(r"\r\n|\r|\n", text)]
    before = [end for end in ends if end <= index]
    start = before[-1] if before else 0
    return len(before), units(text[start:index], encoding)


@given(st.data(), st.sampled_from(["utf-8", "utf-16", "utf-32"]), ALPHABET)
@settings(max_examples=400, deadline=None)
def test_any_series_of_edits_gives_the_editors_text(data: st.DataObject, encoding: str, text: str) -> None:
    """After each edit the lines joined are the text that the editor holds, split where the protocol splits."""
    document = DocumentText(text, encoding)
    for _ in range(data.draw(st.integers(1, 4))):
        # An editor places no cursor inside of a line end.
        allowed = [i for i in range(len(text) + 1) if text[i - 1 : i + 1] != "\r\n" or i == 0]
        first, last = sorted(data.draw(st.lists(st.sampled_from(allowed), min_size=2, max_size=2)))
        new = data.draw(ALPHABET)
        document.replace(place(text, first, encoding), place(text, last, encoding), new)
        text = text[:first] + new + text[last:]
        assert str(document) == text
        assert document.lines == split_lines(text)


def test_form_feed_and_line_separator_end_no_line() -> None:
    """Only the protocol's three line ends count; str.splitlines knows more."""
    assert split_lines("a\x0cb\u2028c\x1cd\ne") == ["a\x0cb\u2028c\x1cd\n", "e"]


@pytest.mark.parametrize(
    ("start", "end"), [((9, 9), (9, 9)), ((0, 99), (0, 99)), ((-1, 0), (-1, 3)), ((0, 2), (0, 1))]
)
def test_positions_outside_the_document_mean_its_nearest_place(
    start: tuple[int, int], end: tuple[int, int]
) -> None:
    """A confused client costs nothing but its own edit."""
    document = DocumentText("abc", positions.UTF16)
    document.replace(start, end, "")
    assert str(document) in ("abc", "ac")


def test_half_a_surrogate_pair_keeps_the_columns_right() -> None:
    """A lone surrogate is replaced by a character of the same UTF-16 length."""
    document = DocumentText("x = '\ud83d' # end", positions.UTF16)
    document.replace((0, 8), (0, 13), "")
    assert str(document) == "x = '\ufffd' "


@pytest.mark.parametrize(("encoding", "column"), [("utf-8", 8), ("utf-16", 6), ("utf-32", 5)])
def test_columns_count_in_the_clients_units(encoding: str, column: int) -> None:
    """A place after a character outside of the basic plane has the column that the encoding gives it."""
    line = "x='😀' in y"
    assert positions.to_client(line, 8, encoding) == column
    assert positions.to_bytes(line, column, encoding) == 8


@given(ALPHABET.filter(lambda text: "\n" not in text and "\r" not in text), st.integers(0, 40))
def test_columns_convert_there_and_back(line: str, index: int) -> None:
    """Every place between two characters survives the way to the client and back, in all units."""
    column = len(line[:index].encode())
    for encoding in ("utf-8", "utf-16", "utf-32"):
        assert positions.to_bytes(line, positions.to_client(line, column, encoding), encoding) == column
