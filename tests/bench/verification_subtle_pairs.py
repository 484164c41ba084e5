"""Compare originals with rewrites that differ subtly: python tests/bench/verification_subtle_pairs.py.

The pairs are sections of the pages tests/verify/inputs/subtle_pairs*.md: an original, then rewrites, each after a
sentence that says where it differs. Printed is how each rewrite is found out: refuted on a core input, verified with a
caveat, or MISSED.
"""

from __future__ import annotations

import argparse
import re
import sys
import time
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from velox_engine.source.document import SourceFile
from velox_engine.verify import oracle
from velox_engine.verify.inputs import InputSet, synthesise
from velox_engine.verify.interface import interface_difference
from velox_engine.verify.sandbox import Case, Environment, LoadFailure, Outcome, Program, Sandbox, call_all

PAGES = sorted((Path(__file__).parents[1] / "verify" / "inputs").glob("subtle_pairs*.md"))
# Accidental errors on which the verifier compares, see velox_engine.verify.verifier.
RELIED_ON = ("IndexError", "KeyError", "ValueError", "ZeroDivisionError", "StopIteration", "OverflowError")


@dataclass(frozen=True)
class Pair:
    """One rewrite of a section's original."""

    section: str
    says: str
    old: str
    new: str

    @property
    def function(self) -> str:
        """The qualified name of the section's last function: a method where the original ends with a class."""
        name = owner = ""
        for line in self.old.splitlines():
            if match := re.match(r"class (\w+)", line):
                owner = match[1]
            elif match := re.match(r"(?:async )?def (\w+)", line):
                name, owner = match[1], ""
            elif (match := re.match(r"    (?:async )?def (\w+)", line)) and owner:
                name = f"{owner}.{match[1]}"
        return name


def read_pairs(text: str) -> Iterator[Pair]:
    """The pairs of a page of sections."""
    for section in re.split(r"^## ", text, flags=re.MULTILINE)[1:]:
        title, _, body = section.partition("\n")
        original, *rewrites = re.findall(r"(?:^|\n\n)([^\n`]*)\n*```python\n(.*?)```", body, re.DOTALL)
        for says, code in rewrites:
            yield Pair(title.strip(), says.strip(), original[1], code)


def read_pages(pages: Iterable[Path]) -> list[Pair]:
    """The pairs of all pages."""
    return [pair for page in pages for pair in read_pairs(page.read_text("utf-8"))]


class Judge:
    """Inputs and outcomes of one original, which its rewrites are compared on."""

    def __init__(self, sandboxes: tuple[Sandbox, ...], pair: Pair, seed: int, seconds: float) -> None:
        self.sandboxes = sandboxes
        self.program = Program(pair.old, "", "pairs", "", pair.function)
        source = SourceFile.from_text(pair.old)
        self.found: InputSet = synthesise(
            source, pair.function, sandboxes[0], self.program, seed=seed, seconds=seconds
        )
        self.core = (*self.found.core, *self.found.exceptions)
        self.before = [call_all(sandbox, self.program, self.core) for sandbox in sandboxes]
        self.wide_before = call_all(sandboxes[0], self.program, self.found.wide)

    def verdict(self, new: str) -> tuple[str, str]:
        """("refuted" | "caveat" | "unverifiable" | "MISSED", the example)."""
        if not self.core:
            return "unverifiable", "; ".join(self.found.notes)
        program = replace(self.program, source=new)
        if called := interface_difference(self.program.source, new, program.function):
            return "refuted", called.says
        try:
            for sandbox, before in zip(self.sandboxes, self.before, strict=True):
                if example := _first(self.core, before, call_all(sandbox, program, self.core)):
                    return "refuted", example
            survived = [
                outcome.kind == "returned" or outcome.exception.startswith(RELIED_ON)
                for outcome in self.wide_before
            ]
            after = call_all(self.sandboxes[0], program, self.found.wide)
        except LoadFailure as failure:
            return "unverifiable", str(failure)
        kept = [index for index, alive in enumerate(survived) if alive]
        example = _first(
            [self.found.wide[i] for i in kept], [self.wide_before[i] for i in kept], [after[i] for i in kept]
        )
        return ("caveat", example) if example else ("MISSED", "")


def _first(cases: list[Case] | tuple[Case, ...], old: list[Outcome], new: list[Outcome]) -> str:
    usable = [i for i, outcome in enumerate(old) if outcome.kind in ("returned", "raised")]
    difference = oracle.first_difference(
        [cases[i] for i in usable], [old[i] for i in usable], [new[i] for i in usable]
    )
    return f"{difference.inputs[:70]}: {difference.old[:50]} / {difference.new[:50]}" if difference else ""


def main() -> int:
    """Judge every pair and print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--only", default="", help="only sections whose title contains this")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--seconds", type=float, default=1.0, help="CPU seconds to search for inputs")
    parser.add_argument("--pairs", type=Path, nargs="+", default=PAGES, help="other pages of pairs")
    options = parser.parse_args()
    pairs = [pair for pair in read_pages(options.pairs) if options.only in pair.section]
    counts: Counter[str] = Counter()
    started = time.monotonic()
    environment = Environment(sys.executable)
    with Sandbox(environment) as first, Sandbox(environment, hash_seed=4711) as second:
        judges: dict[str, Judge] = {}
        for pair in pairs:
            if pair.section not in judges:
                judges[pair.section] = Judge((first, second), pair, options.seed, options.seconds)
            status, example = judges[pair.section].verdict(pair.new)
            counts[status] += 1
            print(f"{status:8} {pair.section:24} {pair.says}\n         {example}", flush=True)
    print(
        f"\n{len(pairs)} rewrites of {len(judges)} originals in {time.monotonic() - started:.0f} s: {dict(counts)}"
    )
    return 1 if counts["MISSED"] else 0


if __name__ == "__main__":
    raise SystemExit(main())
