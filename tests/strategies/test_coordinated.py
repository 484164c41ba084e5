"""Rewrites across files are proposed only where every use in the workspace is read and plainly harmless."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pytest

from velox_engine.strategies.coordinated.model import Coordinated
from velox_engine.strategies.coordinated.shared_constant import propose
from velox_engine.workspace.import_graph import import_graph

WORDS = 'STOP = ("a", "b", "c", "d")\n'
SEARCH = "\n\ndef keep(text: str) -> list[str]:\n    return [w for w in text.split() if w not in STOP]\n"


def proposed(folder: Path, files: Mapping[str, str]) -> list[Coordinated]:
    for name, text in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    (folder / "pyproject.toml").touch()
    return list(propose(import_graph(folder), folder / "words.py"))


def texts(candidate: Coordinated) -> dict[str, str]:
    return {change.path.name: change.new_text for change in candidate.files}


@pytest.mark.parametrize(
    "other",
    [
        "import words\nwords.STOP = ()\n",  # replaced from elsewhere
        "from words import STOP\nSTOP += ('e',)\n",
        "import words\nsetattr(words, 'STOP', ())\n",
        "from unittest import mock\n\ndef test_it():\n    with mock.patch('words.STOP', ()):\n        pass\n",
        "from words import STOP\n\ndef f(STOP):\n    return 1 in STOP\n",  # another thing of that name
        "from words import STOP\nSTOP_SET = set(STOP)\n",  # the new name is taken
        "import words\ndel words.STOP\n",
        "from words import STOP\n\ndef f():\n    global STOP\n",
        "from words import STOP\nif x: (\n",  # cannot be read
    ],
)
def test_what_may_replace_the_constant_means_nothing_is_proposed(tmp_path: Path, other: str) -> None:
    """One file that replaces, patches or shadows the constant is enough."""
    assert proposed(tmp_path, {"words.py": WORDS + SEARCH, "other.py": other}) == []


@pytest.mark.parametrize(
    "other",
    [
        "from words import STOP\nSTOP.append('e')\n",
        "from words import STOP\nmine = STOP\n",  # a second name may change it
        "from words import STOP\nregister(STOP)\n",
        "import words\nwords.STOP[0] = 'x'\n",
        "import words\n\ndef give():\n    return words.STOP\n",
    ],
)
def test_a_list_that_may_be_changed_is_left_alone(tmp_path: Path, other: str) -> None:
    """A list must not leave the file's hands; what cannot change a tuple does not stop it."""
    as_list = WORDS.replace("(", "[").replace(")", "]")
    assert proposed(tmp_path / "list", {"words.py": as_list + SEARCH, "other.py": other}) == []
    if "append" not in other and "[0] =" not in other:
        assert proposed(tmp_path / "tuple", {"words.py": WORDS + SEARCH, "other.py": other})


@pytest.mark.parametrize(
    "text",
    [
        'STOP = ("a", "b")\n' + SEARCH,  # too few to matter
        'STOP = ("a", 1, "b", 2)\n' + SEARCH,
        'STOP = ("a", "b", "c", name)\n' + SEARCH,
        "STOP = ([1], [2], [3], [4])\n" + SEARCH,
        WORDS + "\nwanted = [w for w in text if w in STOP]\n",  # no function to verify it through
        WORDS + "\n\ndef f(w, known=('x' in STOP)):\n    return w\n",
        WORDS + "\n\ndef f(a, b):\n    return a in STOP == b\n",  # a chain
        WORDS + "\n\ndef f():\n    return STOP in [(1, 2)]\n",
    ],
)
def test_other_constants_and_other_uses_are_none(tmp_path: Path, text: str) -> None:
    """Few or mixed items, uses outside functions, and comparisons of another kind."""
    assert proposed(tmp_path, {"words.py": text}) == []


def test_all_files_that_search_it_change_together(tmp_path: Path) -> None:
    """The set stands beside the constant and is imported the way each file imports; other uses stay as they are."""
    files = {
        "words.py": 'STOP = [\n    "a", "b", "c",\n    "d",\n]  # few\n\n\ndef count():\n    return len(STOP)\n',
        "one.py": "from words import STOP" + SEARCH,
        "two.py": "import words as w\n\n\nclass C:\n    def f(self, x):\n        return x in w.STOP, list(w.STOP)\n",
        "three.py": "from words import STOP as S\n\n\ndef f(x):\n    return [x in S for S in ()]\n",
    }
    (found,) = proposed(tmp_path, files)
    new = texts(found)
    assert set(new) == {"words.py", "one.py", "two.py"}
    assert new["words.py"] == files["words.py"].replace("# few", "# few\nSTOP_SET = frozenset(STOP)")
    assert new["one.py"] == files["one.py"].replace("STOP", "STOP_SET")
    assert new["two.py"] == files["two.py"].replace("x in w.STOP", "x in w.STOP_SET")
    assert {(path.name, function) for path, function in found.functions} == {
        ("one.py", "keep"),
        ("two.py", "C.f"),
    }


def test_each_file_alone_is_the_fallback(tmp_path: Path) -> None:
    """Alone, a file keeps its import and builds a set of its own; functions that are left out keep the constant."""
    files = {"words.py": WORDS + SEARCH, "one.py": "from words import STOP" + SEARCH}
    (found,) = proposed(tmp_path, files)
    home, other = found.fallbacks
    assert "\nSTOP_SET = frozenset(STOP)\n" in texts(home)["words.py"]
    assert "not in STOP_SET]" in texts(home)["words.py"]
    assert "from words import STOP\n\n_STOP_SET = frozenset(STOP)\n" in texts(other)["one.py"]
    left_out = [((tmp_path / "words.py").resolve(), "keep")]
    (part,) = propose(import_graph(tmp_path), tmp_path / "words.py", leave_out=left_out)
    assert "in STOP]" in texts(part)["words.py"]
    assert [function for _, function in part.functions] == ["keep"]


def test_a_name_that_others_take_from_a_file_stays_there(tmp_path: Path) -> None:
    """Where a third file imports the constant from the second, the second keeps both names; `__all__` is no patch."""
    files = {
        "words.py": WORDS + '__all__ = ["STOP"]\n',
        "one.py": "from words import STOP" + SEARCH,
        "two.py": "from one import STOP\n",
    }
    (found,) = proposed(tmp_path, files)
    assert texts(found)["one.py"].startswith("from words import STOP, STOP_SET\n")
    assert "two.py" not in texts(found)


def test_line_ends_and_relative_imports_are_kept(tmp_path: Path) -> None:
    """A package with Windows line ends is rewritten in its own style."""
    files = {
        "shop/__init__.py": "",
        "shop/words.py": WORDS,
        "shop/one.py": ("from .words import STOP" + SEARCH).replace("\n", "\r\n"),
    }
    for name, text in files.items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_bytes(text.encode())
    (found,) = propose(import_graph(tmp_path), tmp_path / "shop" / "words.py")
    assert texts(found)["one.py"] == files["shop/one.py"].replace("STOP", "STOP_SET")
