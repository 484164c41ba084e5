"""Text that searches itself finds what the loop over its positions found."""

from __future__ import annotations

import itertools

import pytest

from velox_engine.source.document import SourceFile
from velox_engine.strategies import propose

BODIES = {
    "whether": """
    for i in range(len(a) - len(b) + 1):
        if a[i:i + len(b)] == b:
            return True
    return False
""",
    "where": """
    size = len(b)
    at = None
    for i in range(len(a) + 1 - size):
        if b == a[i:size + i]:
            at = [i]
            break
    return at
""",
    "everywhere": """
    n, k = len(a), len(b)
    found = []
    for i in range(n - k + 1):
        if a[i:i + k] == b:
            found.append(i)
            if len(found) > 3:
                return i
    return found
""",
    "rotated": """
    size = len(b)
    twice = b + b
    for i in range(len(a) - size + 1):
        for j in range(size * 2):
            if a[i:i + size] == twice[j:j + size]:
                return "found"
    return ""
""",
}


@pytest.mark.parametrize("body", BODIES.values(), ids=BODIES)
def test_text_finds_what_the_loop_found(body: str) -> None:
    """Overlaps, empty texts, longer ones, and lists, bytes and None, which keep the loop."""
    code = f"def f(a, b):{body}"
    (candidate,) = propose(SourceFile.from_text(code), "f", strategy="substring-search")
    old: dict = {}
    new: dict = {}
    exec(code, old)
    exec(candidate.new_source, new)
    texts = ["".join(letters) for size in range(5) for letters in itertools.product("ab", repeat=size)]
    others = [[], [1, 2, 1], (1, 2), [2, 1], b"", b"ab", None, "ä𝄞a", "𝄞"]
    for a, b in itertools.product([*texts, "abababab", *others], [*texts[:15], *others]):
        results = []
        for function in (old["f"], new["f"]):
            try:
                results.append(repr(function(a, b)))
            except TypeError as error:
                results.append(str(error))
        assert results[0] == results[1], (a, b)
