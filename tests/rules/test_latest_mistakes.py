"""What readers of the samples called wrong or worthless once few were left, made small: none may come back."""

from __future__ import annotations

import pytest

from velox_engine.rules import Selection, scan
from velox_engine.source.document import SourceFile
from velox_engine.source.syntax import parse

MISTAKES = {
    "floats have a tolerance": (
        "VX603",
        "def gcd(a, b, epsilon=1e-7):\n    while b > epsilon * a:\n        a, b = b, a % b\n    return a",
    ),
    "what was taken before the end is kept": (
        "VX301",
        "from contextlib import suppress\ndef f(k: int, take):\n    with suppress(StopIteration):\n        taken = []\n"
        "        for _ in range(k):\n            taken.append(take(0))\n    return taken",
    ),
    "a mapping of another kind": (
        "VX119",
        "import weakref\n\n\nclass A:\n    def __init__(self):\n        self.known = dict()\n"
        "    def f(self, rows: dict):\n        for k, v in rows.items():\n            self.known[k] = v\n\n\n"
        "def fresh(a):\n    a.known = weakref.WeakValueDictionary()",
    ),
    "groups beside single values": (
        "VX105",
        "def f(parts: list):\n    found = {}\n    for kind, part in parts:\n        if part.single:\n"
        "            found[kind] = part\n        else:\n            if kind not in found:\n"
        "                found[kind] = []\n            found[kind].append(part)\n    return found",
    ),
    "what another class gives is no list for being empty at first": (
        "VX101",
        "class A:\n    def __init__(self):\n        self.range = []\n    def f(self, addresses):\n"
        "        return [a for a in addresses if a in self.range]\n\n\ndef tell(a, memory):\n    a.range = memory",
    ),
    "what is wrong with the rows, and there should be none": (
        "VX301",
        "def f(rows: list):\n    wrong = []\n    for row in rows:\n        if not row:\n            wrong.append(row)\n"
        "    if wrong:\n        raise ValueError(wrong)\n    return rows",
    ),
    "what is left of eight": (
        "VX301",
        "def f(used: int):\n    bits = []\n    for i in range(8 - used):\n        bits.append(i * used)\n"
        "    return bits",
    ),
    "no dict to copy into": (
        "VX119",
        "def f(rows: dict):\n    for k, v in rows.items():\n        locals()[k] = v",
    ),
    "what an iterator does when it is drained": ("VX506", "def f(outputs):\n    return list(outputs)[0]"),
    "groups beside fields": (
        "VX105",
        "def f(parts: list):\n    found = {}\n    for kind, part in parts:\n        if kind == 1:\n"
        "            found['name'] = part\n        else:\n            if kind not in found:\n"
        "                found[kind] = []\n            found[kind].append(part)\n    return found",
    ),
    "the longest text of a row": (
        "VX609",
        "import pandas as pd\ndef f(frame: pd.DataFrame):\n"
        "    return frame.apply(lambda row: max(row, key=len), axis=1)",
    ),
    "up to where a total is reached": (
        "VX611",
        "import numpy as np\ndef f(data: list, wanted):\n    counts = np.array(data)\n    total = 0.0\n"
        "    for i in range(len(counts)):\n        total += counts[i]\n        if total >= wanted:\n            break\n"
        "    return i",
    ),
    "a dict by number": (
        "VX306",
        "def f(pool, items):\n    found = pool.run_dict(items)\n    return [found[i] for i in range(len(found))]",
    ),
    "what is wrong as good as never": (
        "VX505",
        "def f(names):\n    if names and not all([isinstance(name, str) for name in names]):\n"
        "        raise TypeError(names)\n    return names",
    ),
    "callbacks": (
        "VX102",
        "class A:\n    def __init__(self):\n        self.operations = []\n    def run(self):\n"
        "        while self.operations:\n            self.operations.pop(0)(self)",
    ),
    "a settings file is written": (
        "VX201",
        "def list_to_yaml(items):\n    text = ''\n    for item in items:\n        text += f'- {item}\\n'\n"
        "    return text",
    ),
    "the six bytes of an address": (
        "VX205",
        "def f(mac: bytes):\n    return ':'.join(f'{b:02X}' for b in reversed(mac))",
    ),
    "each piece is made by another function": (
        "VX205",
        "def g(row):\n    return str(row)\n\n\ndef f(batches):\n    found = []\n    for rows in batches:\n"
        "        found.append(','.join(g(row) for row in rows))\n    return found",
    ),
    "who lives in a home": (
        "VX114",
        "class A:\n    def f(self, persons: list[str]):\n        found = []\n        for person in persons:\n"
        "            for at, data in self.home.persons.items():\n                if data.name == person:\n"
        "                    found.append(at)\n        return found",
    ),
    "what an object has subscribed to": (
        "VX102",
        "class A:\n    def __init__(self):\n        self.subscriptions = []\n    def stop(self):\n"
        "        while self.subscriptions:\n            self.subscriptions.pop(0)()",
    ),
    "a kernel that is compiled": (
        "VX306",
        "import warp as wp\n@wp.func\ndef f(v: list):\n    n = 0.0\n    for i in range(len(v)):\n"
        "        n += wp.abs(v[i])\n"
        "    return n",
    ),
    "for who looks for a mistake": (
        "VX504",
        "def f(response, logging_enabled):\n    if logging_enabled:\n"
        "        print(response, dict([(k, str(v)) for k, v in response]))",
    ),
    "what a search for a library finds": (
        "VX101",
        "import glob\ndef f(query):\n    candidates = []\n    for name in glob.iglob(query):\n"
        "        if name in candidates:\n"
        "            continue\n        if name.startswith('lib'):\n            candidates.append(name)\n"
        "    return candidates",
    ),
    "elements that may have no hash, by the annotation": (
        "VX101",
        "from typing import Any\ndef f(whole: list[Any], part: list[Any]):\n"
        "    return [x for x in part if x not in whole]",
    ),
    "elements that may have no hash, since they are records": (
        "VX101",
        "def f(orders: list, cancelled: list):\n    return [order for order in orders if order not in cancelled]",
    ),
    "drawn again until it is new": (
        "VX101",
        "def f(draw, rounds: int):\n    tried: list[int] = []\n    for _ in range(rounds):\n        a = next(draw)\n"
        "        while a in tried:\n            a = next(draw)\n        tried.append(a)\n    return tried",
    ),
    "the first that is missing ends the search": (
        "VX101",
        "def f(numbers: list[int]):\n    for j in range(1, 119):\n        if j not in numbers:\n            free = j\n"
        "            break\n    return free",
    ),
    "the position is what is wanted": (
        "VX101",
        "def f(pairs):\n    keys: list[str] = []\n    totals: list[int] = []\n    for key, value in pairs:\n"
        "        if key in keys:\n            totals[keys.index(key)] += value\n        else:\n"
        "            keys.append(key)\n            totals.append(value)\n    return totals",
    ),
    "an object's own list, only checked against": (
        "VX123",
        "class A:\n    def __init__(self):\n        self.known = {}\n    def check_names(self, names):\n"
        "        for name in names:\n            if name not in self.known.values():\n"
        "                raise KeyError(name)",
    ),
    "as many as there are letters": (
        "VX103",
        "def f(flag: str):\n    parts: list[str] = []\n    for c in flag:\n        if c not in parts:\n"
        "            parts.append(c)\n    return parts",
    ),
    "marks that a walk passes": (
        "VX102",
        "def f(scores: list, steps: list):\n    found = []\n    for i in range(len(scores)):\n"
        "        if i > steps[0]:\n            found.append(i)\n            steps.pop(0)\n    return found",
    ),
    "of a kind there are many on both sides": (
        "VX114",
        "def f(left: list, right: list):\n    found = []\n    for a_type, a in left:\n        for b_type, b in right:\n"
        "            if a_type == b_type:\n                found.append((a, b))\n    return found",
    ),
    "what an argument is checked for": (
        "VX115",
        "def check_names(names: list, users: list):\n    for name in names:\n        if name in [u for u in users]:\n"
        "            raise ValueError(name)",
    ),
    "getters of objects are compared": (
        "VX127",
        "def f(known: list, atoms: list):\n    for i in range(len(atoms) - 1):\n"
        "        for j in range(i + 1, len(atoms)):\n"
        "            if known[atoms[i].index] == known[atoms[j].index]:\n                return True\n    return False",
    ),
    "padding to a length": (
        "VX201",
        "def f(text: str, missing: int):\n    while missing > 0:\n        text = '0' + text\n        missing -= 1\n"
        "    return text",
    ),
    "marks at the front of a text": (
        "VX201",
        "def f(text: str):\n    found = ''\n    for c in text:\n        if c in 'iv':\n            found += c.upper()\n"
        "        else:\n            break\n    return found",
    ),
    "up to the end of a name": (
        "VX201",
        "def f(memory, at=0):\n    c = memory[at]\n    name = ''\n    while c:\n        name += chr(c)\n"
        "        at += 1\n"
        "        c = memory[at]\n    return name",
    ),
    "one line of a table": (
        "VX201",
        "def f(rows, marks):\n    lines = []\n    for row in rows:\n        line = ''\n        for mark in marks:\n"
        "            line += f'{row}{mark}'\n        lines.append(line)\n    return lines",
    ),
    "each piece is a work of its own": (
        "VX201",
        "def g(part):\n    return str(part)\n\n\ndef f(parts):\n    text = ''\n    for part in parts:\n"
        "        text += g(part)\n    return text",
    ),
    "a command line's handful of hosts": (
        "VX202",
        "import re\ndef f(hosts):\n    found = []\n    for host in hosts:\n"
        "        found.append(re.sub('^.*://', '', host))\n"
        "    return found",
    ),
    "a short text in a turn of a few": (
        "VX302",
        "def f(pairs, name: str):\n    for key, example in pairs:\n"
        "        if any(k.lower() == name.lower() for k in example.keys()):\n            return key",
    ),
    "steps as wide as the window": (
        "VX303",
        "def f(values: list, width):\n    found = []\n    for i in range(0, len(values), width):\n"
        "        found.append(sum(values[i : i + width]))\n    return found",
    ),
    "a path that a method goes down": (
        "VX402",
        "class A:\n    def f(self, path: list):\n        if not path:\n            return 0\n"
        "        return 1 + self.f(path[1:])",
    ),
    "what comes back is many times as much": (
        "VX402",
        "def f(text: str):\n    if not text:\n        yield ''\n        return\n    for rest in f(text[1:]):\n"
        "        yield text[0].lower() + rest",
    ),
    "a hint for somebody who made a mistake": (
        "VX502",
        "def wrong_fields_hint(response, wanted):\n    extra = set(response.fields) - set(wanted)\n"
        "    return ', '.join(sorted(extra)[:3])",
    ),
    "who calls it catches the IndexError": (
        "VX506",
        "def f(first, rows):\n    return first(lambda: [row for row in rows if row > 3][0])",
    ),
    "three points, as the text makes sure": (
        "VX506",
        "def f(points: dict):\n    if len(points) != 3:\n        raise ValueError\n"
        "    return [k for k, v in points.items() if v == 2][0]",
    ),
    "beside a slice a call is nothing": (
        "VX515",
        "def f(spans: list, weights: list):\n    best = 0\n    for start, end in spans:\n"
        "        best = max(best, start)\n"
        "        weights[start:end] = [best]\n    return best",
    ),
    "polynomials": (
        "VX603",
        "class Poly: ...\n\n\ndef f(a: Poly, b: Poly) -> Poly:\n    while b:\n        a, b = b, a % b\n    return a",
    ),
    "a matrix of a kind of its own": (
        "VX610",
        "class M:\n    def f(self, other, result, n):\n        for i in range(n):\n            for j in range(n):\n"
        "                for k in range(n):\n                    result[i][j] += self[i][k] * other[k][j]\n"
        "        return result",
    ),
    "positions are compared, not the array's numbers": (
        "VX611",
        "import numpy as np\ndef f(groups: list):\n    x = np.arange(len(groups))\n    for i in range(len(x)):\n"
        "        for k in range(len(groups)):\n            if x[i] == groups[k]:\n                print(k)",
    ),
    "the rows that fit": (
        "VX614",
        "import pandas as pd\ndef f(frame: pd.DataFrame, marks: list, red):\n    found = []\n    for mark in marks:\n"
        "        new = frame['age'] > mark\n"
        "        found.append(sum(frame.loc[new & red]['price'] == 1))\n    return found",
    ),
    "a picture is drawn of it": (
        "VX620",
        "import pandas as pd\ndef plot_curve(column: pd.Series):\n    if column.nunique() != 1:\n        column.plot()",
    ),
}


@pytest.mark.parametrize(("rule", "text"), MISTAKES.values(), ids=MISTAKES)
def test_a_mistake_of_the_latest_samples_is_silent(
    rule: str, text: str, caplog: pytest.LogCaptureFixture
) -> None:
    """The rule says nothing about it, and does not fail on it either."""
    assert scan(parse(SourceFile.from_text(text + "\n")), Selection((rule,))) == []
    assert caplog.text == ""


def test_a_binomial_coefficient_is_named_by_its_own_function() -> None:
    """Divided twice, factorials make a `comb`; divided once, a `perm`."""
    text = "from math import factorial as fac\n\n\ndef f(n, k):\n    return fac(n) // fac(k) // fac(n - k)\n"
    (finding,) = scan(parse(SourceFile.from_text(text)), Selection(("VX605",)))
    assert "`math.comb`" in finding.message


def test_a_queue_that_is_sorted_in_each_turn_wants_a_heap() -> None:
    """A deque cannot be sorted, so that it is no advice there."""
    text = (
        "def f(tasks: list):\n    done = []\n    while tasks:\n        tasks.sort()\n"
        "        done.append(tasks.pop(0))\n    return done\n"
    )
    (finding,) = scan(parse(SourceFile.from_text(text)), Selection(("VX102",)))
    assert "`heapq`" in finding.message
