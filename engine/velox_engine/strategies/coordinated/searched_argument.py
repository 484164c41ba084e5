"""Hands a set to a function of another file that only searches what it is given, wherever a loop calls it.

What it does: loops that pass the same list or tuple to a function, which does nothing with it but `in`, make a set of
it once before the loop and pass that. The function itself stays as it is, so each caller also stands alone.

When it is unsafe: when something replaces the function while the program runs, so it may be named in no string and
assigned nowhere; when it does more than compute; and when elements, or what is looked for, have no hash, which is left
to the verification.
"""

from __future__ import annotations

import ast
from collections.abc import Container, Iterator
from pathlib import Path
from typing import Final

from velox_engine.strategies.base import FunctionContext
from velox_engine.strategies.coordinated.model import Coordinated
from velox_engine.strategies.coordinated.reading import (
    Module,
    changed_file,
    function_around,
    named_in_quotes,
    read_module,
    shown_path,
    speaks_of,
)
from velox_engine.strategies.errors import NotApplicable
from velox_engine.strategies.modules import ModuleFacts
from velox_engine.strategies.searched import only_searches, passed_as_sets
from velox_engine.types import TextEdit
from velox_engine.workspace.import_graph import ImportGraph
from velox_engine.workspace.references import bindings

STRATEGY: Final = "searched-argument-set"
_MOST_FILES: Final = 60


def propose(
    graph: ImportGraph, path: Path, *, leave_out: Container[tuple[Path, str]] = ()
) -> Iterator[Coordinated]:
    """Yield what callers can do for each function that the file `path` defines, callers left out kept as they are."""
    path = path.resolve()
    home = read_module(path)
    if home is None or not graph.complete:
        return
    facts = ModuleFacts(home.source, home.tree)
    for name, function in facts.functions.items():
        if not any(only_searches(function, at) for at in range(len(function.args.args))):
            continue
        context = FunctionContext(home.source, name, home.tree, function, (), facts)
        if name not in facts.rebound_names and context.only_computes:
            found = _for_function(graph, path, function, leave_out)
            if found is not None:
                yield found


def _for_function(
    graph: ImportGraph, path: Path, function: ast.FunctionDef, leave_out: Container[tuple[Path, str]]
) -> Coordinated | None:
    name = function.name
    reaching = graph.reaching(path)
    subject, note = f"{shown_path(graph, path)}::{name}", f"pass {name} a set that is made once"
    parts: list[Coordinated] = []
    for file in reaching:
        if not speaks_of(file, name):
            continue
        module = read_module(file)
        if module is None or _replaces(module, name):
            return None
        ways = list(bindings(graph, file, module.tree, path, name))
        if len(ways) != 1:
            continue  # it sees the function by another way: its calls stay
        edits, functions = _edits(module, ways[0].written, function, leave_out)
        if edits:
            changed = changed_file(module, edits)
            callers = tuple((module.path, one) for one in functions)
            parts.append(Coordinated(STRATEGY, subject, note, (changed,), callers))
    if not parts or len(parts) > _MOST_FILES or named_in_quotes(graph, name, [path, *reaching]):
        return None
    if len(parts) == 1:
        return parts[0]
    files = tuple(file for part in parts for file in part.files)
    callers = tuple(caller for part in parts for caller in part.functions)
    return Coordinated(STRATEGY, subject, note, files, callers, tuple(parts))


def _replaces(module: Module, name: str) -> bool:
    """Whether anything in a file binds the name, or an attribute of that name, other than by an import."""
    for node in ast.walk(module.tree):
        if isinstance(node, ast.Name) and node.id == name and not isinstance(node.ctx, ast.Load):
            return True
        if isinstance(node, ast.Attribute) and node.attr == name and not isinstance(node.ctx, ast.Load):
            return True
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef) and node.name == name:
            return True
        if isinstance(node, ast.arg) and node.arg == name:
            return True
    return False


def _edits(
    module: Module, written: str, function: ast.FunctionDef, leave_out: Container[tuple[Path, str]]
) -> tuple[list[TextEdit], list[str]]:
    """The edits of one file, and the qualified names of the callers that they change."""
    facts = ModuleFacts(module.source, module.tree)
    edits: list[TextEdit] = []
    callers: list[str] = []
    for node in ast.walk(module.tree):
        if not isinstance(node, ast.FunctionDef):
            continue
        around = module.parents.get(node)
        if not isinstance(around, ast.Module | ast.ClassDef):
            continue
        caller = function_around(module, node.body[0])
        if not caller or (module.path, caller) in leave_out:
            continue
        enclosing = (around,) if isinstance(around, ast.ClassDef) else ()
        pure = frozenset({written})
        context = FunctionContext(module.source, caller, module.tree, node, enclosing, facts, pure)
        try:
            found = [edit for _, made in passed_as_sets(context, {written: function}) for edit in made]
        except NotApplicable:
            continue
        if found:
            edits += found
            callers.append(caller)
    return edits, callers
