"""Counts what a function is made of, and asks radon how complex and how maintainable it is.

Counting walks the syntax tree by query and works on broken files. Radon needs a file that parses and some
milliseconds a function, so it is imported on first use and never on the keystroke path.
"""

from __future__ import annotations

import ast
import textwrap
from collections.abc import Iterable
from dataclasses import dataclass

from velox_engine.source.functions import FunctionSpan, function_node
from velox_engine.source.syntax import Node, ParsedFile, captures, compile_query

_COUNTED = """
(for_statement) @loop (while_statement) @loop
(list_comprehension) @comprehension (set_comprehension) @comprehension
(dictionary_comprehension) @comprehension (generator_expression) @comprehension
(if_statement) @branch (elif_clause) @branch (conditional_expression) @branch (except_clause) @branch
(case_clause) @branch
(call) @call
(call function: (identifier) @called)
(call function: (attribute) @called_attribute)
(function_definition) @function
"""


@dataclass(frozen=True, slots=True)
class FunctionMetrics:
    """What one function is made of."""

    qualname: str
    lines: int
    loop_depth: int  # of for, while and comprehensions
    recursive: bool  # calls itself by name
    loops: int
    branches: int
    calls: int
    nodes: int
    comprehensions: int


@dataclass(frozen=True, slots=True)
class Complexity:
    """Radon's view of one function; None where it cannot be told because the code does not parse."""

    cyclomatic: int | None
    maintainability: float | None  # 0 to 100, higher is better


def measure(parsed: ParsedFile, span: FunctionSpan) -> FunctionMetrics:
    """Count one function; what is inside nested functions counts as its own."""
    node = function_node(parsed, span)
    found = captures(compile_query(_COUNTED), node)
    loops, comprehensions = found.get("loop", []), found.get("comprehension", [])
    lines = parsed.source.lines
    return FunctionMetrics(
        qualname=span.qualname,
        lines=lines.position(max(span.end - 1, span.start)).line - lines.position(span.start).line + 1,
        loop_depth=nesting(entry.byte_range for entry in (*loops, *comprehensions)),
        recursive=_is_recursive(parsed, span, found),
        loops=len(loops),
        branches=len(found.get("branch", ())),
        calls=len(found.get("call", ())),
        nodes=node.descendant_count,
        comprehensions=len(comprehensions),
    )


def nesting(spans: Iterable[tuple[int, int]]) -> int:
    """The deepest nesting among spans that lie inside or outside of each other."""
    deepest = 0
    ends: list[int] = []
    for start, end in sorted(spans, key=lambda span: (span[0], -span[1])):
        while ends and ends[-1] <= start:
            ends.pop()
        ends.append(end)
        deepest = max(deepest, len(ends))
    return deepest


def complexity(parsed: ParsedFile, span: FunctionSpan) -> Complexity:
    """Cyclomatic complexity and maintainability index of one function."""
    return complexity_of(_dedented(parsed, span.def_start, span.end))


def complexity_of(text: str) -> Complexity:
    """Cyclomatic complexity and maintainability index of a function, or a file, given as text."""
    from radon.complexity import average_complexity, cc_visit_ast  # slow to import
    from radon.metrics import mi_visit

    try:
        module = ast.parse(text)
        blocks = cc_visit_ast(module)
        maintainability = round(float(mi_visit(text, multi=True)), 1)
    except (SyntaxError, ValueError, RecursionError, MemoryError, ZeroDivisionError, TypeError, KeyError):
        return Complexity(None, None)
    if len(blocks) == 1:
        cyclomatic = int(blocks[0].complexity)
    else:
        cyclomatic = round(average_complexity(blocks)) if blocks else 1
    return Complexity(cyclomatic, maintainability)


def _dedented(parsed: ParsedFile, start: int, end: int) -> str:
    # From the start of the line, so that all lines lose the same indentation.
    first = parsed.source.lines.start(parsed.source.lines.position(start).line)
    if parsed.data[first:start].strip():
        first = start  # Ex) `if x: def ...` cannot be, but a broken file can hold anything
    return textwrap.dedent(parsed.data[first:end].decode("utf-8", "replace"))


def _is_recursive(parsed: ParsedFile, span: FunctionSpan, found: dict[str, list[Node]]) -> bool:
    if any(parsed.text(node) == span.name for node in found.get("called", ())) and not span.is_method:
        return True
    if not span.is_method:
        return False
    # Ex) `self.walk(...)` inside of `walk`
    owners = ("self", "cls", span.qualname.rpartition(".")[0].rpartition(".")[2])
    wanted = {f"{owner}.{span.name}" for owner in owners}
    return any(parsed.text(node) in wanted for node in found.get("called_attribute", ()))
