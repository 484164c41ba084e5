"""What a table answers for every character is what the function answered one by one, whatever it is given."""

from __future__ import annotations

import pytest

from velox_engine.source.document import SourceFile
from velox_engine.strategies import propose

CODES = {
    "kept, changed and dropped": (
        "def f(s):\n    out = ''\n    for c in s:\n        if c == ' ':\n            out += '_'\n"
        "        elif c.isalnum():\n            out += c.lower()\n    return out\n"
    ),
    "a value bound on the way": (
        "def f(s):\n    out = []\n    for c in s:\n        code = ord(c)\n        if 65 <= code <= 90:\n"
        "            out.append(chr((code - 65 + 13) % 26 + 65))\n        else:\n            out.append(c)\n"
        "    return ''.join(out)\n"
    ),
    "one character becomes several": (
        "def f(s):\n    names = {'<': '&lt;', '>': '&gt;', 'ß': 'ss'}\n    return ''.join(names.get(c, c) for c in s)\n"
    ),
    "characters without an answer": (
        "def f(s: str):\n    pairs = {'A': 'T', 'C': 'G'}\n    return ''.join([pairs[c] for c in reversed(s)])\n"
    ),
    "a digit's value": "def f(s):\n    return sum(int(c) % 2 == 1 for c in s)\n",
    "a method's answer": "def f(s):\n    return len([c for c in s if c.isupper() and c not in 'AÄ'])\n",
    "every second": (
        "def f(s):\n    n = 0\n    for i in range(0, len(s), 2):\n        if s[i] in 'abcdef':\n"
        "            n += 1\n    return n\n"
    ),
    "any by a set": "def f(s):\n    return any(c in '!?.' for c in s)\n",
    "any by a method": "def f(s):\n    return any(c.isdigit() for c in s)\n",
    "any but": "def f(s):\n    return any(c not in 'ab ' for c in s)\n",
    "all by a set": "def f(s):\n    return all(c in 'ab ' for c in s)\n",
    "all by the text's own method": "def f(s):\n    return all(c.isdigit() for c in s)\n",
    "all but": "def f(s):\n    return all(c != ' ' for c in s)\n",
    "another text's characters": "def f(s):\n    t = s[:1]\n    return ''.join([c for c in s if c not in t])\n",
    "what letters stand for": "def f(s):\n    return sum(ord(c) - 64 if c.isupper() else 0 for c in s)\n",
    "two numbers in one loop": (
        "def f(s):\n    up = 0\n    low = 3\n    for c in s:\n        if c.isupper():\n            up += 1\n"
        "        elif c.islower():\n            low += 1\n    return up, low\n"
    ),
    "numbers by position": (
        "def f(s):\n    n = 0\n    for i in range(len(s)):\n        if s[i] == ' ':\n            continue\n"
        "        n += 2 * ord(s[i]) % 7\n    return n\n"
    ),
    "map with a lambda": "def f(s):\n    return ''.join(list(map(lambda c: c.swapcase(), s)))\n",
    "filter with a lambda": "def f(s):\n    return ''.join(filter(lambda c: c.isdigit(), s))\n",
    "the length of a filter": "def f(s):\n    return len(list(filter(lambda c: c in 'abc', s)))\n",
    "the digits of what it is given": (
        "def f(s):\n    even = odd = 0\n    for d in str(s):\n        if int(d) % 2 == 0:\n            even += 1\n"
        "        else:\n            odd += 1\n    return even, odd\n"
    ),
    "a text made for the loop": (
        "def f(s: str):\n    n = 0\n    for c in s.lower():\n        if c.isalpha() and c > 'f':\n            n += 1\n"
        "    return n, ''.join([c for c in s if c != 'a'])\n"
    ),
    "a text made for the answer": "def f(s: str):\n    return any(c in '!?' for c in s.strip())\n",
    "a value that raises in a branch not taken": (
        "def f(s: str):\n    out = ''\n    for c in s:\n        value = int(c)\n        if c == '7':\n"
        "            out += str(value)\n    return out\n"
    ),
}
ARGUMENTS = (
    "", "a", " ", "a b-C!?", "A CC AC", "ACCA", "0123456789", "77a", "<a>ß</a>", "İ K ſ ﬁ ² ٣", "\ud800\x00\x7f\x80",
    "xyz" * 40, ["a", " B"], ("7", "1"), ["ab", ""], {"a": 1}, [1, 2], b"ab", None, 3,
)  # fmt: skip


def behaviour(code: str, argument: object) -> str:
    """What a call returns or raises, with its type."""
    scope: dict[str, object] = {}
    exec(code, scope)
    function = scope["f"]
    assert callable(function)
    try:
        return repr(function(argument))
    except Exception as error:
        return repr(error)


@pytest.mark.parametrize("code", CODES.values(), ids=CODES.keys())
def test_the_answers_are_those_of_the_characters(code: str) -> None:
    """Texts in and beyond ASCII, empty ones, and what is no text at all."""
    candidates = propose(SourceFile.from_text(code), "f", strategy="character-table")
    assert candidates
    for argument in ARGUMENTS:
        if "s: str" not in code or isinstance(argument, str):
            for candidate in candidates:
                assert behaviour(candidate.new_source, argument) == behaviour(code, argument), argument


@pytest.mark.parametrize("code", CODES.values(), ids=CODES.keys())
def test_what_remains_for_other_texts_is_not_rewritten_again(code: str) -> None:
    """The old code behind a test is the end of it."""
    candidate = propose(SourceFile.from_text(code), "f", strategy="character-table")[0]
    again = propose(SourceFile.from_text(candidate.new_source), "f", strategy="character-table")
    assert [one.new_source for one in again] == []


def test_a_table_made_for_each_call_becomes_one_of_the_module() -> None:
    """The rewrite of another strategy is where this one goes on."""
    code = "def f(s: str):\n    return s.translate({ord(c): c.swapcase() for c in set(s)})\n"
    plain, asking = propose(SourceFile.from_text(code), "f", strategy="character-table")
    assert "s.isascii()" in plain.new_source and "__missing__" in asking.new_source
    for candidate in (plain, asking):
        for argument in ("", "aB ß", "xYz"):
            assert behaviour(candidate.new_source, argument) == behaviour(code, argument)


def test_an_error_of_the_question_stays_an_error() -> None:
    """A table that fills itself asks only what raises no LookupError, which str.translate takes for an answer."""
    for asked in ("chr(ord(c) - 100)", "chr(ord(c.lower()) * 9999)"):
        code = f"def f(s: str):\n    return ''.join([{asked} if c.isalpha() else c for c in s])\n"
        for candidate in propose(SourceFile.from_text(code), "f", strategy="character-table"):
            for argument in ("a", "z1", "ABC", "1", "ß", "\uffff中", "é中z"):
                assert behaviour(candidate.new_source, argument) == behaviour(code, argument), asked
    code = "def f(s: str):\n    return ''.join([c.upper() if 'abc'.index(c.lower()) > 0 else c for c in s])\n"
    found = propose(SourceFile.from_text(code), "f", strategy="character-table")
    assert not any("__missing__" in one.new_source for one in found)


def test_a_single_character_is_replaced_or_counted() -> None:
    """No table stands where a method of one character does."""
    code = "def f(s: str):\n    return ''.join([' ' if c == ',' else c for c in s]), sum(1 for c in s if c in 'xy')\n"
    (candidate, *_) = propose(SourceFile.from_text(code), "f", strategy="character-table")
    assert 's.replace(",", " ")' in candidate.new_source
    assert 's.count("x") + s.count("y")' in candidate.new_source
