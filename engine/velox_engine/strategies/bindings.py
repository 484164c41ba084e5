"""Which names a scope binds, reads and hands to inner scopes."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

ScopeNode = ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda | ast.Module
_COMPREHENSIONS = (ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp)
_FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda)


@dataclass(frozen=True, slots=True)
class Scope:
    """The names of one function."""

    bound: frozenset[str]
    """Parameters and everything assigned, imported, deleted or defined in it, without comprehension variables."""
    inner: frozenset[str]
    """Names that functions, lambdas and classes inside it mention."""
    outer_writes: frozenset[str]
    """Names declared global or nonlocal."""


def parameters(node: ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda) -> list[str]:
    """All parameter names, in order."""
    args = node.args
    listed = [*args.posonlyargs, *args.args, *args.kwonlyargs]
    listed += [extra for extra in (args.vararg, args.kwarg) if extra]
    return [arg.arg for arg in listed]


def own_nodes(node: ast.AST) -> Iterator[ast.AST]:
    """All nodes that run in this scope: not the bodies of inner functions and classes, comprehensions included."""
    stack: list[ast.AST] = list(ast.iter_child_nodes(node))
    while stack:
        current = stack.pop()
        yield current
        if isinstance(current, ast.FunctionDef | ast.AsyncFunctionDef):
            stack.extend(current.decorator_list)
            stack.extend(
                default for default in [*current.args.defaults, *current.args.kw_defaults] if default
            )
        elif isinstance(current, ast.Lambda):
            stack.extend(
                default for default in [*current.args.defaults, *current.args.kw_defaults] if default
            )
        elif isinstance(current, ast.ClassDef):
            stack.extend([*current.decorator_list, *current.bases])
        else:
            stack.extend(ast.iter_child_nodes(current))


def written_names(nodes: Iterable[ast.AST]) -> set[str]:
    """Names that the statements or expressions bind in their own scope (comprehension variables excluded)."""
    names: set[str] = set()
    for top in nodes:
        _collect_writes(top, names)
    return names


def _collect_writes(node: ast.AST, names: set[str]) -> None:
    if isinstance(node, ast.Name) and not isinstance(node.ctx, ast.Load):
        names.add(node.id)
    elif isinstance(node, ast.alias):
        names.add((node.asname or node.name).partition(".")[0])
        return
    elif isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
        names.add(node.name)
        for decorator in node.decorator_list:
            _collect_writes(decorator, names)
        return
    elif isinstance(node, ast.Lambda):
        return
    elif (isinstance(node, ast.ExceptHandler) and node.name) or (
        isinstance(node, ast.MatchAs | ast.MatchStar) and node.name
    ):
        names.add(node.name)
    elif isinstance(node, ast.MatchMapping) and node.rest:
        names.add(node.rest)
    if isinstance(node, _COMPREHENSIONS):
        # Only a walrus escapes from a comprehension.
        names.update(walrus.target.id for walrus in ast.walk(node) if isinstance(walrus, ast.NamedExpr))
        return
    for child in ast.iter_child_nodes(node):
        _collect_writes(child, names)


def read_names(nodes: Iterable[ast.AST]) -> set[str]:
    """Names that are read anywhere inside, inner functions included; an augmented assignment reads its target."""
    names: set[str] = set()
    for top in nodes:
        for node in ast.walk(top):
            if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load):
                names.add(node.id)
            elif isinstance(node, ast.AugAssign) and isinstance(node.target, ast.Name):
                names.add(node.target.id)
    return names


def all_names(nodes: Iterable[ast.AST]) -> set[str]:
    """Names that are mentioned in any way."""
    return {node.id for top in nodes for node in ast.walk(top) if isinstance(node, ast.Name)}


def scope_of(node: ScopeNode) -> Scope:
    """The names of a function, lambda or module."""
    body: list[ast.AST] = [node.body] if isinstance(node, ast.Lambda) else list(node.body)
    bound = written_names(body)
    declared: set[str] = set()
    inner: set[str] = set()
    for statement in body:
        for child in ast.walk(statement):
            if isinstance(child, (_FUNCTIONS, ast.ClassDef)):
                content = child.body if isinstance(child.body, list) else [child.body]
                for part in content:
                    inner |= all_names([part])
                    for deep in ast.walk(part):
                        if isinstance(deep, ast.Nonlocal | ast.Global):
                            inner.update(deep.names)
            elif isinstance(child, ast.Global | ast.Nonlocal):
                declared.update(child.names)
    if not isinstance(node, ast.Module):
        bound |= set(parameters(node))
    return Scope(frozenset(bound - declared), frozenset(inner), frozenset(declared))


def module_names(module: ast.Module) -> frozenset[str]:
    """Names bound at module level, or declared global anywhere; "*" stands for a star import."""
    names = written_names(module.body)
    for node in ast.walk(module):
        if isinstance(node, ast.Global):
            names.update(node.names)
    return frozenset(names)


def loads_of(name: str, node: ast.AST) -> list[ast.Name]:
    """Every place inside `node` that reads `name`."""
    return [
        found
        for found in ast.walk(node)
        if isinstance(found, ast.Name) and found.id == name and isinstance(found.ctx, ast.Load)
    ]


def stores_of(name: str, nodes: Iterable[ast.AST]) -> list[ast.Name]:
    """The nodes among these that bind `name`, delete it, or change what it holds by `+=` and the like."""
    return [
        node
        for node in nodes
        if isinstance(node, ast.Name) and node.id == name and not isinstance(node.ctx, ast.Load)
    ]
