"""What readers of the later samples called wrong or worthless, made small: none may come back."""

from __future__ import annotations

import pytest

from velox_engine.rules import Selection, scan
from velox_engine.source.document import SourceFile
from velox_engine.source.syntax import parse

MISTAKES = {
    "the builtin is hidden by the function's own name": (
        "VX304",
        "def sum(numbers: list[int]) -> int:\n    total = 0\n    for n in numbers:\n        total += n\n"
        "    return total",
    ),
    "a program writes the file": (
        "VX304",
        "# ----\n# This code was automatically generated from the file:\n# nodes.cfg\n#\n# Do not modify it directly!\n"
        "def f(numbers: list[int]) -> int:\n    total = 0\n    for n in numbers:\n        total += n\n"
        "    return total",
    ),
    "as many as a call has arguments": (
        "VX107",
        "def f(node):\n"
        "    kwargs = [k.arg for k in node.keywords]\n"
        "    for k in node.keywords:\n"
        "        if kwargs.count(k.arg) > 1:\n"
        "            return k\n"
        "    return None",
    ),
    "the blank lines at the start": (
        "VX111",
        "def f(lines):\n"
        "    lines = list(lines)\n"
        "    while len(lines) > 1 and not lines[0]:\n"
        "        lines = lines[1:]\n"
        "    return lines",
    ),
    "the header of a report is skipped": (
        "VX102",
        "def f(text):\n"
        "    lines = text.split('\\n')\n"
        "    while not lines.pop(0).startswith('---'):\n"
        "        pass\n"
        "    return lines",
    ),
    "it asks again after each change": (
        "VX101",
        "def f(edges):\n"
        "    sizes = [edge.size or None for edge in edges]\n"
        "    while None in sizes:\n"
        "        sizes[sizes.index(None)] = 1\n"
        "    return sizes",
    ),
    "a stack cannot be a set": (
        "VX101",
        "class Splitter:\n"
        "    def __init__(self):\n"
        "        self.stack = []\n"
        "    def split(self, stream):\n"
        "        for word in stream:\n"
        "            if word == 'END':\n"
        "                self.stack.pop()\n"
        "            elif word not in self.stack:\n"
        "                self.stack.append(word)",
    ),
    "sorted by a key, equal ones come the other way round": (
        "VX503",
        "def f(props):\n    return sorted(props, key=lambda p: p.size)[::-1]",
    ),
    "the parent's number is what the database gave": (
        "VX704",
        "def f(db, lineage):\n"
        "    parent = None\n"
        "    for taxon in lineage:\n"
        "        db.execute('INSERT INTO taxon(parent, name) VALUES (?, ?)', (parent, taxon))\n"
        "        parent = db.last_id('taxon')\n"
        "    return parent",
    ),
    "a word that is new to the dictionary": (
        "VX713",
        "def f(words, known, path):\n"
        "    for word in words:\n"
        "        if word not in known:\n"
        "            with open(path, 'a') as file:\n"
        "                file.write(word)",
    ),
    "each turn computes a hash": (
        "VX308",
        "def f(digest, secret, rounds):\n"
        "    out = b''\n"
        "    r = 0\n"
        "    while r < rounds:\n"
        "        out += digest(secret + str(r).encode())\n"
        "        r += 1\n"
        "    return out",
    ),
    "a file has one suffix": (
        "VX206",
        "def f(names: list[str]):\n    return [name.split('.')[0] for name in names]",
    ),
    "keys may have several characters": (
        "VX211",
        "def f(text: str, glyphs: dict[str, str]) -> str:\n"
        "    return ''.join(glyphs.get(c, c) for c in text)",
    ),
    "a node's ancestors are few": (
        "VX102",
        "def f(node):\n"
        "    names = []\n"
        "    while node.parent is not None:\n"
        "        names.insert(0, node.name)\n"
        "        node = node.parent\n"
        "    return names",
    ),
    "two points": (
        "VX109",
        "def f(poly):\n"
        "    out = []\n"
        "    for segment in poly:\n"
        "        (_, start), (_, end) = segment\n"
        "        out.append((sum(segment, ()), start, end))\n"
        "    return out",
    ),
    "an AST node's values": (
        "VX617",
        "def f(kwargs):\n"
        "    for v in kwargs['select'].values:\n"
        "        if v:\n"
        "            return True\n"
        "    return False",
    ),
    "a web session": (
        "VX714",
        "async def f(session, addresses):\n"
        "    for address in addresses:\n"
        "        response = await session.get(address, timeout=60)\n"
        "        if response.ok:\n"
        "            return response",
    ),
    "a dict called session": (
        "VX714",
        "def f(sessions, wanted):\n"
        "    for session in sessions:\n"
        "        if session.get('kernel', {}).get('id') == wanted:\n"
        "            return session['path']",
    ),
    "tried one after the other": (
        "VX401",
        "def f(key, maps, index=0):\n"
        "    try:\n"
        "        found = maps[index]\n"
        "        return found if found is not None else f(key, maps[1:])\n"
        "    except AttributeError:\n"
        "        return f(key, maps, index + 1)",
    ),
    "the second call starts elsewhere": (
        "VX401",
        "def f(z, depth):\n"
        "    if depth == 0:\n"
        "        return leaf(z)\n"
        "    half = f(z, depth - 1)\n"
        "    z = half.right\n"
        "    return join(half, f(z, depth - 1))",
    ),
    "rings of something else": (
        "VX603",
        "import functools\n"
        "@functools.singledispatch\n"
        "def gcd(a, b):\n"
        "    return a\n"
        "@gcd.register(complex)\n"
        "def _(a, b):\n"
        "    while b:\n"
        "        a, b = b, a % b\n"
        "    return a",
    ),
    "several rows at once": (
        "VX614",
        "import pandas as pd\n"
        "def f(frame: pd.DataFrame, rows, levels):\n"
        "    out = {}\n"
        "    for name in levels:\n"
        "        out[name] = frame.iloc[rows]['lower']\n"
        "    return out",
    ),
    "each exchange is a gate": (
        "VX509",
        "def f(order, n, gate):\n"
        "    for layer in range(n):\n"
        "        for i in range(n - 1):\n"
        "            if order[i] > order[i + 1]:\n"
        "                yield gate(i)\n"
        "                order[i], order[i + 1] = order[i + 1], order[i]",
    ),
    "the file was changed": (
        "VX706",
        "from watchfiles import watch\n"
        "def f(path, load):\n"
        "    for changes in watch('folder'):\n"
        "        with open(path) as file:\n"
        "            load(file.read())",
    ),
    "what is walked over is emptied": (
        "VX122",
        "def f(data):\n    return {key: data.pop(key) for key in list(filter(str.isdigit, data))}",
    ),
    "a sheet of another library": (
        "VX608",
        "def f(sheet, write):\n    for row in sheet.iterrows():\n        write(row)",
    ),
    "each element is drawn": (
        "VX611",
        "import numpy as np\n"
        "def f(ax, n, texts):\n"
        "    at = np.arange(n)\n"
        "    for j in range(len(at)):\n"
        "        ax.text(0.5, at[j] + 1, texts[j])",
    ),
    "a handful of names, each looked for while it is passed": (
        "VX103",
        "def f(decorators):\n"
        "    decorators = list(decorators)\n"
        "    out = []\n"
        "    for d in decorators:\n"
        "        if d not in out:\n"
        "            out.append(d)\n"
        "    return out",
    ),
    "a module of a library that tests itself": (
        "VX316",
        "import scipy\n"
        "def fit(x):\n"
        "    return scipy.optimize.fmin(x)\n"
        "if __name__ == '__main__':\n"
        "    import doctest\n"
        "    if doctest:\n"
        "        doctest.testmod()",
    ),
    "redirects are waited for": (
        "VX110",
        "async def f(client, request):\n"
        "    history: list = []\n"
        "    while request:\n"
        "        response = await client.send(request)\n"
        "        history = history + [response]\n"
        "        request = response.next\n"
        "    return history",
    ),
    "a path of three pronouns": (
        "VX202",
        "import re\n"
        "def f(word):\n"
        "    found: list = []\n"
        "    m = re.search('a', word)\n"
        "    while m is not None and len(found) <= 3:\n"
        "        found.append(m)\n"
        "        m = re.search('a', word[m.end():])\n"
        "    return found",
    ),
    "only when there are duplicates": (
        "VX107",
        "def f(tags: list, error):\n"
        "    if len(tags) != len(set(tags)):\n"
        "        twice = ' '.join({x for x in tags if tags.count(x) > 1})\n"
        "        error(f'tags {twice}')\n"
        "    return tags",
    ),
}


@pytest.mark.parametrize(("rule", "text"), MISTAKES.values(), ids=MISTAKES)
def test_a_mistake_of_a_later_sample_is_silent(
    rule: str, text: str, caplog: pytest.LogCaptureFixture
) -> None:
    """The rule says nothing about it, and does not fail on it either."""
    assert scan(parse(SourceFile.from_text(text + "\n")), Selection((rule,))) == []
    assert caplog.text == ""
