"""Draws findings at random from packages, to be read by a person: how many are wrong or worthless?

    python tests/bench/sample_findings.py --seed 1 --count 200 --context 6 [--plain] [--severity warning] NAME=FOLDER …

Rules take turns in a random order, and each turn takes a package at random and then one of its findings, so that rare
rules are seen as often as common ones and small packages as often as large ones: which rules are bad? With `--plain`
every finding is as likely as any other, so that common rules and large packages count for as much as there is of
them: how many of the findings that a person meets are bad? With `--severity` only findings of that severity are
drawn: warnings are too few in any sample of all. Prints each finding with the code around it; `--table` prints one
line each instead, with how many findings of its rule there are in all. The sample that was read, with a verdict for
each finding, is in tests/rules/reviewed_findings.tsv.
"""

from __future__ import annotations

import argparse
import random
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path
from typing import get_args

from velox_engine.rules import scan
from velox_engine.source.document import SourceFile, read_source
from velox_engine.source.syntax import parse
from velox_engine.types import Finding, Severity, VeloxError
from velox_engine.workspace.discovery import discover

# Findings by rule and package; what is drawn of them begins with the package's name.
Piles = dict[str, dict[str, list[tuple[Path, SourceFile, Finding]]]]
Drawn = tuple[str, Path, SourceFile, Finding]


def main() -> None:
    """Draw and print."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("packages", nargs="+", metavar="NAME=FOLDER")
    parser.add_argument("--seed", type=int, required=True)
    parser.add_argument("--count", type=int, default=200)
    parser.add_argument("--context", type=int, default=6, help="lines shown before and after")
    parser.add_argument("--plain", action="store_true", help="every finding alike, not rules in turn")
    parser.add_argument(
        "--severity", choices=get_args(Severity), help="draw only from findings of this severity"
    )
    parser.add_argument("--table", action="store_true", help="one line for each finding, separated by tabs")
    args = parser.parse_args()

    rng = random.Random(args.seed)
    piles: Piles = defaultdict(dict)
    folders: dict[str, Path] = {}
    for entry in args.packages:
        name, _, folder = entry.partition("=")
        folders[name] = Path(folder)
        found = _findings(Path(folder), args.severity)
        print(f"# {name}: {sum(map(len, found.values()))} findings of {len(found)} rules")
        for rule, pile in found.items():
            piles[rule][name] = pile
    totals = {rule: sum(map(len, packages.values())) for rule, packages in piles.items()}
    drawn = (_draw_plainly if args.plain else _draw)(rng, piles, args.count)
    for number, (name, path, source, finding) in enumerate(drawn, 1):
        shown = path.relative_to(folders[name]).as_posix()
        line, rule = finding.start.line + 1, finding.rule
        if args.table:
            print("\t".join((str(number), name, shown, str(line), rule, str(totals[rule]))))
        else:
            print(f"\n=== {number} {name} {shown}:{line} {rule} {finding.function}\n    {finding.message}")
            _show(source, finding, args.context)


def _draw_plainly(rng: random.Random, piles: Piles, count: int) -> Iterator[Drawn]:
    """`count` findings at random of all there are, or all of them when they are fewer, each finding once."""
    everything = [
        (name, *finding) for packages in piles.values() for name, pile in packages.items() for finding in pile
    ]
    yield from rng.sample(everything, min(count, len(everything)))


def _draw(rng: random.Random, piles: Piles, count: int) -> Iterator[Drawn]:
    """Up to `count` findings, one rule after the other in rounds, each finding once."""
    while count and piles:
        rules = sorted(piles)
        rng.shuffle(rules)
        for rule in rules[:count]:
            name = rng.choice(sorted(piles[rule]))
            pile = piles[rule][name]
            yield name, *pile.pop(rng.randrange(len(pile)))
            if not pile:
                del piles[rule][name]
            if not piles[rule]:
                del piles[rule]
        count -= min(count, len(rules))


def _findings(folder: Path, severity: Severity | None) -> dict[str, list[tuple[Path, SourceFile, Finding]]]:
    found: dict[str, list[tuple[Path, SourceFile, Finding]]] = defaultdict(list)
    try:
        paths = discover([folder]).files
    except VeloxError:
        return found  # compiled modules alone
    for path in paths:
        try:
            source = read_source(path)
        except VeloxError:
            continue
        for finding in scan(parse(source)):
            if severity in (None, finding.severity):
                found[finding.rule].append((path, source, finding))
    return found


def _show(source: SourceFile, finding: Finding, context: int) -> None:
    first = max(0, finding.start.line - context)
    last = min(source.lines.count - 1, finding.end.line + context, first + 3 * context)
    for number in range(first, last + 1):
        mark = ">" if finding.start.line <= number <= finding.end.line else " "
        print(f"{mark}{number + 1:>6} {source.lines.line(number).decode('utf-8', 'replace')[:140]}")


if __name__ == "__main__":
    main()
