"""Whether a function reads the clock: two runs a moment apart may agree, and it is not deterministic all the same."""

from __future__ import annotations

import ast
from typing import Final

# Ways to read it, by dotted name; "0" where only a call without arguments does.
_READS: Final = {
    **dict.fromkeys(
        (
            "time.time",
            "time.time_ns",
            "time.perf_counter",
            "time.perf_counter_ns",
            "time.monotonic",
            "time.monotonic_ns",
            "time.process_time",
            "time.process_time_ns",
            "time.thread_time",
            "time.thread_time_ns",
            "time.clock_gettime",
            "time.sleep",
            "datetime.datetime.now",
            "datetime.datetime.utcnow",
            "datetime.datetime.today",
            "datetime.date.today",
        ),
        "",
    ),
    **dict.fromkeys(("time.localtime", "time.gmtime", "time.ctime", "time.asctime"), "0"),
}


def reads_clock(text: str, qualname: str) -> str:
    """The dotted name of the clock that `qualname`, or a function of its module that it calls, reads; "" for none."""
    try:
        tree = ast.parse(text)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return ""
    names = _imported(tree)
    functions = {
        node.name: node for node in tree.body if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
    }
    start = _find(tree, qualname)
    todo, seen = [start] if start is not None else [], set[int]()
    while todo:
        node = todo.pop()
        if id(node) in seen:
            continue
        seen.add(id(node))
        for call in ast.walk(node):
            if not isinstance(call, ast.Call):
                continue
            dotted = _dotted(call.func, names)
            when = _READS.get(dotted)
            if when is not None and not (when == "0" and (call.args or call.keywords)):
                return dotted
            if isinstance(call.func, ast.Name) and call.func.id in functions:
                todo.append(functions[call.func.id])
    return ""


def _find(tree: ast.AST, qualname: str) -> ast.AST | None:
    node: ast.AST | None = tree
    for part in qualname.split("."):
        node = next(
            (
                inner
                for inner in ast.walk(node)
                if isinstance(inner, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef)
                and inner.name == part
            )
            if node is not None
            else iter(()),
            None,
        )
    return node


def _imported(tree: ast.AST) -> dict[str, str]:
    """Local name → what it stands for. Ex) `from time import time as now` gives {"now": "time.time"}."""
    names: dict[str, str] = {}
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            for alias in node.names:
                if alias.name in ("time", "datetime"):
                    names[alias.asname or alias.name] = alias.name
        elif isinstance(node, ast.ImportFrom) and node.module in ("time", "datetime") and not node.level:
            for alias in node.names:
                names[alias.asname or alias.name] = f"{node.module}.{alias.name}"
    return names


def _dotted(node: ast.expr, names: dict[str, str]) -> str:
    parts: list[str] = []
    while isinstance(node, ast.Attribute):
        parts.insert(0, node.attr)
        node = node.value
    if not isinstance(node, ast.Name) or node.id not in names:
        return ""
    return ".".join([names[node.id], *parts])
