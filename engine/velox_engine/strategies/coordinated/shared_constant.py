"""Looks a constant up in a frozenset that stands beside it, in all modules that search it.

What it does: a tuple or list of constants at module level, searched with `in` by functions of several modules, gets a
frozenset beside it; every function that searches it uses that. The constant stays as it is for whoever walks, counts
or indexes it. Where the whole does not stand, each file can have a frozenset of its own.

When it is unsafe: when something changes or replaces the constant while the program runs, or when what is looked up
may be unhashable. So every use in the workspace is read, names in quotes included, and whatever is not plainly a use
that only reads means that nothing is proposed; what is looked up is left to the verification.
"""

from __future__ import annotations

import ast
from collections.abc import Container, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Final

from velox_engine.strategies.coordinated.model import Coordinated, FileChange
from velox_engine.strategies.coordinated.reading import (
    Module,
    changed_file,
    function_around,
    named_in_quotes,
    offset_of,
    read_module,
    shown_path,
    speaks_of,
)
from velox_engine.types import TextEdit
from velox_engine.workspace.import_graph import ImportGraph
from velox_engine.workspace.references import bindings

STRATEGY: Final = "shared-constant-set"
_FEWEST: Final = 4  # items: below that a search is as fast as a look-up
_MOST_FILES: Final = 60
# Callables that only read what they are given.
_READERS: Final = frozenset(
    {
        "len",
        "sorted",
        "set",
        "frozenset",
        "tuple",
        "list",
        "sum",
        "min",
        "max",
        "any",
        "all",
        "enumerate",
        "zip",
    }
)


def propose(
    graph: ImportGraph, path: Path, *, leave_out: Container[tuple[Path, str]] = ()
) -> Iterator[Coordinated]:
    """Yield what can be done for each constant that the file `path` defines, functions left out kept as they are."""
    path = path.resolve()
    home = read_module(path)
    if home is None:
        return
    for statement in home.tree.body:
        found = _constant(statement)
        if found is not None:
            proposed = _for_constant(graph, home, statement, *found, leave_out)
            if proposed is not None:
                yield proposed


def _constant(statement: ast.stmt) -> tuple[str, ast.Tuple | ast.List] | None:
    """The name and display of `NAME = (…)` or `NAME: hint = […]`, all constants of one hashable type."""
    if isinstance(statement, ast.Assign) and len(statement.targets) == 1:
        target, value = statement.targets[0], statement.value
    elif isinstance(statement, ast.AnnAssign) and statement.value is not None:
        target, value = statement.target, statement.value
    else:
        return None
    if not isinstance(target, ast.Name) or not isinstance(value, ast.Tuple | ast.List):
        return None
    kinds = {type(item.value) if isinstance(item, ast.Constant) else None for item in value.elts}
    if len(value.elts) < _FEWEST or len(kinds) != 1 or not kinds <= {str, int, bytes}:
        return None
    return target.id, value


def _for_constant(
    graph: ImportGraph,
    home: Module,
    definition: ast.stmt,
    name: str,
    display: ast.Tuple | ast.List,
    leave_out: Container[tuple[Path, str]],
) -> Coordinated | None:
    path = home.path.resolve()
    if not graph.complete:
        return None  # somebody may change it in a file that was not read
    new_name = f"{name}_SET"
    modules: list[Module] = []
    reaching = [path, *graph.reaching(path)]
    for file in reaching:
        mentions = speaks_of(file, name)
        if mentions is None or speaks_of(file, new_name):
            return None  # it cannot be read, or the name is taken
        if not mentions:
            continue
        module = replace(home, sites=[], others=0) if file == path else read_module(file)
        if module is None:
            return None
        if not _only_reads(
            module, name, display if file == path else None, is_list=isinstance(display, ast.List)
        ):
            return None
        if file != path:
            ways = list(bindings(graph, file, module.tree, path, name))
            if len(ways) != 1:
                continue  # it sees the constant by another way: its references stay
            module.binding = ways[0]
        _find_sites(module, name, leave_out)
        if module.sites:
            modules.append(module)
    if not modules or len(modules) > _MOST_FILES or named_in_quotes(graph, name, reaching):
        return None
    subject = f"{shown_path(graph, path)}::{name}"
    whole = _whole(graph, home, definition, name, new_name, modules)
    alone = tuple(
        _alone(module, definition if module.path == path else None, name, subject) for module in modules
    )
    if len(whole) == 1:
        return Coordinated(STRATEGY, subject, _note(name, new_name), whole, _functions(modules))
    return Coordinated(STRATEGY, subject, _note(name, new_name), whole, _functions(modules), alone)


def _note(name: str, new_name: str) -> str:
    return f"look {name} up in {new_name}, a frozenset that is built once"


def _functions(modules: list[Module]) -> tuple[tuple[Path, str], ...]:
    return tuple(dict.fromkeys((module.path, function) for module in modules for _, function in module.sites))


# -- what is safe ---------------------------------------------------------------------------------------------------


def _only_reads(module: Module, name: str, display: ast.expr | None, *, is_list: bool) -> bool:
    """Whether nothing in the file binds, replaces or changes the constant; `display` is its definition's value."""
    for node in ast.walk(module.tree):
        if isinstance(node, ast.Global | ast.Nonlocal) and name in node.names:
            return False
        if isinstance(node, ast.arg) and node.arg == name:
            return False
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef) and node.name == name:
            return False
        is_name = isinstance(node, ast.Name) and node.id == name
        is_attribute = isinstance(node, ast.Attribute) and node.attr == name
        if not (is_name or is_attribute):
            continue
        assert isinstance(node, ast.Name | ast.Attribute)
        if not isinstance(node.ctx, ast.Load):
            parent = module.parents[node]
            if display is None or getattr(parent, "value", None) is not display:
                return False
        elif is_list and not _is_plain_read(module, node):
            return False
    return True


def _is_plain_read(module: Module, node: ast.expr) -> bool:
    """Whether a reference to a list neither changes it nor hands it on to something that could."""
    parent = module.parents[node]
    match parent:
        case ast.Compare():
            return node is not parent.left
        case ast.For() | ast.AsyncFor() | ast.comprehension():
            return parent.iter is node
        case ast.Subscript():
            return parent.value is node and isinstance(parent.ctx, ast.Load)
        case ast.Call():
            callee = parent.func
            joins = isinstance(callee, ast.Attribute) and callee.attr == "join"
            reads = isinstance(callee, ast.Name) and callee.id in _READERS
            return node is not callee and (joins or reads)
        case ast.Starred():
            return isinstance(parent.ctx, ast.Load)
    return False


# -- where it is searched -------------------------------------------------------------------------------------------


def _find_sites(module: Module, name: str, leave_out: Container[tuple[Path, str]]) -> None:
    written = name if module.binding is None else module.binding.written
    first = written.partition(".")[0]
    if _is_rebound(module, first):
        return
    for node in ast.walk(module.tree):
        if not isinstance(node, ast.Name | ast.Attribute) or not isinstance(node.ctx, ast.Load):
            continue
        if ast.unparse(node) != written or isinstance(module.parents[node], ast.Attribute):
            continue
        parent = module.parents[node]
        function = function_around(module, node)
        if function and _is_search(parent, node) and (module.path, function) not in leave_out:
            module.sites.append((node, function))
        else:
            module.others += 1


def _is_search(parent: ast.AST, node: ast.expr) -> bool:
    return (
        isinstance(parent, ast.Compare)
        and len(parent.ops) == 1
        and isinstance(parent.ops[0], ast.In | ast.NotIn)
        and parent.comparators[0] is node
    )


def _is_rebound(module: Module, name: str) -> bool:
    """Whether anything but the definition or the one import binds the name, anywhere in the file."""
    bound = sum(name in _binds(node) for node in ast.walk(module.tree))
    return bound != 1


def _binds(node: ast.AST) -> tuple[str, ...]:
    """The names that a node itself binds."""
    match node:
        case ast.Name(id=name) if not isinstance(node.ctx, ast.Load):
            return (name,)
        case ast.arg(arg=name):
            return (name,)
        case ast.alias():
            return ((node.asname or node.name).partition(".")[0],)
        case ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name) | ast.ClassDef(name=name):
            return (name,)
        case ast.ExceptHandler(name=str(name)) | ast.MatchAs(name=str(name)) | ast.MatchStar(name=str(name)):
            return (name,)
        case ast.MatchMapping(rest=str(name)):
            return (name,)
    return ()


# -- the new texts --------------------------------------------------------------------------------------------------


def _whole(
    graph: ImportGraph, home: Module, definition: ast.stmt, name: str, new_name: str, modules: list[Module]
) -> tuple[FileChange, ...]:
    """The set beside the constant, imported by whoever searches it."""
    changes: list[FileChange] = []
    for module in modules if modules[0].path == home.path else [home, *modules]:
        edits = _replaced(module, name, new_name)
        if module.binding is None:
            edits.append(_line_after(module, definition, f"{new_name} = frozenset({name})"))
        elif module.binding.is_member:
            alias = module.binding.alias
            at = offset_of(module, alias.end_lineno, alias.end_col_offset)
            start = offset_of(module, alias.lineno, alias.col_offset)
            if alias.asname is None and module.others == 0 and not _is_passed_on(graph, module, name):
                edits.append(TextEdit(start, at, new_name))
            else:
                edits.append(TextEdit(at, at, f", {new_name}"))
        changes.append(changed_file(module, edits))
    return tuple(changes)


def _alone(module: Module, definition: ast.stmt | None, name: str, subject: str) -> Coordinated:
    """A set of the file's own, after its imports or beside the constant."""
    own = f"{name}_SET" if definition is not None else f"_{name.lstrip('_')}_SET"
    written = name if module.binding is None else module.binding.written
    edits = _replaced(module, name, own, whole=True)
    after = definition or _last_import(module)
    edits.append(_line_after(module, after, f"{own} = frozenset({written})", blank=definition is None))
    return Coordinated(
        STRATEGY, subject, _note(name, own), (changed_file(module, edits),), _functions([module])
    )


def _replaced(module: Module, name: str, new_name: str, *, whole: bool = False) -> list[TextEdit]:
    """Replace the references that are searched; of `words.NAME` only the name, unless `whole`."""
    edits: list[TextEdit] = []
    for node, _ in module.sites:
        end = offset_of(module, node.end_lineno, node.end_col_offset)
        start = offset_of(module, node.lineno, node.col_offset)
        if isinstance(node, ast.Attribute) and not whole:
            start = end - len(name.encode())
        edits.append(TextEdit(start, end, new_name))
    return edits


def _line_after(module: Module, statement: ast.stmt, text: str, *, blank: bool = False) -> TextEdit:
    newline = module.source.newline
    data = module.source.data
    at = offset_of(module, statement.end_lineno, statement.end_col_offset)
    end = data.find(b"\n", at)
    at = len(data) if end < 0 else end  # behind a comment on the line
    if at and data[at - 1 : at] == b"\r":
        at -= 1
    return TextEdit(at, at, f"{newline * (2 if blank else 1)}{text}")


def _last_import(module: Module) -> ast.stmt:
    imports = [one for one in module.tree.body if isinstance(one, ast.Import | ast.ImportFrom)]
    return imports[-1]


def _is_passed_on(graph: ImportGraph, module: Module, name: str) -> bool:
    """Whether others may take the name from this file: a package's face, or a file whose importers know the name."""
    if module.path.name == "__init__.py":
        return True
    return any(speaks_of(file, name) is not False for file in graph.direct(module.path))
