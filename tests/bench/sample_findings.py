"""Draws findings at random from packages, to be read by a person: how many are wrong or worthless?

    python tests/bench/sample_findings.py --seed 1 --count 200 --context 6 NAME=FOLDER …

Packages count alike whatever their size, then rules count alike within a package, so that a rule with thousands of
hits does not hide the others. Prints each finding with the code around it; `--table` prints one line each instead.
The sample that was read, with a verdict for each finding, is in tests/rules/reviewed_findings.tsv.
"""

from __future__ import annotations

import argparse
import random
from collections import defaultdict
from pathlib import Path

from velox_engine.rules import scan
from velox_engine.source.document import SourceFile, read_source
from velox_engine.source.syntax import parse
from velox_engine.types import Finding, VeloxError
from velox_engine.workspace.discovery import discover


def main() -> None:
    """Draw and print."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("packages", nargs="+", metavar="NAME=FOLDER")
    parser.add_argument("--seed", type=int, required=True)
    parser.add_argument("--count", type=int, default=200)
    parser.add_argument("--context", type=int, default=6, help="lines shown before and after")
    parser.add_argument("--table", action="store_true", help="one line for each finding, separated by tabs")
    args = parser.parse_args()

    rng = random.Random(args.seed)
    piles: dict[str, dict[str, list[tuple[Path, SourceFile, Finding]]]] = {}
    folders: dict[str, Path] = {}
    for entry in args.packages:
        name, _, folder = entry.partition("=")
        folders[name] = Path(folder)
        piles[name] = _findings(Path(folder))
        total = sum(len(found) for found in piles[name].values())
        print(f"# {name}: {total} findings of {len(piles[name])} rules")
    for number in range(1, args.count + 1):
        name = rng.choice([name for name, rules in piles.items() if rules])
        rule = rng.choice(sorted(piles[name]))
        pile = piles[name][rule]
        path, source, finding = pile.pop(rng.randrange(len(pile)))
        if not pile:
            del piles[name][rule]
        shown = path.relative_to(folders[name]).as_posix()
        line = finding.start.line + 1
        if args.table:
            print("\t".join((str(number), name, shown, str(line), rule)))
        else:
            print(f"\n=== {number} {name} {shown}:{line} {rule} {finding.function}\n    {finding.message}")
            _show(source, finding, args.context)


def _findings(folder: Path) -> dict[str, list[tuple[Path, SourceFile, Finding]]]:
    found: dict[str, list[tuple[Path, SourceFile, Finding]]] = defaultdict(list)
    for path in discover([folder]).files:
        try:
            source = read_source(path)
        except VeloxError:
            continue
        for finding in scan(parse(source)):
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
