"""Refuses code that reaches for more than a rewrite needs, before anything of it runs.

The sandbox holds whatever gets through; this keeps out of a person's file what they would have to look for.
"""

from __future__ import annotations

import ast
from typing import Final

from velox_engine.strategies.llm.refusals import Refused

# Modules without effects of their own. Everything else must have been imported before.
HARMLESS_MODULES: Final = frozenset(
    [
        *("array", "bisect", "collections", "collections.abc", "decimal", "fractions", "functools", "heapq"),
        *("itertools", "math", "operator", "re", "statistics", "string"),
    ]
)
_DANGEROUS_NAMES: Final = frozenset(
    [
        *("__builtins__", "__dict__", "__file__", "__import__", "__loader__", "__name__", "__spec__"),
        *("breakpoint", "compile", "delattr", "dir", "eval", "exec", "exit", "getattr", "globals", "help"),
        *("id", "input", "locals", "memoryview", "open", "quit", "setattr", "vars"),
    ]
)
_DANGEROUS_MODULES: Final = frozenset(
    [
        *(
            "asyncio",
            "atexit",
            "builtins",
            "codecs",
            "ctypes",
            "dis",
            "faulthandler",
            "gc",
            "http",
            "importlib",
        ),
        *(
            "inspect",
            "io",
            "logging",
            "marshal",
            "mmap",
            "multiprocessing",
            "os",
            "pathlib",
            "pickle",
            "platform",
        ),
        *(
            "random",
            "requests",
            "resource",
            "runpy",
            "secrets",
            "shelve",
            "shutil",
            "signal",
            "site",
            "socket",
        ),
        *("sqlite3", "ssl", "subprocess", "sys", "tempfile", "threading", "time", "traceback", "tracemalloc"),
        *("types", "urllib", "weakref"),
    ]
)
# Methods that some bind to a name before a loop.
_PLAIN_DUNDERS: Final = frozenset(["__contains__", "__getitem__", "__len__", "__setitem__"])
_LONGEST_STRING: Final = 1_000
_LONGEST_BYTES: Final = 200
_MOST_TIMES_LONGER: Final = 4
_ROOM: Final = 4_000  # characters that even a short function's rewrite may have
_MOST_NODES: Final = 5_000


def require_size(code: str, original: str) -> None:
    """Raise Refused when the code is far longer than what it replaces."""
    most = _MOST_TIMES_LONGER * len(original) + _ROOM
    if len(code) > most:
        raise Refused(f"it is {len(code)} characters long, where {most} would do")


def require_harmless(tree: ast.Module, original: ast.AST, module: ast.Module) -> None:
    """Raise Refused when the code names something that the original function does not and no rewrite needs."""
    nodes = list(ast.walk(tree))
    if len(nodes) > _MOST_NODES:
        raise Refused(f"it is too large ({len(nodes)} syntax nodes)")
    known = _vocabulary(original)
    # A module's name that the code itself gives to a value is only a name.
    known |= _bound(nodes) & _DANGEROUS_MODULES
    allowed = _imports_of(module)
    dangerous = _DANGEROUS_NAMES | _DANGEROUS_MODULES
    dangerous |= {name for origin, _, name in allowed if origin.partition(".")[0] in _DANGEROUS_MODULES}
    for node in nodes:
        _require_import(node, allowed)
        _require_name(node, known, dangerous)
        _require_constant(node, known)
        _require_statement(node, known)


def require_stateless(function: ast.FunctionDef | ast.AsyncFunctionDef) -> None:
    """Raise Refused for a helper that could remember something between calls."""
    if function.decorator_list:
        raise Refused(f"its helper {function.name} has a decorator")
    for default in [*function.args.defaults, *function.args.kw_defaults]:
        if default is not None and not isinstance(default, ast.Constant):
            raise Refused(f"its helper {function.name} has a default that could keep something between calls")


def require_no_traces(tree: ast.Module, original: ast.AST) -> None:
    """Raise Refused when a function of the code writes into something that is not its own and outlives the call."""
    written = {root for node in ast.walk(original) for root in _written_roots(node)}
    for function in ast.walk(tree):
        if isinstance(function, ast.FunctionDef | ast.AsyncFunctionDef):
            own = _bound(list(ast.walk(function))) | written
            for node in ast.walk(function):
                fresh = [root for root in _written_roots(node) if root not in own]
                if fresh:
                    raise Refused(f"it keeps something on {fresh[0]} between calls")


def _written_roots(node: ast.AST) -> list[str]:
    """The name at the bottom of `name.a[b] = …`, or of its deletion."""
    if not isinstance(node, ast.Attribute | ast.Subscript) or isinstance(node.ctx, ast.Load):
        return []
    root: ast.expr = node
    while isinstance(root, ast.Attribute | ast.Subscript):
        root = root.value
    return [root.id] if isinstance(root, ast.Name) else []


def _vocabulary(original: ast.AST) -> set[str]:
    """Names, attributes, strings and kinds of statements that the original function has."""
    found: set[str] = set()
    for node in ast.walk(original):
        if isinstance(node, ast.Name):
            found.add(node.id)
        elif isinstance(node, ast.Attribute):
            found.add(node.attr)
        elif isinstance(node, ast.Constant) and isinstance(node.value, str | bytes):
            found.add(repr(node.value))
        elif isinstance(node, ast.Global | ast.Nonlocal):
            found |= {f"global {name}" for name in node.names}
        elif isinstance(node, ast.ClassDef):
            found.add("class")
        elif isinstance(node, ast.ExceptHandler) and _catches_all(node):
            found.add("except everything")
    return found


def _bound(nodes: list[ast.AST]) -> set[str]:
    names = {node.id for node in nodes if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store)}
    return names | {node.arg for node in nodes if isinstance(node, ast.arg)}


def _imports_of(module: ast.Module) -> set[tuple[str, str, str]]:
    """What the file imports by itself: (module, member, name here)."""
    return {found for node in ast.walk(module) for found in _imported(node)}


def _imported(node: ast.AST) -> list[tuple[str, str, str]]:
    if isinstance(node, ast.Import):
        return [(alias.name, "", alias.asname or alias.name.partition(".")[0]) for alias in node.names]
    if isinstance(node, ast.ImportFrom):
        origin = "." * node.level + (node.module or "")
        return [(origin, alias.name, alias.asname or alias.name) for alias in node.names]
    return []


def _require_import(node: ast.AST, allowed: set[tuple[str, str, str]]) -> None:
    for origin, member, name in _imported(node):
        if member == "*":
            raise Refused(f"it imports everything of {origin}")
        if origin not in HARMLESS_MODULES and (origin, member, name) not in allowed:
            raise Refused(
                f"it imports {f'{member} of {origin}' if member else origin}, which the file does not"
            )


def _require_name(node: ast.AST, known: set[str], dangerous: frozenset[str]) -> None:
    if isinstance(node, ast.Name):
        if node.id in dangerous and node.id not in known:
            raise Refused(f"it uses {node.id}, which the function does not")
    elif isinstance(node, ast.Attribute) and node.attr not in known:
        if node.attr.startswith("__") and node.attr not in _PLAIN_DUNDERS:
            raise Refused(f"it reaches for {node.attr}")
        if node.attr.startswith(("gi_", "cr_", "f_", "tb_", "co_", "func_")):
            raise Refused(f"it reaches for {node.attr}, which is the interpreter's")


def _require_constant(node: ast.AST, known: set[str]) -> None:
    if not isinstance(node, ast.Constant) or repr(node.value) in known:
        return
    if isinstance(node.value, str):
        if len(node.value) > _LONGEST_STRING:
            raise Refused(f"it holds a string of {len(node.value)} characters")
        if "__" in node.value:
            raise Refused("it holds a string with a name of the interpreter in it")
    elif isinstance(node.value, bytes) and len(node.value) > _LONGEST_BYTES:
        raise Refused(f"it holds {len(node.value)} bytes of data")


def _require_statement(node: ast.AST, known: set[str]) -> None:
    if isinstance(node, ast.Global):
        fresh = [name for name in node.names if f"global {name}" not in known]
        if fresh:
            raise Refused(f"it keeps {fresh[0]} between calls")
    elif isinstance(node, ast.ExceptHandler) and _catches_all(node) and "except everything" not in known:
        raise Refused("it catches every exception")


def _catches_all(handler: ast.ExceptHandler) -> bool:
    return handler.type is None or (isinstance(handler.type, ast.Name) and handler.type.id == "BaseException")
