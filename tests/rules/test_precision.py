"""What must not be reported, rule by rule, and what must."""

from __future__ import annotations

import pytest

from velox_engine.rules import Selection, scan
from velox_engine.source.document import SourceFile
from velox_engine.source.syntax import parse

SILENT = {
    "a set is searched": "def f(xs, ys: set):\n    return [x for x in xs if x in ys]",
    "nothing says that it is a list": "def f(xs, ys):\n    return [x for x in xs if x in ys]",
    "three literal elements": "def f(xs):\n    ok = ['a', 'b', 'c']\n    return [x for x in xs if x in ok]",
    "three words": "def f(xs):\n    ok = 'a b c'.split()\n    return [x for x in xs if x in ok]",
    "a small constant of the class": (
        "class C:\n    ok = ['a', 'b']\n    def f(self, xs):\n        return [x for x in xs if x in self.ok]"
    ),
    "no loop": "def f(x, ys: list):\n    return x in ys",
    "the list is made in each turn": (
        "def f(rows):\n    for row in rows:\n        parts = row.split(',')\n"
        "        if 'a' in parts:\n            print(row)"
    ),
    "the loop ends after the test": (
        "def f(xs, ys: list):\n    for x in xs:\n        if x:\n            return x in ys\n    return None"
    ),
    "a loop over three elements": "def f(ys: list):\n    for x in (1, 2):\n        if x in ys:\n            print(x)",
    "the iterable of a loop runs once": "def f(xs: list, y):\n    for x in [y in xs]:\n        print(x)",
    "elements that have no hash": "def f(xs: list[list[int]], ys):\n    return [y for y in ys if y in xs]",
    "a deque pops in front": (
        "from collections import deque\ndef f(xs):\n    q = deque(xs)\n    while q:\n        q.popleft()"
    ),
    "a dict pops a key": "def f(d: dict):\n    for _ in range(99):\n        d.pop(0)",
    "pop from the end": "def f(xs: list):\n    while xs:\n        xs.pop()",
    "inserting elsewhere": "def f(xs: list, ys):\n    for y in ys:\n        xs.insert(2, y)",
    "an entry field is no list": "def f(entry, ys):\n    for y in ys:\n        entry.insert(0, y)",
    "numbers are added": "def f(xs):\n    n = 0\n    for x in xs:\n        n += x.size()\n    return n + 1",
    "the string starts anew in each turn": (
        "def f(xs):\n    for x in xs:\n        s = 'a'\n        s += x\n        print(s)"
    ),
    "the string is looked at while it grows": (
        "def f(xs):\n    s = ''\n    for x in xs:\n        s += x\n        if len(s) > 9:\n"
        "            print(s)"
    ),
    "lists take += of a string": "def f(xs):\n    s = []\n    for x in xs:\n        s += 'ab'\n    return s",
    "the pattern changes": "import re\ndef f(xs, p):\n    return [re.match(x, p) for x in xs]",
    "somebody else's re": "import regexlib as re\ndef f(xs):\n    return [re.match('a+', x) for x in xs]",
    "the list is used before the loop": (
        "def f(xs):\n    out = []\n    print(out)\n    for x in xs:\n        out.append(x)\n    return out"
    ),
    "the element reads the list": (
        "def f(xs):\n    out = []\n    for x in xs:\n        out.append(len(out))\n    return out"
    ),
    "the loop's variable lives on": (
        "def f(xs):\n    out = []\n    for x in xs:\n        out.append(x * 2)\n    return out, x"
    ),
    "the argument is changed": (
        "def f(xs: list):\n    while xs:\n        m = max(xs)\n        xs.pop()\n        print(m)"
    ),
    "the argument may be changed elsewhere": (
        "def f(xs: list, g):\n    for i in range(99):\n        g(xs)\n        print(sum(xs))"
    ),
    "len is free": "def f(xs: list, ys):\n    for y in ys:\n        print(len(xs))",
    "an iterator is used up": "def f(xs):\n    it = iter(xs)\n    for x in range(99):\n        print(list(it))",
    "each turn needs its own list": (
        "def f(xs: list, ys):\n    out = []\n    for y in ys:\n        copy = list(xs)\n        copy.append(y)\n"
        "        out.append(copy)\n    return out"
    ),
    "a tree has no overlapping branches": "def f(t):\n    return f(t.left) + f(t.right) if t else 0",
    "halves do not overlap": (
        "def f(xs):\n    m = len(xs) // 2\n    return f(xs[:m]) + f(xs[m:]) if m else xs"
    ),
    "one call or the other": (
        "def f(n):\n    if n % 2:\n        return f(n - 1)\n    else:\n        return f(n - 2)"
    ),
    "the first return ends it": ("def f(n):\n    if n % 2:\n        return f(n - 1)\n    return f(n - 2)"),
    "recursion with effects": "def f(n):\n    if n:\n        f(n - 1)\n        print(n)\n        f(n - 1)",
    "cached already": (
        "from functools import cache\n@cache\ndef f(n):\n    return n if n < 2 else f(n - 1) + f(n - 2)"
    ),
    "cached by hand": (
        "def f(n, memo):\n    if n in memo:\n        return memo[n]\n    memo[n] = f(n - 1, memo) + f(n - 2, memo)\n"
        "    return memo[n]"
    ),
    "one's own sorted": "def sorted(x): return x\ndef f(xs):\n    return sorted(xs)[0]",
    "the second of the sorted": "def f(xs):\n    return sorted(xs)[1]",
    "a Counter counts": (
        "from collections import Counter\ndef f(xs):\n    c = Counter()\n    for x in xs:\n"
        "        c[x] = c.get(x, 0) + 1"
    ),
    "adding amounts is no counting": (
        "def f(xs):\n    d = {}\n    for k, v in xs:\n        d[k] = d.get(k, 0) + v\n    return d"
    ),
    "silenced": "def f(xs, ys: list):\n    return [x for x in xs if x in ys]  # noqa: VX101",
    "the file is off": "# velox: off\ndef f(xs, ys: list):\n    return [x for x in xs if x in ys]",
}

FOUND = {
    "VX101": "class C:\n    def __init__(self):\n        self.seen = []\n    def f(self, xs):\n"
    "        for x in xs:\n            if x not in self.seen:\n                self.note(x)\n",
    "VX102": "def f(tasks):\n    while tasks:\n        print(tasks.pop(0))",
    "VX103": "def f(xs, out):\n    for x in xs:\n        if x and x not in out:\n            out.append(x)",
    "VX104": "def f(xs):\n    d = {}\n    for x in xs:\n        if x in d:\n            d[x] += 1\n        else:\n"
    "            d[x] = 1\n    return d",
    "VX105": "def f(xs):\n    d = {}\n    for k, v in xs:\n        d.setdefault(k, []).append(v)\n    return d",
    "VX201": "def f(xs):\n    s = ''\n    for x in xs:\n        s = x + s\n    return s",
    "VX202": "import re\ndef f(xs):\n    for x in xs:\n        p = re.compile('a+')\n        print(p.match(x))",
    "VX301": "def f(xs):\n    out = []\n    for x in xs:\n        if x:\n            out.append(x)\n    return out",
    "VX302": "def f(xs: list[int]):\n    return [x for x in xs if x == max(xs)]",
    "VX401": "def f(i, j, a):\n    if i == 0 or j == 0:\n        return 0\n    left = f(i - 1, j, a)\n"
    "    up = f(i, j - 1, a)\n    return max(left, up)",
    "VX501": "def f(xs):\n    return sorted(xs, key=len, reverse=True)[0]",
}  # fmt: skip


# Other shapes of what is found, all of functions that compute with builtins alone.
SHAPES = {
    "text of parts": (
        "VX201",
        "def f(parts):\n    text = ''\n    for part in parts:\n        text += part\n    return text",
    ),
    "keys of what is given": (
        "VX124",
        "def f(d, names):\n    for name in names:\n        if name in d.keys():\n            print(name)",
    ),
    "place among the sorted": (
        "VX106",
        "def f(scores):\n    order = sorted(scores)\n    return [order.index(s) for s in scores]",
    ),
    "sorted for each": ("VX302", "def f(scores):\n    return {s: sorted(scores).index(s) for s in scores}"),
    "a reduction in each turn": (
        "VX302",
        "def f(xs):\n    out = []\n    for x in xs:\n        out.append(x / sum(y * y for y in xs))\n    return out",
    ),
    "what has passed": (
        "VX115",
        "def f(items):\n    return [x for i, x in enumerate(items) if x in items[:i]]",
    ),
    "keys of a value": (
        "VX114",
        "def f(d, values):\n    out = []\n    for v in values:\n        for k, w in d.items():\n"
        "            if w == v:\n                out.append(k)\n    return out",
    ),
    "records of two lists": (
        "VX114",
        "def f(users, orders):\n    out = []\n    for u in users:\n        for o in orders:\n"
        "            if o['user'] == u['id']:\n                out.append((u, o))\n    return out",
    ),
    "what an object gathers": (
        "VX101",
        "class C:\n    def __init__(self):\n        self.sold = []\n    def f(self, items):\n"
        "        return [i for i in items if i not in self.sold]",
    ),
    "text of rows for a file": (
        "VX201",
        "def f(rows, out):\n    text = ''\n    for row in rows:\n        text += f'<p>{row}</p>'\n    out.write(text)",
    ),
    "a window": ("VX303", "def f(xs, k):\n    return [sum(xs[i : i + k]) for i in range(len(xs) - k + 1)]"),
}
UNLIKE = {
    "text of a handful": (
        "VX201",
        "def f(options):\n    text = ''\n    for option in options:\n        text += option\n    return text",
    ),
    "headers of a message": (
        "VX124",
        "class C:\n    def f(self, mail, names):\n        return [n for n in names if n in mail.keys()]",
    ),
    "a part of the text that has passed": (
        "VX115",
        "def f(text: str, words):\n    return [w for i, w in enumerate(words) if w in text[:i]]",
    ),
    "a reduction of what the loop changes": (
        "VX302",
        "def f(xs: list):\n    while xs:\n        print(sum(x * x for x in xs))\n        xs.pop()",
    ),
    "a reduction that calls": (
        "VX302",
        "def f(xs, g):\n    out = []\n    for x in xs:\n        out.append(sum(g(y) for y in xs))\n    return out",
    ),
    "a window of three": (
        "VX303",
        "def f(xs):\n    k = 3\n    return [sum(xs[i : i + k]) for i in range(len(xs) - k + 1)]",
    ),
}


@pytest.mark.parametrize(("rule", "text"), SHAPES.values(), ids=SHAPES)
def test_other_shapes_are_found(rule: str, text: str) -> None:
    """By default, without types."""
    assert rule in {finding.rule for finding in scan(parse(SourceFile.from_text(text + "\n")))}


@pytest.mark.parametrize(("rule", "text"), UNLIKE.values(), ids=UNLIKE)
def test_what_only_looks_like_them_is_not(rule: str, text: str) -> None:
    """Beside each new shape stands what it must not take in."""
    assert rule not in {finding.rule for finding in scan(parse(SourceFile.from_text(text + "\n")))}


@pytest.mark.parametrize("text", SILENT.values(), ids=SILENT)
def test_it_is_no_finding(text: str) -> None:
    """Only rules on cost are asked: hints on style of loops may speak."""
    found = scan(parse(SourceFile.from_text(text + "\n")), Selection(tuple(FOUND)))
    assert [(finding.rule, finding.message) for finding in found] == []


@pytest.mark.parametrize(("rule", "text"), FOUND.items(), ids=FOUND)
def test_it_is_found(rule: str, text: str) -> None:
    """In another shape than the documentation's."""
    assert rule in {finding.rule for finding in scan(parse(SourceFile.from_text(text + "\n")))}
