"""Counts in how many functions with a known faster version the scanner finds something, and in how many good ones.

    python tests/bench/recall_on_cases.py CASES.jsonl [--misses]

A case is a JSON object with `code`, `entry` and `expect` ("improve", "maybe", "no-improvement" or "trap").
"""

from __future__ import annotations

import argparse
import json
from collections import Counter
from pathlib import Path

from velox_engine.rules import scan
from velox_engine.source.document import SourceFile
from velox_engine.source.syntax import parse


def main() -> None:
    """Count and print."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("cases", type=Path)
    parser.add_argument("--misses", action="store_true", help="print the code of what was missed")
    args = parser.parse_args()
    total: Counter[str] = Counter()
    found: Counter[str] = Counter()
    rules: Counter[str] = Counter()
    for line in args.cases.read_text(encoding="utf-8").splitlines():
        case = json.loads(line)
        entry = case["entry"].rpartition(".")[2]
        findings = [
            finding
            for finding in scan(parse(SourceFile.from_text(case["code"])))
            if entry in finding.function.split(".")
        ]
        total[case["expect"]] += 1
        found[case["expect"]] += bool(findings)
        rules.update({finding.rule for finding in findings})
        if args.misses and case["expect"] == "improve" and not findings:
            print(f"--- {case['id']}\n{case['code']}")
    for expect, count in sorted(total.items()):
        print(f"{expect:<16}{found[expect]:>4} of {count} have a finding")
    print(", ".join(f"{rule} {count}" for rule, count in rules.most_common()))


if __name__ == "__main__":
    main()
