"""Callers in other files pass a set only to functions that nobody replaces and that only search what they get."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pytest

from velox_engine.strategies.coordinated import Coordinated
from velox_engine.strategies.coordinated.searched_argument import propose
from velox_engine.workspace.import_graph import import_graph

HELPER = "def is_known(word: str, known) -> bool:\n    return word.lower() in known\n"
CALLER = (
    "from words import is_known\n\n\ndef unknown(texts: list[str], known: list[str]) -> list[str]:\n"
    "    found = []\n    for text in texts:\n        if not is_known(text, known):\n            found.append(text)\n"
    "    return found\n"
)


def proposed(folder: Path, files: Mapping[str, str]) -> list[Coordinated]:
    for name, text in files.items():
        (folder / name).write_text(text)
    (folder / "pyproject.toml").touch()
    return list(propose(import_graph(folder), folder / "words.py"))


@pytest.mark.parametrize(
    "helper",
    [
        pytest.param("def is_known(word, known):\n    return word in known or word in sorted(known)\n", id="order"),
        pytest.param("def is_known(word, known):\n    return len(known) > 3 and word in known\n", id="length"),
        pytest.param("def is_known(word, known):\n    known = known[1:]\n    return word in known\n", id="rebound"),
        pytest.param("def is_known(word, known):\n    return [word] in known\n", id="no hash"),
        pytest.param("SEEN = []\n\n\ndef is_known(word, known):\n    SEEN.append(word)\n    return word in known\n",
                     id="keeps something"),
        pytest.param("import functools\n\n\n@functools.cache\ndef is_known(word, known):\n    return word in known\n",
                     id="decorated"),
    ],
)  # fmt: skip
def test_a_function_that_does_more_than_search_gets_no_set(tmp_path: Path, helper: str) -> None:
    """Length, order and identity of a list are not those of a set."""
    assert proposed(tmp_path, {"words.py": helper, "main.py": CALLER}) == []


@pytest.mark.parametrize(
    "other",
    [
        "import words\n\nwords.is_known = None\n",
        "from unittest import mock\n\n\ndef test_it():\n    with mock.patch('words.is_known'):\n        pass\n",
        "from words import is_known\n\nif x: (\n",
    ],
)
def test_a_function_that_may_be_replaced_gets_no_set(tmp_path: Path, other: str) -> None:
    """What replaces it might need the list."""
    assert proposed(tmp_path, {"words.py": HELPER, "main.py": CALLER, "other.py": other}) == []


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("known: list[str]", "known: list[list[str]]"),  # its elements have no hash
        ("known: list[str]", "known"),  # a text is searched for parts
        ("            found.append(text)\n", "            known.append(text)\n"),  # it grows
        (
            "    for text in texts:\n",
            "    for text in texts:\n        clean(texts)\n",
        ),  # anything may happen to it
    ],
)
def test_a_list_that_is_not_the_same_all_along_stays(tmp_path: Path, old: str, new: str) -> None:
    """A set made before the loop would not follow it."""
    assert old in CALLER
    assert proposed(tmp_path, {"words.py": HELPER, "main.py": CALLER.replace(old, new)}) == []


def test_callers_of_all_files_change_together_and_each_can_alone(tmp_path: Path) -> None:
    """The function stays; every caller makes its set once before the loop."""
    dotted = CALLER.replace("from words import is_known", "import words").replace("not is_", "not words.is_")
    (found,) = proposed(tmp_path, {"words.py": HELPER, "main.py": CALLER, "again.py": dotted})
    texts = {change.path.name: change.new_text for change in found.files}
    assert set(texts) == {"main.py", "again.py"}
    made = "    known_set = set(known)\n    for text in texts:\n"
    assert f"{made}        if not is_known(text, known_set):\n" in texts["main.py"]
    assert f"{made}        if not words.is_known(text, known_set):\n" in texts["again.py"]
    assert {function for _, function in found.functions} == {"unknown"}
    assert [len(one.files) for one in found.fallbacks] == [1, 1]
