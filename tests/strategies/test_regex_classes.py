"""Text methods give what the regular expression gave for every kind of white space and letter."""

from __future__ import annotations

import sys

import pytest

from velox_engine.source.document import SourceFile
from velox_engine.strategies import propose

EXPRESSIONS = (
    're.sub(r"[^a-zA-Z0-9_]", "_", s)',
    're.sub("[aeiou]", "", s)',
    're.sub("[aeiou]+", "", s)',
    're.sub(r"\\W", "", s)',
    're.sub(r"\\d", "#", s)',
    're.sub(r"[\\]\\-^]", "", s)',
    're.sub(r"[^\\w\\s]", "", s).lower()',
    'len(re.findall("[,;]", s))',
    'WORD.sub("", s)',
    're.sub(r"\\s+", "", s)',
    're.sub(r"\\s+", " ", s).strip()',
    're.sub(r"\\s+", " ", s.strip())',
    're.findall(r"\\S+", s)',
)
WHITE = "".join(char for char in map(chr, range(sys.maxunicode + 1)) if char.isspace())
TEXTS = (
    "", " ", "a b\t\n c ", "x,y;z", "Größe ٣ ² _-]^", "ÄÖ,é", "\x1c\x1d\x1e\x1f\x85\xa0", f"a{WHITE}b",
    "a" + " x".join(WHITE),
    "".join(map(chr, range(300))), "\ud800a",
)  # fmt: skip


@pytest.mark.parametrize("expression", EXPRESSIONS)
def test_the_text_method_gives_what_the_expression_gave(expression: str) -> None:
    """All white space of Unicode, digits and letters beyond ASCII, and what a class must escape."""
    code = f'import re\n\nWORD = re.compile(r"[^\\W\\d]")\n\n\ndef f(s: str):\n    return {expression}\n'
    (candidate,) = propose(SourceFile.from_text(code), "f", strategy="regex-classes")
    scopes: list[dict[str, object]] = [{}, {}]
    exec(code, scopes[0])
    exec(candidate.new_source, scopes[1])
    for text in TEXTS:
        assert scopes[1]["f"](text) == scopes[0]["f"](text), text  # type: ignore[operator]
    again = propose(SourceFile.from_text(candidate.new_source), "f", strategy="regex-classes")
    assert [one.new_source for one in again] == []
