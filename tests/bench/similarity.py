"""Asks for each function of the corpus which others are alike, and counts how often they are slow for the same reason.

Usage: python tests/bench/similarity.py [--cases CASES.jsonl]

Two functions of the corpus are of the same class when the scanner finds the same kind of thing in both (an action of
its findings); a case of a file names its classes itself. The share of the nearest five that share a class, and how
often at least one of the five does, stand beside chance: the same for five functions drawn from all others, and
beside what counting syntax nodes alone would find.
"""

from __future__ import annotations

import argparse
import ast
import json
import math
import sys
from collections import Counter
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).parent.parent / "corpus"))

from catalogue import load_corpus

from velox_engine import rules
from velox_engine.experience import shape, similarity
from velox_engine.source.document import SourceFile
from velox_engine.source.syntax import parse

NEAREST = 5


def corpus() -> list[tuple[str, frozenset[str]]]:
    """Each function of the corpus with the actions of what the scanner finds in it; those without are left out."""
    found = []
    for one in load_corpus():
        source = SourceFile.from_text(one.code)
        names = frozenset(hit.action for hit in rules.scan(parse(source)) if hit.function == one.entry)
        found.append((text_of(one.code, one.entry), names))
    return [(text, names) for text, names in found if names]


def cases(path: Path) -> list[tuple[str, frozenset[str]]]:
    """Each case with its classes; traps and finished work have none."""
    found = []
    for line in path.read_text(encoding="utf-8").splitlines():
        case = json.loads(line)
        names = frozenset(case["classes"]) - {"other", "already-optimal", "trap"}
        found.append((text_of(case["code"], case["entry"]), names))
    return [(text, names) for text, names in found if names]


def text_of(code: str, entry: str) -> str:
    """The text of one function of a module."""
    body: Sequence[ast.stmt] = ast.parse(code).body
    found: ast.stmt | None = None
    for part in entry.split("."):
        found = next(node for node in body if getattr(node, "name", None) == part)
        body = getattr(found, "body", [])
    text = ast.get_source_segment(code, found) if found is not None else None
    assert text is not None, entry
    return text


def by_node_counts(texts: Sequence[str]) -> np.ndarray:
    """Likeness by how often each type of node occurs."""
    kinds = [Counter(type(node).__name__ for node in ast.walk(ast.parse(text))) for text in texts]
    names = sorted(set().union(*kinds))
    matrix = np.array([[kind[name] for name in names] for kind in kinds], dtype=np.float32)
    matrix /= np.linalg.norm(matrix, axis=1, keepdims=True)
    return matrix @ matrix.T


def by_shape(texts: Sequence[str]) -> np.ndarray:
    """Likeness as the store's memory sees it."""
    described = [shape.describe(text) for text in texts]
    return similarity.likeness(np.stack([one for one in described if one is not None]))


def measure(
    functions: Sequence[tuple[str, frozenset[str]]], likeness: Callable[[Sequence[str]], np.ndarray]
) -> tuple[float, float]:
    """Return (share of the nearest five that share a class, how often at least one does)."""
    alike = likeness([text for text, _ in functions])
    np.fill_diagonal(alike, -1.0)
    shares = []
    for index, (_, names) in enumerate(functions):
        nearest = np.argsort(-alike[index], kind="stable")[:NEAREST]
        shares.append([bool(names & functions[other][1]) for other in nearest])
    return float(np.mean(shares)), float(np.mean([any(share) for share in shares]))


def chance(functions: Sequence[tuple[str, frozenset[str]]]) -> tuple[float, float]:
    """The same for five others drawn without looking, exactly."""
    shares, hits = [], []
    others = len(functions) - 1
    for index, (_, names) in enumerate(functions):
        same = sum(bool(names & other) for at, (_, other) in enumerate(functions) if at != index)
        shares.append(same / others)
        hits.append(1 - math.comb(others - same, NEAREST) / math.comb(others, NEAREST))
    return float(np.mean(shares)), float(np.mean(hits))


def main() -> None:
    """Print a table for the corpus, and one for the file of cases."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--cases", type=Path)
    arguments = parser.parse_args()
    sets = {"corpus": corpus()}
    if arguments.cases:
        sets["cases"] = cases(arguments.cases)
    for name, functions in sets.items():
        print(f"{name}: {len(functions)} functions, {len(set().union(*(n for _, n in functions)))} classes")
        rows = {
            "chance": chance(functions),
            "counts of syntax nodes": measure(functions, by_node_counts),
            "shapes": measure(functions, by_shape),
        }
        for row, (share, hit) in rows.items():
            print(f"  {row:<24} same class among the nearest 5: {share:.1%}; at least one: {hit:.1%}")


if __name__ == "__main__":
    main()
