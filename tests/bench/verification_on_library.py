"""Measure inputs and strength on a fixed-seed sample of installed functions.

Usage: python tests/bench/verification_on_library.py [--package NAME]… [--count 40] [--seed 0]

Samples functions (at least three statements, no tests, no dunder names; with --methods those of classes instead) of
the standard library, or of the packages named, and prints: the share with at least 20 core inputs, branch coverage,
planted bugs detected before and after inputs were added, and why the rest has none. Modules are run as they are
installed, in the sandbox.
"""

from __future__ import annotations

import argparse
import ast
import importlib.util
import random
import sys
import sysconfig
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from statistics import mean, median

from velox_engine.source.document import SourceFile, read_source
from velox_engine.types import VeloxError
from velox_engine.verify.inputs import synthesise
from velox_engine.verify.sandbox import Environment, LoadFailure, Program, Sandbox
from velox_engine.verify.strength import add_telling, measure_strength

PASSED_OVER = {
    "test",
    "tests",
    "idlelib",
    "lib2to3",
    "turtledemo",
    "site-packages",
    "__pycache__",
    "encodings",
    "ensurepip",
}
LEAST_STATEMENTS = 3


@dataclass(frozen=True)
class Row:
    """What one function got."""

    name: str
    core: int
    coverage: float
    before: tuple[int, int]
    after: tuple[int, int]
    seconds: float
    reason: str


def main() -> int:
    """Sample, measure, print."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument(
        "--package", action="append", default=[], help="an installed package; default: the stdlib"
    )
    parser.add_argument("--count", type=int, default=40)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument(
        "--methods", action="store_true", help="methods of classes instead of plain functions"
    )
    parser.add_argument("--details", action="store_true")
    options = parser.parse_args()
    roots = [root_of(name) for name in options.package] or [Path(sysconfig.get_paths()["stdlib"])]
    found = [item for root in roots for item in functions_below(root) if ("." in item[2]) == options.methods]
    chosen = random.Random(options.seed).sample(found, min(options.count, len(found)))
    rows = []
    with (
        Sandbox(Environment(sys.executable, "", tuple(str(root.parent) for root in roots))) as strict,
        Sandbox(
            Environment(sys.executable, "", tuple(str(root.parent) for root in roots)), profile="fs-read"
        ) as reading,
    ):
        for path, module, qualname in chosen:
            row = measure(path, module, qualname, (strict, reading), options.seed)
            rows.append(row)
            if options.details:
                print(
                    f"{row.name:60} core {row.core:3} cov {row.coverage:.2f} "
                    f"{row.before[0]}/{row.before[1]} → {row.after[0]}/{row.after[1]} {row.seconds:.1f} s {row.reason}",
                    flush=True,
                )
    report(rows, options.package or ["standard library"])
    return 0


def root_of(package: str) -> Path:
    """The folder of an installed package."""
    spec = importlib.util.find_spec(package)
    if spec is None or not spec.submodule_search_locations:
        raise SystemExit(f"{package} is not installed as a package here")
    return Path(next(iter(spec.submodule_search_locations)))


def functions_below(root: Path) -> Iterator[tuple[Path, str, str]]:
    """(file, dotted module, qualified name) of every function worth sampling, in order of their paths."""
    inside = (root / "__init__.py").exists()
    for path in sorted(root.rglob("*.py")):
        relative = path.relative_to(root.parent if inside else root)
        if PASSED_OVER & set(relative.parts) or relative.name.startswith("__main__"):
            continue
        try:
            tree = ast.parse(path.read_bytes())
        except (SyntaxError, ValueError):
            continue
        parts = relative.with_suffix("").parts
        module = ".".join(parts[:-1] if parts[-1] == "__init__" else parts)
        for item in tree.body:
            members = item.body if isinstance(item, ast.ClassDef) else [item]
            owner = f"{item.name}." if isinstance(item, ast.ClassDef) else ""
            for member in members:
                if isinstance(member, ast.FunctionDef | ast.AsyncFunctionDef) and _worth(member):
                    yield path, module, owner + member.name


def _worth(node: ast.FunctionDef | ast.AsyncFunctionDef) -> bool:
    statements = sum(isinstance(item, ast.stmt) for item in ast.walk(node)) - 1
    return statements >= LEAST_STATEMENTS and not node.name.startswith("__")


def measure(path: Path, module: str, qualname: str, sandboxes: tuple[Sandbox, Sandbox], seed: int) -> Row:
    """Figures of one function; what the strict profile refuses is tried again where files may be read."""
    name = f"{module}:{qualname}"
    started = time.monotonic()
    try:
        source: SourceFile = read_source(path)
    except VeloxError as error:
        return Row(name, 0, 0.0, (0, 0), (0, 0), 0.0, error.message)
    program = Program(source.text, str(path), module, module.rpartition(".")[0], qualname)
    reason = "no inputs"
    for sandbox in sandboxes:
        try:
            found = synthesise(
                source,
                qualname,
                sandbox,
                program,
                seconds=1.0,
                seed=seed,
                folders=sandbox.environment.search_path,
            )
        except (VeloxError, LoadFailure) as error:
            return Row(name, 0, 0.0, (0, 0), (0, 0), time.monotonic() - started, str(error)[:80])
        reason = "; ".join(found.notes)[:110]
        if not found.core or found.supply is None or found.denied:
            continue
        cases = (*found.core, *found.exceptions)
        before = measure_strength(source, qualname, sandbox, program, cases, seed=seed)
        added = add_telling(source, qualname, sandbox, program, cases, found.supply, seconds=1.0, seed=seed)
        after = measure_strength(source, qualname, sandbox, program, (*cases, *added), seed=seed)
        seconds = time.monotonic() - started
        return Row(name, len(found.core), found.coverage or 0.0, before, after, seconds, reason)
    return Row(name, 0, 0.0, (0, 0), (0, 0), time.monotonic() - started, reason)


def report(rows: list[Row], names: list[str]) -> None:
    """Print the figures over all functions."""
    enough = [row for row in rows if row.core >= 20]
    shares = [row.after[0] / row.after[1] for row in enough if row.after[1]]
    print(f"\n{', '.join(names)}: {len(rows)} functions")
    print(f"at least 20 core inputs: {len(enough) / (len(rows) or 1):.0%}")
    print(f"branch coverage of these, mean: {mean([row.coverage for row in enough] or [0.0]):.0%}")
    for label, pairs in (
        ("before", [row.before for row in enough]),
        ("after", [row.after for row in enough]),
    ):
        killed, total = sum(k for k, _ in pairs), sum(t for _, t in pairs)
        print(
            f"planted bugs detected {label} inputs were added: {killed}/{total} = {killed / (total or 1):.1%}"
        )
    print(
        f"functions with >= 80 % / < 50 % detected: {sum(s >= 0.8 for s in shares)} / {sum(s < 0.5 for s in shares)}"
        f" of {len(shares)}"
    )
    print(f"seconds a function, median: {median([row.seconds for row in rows] or [0.0]):.1f}")
    reasons = Counter(row.reason.split(":")[0][:70] for row in rows if row.core < 20)
    for reason, count in reasons.most_common(6):
        print(f"  {count} × {reason or 'too few inputs'}")


if __name__ == "__main__":
    raise SystemExit(main())
