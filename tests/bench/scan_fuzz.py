"""Scans mutated real files and generated code until a rule fails, and says what made it.

    python tests/bench/scan_fuzz.py [--inputs 20000] [--seed 0]

Half of the inputs are pieces of the standard library with parts cut, doubled, moved and mistyped; half come from a
small grammar that nests loops, comprehensions, calls and definitions in ways that nobody writes. Every input is scanned
whole and by units. Exit code 1 when a rule raised, the scan raised, or the two scans disagree.
`tests/rules/test_fuzz.py` runs the first few hundred.
"""

from __future__ import annotations

import argparse
import logging
import random
import sys
import sysconfig
import time
from collections.abc import Iterator
from pathlib import Path

from velox_engine.rules import Scanner, Selection, scan
from velox_engine.source.document import SourceFile
from velox_engine.source.syntax import parse

EVERYTHING = Selection(("ALL",), doubtful=True)
_LONGEST = 160  # lines of one input: many inputs find more than long ones
_TYPED = [
    "(",
    ")",
    "[",
    "]",
    "{",
    "}",
    ":",
    "'",
    '"""',
    "\\",
    "\n",
    "\r",
    "\t",
    " ",
    ",",
    ".",
    "=",
    "#",
    "@",
    "\0",
    "é",
    "\x0c",
    "lambda ",
    "for ",
    "in ",
    "if ",
    "not ",
    "async ",
    "await ",
    "yield ",
    "*",
    "**",
    "->",
    ":=",
    "0",
    "None",
]
_NAME_WORDS = "xs ys x d self s f i np df re os out key json logger"
_CALLED_WORDS = (
    "len sorted sum min max list set dict range enumerate zip map any all open str re.compile re.match "
    "json.loads json.dumps np.array np.append pd.concat copy.deepcopy os.listdir os.path.isdir time.sleep "
    "Path suppress asdict requests.get isinstance f"
)
_METHOD_WORDS = (
    "append pop insert index count remove join split keys values items get setdefault sort startswith "
    "read readlines execute iterrows apply nunique debug most_common filter update union add format "
    "replace lower"
)
_NAMES, _CALLED, _METHODS = _NAME_WORDS.split(), _CALLED_WORDS.split(), _METHOD_WORDS.split()


def main() -> int:
    """Run and report."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--inputs", type=int, default=20_000)
    parser.add_argument("--seed", type=int, default=0)
    args = parser.parse_args()
    started, failures, findings = time.monotonic(), 0, 0
    for number, text in enumerate(inputs(args.seed, args.inputs), 1):
        found, problem = check(text)
        findings += found
        if problem:
            failures += 1
            print(f"--- input {number}: {problem}\n{text}\n")
        if number % 1_000 == 0:
            print(f"{number:,} inputs, {findings:,} findings, {failures} failures", file=sys.stderr)
    seconds = time.monotonic() - started
    print(f"{args.inputs:,} inputs in {seconds:.0f} s, {findings:,} findings, {failures} failures")
    return 1 if failures else 0


def inputs(seed: int, count: int) -> Iterator[str]:
    """So many texts, the same ones for the same seed and interpreter."""
    rng = random.Random(seed)
    folder = Path(sysconfig.get_paths()["stdlib"])
    files = sorted(path for path in folder.glob("*.py") if path.stat().st_size < 200_000)
    files += sorted(folder.glob("asyncio/*.py")) + sorted(folder.glob("json/*.py"))
    texts = [path.read_text(encoding="utf-8", errors="replace").splitlines(keepends=True) for path in files]
    for number in range(count):
        yield _mutated(rng, texts) if number % 2 else _Grammar(rng).module()


def check(text: str) -> tuple[int, str]:
    """The number of findings in a text, and what went wrong, "" when nothing did."""
    handler = _Collecting()
    log = logging.getLogger("velox.rules")
    log.addHandler(handler)
    log.propagate = False
    try:
        parsed = parse(SourceFile.from_text(text))
        found = scan(parsed, EVERYTHING)
        if Scanner(EVERYTHING).scan(parsed) != found:
            return len(found), "scanned by units and whole, the findings differ"
    except Exception as error:
        return 0, f"{type(error).__name__}: {error}"
    finally:
        log.removeHandler(handler)
        log.propagate = True
    return len(found), "; ".join(handler.messages)


class _Collecting(logging.Handler):
    """Keeps what the scanner logs: a rule that raises is logged, not raised."""

    def __init__(self) -> None:
        super().__init__(logging.ERROR)
        self.messages: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.messages.append(f"{record.getMessage()}: {record.exc_info[1] if record.exc_info else ''}")


def _mutated(rng: random.Random, texts: list[list[str]]) -> str:
    lines = rng.choice(texts)
    start = rng.randrange(len(lines) or 1)
    piece = lines[start : start + rng.randrange(1, _LONGEST)]
    for _ in range(rng.randrange(6)):
        a, b = sorted(rng.randrange(len(piece) + 1) for _ in range(2))
        kind = rng.randrange(5)
        if kind == 0:
            piece[a:b] = []
        elif kind == 1:
            piece[a:b] = piece[a:b] * 2
        elif kind == 2:
            piece[a:b] = [line[rng.randrange(5) :] for line in piece[a:b]]
        elif kind == 3:
            piece[a:a] = rng.choice(texts)[:20]
        elif piece:
            at = rng.randrange(len(piece))
            place = rng.randrange(len(piece[at]) + 1)
            piece[at] = piece[at][:place] + rng.choice(_TYPED) + piece[at][place + rng.randrange(2) :]
    return "".join(piece[: 2 * _LONGEST])


class _Grammar:
    """Random Python of the kinds that rules look for."""

    def __init__(self, rng: random.Random) -> None:
        self.rng = rng

    def module(self) -> str:
        """Imports, then some statements."""
        head = "import re, os, json, copy, time\nimport numpy as np\nimport pandas as pd\nfrom pathlib import Path\n"
        head += "from contextlib import suppress\nfrom dataclasses import asdict\nimport requests\n"
        return head + "".join(self.statement(0, 3) for _ in range(self.rng.randrange(1, 6)))

    def statement(self, indent: int, depth: int) -> str:
        """One statement with what is in it."""
        pad, r = "    " * indent, self.rng
        simple = r.randrange(9)
        if depth and r.random() < 0.55:
            body = "".join(self.statement(indent + 1, depth - 1) for _ in range(r.randrange(1, 4)))
            heads = [
                f"for {self.target()} in {self.expression(2)}:",
                f"while {self.expression(2)}:",
                f"if {self.expression(2)}:",
                f"def {r.choice(_NAMES)}({', '.join(r.sample(_NAMES, r.randrange(3)))}):",
                "class C:",
                "try:",
                f"with {self.expression(1)} as {r.choice(_NAMES)}:",
                f"async def {r.choice(_NAMES)}():",
                "@property\n" + pad + "def total(self):",
            ]
            head = r.choice(heads)
            tail = f"{pad}except {r.choice(['KeyError', 'Exception', 'ValueError as e'])}:\n{pad}    pass\n"
            return f"{pad}{head}\n{body}{tail if head == 'try:' else ''}"
        name = r.choice(_NAMES)
        texts = [
            f"{name} = {self.expression(3)}",
            f"{name} += {self.expression(2)}",
            self.expression(3),
            f"return {self.expression(2)}",
            f"{name}[{self.expression(1)}] = {self.expression(2)}",
            f"self.{name} = {self.expression(2)}",
            f"del {name}[0]",
            f"{name}.append({self.expression(2)})",
            f"{name}, {r.choice(_NAMES)} = {self.expression(1)}, {self.expression(1)}",
        ]
        return f"{pad}{texts[simple]}\n"

    def target(self) -> str:
        """What a loop binds."""
        return self.rng.choice(["x", "i", "k, v", "(a, (b, *c))", "_, x", "self.x", "xs[0]"])

    def expression(self, depth: int) -> str:
        """One expression."""
        r = self.rng
        if depth <= 0:
            return r.choice(
                [*_NAMES, "0", "1", "10", "'a'", "''", "None", "[]", "{}", "()", "self.xs", "-1", "f'{x}'"]
            )
        one, two = self.expression(depth - 1), self.expression(depth - 1)
        return r.choice(
            [
                f"{r.choice(_CALLED)}({one})",
                f"{r.choice(_CALLED)}({one}, {two})",
                f"{one}.{r.choice(_METHODS)}({two})",
                f"{r.choice(_NAMES)}.{r.choice(_METHODS)}()",
                f"{one} {r.choice(['in', 'not in', '==', '<', '>=', 'is'])} {two}",
                f"{one} {r.choice(['+', '-', '*', '**', '%', '//', '|', '@'])} {two}",
                f"{one}[{two}]",
                f"{one}[{two}:]",
                f"{one}[0]",
                f"[{one} for {self.target()} in {two}]",
                f"({one} for x in {two} if x)",
                f"{{{one}: {two} for k, v in {one}.items()}}",
                f"{{{one} for x in {two}}}",
                f"({one} if {two} else x)",
                f"(lambda x: {one})",
                f"({one} or {two} or x == 1)",
                f"not {one}",
                f"[{one}, {two}, *xs]",
                f"{{'a': {one}, **d}}",
                f"'a' % {one}",
                f"(x := {one})",
                f"*{one}",
                f"await {one}",
            ]
        )


if __name__ == "__main__":
    sys.exit(main())
