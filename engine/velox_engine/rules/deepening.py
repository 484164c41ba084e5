"""Finds in one function what only types from other files show: on request, never while somebody types."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import tree_sitter

from velox_engine.rules.engine import Plan, analyse, sort, suppress
from velox_engine.rules.module import Module
from velox_engine.rules.selection import DEFAULT, Selection, plan_for
from velox_engine.source.deepening import kinds_across_files
from velox_engine.source.functions import find_function, function_node
from velox_engine.source.inference import Inference
from velox_engine.source.scopes import Scope
from velox_engine.source.suppressions import find_suppressions
from velox_engine.source.syntax import Node, ParsedFile
from velox_engine.types import Finding

_MOST_NAMES = 30


def deepen(
    parsed: ParsedFile, qualname: str, selection: Selection | None = None, root: Path | None = None
) -> list[Finding]:
    """The findings in a function that are found only with the types that jedi knows; takes up to a few seconds.

    `root` is the project's folder. Raises VeloxError `no-such-function`.
    """
    span = find_function(parsed, qualname)
    node = function_node(parsed, span)
    unit = next(child for child in parsed.root.children if child.start_byte <= span.start < child.end_byte)
    # Who asks wants to see what there may be.
    plan = plan_for(replace(selection or DEFAULT, doubtful=True))
    known = _findings(plan, parsed, unit, Module(parsed))
    unsure = _unknown_names(parsed, node)
    kinds = kinds_across_files(parsed.source, unsure[:_MOST_NAMES], root) if unsure else {}
    if not kinds:
        return []
    deeper = _findings(plan, parsed, unit, Module(parsed, told={node.start_byte: kinds}))
    more = [finding for finding in deeper if finding not in known and finding.function == qualname]
    said = ", ".join(f"`{name}` is a {kind}" for name, kind in sorted(kinds.items()))
    return [
        replace(finding, message=f"{finding.message} (seen across files: {said})")
        for finding in suppress(more, find_suppressions(parsed.source))
    ]


def _findings(plan: Plan, parsed: ParsedFile, unit: Node, module: Module) -> list[Finding]:
    return sort(analyse(plan, parsed, tree_sitter.QueryCursor(plan.query).captures(unit), module))


def _unknown_names(parsed: ParsedFile, node: Node) -> list[tuple[str, int]]:
    """The names bound in a function that nothing in this file tells the kind of, with their first places."""
    scope = Scope(parsed, node)
    inference = Inference(scope)
    names: list[tuple[str, int]] = []
    for name in scope.names:
        bindings = scope.bindings(name)
        if bindings[0].how not in ("import", "definition", "outer", "delete") and not inference.name(name):
            names.append((name, bindings[0].start))
    return names
