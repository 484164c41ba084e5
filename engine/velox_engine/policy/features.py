"""The state vector: 27 numbers that describe a function to the policy, in the order checkpoints rely on.

Each number lies in [0, 1]. Counts saturate logarithmically, because the step from one loop to two says more
than the step from eleven to twelve; times and sizes are placed on a decimal scale between two fixed ends.
"""

from __future__ import annotations

import ast
import math
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Final

from velox_engine.source.document import SourceFile
from velox_engine.types import Finding, VeloxError

FAMILIES: Final[tuple[str, ...]] = (
    "membership",
    "queue",
    "string",
    "sort",
    "invariant",
    "copy",
    "regex",
    "exception",
    "lookup",
    "numeric_loop",
    "data_frame",
    "io",
    "async",
)

# Append only: names, order and scaling are part of every checkpoint's contract. Raise REVISION whenever the
# meaning of an existing feature changes; the fingerprint then refuses the weights trained on the old meaning.
REVISION: Final = 1
FEATURES: Final[tuple[str, ...]] = (
    "lines_of_code",
    "cyclomatic_complexity",
    "max_loop_depth",
    "recursion",
    "loops",
    "branches",
    "calls",
    "syntax_nodes",
    "comprehensions",
    *(f"findings_{family}" for family in FAMILIES),
    "log_baseline_seconds",
    "log_baseline_peak_bytes",
    "scaling_exponent",
    "verification_strength",
    "steps_taken",
)
STEPS_FEATURE: Final = FEATURES.index("steps_taken")

# Where a count reaches 1.0.
_SATURATES: Final[Mapping[str, float]] = {
    "lines_of_code": 200,
    "cyclomatic_complexity": 50,
    "loops": 16,
    "branches": 32,
    "calls": 64,
    "syntax_nodes": 2000,
    "comprehensions": 8,
}
_DEEPEST_LOOP: Final = 4
_MANY_FINDINGS: Final = 4
_SECONDS_SCALE: Final = (1e-7, 1.0)
_BYTES_SCALE: Final = (1e2, 1e9)
_STEEPEST_EXPONENT: Final = 3.0
MOST_STEPS: Final = 10

_RULE_FAMILY: Final[Mapping[str, str]] = {
    "VX101": "membership",
    "VX102": "queue",
    "VX103": "membership",  # "seen" is a list that is searched for each item
    "VX104": "lookup",  # one dict look-up or more per item
    "VX105": "lookup",
    "VX201": "string",
    "VX202": "regex",
    "VX301": "copy",  # copies an iterable element by element
    "VX302": "invariant",
    "VX401": "invariant",  # recomputes what an earlier call knew
    "VX501": "sort",
}
# A rule that the table does not know is placed by a word of its name, else by its hundred.
_NAME_WORDS: Final[tuple[tuple[str, str], ...]] = (
    ("regex", "regex"),
    ("queue", "queue"),
    ("deque", "queue"),
    ("member", "membership"),
    ("string", "string"),
    ("concat", "string"),
    ("sort", "sort"),
    ("heap", "sort"),
    ("invariant", "invariant"),
    ("copy", "copy"),
    ("copies", "copy"),
    ("exception", "exception"),
    ("try", "exception"),
    ("lookup", "lookup"),
    ("attribute", "lookup"),
    ("frame", "data_frame"),
    ("iterrows", "data_frame"),
    ("pandas", "data_frame"),
    ("numeric", "numeric_loop"),
    ("array", "numeric_loop"),
    ("numpy", "numeric_loop"),
    ("async", "async"),
    ("await", "async"),
    ("gather", "async"),
    ("file", "io"),
    ("io", "io"),
)
_HUNDRED_FAMILY: Final[Mapping[str, str]] = {
    "VX1": "membership",
    "VX2": "string",
    "VX3": "invariant",
    "VX4": "invariant",
    "VX5": "sort",
    "VX6": "numeric_loop",
    "VX7": "io",
}


def family_of(rule: str, name: str = "") -> str | None:
    """The family a rule's findings are counted in; None for a rule that belongs to no known family."""
    if rule in _RULE_FAMILY:
        return _RULE_FAMILY[rule]
    words = name.lower().replace("_", "-").split("-")
    for word, family in _NAME_WORDS:
        if any(part.startswith(word) for part in words):
            return family
    return _HUNDRED_FAMILY.get(rule[:3])


@dataclass(frozen=True, slots=True)
class FunctionFacts:
    """What is known about one function: its shape, its findings, and what was measured of it so far."""

    lines: int = 0
    complexity: int = 1
    loop_depth: int = 0
    recursive: bool = False
    loops: int = 0
    branches: int = 0
    calls: int = 0
    nodes: int = 0
    comprehensions: int = 0
    findings: Mapping[str, int] = field(default_factory=dict)  # family → count
    baseline_seconds: float | None = None  # one call of the function as it is now
    baseline_peak_bytes: float | None = None
    scaling_exponent: float | None = None
    strength: float | None = None
    steps: int = 0


def describe(facts: FunctionFacts) -> tuple[float, ...]:
    """The 27 numbers of FEATURES for these facts; what was not measured is 0."""
    return (
        _saturating(facts.lines, _SATURATES["lines_of_code"]),
        _saturating(facts.complexity, _SATURATES["cyclomatic_complexity"]),
        _unit(facts.loop_depth / _DEEPEST_LOOP),
        1.0 if facts.recursive else 0.0,
        _saturating(facts.loops, _SATURATES["loops"]),
        _saturating(facts.branches, _SATURATES["branches"]),
        _saturating(facts.calls, _SATURATES["calls"]),
        _saturating(facts.nodes, _SATURATES["syntax_nodes"]),
        _saturating(facts.comprehensions, _SATURATES["comprehensions"]),
        *(_saturating(facts.findings.get(family, 0), _MANY_FINDINGS) for family in FAMILIES),
        _decimal(facts.baseline_seconds, *_SECONDS_SCALE),
        _decimal(facts.baseline_peak_bytes, *_BYTES_SCALE),
        _unit((facts.scaling_exponent or 0.0) / _STEEPEST_EXPONENT),
        _unit(facts.strength or 0.0),
        _unit(facts.steps / MOST_STEPS),
    )


def facts_of(source: SourceFile, qualname: str, findings: Iterable[Finding] = ()) -> FunctionFacts:
    """Count the shape of one function of a file that parses; findings of other functions are ignored.

    Complexity is McCabe's, counted as radon counts it: 1, plus one for each `if`, loop, `except`, `assert`,
    `match` case, loop or `try` with `else`, comprehension and its conditions, and each further operand of
    `and`/`or`; a nested function adds its own.
    """
    node = _find(_module(source.text), qualname)
    if node is None:
        raise VeloxError(
            "no-such-function",
            f"there is no function {qualname!r} in {source.path or 'this text'}",
            "name it as it is nested, for example Class.method or outer.inner",
        )
    inside = qualname + "."
    families = Counter(
        family_of(finding.rule, finding.name)
        for finding in findings
        if finding.function == qualname or finding.function.startswith(inside)
    )
    return _Shape(node).facts({family: count for family, count in families.items() if family})


@lru_cache(maxsize=8)
def _module(text: str) -> ast.Module:
    try:
        return ast.parse(text)
    except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
        raise VeloxError(
            "does-not-parse", f"the file does not parse: {error}", "correct the syntax error, then ask again"
        ) from error


def _find(node: ast.AST, qualname: str) -> ast.FunctionDef | ast.AsyncFunctionDef | None:
    head, _, rest = qualname.partition(".")
    # Breadth first over everything that is not itself a named scope, so that a definition under `if` counts.
    pending = list(ast.iter_child_nodes(node))
    while pending:
        child = pending.pop(0)
        if isinstance(child, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            if child.name != head:
                continue
            found = child if not rest else _find(child, rest)
            if isinstance(found, ast.FunctionDef | ast.AsyncFunctionDef):
                return found
        elif isinstance(child, ast.stmt | ast.excepthandler | ast.match_case):
            pending.extend(ast.iter_child_nodes(child))
    return None


_LOOPS = (ast.For, ast.AsyncFor, ast.While)
_COMPREHENSIONS = (ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp)


class _Shape:
    """One walk over a function that counts what `FunctionFacts` asks for."""

    def __init__(self, function: ast.FunctionDef | ast.AsyncFunctionDef) -> None:
        self.function = function
        self.nodes = self.loops = self.branches = self.calls = self.comprehensions = self.depth = 0
        self.complexity = 1
        self.recursive = False
        # An explicit stack: generated code may nest deeper than the interpreter's recursion limit.
        pending: list[tuple[ast.AST, int]] = [(child, 0) for child in ast.iter_child_nodes(function)]
        while pending:
            node, depth = pending.pop()
            depth = self._count(node, depth)
            pending.extend((child, depth) for child in ast.iter_child_nodes(node))

    def _count(self, node: ast.AST, depth: int) -> int:
        self.nodes += 1
        if isinstance(node, _LOOPS):
            self.loops += 1
            self.complexity += 1 + bool(node.orelse)
            depth += 1
        elif isinstance(node, _COMPREHENSIONS):
            self.comprehensions += 1
            self.complexity += sum(1 + len(part.ifs) for part in node.generators)
            depth += len(node.generators)
        elif isinstance(node, ast.If | ast.IfExp | ast.match_case):
            self.branches += 1
            self.complexity += 1
        elif isinstance(node, ast.Try | ast.TryStar):
            self.branches += len(node.handlers)
            self.complexity += len(node.handlers) + bool(node.orelse)
        elif isinstance(node, ast.BoolOp):
            self.complexity += len(node.values) - 1
        elif isinstance(node, ast.Assert | ast.FunctionDef | ast.AsyncFunctionDef):
            self.complexity += 1
        elif isinstance(node, ast.Call):
            self.calls += 1
            self.recursive = self.recursive or _called_name(node) == self.function.name
        self.depth = max(self.depth, depth)
        return depth

    def facts(self, findings: Mapping[str, int]) -> FunctionFacts:
        last = self.function.end_lineno or self.function.lineno
        return FunctionFacts(
            lines=last - self.function.lineno + 1,
            complexity=self.complexity,
            loop_depth=self.depth,
            recursive=self.recursive,
            loops=self.loops,
            branches=self.branches,
            calls=self.calls,
            nodes=self.nodes,
            comprehensions=self.comprehensions,
            findings=findings,
        )


def _called_name(call: ast.Call) -> str:
    """The bare name of a call, or the method's name when called on `self` or `cls`."""
    target = call.func
    if isinstance(target, ast.Name):
        return target.id
    if isinstance(target, ast.Attribute) and isinstance(target.value, ast.Name):
        return target.attr if target.value.id in {"self", "cls"} else ""
    return ""


def _unit(value: float) -> float:
    return min(1.0, max(0.0, value)) if math.isfinite(value) else 0.0


def _saturating(count: float, full: float) -> float:
    return _unit(math.log1p(max(0.0, count)) / math.log1p(full))


def _decimal(value: float | None, low: float, high: float) -> float:
    if value is None or not value > 0.0:
        return 0.0
    return _unit(math.log10(value / low) / math.log10(high / low)) if math.isfinite(value) else 1.0
