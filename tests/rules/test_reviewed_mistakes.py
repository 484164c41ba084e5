"""Findings in real packages that a reader called wrong or worthless, made small: none may come back."""

from __future__ import annotations

from pathlib import Path

import pytest

from velox_engine.rules import Selection, scan
from velox_engine.rules.selection import selection_for
from velox_engine.settings import Settings
from velox_engine.source.document import SourceFile
from velox_engine.source.syntax import parse

MISTAKES = {
    "pairs that differ are used too": (
        "VX127",
        "def f(cs, t, q):\n    n = s = 0\n    for i, a in enumerate(cs):\n        for j, b in enumerate(cs):\n"
        "            if i != j:\n                if t[a] == t[b]:\n                    s += q[i, j]\n"
        "                else:\n                    n += q[i, j]\n    return n, s",
    ),
    "`objects` is a dict of the class": (
        "VX714",
        "def f(self, kinds, name):\n    for kind in kinds:\n        found = self.objects.get((kind, name))\n"
        "        if found:\n            print(found)",
    ),
    "another function makes the call": (
        "VX403",
        "def build(level):\n    def parser():\n        return build(level + 1)\n    return [parser]",
    ),
    "the frame's own method hands its rows on": (
        "VX608",
        "class Frame:\n    def iterrows(self):\n        for part in self.parts:\n"
        "            yield from part.iterrows()",
    ),
    "each row is drawn": (
        "VX608",
        "def f(frame):\n    for name, row in frame.iterrows():\n        row.plot(kind='bar')",
    ),
    "a Styler colours rows": (
        "VX609",
        "def f(frame, colour):\n    sty = frame.style\n    return sty.apply(colour, axis=1)",
    ),
    "a test's parameters": (
        "VX609",
        "import pytest\n@pytest.mark.parametrize('g', [lambda df: df.apply(lambda row: row * 2, axis=1)])\n"
        "def test_rows(g):\n    assert g",
    ),
    "every start of the script comes to the import": (
        "VX316",
        "from matplotlib import pylab\ndef draw(text):\n    pylab.plot(text)\ndef app():\n    text = open('x').read()\n"
        "    draw(text)\nif __name__ == '__main__':\n    app()",
    ),
    "another heavy package is imported anyway": (
        "VX316",
        "import sys\nimport scipy\nimport statsmodels.api as sm\ndef simulate(x):\n    return scipy.stats.norm(x)\n"
        "def main():\n    if len(sys.argv) > 1:\n        print(simulate(1))\n    print(sm)\n"
        "if __name__ == '__main__':\n    main()",
    ),
    "removing a folder takes longer than any `with`": (
        "VX718",
        "import contextlib, shutil\ndef f(folders):\n    for folder in folders:\n"
        "        with contextlib.suppress(OSError):\n            shutil.rmtree(folder)",
    ),
    "the loop calls slower things than `max`": (
        "VX515",
        "def f(rules):\n    margin = 0\n    for rule in rules:\n        margin = max(margin, rule.weigh())\n"
        "    return margin",
    ),
    "the cache has a chosen size": (
        "VX708",
        "from functools import lru_cache\nclass Palette:\n    @lru_cache(maxsize=1024)\n"
        "    def match(self, colour):\n        return min(self.colours, key=colour.distance)",
    ),
    "the number itself is asked for below": (
        "VX209",
        "def f(text: str):\n    if text.count('a') == 0:\n        return 0\n    return 2 if text.count('a') > 1 else 1",
    ),
    "there is just one element": (
        "VX506",
        "def f(group: set):\n    size = len(group)\n    return list(group)[0] if size == 1 else group",
    ),
    "the code has made sure that there is one": (
        "VX506",
        "def f(paths: set):\n    if len(paths) > 1:\n        return None\n    return list(paths)[0]",
    ),
    "a log message shows a few names": (
        "VX502",
        "def f(log, changed: set):\n    log.info('changed: %s', sorted(changed)[:5])",
    ),
    "a loop that sleeps": (
        "VX710",
        "import time\ndef f(logger, done, name):\n    while not done():\n        logger.debug(f'waiting for {name}')\n"
        "        time.sleep(1)",
    ),
    "a demonstration runs once": (
        "VX804",
        "def demo(word):\n    names = {"
        + ", ".join(f"{n}: 'n{n}'" for n in range(20))
        + "}\n    return names[word]",
    ),
    "as deep as the tree": (
        "VX402",
        "def assign(keys, value, tree):\n    if len(keys) == 1:\n        tree[keys[0]] = value\n"
        "    else:\n        assign(keys[1:], value, tree[keys[0]])",
    ),
    "one of them has that id": (
        "VX108",
        "def f(listeners: list, wanted):\n    for listener in listeners.copy():\n        if listener.id == wanted:\n"
        "            listeners.remove(listener)",
    ),
    "it only lists names for a warning": (
        "VX205",
        "def f(ui, revs, repo):\n    ui.warn('left: %s' % ', '.join(str(repo[r]) for r in revs))",
    ),
    "arrays of two shapes": (
        "VX615",
        "import numpy as np\ndef f(image):\n    grid = np.array(np.ogrid[:3, :4], dtype=object)\n    return grid - 2",
    ),
    "the search ends with what it finds": (
        "VX704",
        "def f(db, node):\n    for n in range(1, len(node)):\n"
        "        rows = db.execute('SELECT id FROM t WHERE a = ?', (node[:n],)).fetchall()\n"
        "        if len(rows) == 1:\n            return rows[0]\n    return None",
    ),
    "each rest is a key": (
        "VX402",
        "def f(stack, known):\n    if not stack:\n        return None\n    if stack in known:\n"
        "        return known[stack]\n    known[stack] = f(stack[1:], known)\n    return known[stack]",
    ),
    "down a tree by a name": (
        "VX402",
        "def find(block, node):\n    entry = block.get(node[0])\n    if isinstance(entry, dict):\n"
        "        return find(entry, node[1:])\n    return entry",
    ),
    "the second call has what the first lacked": (
        "VX403",
        "def parse(date):\n    if ',' not in date:\n        return parse('Sun, ' + date)\n    return date.split()",
    ),
    "an empty list is expected": (
        "VX506",
        "def f(plugins, name):\n    try:\n        return [f for p, f in plugins if p == name][0]\n"
        "    except IndexError:\n        raise RuntimeError(name) from None",
    ),
    "an array of objects": (
        "VX611",
        "import numpy as np\ndef f(n):\n    axes = np.full((n, n), None, dtype=object)\n"
        "    return [[ax for ax in row if ax] for row in axes]",
    ),
    "silenced for ruff": (
        "VX708",
        "from functools import cache\nclass Store:\n    @cache  # noqa: B019\n    def get(self, name):\n"
        "        return self.made[name]",
    ),
    "it would be computed twice": (
        "VX515",
        "def f(rows):\n    most = 0\n    for row in rows:\n        most = max(most, len(row))\n    return most",
    ),
    "what an object looks like": (
        "VX201",
        "class Groups:\n    def __repr__(self):\n        text = ''\n        for group in self.groups:\n"
        "            text += str(group)\n        return text",
    ),
    "what an error says": (
        "VX501",
        "def f(given, known):\n    unused = set(given) - set(known)\n    if unused:\n"
        "        first = sorted(unused)[0]\n        raise ValueError(first)\n    return given",
    ),
    "dimensions are few": (
        "VX107",
        "def f(dims):\n    return [d for d in dims if dims.count(d) > 1]",
    ),
    "a literal the other way round": (
        "VX108",
        "def f(xs: list, a, b):\n    order = (a, b)\n    for x in order[::-1]:\n        xs.remove(x)\n    return xs",
    ),
    "the property keeps what it found": (
        "VX314",
        "class Headers:\n    @property\n    def encoding(self):\n        if self._encoding is None:\n"
        "            for name in self.names:\n                self._encoding = name\n        return self._encoding\n"
        "    def values(self):\n        return [v.decode(self.encoding) for v in self.raw]",
    ),
    "the cache is emptied": (
        "VX708",
        "from functools import cache\nclass Keys:\n    @cache\n    def get(self, name):\n"
        "        return self.made[name]\n    def changed(self):\n        self.get.cache_clear()",
    ),
    "as deep as references go": (
        "VX403",
        "def resolve(spec, node, depth=0):\n    if depth > 20 or '$ref' not in node:\n        return node\n"
        "    return resolve(spec, spec[node['$ref']], depth + 1)",
    ),
    "each turn asks a server": (
        "VX710",
        "def f(logger, sources, transport):\n    for source in sources:\n        logger.debug(f'trying {source}')\n"
        "        reply = source.authenticate(transport, source.user(), source.key())\n"
        "        if reply.is_final():\n            return reply\n    return None",
    ),
    "positions, not values": (
        "VX611",
        "import numpy as np\ndef f(days):\n    at = np.arange(5) * 72\n    for i in at:\n"
        "        days[i + 1 :] = days[i + 1 :] + 1\n    return days",
    ),
    "the function goes two ways": (
        "VX402",
        "def f(strings):\n    if len(strings) == 1:\n        return strings[0]\n    if not strings[0]:\n"
        "        return f(strings[1:])\n    return f([s for s in strings if s > 'm'])",
    ),
    "`list(self)` would ask for its length": (
        "VX512",
        "class Names:\n    def keys(self):\n        return [name for name in self]\n    def __len__(self):\n"
        "        return len(self.keys())",
    ),
    "`any` reads it once": ("VX512", "def f(row):\n    return any([x for x in row])"),
    "numba compiles it": (
        "VX308",
        "import numba\n@numba.njit\ndef f(n):\n    i = total = 0\n    while i < n:\n"
        "        total += i\n        i += 1\n    return total",
    ),
    "numba compiles what is inside": (
        "VX304",
        "@overload(len)\ndef f(xs):\n    def impl(xs):\n        total = 0\n        for x in xs:\n"
        "            total += x\n        return total\n    return impl",
    ),
    "the loop sleeps": (
        "VX607",
        "import time\nimport numpy as np\ndef f(show):\n    data = np.zeros(1)\n    for i in range(50):\n"
        "        data = np.concatenate([data, np.ones(5)])\n        show(data)\n        time.sleep(0.01)",
    ),
    "changed by a method that was kept": (
        "VX302",
        "def f(spans):\n    seen: set[int] = {0}\n    add = seen.add\n    out = []\n    for span in spans:\n"
        "        add(span)\n        out.append(max(seen))\n    return out",
    ),
    "nothing says that it has `get`": (
        "VX717",
        "def f(refs, names):\n    for name in names:\n        try:\n            head = refs[name]\n"
        "        except KeyError:\n            head = None\n        print(head)",
    ),
    "kept by what is cut": (
        "VX402",
        "cache = {}\ndef query(key):\n    name = tuple(key)\n    if not key:\n        return ()\n"
        "    cache[name] = query(key[:-1]) + (key[-1],)\n    return cache[name]",
    ),
    "an array's shape": (
        "VX402",
        "def nest(shape, body):\n    return nest(shape[1:], body) + 1 if shape else body",
    ),
    "a mark, then a block": (
        "VX712",
        "def f(path):\n    data = []\n    with open(path, 'rb') as file:\n        while file.read(1) == b'x':\n"
        "            data.append(file.read(80))\n    return data",
    ),
    "for interpreters that have none": (
        "VX604",
        "try:\n    bit_count = int.bit_count\nexcept AttributeError:\n    def bit_count(v):\n"
        "        return bin(v).count('1')",
    ),
    "the cache has a size that is computed": (
        "VX708",
        "from functools import lru_cache\nclass Style:\n    @lru_cache(maxsize=1024 * 4)\n"
        "    def __add__(self, other):\n        return Style(self, other)",
    ),
    "a whole array for each radius": (
        "VX611",
        "import numpy as np\ndef f(distances, n):\n    radii = np.arange(n)\n    out = np.zeros(n)\n"
        "    for r in range(len(radii)):\n        out[r] = (distances < radii[r]).sum()\n    return out",
    ),
    "read in one case only": (
        "VX706",
        "def f(path, codes):\n    data = []\n    for code in codes:\n        if code == 4:\n"
        "            with open(path) as file:\n                data.append(file.read())\n    return data",
    ),
    "`sleep(0)` waits for nobody": (
        "VX701",
        "import time\nasync def f(until):\n    while time.perf_counter() < until:\n        time.sleep(0)",
    ),
    "a short name beside a lot else": (
        "VX302",
        "def f(config, refs, remote: str):\n    for ref in refs:\n        if ref.startswith(b'refs/heads/'):\n"
        "            branch = ref.removeprefix(b'refs/heads/')\n"
        "            config.set((b'branch', branch), b'remote', remote.encode())\n"
        "            config.set((b'branch', branch), b'merge', ref)\n            config.write()",
    ),
    "tuples become lists on the way": (
        "VX715",
        "import copy, json\ndef f(config):\n    config = copy.deepcopy(config)\n"
        "    config = json.loads(json.dumps(config))\n    return config",
    ),
    "each state of the tuple is a key": (
        "VX110",
        "def f(path, plan):\n    so_far = ()\n    for key in path:\n        plan[so_far] = key\n"
        "        so_far = so_far + (key,)\n    return plan",
    ),
    "one of two dicts": (
        "VX119",
        "def f(params, names):\n    known = {}\n    unknown = {}\n    for k, v in params.items():\n"
        "        (known if k in names else unknown)[k] = v\n    return known, unknown",
    ),
    "names in an array": (
        "VX606",
        "import numpy as np\ndef f(n):\n    names = np.array([f'x{i}' for i in range(n)])\n    return min(names[3:])",
    ),
    "none is expected to be there": (
        "VX506",
        "def f(queues, name):\n    try:\n        return list(queues[name].keys())[0]\n"
        "    except (KeyError, IndexError):\n        return None",
    ),
    "sizes of parts that are handed on": (
        "VX611",
        "import numpy as np\ndef f(indices, n):\n    sizes = np.full(n, 3)\n    at = 0\n    for size in sizes:\n"
        "        yield indices[at : at + size]\n        at = at + size",
    ),
    "two thresholds": (
        "VX611",
        "import numpy as np\ndef f(values, scale):\n    limits = np.array([1, 2]) * scale\n    n = 0\n"
        "    for limit in limits:\n        n += limit * 2\n    return n",
    ),
    "an array has few axes": (
        "VX314",
        "class Frame:\n    @property\n    def axes(self):\n        return [self.axis(a) for a in self.order]\n"
        "    def has(self, key, others):\n        return any(key in self.axes[i] for i in others)",
    ),
    "they run beside each other already": (
        "VX702",
        "import asyncio\nasync def f(tasks):\n    return [await task for task in asyncio.as_completed(tasks)]",
    ),
    "opened the first time only": (
        "VX713",
        "def f(rows, path):\n    file = None\n    for row in rows:\n        if file is None:\n"
        "            file = open(path, 'a')\n        file.write(row)\n    return file",
    ),
    "sorted downwards, equal elements the other way round": (
        "VX503",
        "def f(rows, order):\n    return sorted(rows, key=order, reverse=True)[::-1]",
    ),
    "each value is parsed by Python": (
        "VX617",
        "def f(frame, parse):\n    return [parse(value) for value in frame['names'].values]",
    ),
    "what there is so far is looked at": (
        "VX607",
        "import numpy as np\ndef f(points, long):\n    for edges in long:\n"
        "        points = np.vstack((points, points[edges].mean(axis=1)))\n    return points",
    ),
    "a sign is cut off": (
        "VX402",
        "def f(v):\n    if v[0] == '-':\n        return -f(v[1:])\n    return 'xyz'.index(v)",
    ),
    "the first encoding that does": (
        "VX718",
        "from contextlib import suppress\ndef f(text, encodings):\n    for encoding in encodings:\n"
        "        with suppress(UnicodeError):\n            return text.decode(encoding)\n    return ''",
    ),
    "two files are closed": (
        "VX718",
        "import os\nfrom contextlib import suppress\ndef f(one, other, both):\n"
        "    for fd in (one, other) if both else (one,):\n        with suppress(OSError):\n            os.close(fd)",
    ),
    "each element decides where to go on": (
        "VX611",
        "import numpy as np\ndef f(n):\n    x = 0\n    for z in np.arange(n):\n        if z == 2:\n            x = 16\n"
        "        if z == 5:\n            x = 10\n    return x",
    ),
    "each element is handed to an object": (
        "VX611",
        "import numpy as np\ndef f(atoms, cell, n):\n    strains = np.linspace(1, 2, n)\n    for s in strains:\n"
        "        atoms.set_cell(cell * s)\n        atoms.relax()\n    return atoms",
    ),
    "the import may fail": (
        "VX316",
        "import sys\ntry:\n    import scipy\nexcept ImportError:\n    scipy = None\ndef simulate(x):\n"
        "    return scipy.stats.norm(x)\nif __name__ == '__main__':\n    if len(sys.argv) > 1:\n"
        "        print(simulate(1))",
    ),
    "a package that is not known to be light": (
        "VX316",
        "import sys\nimport scipy\nimport gensim\ndef simulate(x):\n    return scipy.stats.norm(x)\n"
        "def main():\n    if len(sys.argv) > 1:\n        print(simulate(1))\n    print(gensim)\n"
        "if __name__ == '__main__':\n    main()",
    ),
    "an array has few dimensions": (
        "VX110",
        "def f(x, axes):\n    index = ()\n    for axis in range(x.ndim):\n        index += (axis in axes,)\n"
        "    return index",
    ),
    "axes are removed from axes": (
        "VX108",
        "def f(a, b, pairs):\n    left = list(range(a.ndim))\n    right = list(range(a.ndim, a.ndim + b.ndim))\n"
        "    out = left + right\n    for x, y in pairs:\n        out.remove(right[y])\n    return out",
    ),
    "a shape is short": (
        "VX109",
        "def f(shape, chunks):\n    return sum(((c,) * s for s, c in zip(shape, chunks)), ())",
    ),
    "three numbers at most": (
        "VX110",
        "def f(version: str):\n    numbers = tuple(map(int, version.split('.')))\n    while len(numbers) < 3:\n"
        "        numbers = numbers + (0,)\n    return numbers",
    ),
    "as many turns as a literal has elements": (
        "VX303",
        "def f(g):\n    breaks = [10, 36, 58]\n    for i in range(len(breaks)):\n        g(sum(breaks[:i]))",
    ),
    "two elements of an array": (
        "VX606",
        "import numpy as np\ndef f(bounds):\n    size = np.array(bounds)\n    return max(size[0:2])",
    ),
    "a look-up after which the loop ends": (
        "VX126",
        "NAMES = dict(zip(open('a'), open('b')))\ndef f(line):\n    kind = None\n    for key in NAMES:\n"
        "        if key in line:\n            kind = NAMES[key]\n            break\n    return kind",
    ),
    "plain JSON values of what a property makes": (
        "VX715",
        "import json\ndef f(shape):\n    return json.loads(json.dumps(shape.__geo_interface__))",
    ),
    "one key, as counted of the dict": (
        "VX506",
        "def f(found: dict):\n    if len(found) == 1:\n        return list(found.keys())[0]\n    return ''",
    ),
    "one child, as counted of a list of them": (
        "VX506",
        "def f(node):\n    if len(list(node)) != 1:\n        raise ValueError\n    return list(node)[0]",
    ),
    "the digits of a number": (
        "VX201",
        "def f(value: int):\n    label = ''\n    while value >= 0:\n        label = 'AB'[value % 2] + label\n"
        "        value = value // 2 - 1\n    return label",
    ),
}


def test_a_property_read_twice_in_a_loop_is_told_once() -> None:
    """One finding for each property and loop."""
    text = (
        "class A:\n    @property\n    def total(self):\n        return sum(x * 2 for x in self.xs)\n"
        "    def f(self):\n        return [x / self.total + self.total for x in self.xs]\n"
    )
    (found,) = scan(parse(SourceFile.from_text(text)), Selection(("VX314",), doubtful=True))
    assert found.rule == "VX314"


@pytest.mark.parametrize(("rule", "text"), MISTAKES.values(), ids=MISTAKES)
def test_a_reviewed_mistake_is_silent(rule: str, text: str, caplog: pytest.LogCaptureFixture) -> None:
    """The rule says nothing about it, and does not fail on it either."""
    assert scan(parse(SourceFile.from_text(text + "\n")), Selection((rule,))) == []
    assert caplog.text == ""


def test_tests_are_silent_unless_asked_for() -> None:
    """In test_shop.py and in `test_…` functions nothing is reported, with `scan-tests` everything."""
    text = (
        "def doubled(xs):\n    out = []\n    for x in xs:\n        out.append(x * 2)\n    return out\n"
        "def common(xs, ys: list):\n    return [x for x in xs if x in ys]\n"
    )
    everything = {"VX301", "VX101"}
    for name, expected in (
        ("shop.py", everything),
        ("test_shop.py", set()),
        ("shop_test.py", set()),
        ("tests/shop.py", set()),
    ):
        parsed = parse(SourceFile.from_text(text, Path(name)))
        assert {finding.rule for finding in scan(parsed)} == expected
        asked = selection_for(Settings(scan_tests=True))
        assert {finding.rule for finding in scan(parsed, asked)} == everything
    inside = parse(SourceFile.from_text(text.replace("def common", "def test_common")))
    assert {finding.rule for finding in scan(inside)} == {"VX301"}
    reading = parse(SourceFile.from_text(text.replace("def common", "def tester")))
    assert {finding.rule for finding in scan(reading)} == everything
