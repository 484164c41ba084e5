"""Answers are read in whatever form a model gives them; prose is told from code."""

from __future__ import annotations

import json

import pytest

from velox_engine.strategies.llm.answers import LONGEST_ANSWER, read

CODE = "def f(x):\n    return x\n"
DOCUMENT = json.dumps({"rewrites": [{"code": CODE, "note": "simpler"}]})


@pytest.mark.parametrize(
    ("text", "form"),
    [
        (DOCUMENT, "json"),
        (f"Here it is:\n```json\n{DOCUMENT}\n```\nGood luck!", "json"),
        (f"Sure! {DOCUMENT} I hope that helps.", "json"),
        (f"<think>\ndef g(): pass\n</think>\n{DOCUMENT}", "json"),
        (json.dumps([{"code": CODE}]), "json"),
        (json.dumps({"code": CODE}), "json"),
        (json.dumps({"answers": [CODE]}), "json"),
        (json.dumps({"rewrites": [{"code": f"```python\n{CODE}```"}]}), "json"),
        (
            '{"rewrites": [{"code": "def f(x):\n    return x\n", "note": ""}]}',
            "json",
        ),  # real line ends in a string
        (f"First:\n```python\n{CODE}```\n", "blocks"),
        (f"```\n{CODE}", "blocks"),
        (f"~~~py\n{CODE}~~~", "blocks"),
        (f"The function is\n{CODE}\nwhich is faster because it does less.", "bare"),
        (CODE, "bare"),
    ],
)
def test_code_is_found(text: str, form: str) -> None:
    """JSON as asked for, JSON among prose, code blocks with and without an end, a bare function."""
    answer = read(text)
    assert answer.form == form
    assert [proposal.code.strip() for proposal in answer.proposals] == [CODE.strip()]


@pytest.mark.parametrize(
    "text",
    [
        "",
        "I cannot do that.",
        "{}",
        "[]",
        '{"rewrites": []}',
        '{"rewrites": "def"}',
        "def ",
        "[" * 5000,
        "import os",
    ],
)
def test_prose_is_no_code(text: str) -> None:
    """What holds no function is prose, however it looks."""
    assert read(text).form == "prose"


def test_several_rewrites_are_all_found_up_to_a_limit() -> None:
    """The order is the model's; a model that does not stop is cut off."""
    items = [{"code": f"def f(x):\n    return {n}\n", "note": str(n)} for n in range(20)]
    answer = read(json.dumps({"rewrites": items}))
    assert [proposal.note for proposal in answer.proposals] == [str(n) for n in range(8)]


def test_a_note_is_one_plain_line() -> None:
    """Line ends and terminal escapes do not get through."""
    note = read(json.dumps({"code": CODE, "note": "one\ntwo \x1b[31mred"})).proposals[0].note
    assert note == "one two [31mred"


def test_a_huge_answer_is_cut() -> None:
    """What lies past the limit is not looked at."""
    assert read("x" * LONGEST_ANSWER + DOCUMENT).form == "prose"
