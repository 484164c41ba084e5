"""Rewrites keep what they do not have to touch: comments, line ends, indentation, quotes, imports, names."""

from __future__ import annotations

import pytest

from velox_engine.source.document import SourceFile
from velox_engine.strategies import applicable_actions, propose
from velox_engine.types import VeloxError


def rewritten(code: str, strategy: str, function: str = "f") -> str:
    """The first candidate's text."""
    found = propose(SourceFile.from_text(code), function, strategy=strategy)
    assert found
    return found[0].new_source


def test_comments_inside_a_replaced_loop_are_kept() -> None:
    """A comment in the loop moves above the comprehension, one behind the loop's last line stays."""
    code = (
        "def f(xs):\n    out = []\n    for x in xs:  # each one\n        # doubled\n        out.append(x * 2)  # here\n"
        "    return out\n"
    )
    assert rewritten(code, "list-comprehension") == (
        "def f(xs):\n    # each one\n    # doubled\n    out = [x * 2 for x in xs]  # here\n    return out\n"
    )


def test_windows_line_ends_stay() -> None:
    """New lines end as the file's lines do."""
    code = (
        "def f(xs):\r\n    best = 0\r\n    for x in xs:\r\n        best = max(best, x)\r\n    return best\r\n"
    )
    new = rewritten(code, "compare-extremes")
    assert "            best = x\r\n" in new
    assert "\n" not in new.replace("\r\n", "")


def test_tabs_and_narrow_indentation_stay() -> None:
    """New blocks are indented by the file's own unit."""
    assert "\t\tif x > best:\n\t\t\tbest = x\n" in rewritten(
        "def f(xs):\n\tbest = 0\n\tfor x in xs:\n\t\tbest = max(best, x)\n\treturn best\n", "compare-extremes"
    )
    assert "    if x > best:\n      best = x\n" in rewritten(
        "def f(xs):\n  best = 0\n  for x in xs:\n    best = max(best, x)\n  return best\n", "compare-extremes"
    )


def test_columns_are_bytes() -> None:
    """Characters that take several bytes before an expression do not shift the edit."""
    code = 'def f(größe: str):\n    return "ä".upper() + "".join([c.upper() for c in größe])\n'
    assert rewritten(code, "translate-characters") == (
        'def f(größe: str):\n    return "ä".upper() + größe.translate({ord(c): c.upper() for c in set(größe)})\n'
    )


def test_import_goes_below_docstring_future_and_other_imports() -> None:
    """A new import stands after the last of the leading imports."""
    code = (
        '"""Doc."""\n\nfrom __future__ import annotations\n\nimport os\n\n\ndef f(words):\n    counts = {}\n'
        "    for word in words:\n        counts[word] = counts.get(word, 0) + 1\n    return counts, os\n"
    )
    assert rewritten(code, "counter").startswith(
        '"""Doc."""\n\nfrom __future__ import annotations\n\nimport os\nfrom collections import Counter\n\n\ndef f'
    )


def test_import_joins_an_existing_one() -> None:
    """`from collections import deque` is extended instead of repeated, over several lines as well."""
    body = (
        "def f(words):\n    counts = {}\n    for word in words:\n        counts[word] = counts.get(word, 0) + 1\n"
        "    return counts, deque\n"
    )
    new = rewritten(f"from collections import deque\n\n\n{body}", "counter")
    assert new.startswith("from collections import deque, Counter\n")
    new = rewritten(f"from collections import (\n    deque,\n)\n\n\n{body}", "counter")
    assert new.startswith("from collections import (\n    deque, Counter,\n)\n")


def test_existing_alias_is_used() -> None:
    """`import collections as c` means that the new code says `c.Counter`."""
    code = (
        "import collections as c\n\n\ndef f(words):\n    counts = {}\n    for word in words:\n"
        "        counts[word] = counts.get(word, 0) + 1\n    return counts\n"
    )
    assert "dict(c.Counter(iter(words)))" in rewritten(code, "counter")


def test_import_avoids_a_name_in_use() -> None:
    """Where `Counter` means something else, the import gets another name."""
    code = (
        "def Counter():\n    return 1\n\n\ndef f(words):\n    counts = {}\n    for word in words:\n"
        "        counts[word] = counts.get(word, 0) + 1\n    return counts\n"
    )
    new = rewritten(code, "counter")
    assert "from collections import Counter as _Counter\n" in new
    assert "dict(_Counter(iter(words)))" in new


def test_new_variables_avoid_names_in_use() -> None:
    """A variable that a strategy needs never hides one of the file's names."""
    code = "right_set = 1\n\n\ndef f(left, right):\n    return [x for x in left if x in right], right_set\n"
    assert "right_lookup = set(right)" in rewritten(code, "set-membership")


def test_multiline_strings_are_not_indented() -> None:
    """A block with a string over several lines is not moved to another indentation."""
    code = (
        "def f(base: int, count: int, modulus: int):\n    result = 1\n    for _ in range(count):\n"
        '        result = result * base % modulus\n    text = """\na"""\n    return result, text\n'
    )
    assert '    text = """\na"""\n' in rewritten(code, "modular-power")


def test_statements_that_share_a_line_are_left_alone() -> None:
    """Whole-line edits do not fit lines with several statements."""
    code = "def f(xs):\n    best = 0\n    for x in xs: best = max(best, x)\n    return best\n"
    assert propose(SourceFile.from_text(code), "f", strategy="compare-extremes") == []


def test_methods_and_inner_functions_are_found() -> None:
    """Qualified names reach into classes and functions, and code inside an inner function is rewritten with it."""
    code = (
        "class C:\n    def m(self, xs):\n        def g(ys):\n            best = 0\n            for y in ys:\n"
        "                best = max(best, y)\n            return best\n        return g(xs)\n"
    )
    assert "if y > best:" in rewritten(code, "compare-extremes", "C.m")
    assert "if y > best:" in rewritten(code, "compare-extremes", "C.m.g")


def test_shadowed_builtins_stop_a_rewrite() -> None:
    """A module that defines its own `max` is left alone."""
    code = (
        "def max(a, b):\n    return a\n\n\ndef f(xs):\n    best = 0\n    for x in xs:\n        best = max(best, x)\n"
        "    return best\n"
    )
    assert propose(SourceFile.from_text(code), "f", strategy="compare-extremes") == []


def test_candidates_are_distinct_and_parse() -> None:
    """No candidate repeats another or the original, and filters by action and strategy agree."""
    code = (
        "def f(words: list[str], known: list[str]):\n    out = []\n    for i in range(len(words)):\n"
        "        if words[i] in known:\n            out.append(words[i].lower())\n    return out\n"
    )
    source = SourceFile.from_text(code)
    found = propose(source, "f")
    texts = [candidate.new_source for candidate in found]
    assert len(set(texts)) == len(texts)
    assert code not in texts
    for candidate in found:
        compile(candidate.new_source, "candidate", "exec")
        of_action = propose(source, "f", action=candidate.action)
        assert candidate.new_source in {one.new_source for one in of_action}


def test_a_file_that_does_not_parse_is_an_error_with_a_hint() -> None:
    """Broken code raises a VeloxError, and so does a function that is not there."""
    with pytest.raises(VeloxError) as broken:
        propose(SourceFile.from_text("def f(:\n"), "f")
    assert broken.value.code == "does-not-parse"
    with pytest.raises(VeloxError) as missing:
        applicable_actions(SourceFile.from_text("def g():\n    pass\n"), "f")
    assert missing.value.code == "no-such-function"


def test_nothing_to_do_means_no_change_only() -> None:
    """For a function that is fine, only the action no_change applies."""
    mask = applicable_actions(SourceFile.from_text("def f(x):\n    return x\n"), "f")
    assert mask == (*[False] * 24, True)


def test_rewrites_of_one_function_do_not_share_a_new_name() -> None:
    """Two nested loops over the same list never both name their element `item`."""
    code = (
        "def f(xs):\n    total = 0\n    for i in range(len(xs)):\n        for j in range(len(xs)):\n"
        "            if xs[i] < xs[j]:\n                total += 1\n    return total\n"
    )
    for candidate in propose(SourceFile.from_text(code), "f", strategy="direct-iteration"):
        namespace: dict[str, object] = {}
        exec(candidate.new_source, namespace)
        function = namespace["f"]
        assert callable(function)
        assert function([3, 1, 2]) == 3
