"""Knows when code is not worth a finding for where it stands: in a test, an error, a message, among slow calls."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

from velox_engine.rules.purity import HARMLESS, READING_METHODS
from velox_engine.rules.shapes import method_name
from velox_engine.source.scopes import MUTATING_METHODS
from velox_engine.source.syntax import Node, captures, compile_query

if TYPE_CHECKING:
    from velox_engine.rules.context import Context
    from velox_engine.rules.regions import Region

COLD = frozenset({"raise_statement", "except_clause", "assert_statement"})
_TEST_FILE = re.compile(r"test_.*|.*_test\.py|tests\.py|conftest\.py")
_TEST_FOLDERS = frozenset({"test", "tests", "testing", "testing_utils", "test_utils"})
_TEST_NAME = re.compile(r"[tT]est(?:_|[A-Z]|$)")
# Ex) `@njit`, `@nb.jit(nopython=True)`, `@numba.vectorize`, `@overload(np.sum)`, `@register_jitable`, `@wp.kernel`
_COMPILED = re.compile(
    rb"@(?:\w+\.)*(?:n?jit|(?:gu)?vectorize|overload\w*|register_jitable|intrinsic)\b|@\w+\.(?:func|kernel)\b"
)
# What is done for who looks for a mistake. Ex) `if logger.isEnabledFor(DEBUG):`, `if self.verbose > 3:`
_LOOKED_INTO = re.compile(
    r"\b(?:\w*debug|\w*verbose|\w*verbosity|logging_enabled|isEnabledFor)\b", re.IGNORECASE
)
BRANCHES = frozenset({"if_statement", "elif_clause", "else_clause", "except_clause", "case_clause"})
# What a branch ends in that tells a person what is wrong, and is hardly ever come to.
_REFUSING = re.compile(r"(?:[\w.]+\.)?(?:error|fatal|fail|die|abort|exit)\(")
# Ex) `time.sleep(1)`, `input("which? ")`
_WAITING = re.compile(rb"(?:\bsleep|\bthrottle|(?<![\w.])input)\(")
_AWAIT = re.compile(rb"\b(?:await|async for)\b")
# What an object looks like at a prompt or in a notebook.
_SHOWING = frozenset(
    {"__repr__", "_repr_html_", "_repr_svg_", "_repr_pretty_", "_repr_latex_", "_repr_markdown_"}
)
_CALLS = compile_query("(call) @call")
_SLOW_METHODS = frozenset(
    {"write", "writelines", "read", "readline", "readlines", "seek", "send", "throw", "close"}
)
_QUICK_METHODS = (READING_METHODS | MUTATING_METHODS) - _SLOW_METHODS
_TELLING = frozenset(
    {"debug", "info", "warning", "warn", "error", "critical", "exception", "log", "print", "trace"}
)

_VERSIONED = re.compile(rb"\bversion_info\b|\bhasattr\(|\bPY[23]\b")
_BUILTINS = frozenset(
    {
        "pow",
        "bytes",
        "bytearray",
        "complex",
        "input",
        "slice",
        "next",
        "bin",
        "hex",
        "oct",
        "object",
        "super",
        "open",
    }
)
# Modules that compute and nothing else.
_COMPUTING = frozenset(
    {"math", "itertools", "collections", "functools", "heapq", "bisect", "operator", "string", "re", "copy", "random",
     "statistics", "fractions", "decimal", "numpy", "pandas", "hashlib", "json", "csv", "sys"}
)  # fmt: skip
_MORE_METHODS = frozenset(
    {"isalnum", "isspace", "islower", "isupper", "swapcase", "capitalize", "center", "ljust", "rjust", "zfill",
     "partition", "rpartition", "translate", "bit_length", "elements", "readlines", "read", "readline", "hexdigest",
     "digest", "start", "end", "span", "groups", "iterrows", "tolist", "sum", "mean"}
)  # fmt: skip


def is_cold(node: Node) -> bool:
    """Whether a node is part of an error: what is raised, asserted or done in a handler."""
    parent, inside = node.parent, False
    while parent is not None and parent.type not in ("function_definition", "module"):
        if parent.type == "except_clause" or (parent.type in COLD and not inside):
            return True
        inside = inside or parent.type == "block"
        parent = parent.parent
    return False


def is_aside(context: Context, node: Node) -> bool:
    """Whether a node is where rewriting gains nothing.

    In `__repr__`, in a branch that ends in a `raise` or is there for who looks for a mistake, where an error is handled
    once, in a loop that sleeps or asks a person, or in a function that is compiled to machine code, as numba does.
    """
    function = context.function(node)
    if function is not None and context.text(function.node.child_by_field_name("name")) in _SHOWING:
        return True
    if any(_WAITING.search(context.data, loop.start, loop.end) for loop in _loops_around(context, node)):
        return True
    while function is not None:
        if _COMPILED.search(_decorators(context, function.node)) or _replaces_missing(context, function.node):
            return True
        function = context.regions.function(function.outer)
    parent = node.parent
    while parent is not None and parent.type not in ("function_definition", "module"):
        around = parent.parent
        if parent.type == "except_clause" and not any(
            context.regions.loops(context.region(parent), parent.start_byte)
        ):
            return True
        if parent.type == "assert_statement" or (parent.type == "call" and _makes_error(context, parent)):
            return True
        if parent.type == "block" and around is not None and around.type in BRANCHES:
            condition = context.text(around.child_by_field_name("condition"))
            if not condition.startswith("not ") and _LOOKED_INTO.search(condition):
                return True
            last = parent.named_children[-1] if parent.named_child_count else None
            if last is not None and (last.type == "raise_statement" or _REFUSING.match(context.text(last))):
                return True
        parent = around
    return False


def _makes_error(context: Context, call: Node) -> bool:
    """Ex) `log_and_raise(ValueError(f"{[name for name in names]}"))`"""
    return context.text(call.child_by_field_name("function")).endswith(("Error", "Exception", "Warning"))


def _replaces_missing(context: Context, definition: Node) -> bool:
    """Ex) try: from math import gcd \n except ImportError: def gcd(a, b): ..."""
    block = definition.parent
    if block is not None and block.type == "decorated_definition":
        block = block.parent
    around = block.parent if block is not None and block.type == "block" else None
    if around is None or around.type == "except_clause":
        return around is not None
    whole = around.parent if around.type in ("else_clause", "elif_clause") else around
    if whole is None or whole.type != "if_statement" or block is None:
        return False
    return _VERSIONED.search(context.data, whole.start_byte, block.start_byte) is not None


def is_rarely_come_to(context: Context, node: Node, loop: Region, branches: int = 2) -> bool:
    """Ex) if node.is_text and node.is_comment and re.match("#", node.value): after two conditions few turns are left"""
    parent, conditions = node, 0
    for step in reversed([loop.node, *context.ancestors(node, loop.node)]):
        if step.type == "boolean_operator":
            right = step.child_by_field_name("right")
            conditions += right is not None and right.start_byte <= node.start_byte
        elif parent.type == "block":
            conditions += step.type in BRANCHES
        parent = step
    return conditions >= branches


def awaits(context: Context, node: Node) -> bool:
    """Whether the innermost loop around a node waits for something in its turns."""
    return any(_AWAIT.search(context.data, loop.start, loop.end) for loop in _loops_around(context, node))


def _loops_around(context: Context, node: Node) -> list[Region]:
    return list(context.regions.loops(context.region(node), node.start_byte))[:1]


def _decorators(context: Context, definition: Node) -> bytes:
    around = definition.parent
    if around is None or around.type != "decorated_definition":
        return b""
    return context.data[around.start_byte : definition.start_byte]


def in_test(context: Context, node: Node) -> bool:
    """Whether a node is part of a test function, of what decorates one, or of a file of tests."""
    if is_test_file(context.parsed.source.path):
        return True
    function = context.function(node)
    while function is not None:
        if _TEST_NAME.match(context.text(function.node.child_by_field_name("name"))):
            return True
        function = context.regions.function(function.outer)
    decorated = node.parent
    while decorated is not None and decorated.type not in ("decorated_definition", "block"):
        decorated = decorated.parent
    if decorated is None or decorated.type != "decorated_definition":
        return False
    definition = decorated.child_by_field_name("definition")
    name = definition.child_by_field_name("name") if definition is not None else None
    return _TEST_NAME.match(context.text(name)) is not None


def is_test_file(path: Path | None) -> bool:
    """Whether a file is one of tests, by its name or its folder."""
    if path is None:
        return False
    folder = path.parent
    return _TEST_FILE.fullmatch(path.name) is not None or (
        folder.name in _TEST_FOLDERS
        or (folder.parent.name in _TEST_FOLDERS and (folder.name == "data" or "test" in path.stem.lower()))
    )


def is_told(context: Context, node: Node) -> bool:
    """Whether a node only makes text for people: a log message, or what is printed."""
    parent = node.parent
    while parent is not None and parent.type not in ("block", "module"):
        if parent.type == "call":
            name = method_name(parent, context) or context.text(parent.child_by_field_name("function"))
            if name in _TELLING:
                return True
        parent = parent.parent
    return False


def is_self_contained(context: Context, function: Region) -> bool:
    """Whether a function is no method and computes with builtins, containers and itself alone.

    A function inside of another is as little an algorithm as that one.
    """
    outer = function.outer
    while outer is not None and outer.kind not in ("function", "class"):
        outer = outer.outer
    if outer is not None and (outer.kind == "class" or not is_self_contained(context, outer)):
        return False
    return computes_alone(context, function)


def computes_alone(context: Context, function: Region) -> bool:
    """Whether a function or method calls nothing but builtins, methods of containers, and itself."""
    inner = {context.text(function.node.child_by_field_name("name"))}
    for call in captures(_CALLS, function.node).get("call", ()):
        called = call.child_by_field_name("function")
        origin, name = context.origin(called), method_name(call, context)
        if origin in HARMLESS or origin in _BUILTINS or origin.partition(".")[0] in _COMPUTING:
            continue
        if name in _QUICK_METHODS or name in _MORE_METHODS or (not name and context.text(called) in inner):
            continue
        if call.parent is not None and call.parent.type == "raise_statement":
            continue
        if not name and any(
            one.how == "definition" for one in context.inference(call).lookup(context.text(called))
        ):
            continue  # a function beside it
        return False
    return True


def is_quick(context: Context, node: Node, beside: Node) -> bool:
    """Whether a piece of code calls nothing but quick builtins and methods of containers and text, `beside` apart."""
    for call in captures(_CALLS, node).get("call", ()):
        origin = context.origin(call.child_by_field_name("function"))
        if call.id == beside.id or origin in HARMLESS:
            continue
        if "." in origin:
            return False  # Ex) `os.remove(path)` is no list's method
        if method_name(call, context) not in _QUICK_METHODS:
            return False
    return True
