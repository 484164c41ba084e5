"""What depends on a function: who calls it in its file, and whether anybody outside might."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from velox_engine.strategies.base import FunctionContext
from velox_engine.strategies.llm.refusals import Refused
from velox_engine.types import VeloxError
from velox_engine.workspace.discovery import discover
from velox_engine.workspace.project import find_root

_MOST_FILES: Final = 3_000


def dependents(context: FunctionContext, name: str) -> Iterator[str]:
    """Yield the functions of the file that use the function `name`, whose parameters change.

    Raises Refused when something uses it that cannot be verified: code outside functions, or another file.
    """
    yield from (found for found in dependents_in(context.module, name) if found != name)
    path = context.source.path
    if path is not None:
        for other in files_naming(path, name):
            raise Refused(f"it changes the parameters of {name}, which {other.name} may use")


def dependents_in(module: ast.Module, name: str) -> Iterator[str]:
    """Yield the functions of one file that use `name`, itself among them when it calls itself.

    Raises Refused when code outside functions uses it.
    """
    for statement in module.body:
        for qualname, node in _functions(statement, ""):
            if uses(node, name):
                yield qualname
        if any(uses(outside, name) for outside in _outside_functions(statement)):
            raise Refused(f"it changes the parameters of {name}, which code outside functions uses")


def _functions(
    statement: ast.stmt, prefix: str
) -> Iterator[tuple[str, ast.FunctionDef | ast.AsyncFunctionDef]]:
    if isinstance(statement, ast.FunctionDef | ast.AsyncFunctionDef):
        yield prefix + statement.name, statement
    elif isinstance(statement, ast.ClassDef):
        for inner in statement.body:
            yield from _functions(inner, f"{prefix}{statement.name}.")


def _outside_functions(statement: ast.stmt) -> Iterator[ast.AST]:
    """Yield what runs when the module is loaded."""
    if isinstance(statement, ast.FunctionDef | ast.AsyncFunctionDef):
        yield from statement.decorator_list
        yield statement.args
    elif isinstance(statement, ast.ClassDef):
        yield from (*statement.bases, *statement.keywords, *statement.decorator_list)
        for inner in statement.body:
            yield from _outside_functions(inner)
    else:
        yield statement


def uses(node: ast.AST, name: str) -> bool:
    """Whether code mentions a name: as a name, an attribute or a string."""
    return any(
        (isinstance(part, ast.Name) and part.id == name)
        or (isinstance(part, ast.Attribute) and part.attr == name)
        or (isinstance(part, ast.Constant) and part.value == name)
        for part in ast.walk(node)
    )


def files_naming(path: Path, name: str) -> Iterator[Path]:
    """Yield the other files of the project in which the name occurs; raises Refused when there are too many to look."""
    word = re.compile(rf"\b{re.escape(name)}\b".encode())
    try:
        files = discover([find_root(path.resolve())]).files
    except VeloxError:
        return  # the project holds no file yet, as with a buffer that was never saved
    if len(files) > _MOST_FILES:
        raise Refused(
            f"it changes the parameters of {name}, and the project is too large to look for its callers"
        )
    for file in files:
        if file.resolve() != path.resolve() and word.search(file.read_bytes()):
            yield file
