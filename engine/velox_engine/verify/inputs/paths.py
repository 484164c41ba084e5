"""What executed line pairs mean for a function: which branches were taken, and whether an exception was
raised on purpose."""

from __future__ import annotations

import ast
from collections.abc import Iterable
from dataclasses import dataclass

from velox_engine.verify.inputs.target import Target
from velox_engine.verify.sandbox import Outcome

Arcs = frozenset[tuple[int, int]]
MACHINE_ERRORS = ("RecursionError", "MemoryError", "SystemExit", "KeyboardInterrupt")


@dataclass(frozen=True, slots=True)
class Decision:
    """A statement that goes one of two ways: into its body, or past it."""

    first: int  # lines of the test
    last: int
    body_first: int
    body_last: int


@dataclass(frozen=True, slots=True)
class Layout:
    """The lines of the target that matter when its paths are judged."""

    decisions: tuple[Decision, ...]
    handlers: tuple[tuple[int, int], ...]  # line ranges of except bodies
    raises: tuple[tuple[int, int, str], ...]  # line range and exception name ("" when unknown)


def lay_out(target: Target) -> Layout:
    """Read the decisions, handlers and raise statements of the target (raises: of the whole module)."""
    decisions: list[Decision] = []
    handlers: list[tuple[int, int]] = []
    for node in ast.walk(target.node):
        if isinstance(node, ast.If | ast.While | ast.For | ast.AsyncFor):
            _add(decisions, node.lineno, node.body)
        elif isinstance(node, ast.match_case):
            _add(decisions, node.pattern.lineno, node.body)
        elif isinstance(node, ast.ExceptHandler) and node.body[0].lineno > node.lineno:
            handlers.append((node.body[0].lineno, node.body[-1].end_lineno or node.body[-1].lineno))
    raises: list[tuple[int, int, str]] = []
    for node in ast.walk(target.module):
        if isinstance(node, ast.Assert):
            raises.append((node.lineno, node.end_lineno or node.lineno, "AssertionError"))
        elif isinstance(node, ast.Raise):
            raises.append((node.lineno, node.end_lineno or node.lineno, _raised_name(node)))
    return Layout(tuple(decisions), tuple(handlers), tuple(raises))


def raised_on_purpose(layout: Layout, outcome: Outcome) -> bool:
    """Whether the exception comes from a raise or assert statement of the module."""
    if outcome.kind != "raised":
        return False
    kind = outcome.exception.split(":", 1)[0].strip().rsplit(".", 1)[-1]
    lines = {line for arc in outcome.arcs for line in arc}
    return any(
        name in ("", kind) and any(first <= line <= last for line in lines)
        for first, last, name in layout.raises
    )


def coverage(layout: Layout, seen: Iterable[Arcs]) -> float:
    """The share of branch sides that were taken; 1 for code without branches."""
    arcs = frozenset[tuple[int, int]]().union(*seen)
    total = taken = 0
    for decision in layout.decisions:
        ends = [to for source, to in arcs if decision.first <= source <= decision.last]
        total += 2
        taken += any(decision.body_first <= to <= decision.body_last for to in ends)
        taken += any(not decision.first <= to <= decision.body_last for to in ends)
    lines = {line for arc in arcs for line in arc}
    for first, last in layout.handlers:
        total += 1
        taken += any(first <= line <= last for line in lines)
    return taken / total if total else 1.0


def _add(decisions: list[Decision], line: int, body: list[ast.stmt]) -> None:
    if body[0].lineno > line:  # one-line statements have no arc of their own
        decisions.append(
            Decision(line, body[0].lineno - 1, body[0].lineno, body[-1].end_lineno or body[-1].lineno)
        )


def _raised_name(node: ast.Raise) -> str:
    exception = node.exc.func if isinstance(node.exc, ast.Call) else node.exc
    name = exception.attr if isinstance(exception, ast.Attribute) else getattr(exception, "id", "")
    return name if name[:1].isupper() else ""  # Ex) `raise error` re-raises whatever it holds
