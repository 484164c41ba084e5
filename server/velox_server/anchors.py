"""Fingerprints of a function and of what it refers to: a rewrite holds for exactly the code it was verified with."""

from __future__ import annotations

import ast
import hashlib
import textwrap
from collections.abc import Iterator
from dataclasses import dataclass

from velox_engine.source.functions import FunctionSpan
from velox_engine.source.syntax import Node, ParsedFile, captures, compile_query

_IDENTIFIERS = "(identifier) @name"
_DEFINITIONS = frozenset({"function_definition", "class_definition"})


def syntax_hash(function: str) -> str | None:
    """Digest a function without its layout and comments; None for text that does not parse."""
    try:
        tree = _tree(function)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return None
    return hashlib.sha256(tree.encode("utf-8", "surrogatepass")).hexdigest()


def same_code(one: str, other: str) -> bool:
    """Whether two functions differ in layout and comments at most, as after a formatter."""
    if one == other:
        return True
    digest = syntax_hash(one)
    return digest is not None and digest == syntax_hash(other)


def _tree(function: str) -> str:
    try:
        return ast.dump(ast.parse(function))
    except SyntaxError:
        # Ex) a decorated method: its text begins at the "@", the lines after it are indented.
        first, _, rest = function.partition("\n")
        return ast.dump(ast.parse(f"{first}\n{textwrap.dedent(rest)}"))


@dataclass(frozen=True)
class _Part:
    """A statement of the module, or of the function's class, and the names it may give a meaning to."""

    start: int
    end: int
    names: frozenset[str] | None  # None: whatever the function refers to, this may matter


def context_hash(parsed: ParsedFile, span: FunctionSpan) -> str:
    """Digest what a function refers to in its own file, directly or through what that refers to.

    Names are matched as text, so too much is taken in rather than too little.
    """
    parts = [part for part in _parts(parsed, span) if not (part.start <= span.start and span.end <= part.end)]
    taken: set[_Part] = set()
    known: set[str] = set()
    fresh = _names(parsed, span.start, span.end)
    while True:
        known |= fresh
        found = [
            part
            for part in parts
            if part not in taken and (part.names is None or not part.names.isdisjoint(known))
        ]
        if not found:
            break
        taken.update(found)
        fresh = {name for part in found for name in _names(parsed, part.start, part.end)}
    digest = hashlib.sha256()
    for part in sorted(taken, key=lambda part: part.start):
        digest.update(parsed.data[part.start : part.end] + b"\0")
    return digest.hexdigest()


def _parts(parsed: ParsedFile, span: FunctionSpan) -> Iterator[_Part]:
    for node in parsed.root.children:
        inner = _definition(node)
        if inner is None or inner.type == "function_definition":
            yield from _part(parsed, node)
        elif node.start_byte <= span.start and span.end <= node.end_byte:
            yield from _class_parts(parsed, node, inner, span)
        else:
            yield from _part(parsed, node)


def _class_parts(parsed: ParsedFile, outer: Node, node: Node, span: FunctionSpan) -> Iterator[_Part]:
    """A class around the function: its header, and each member for itself."""
    body = node.child_by_field_name("body")
    if body is None:
        return
    yield _Part(outer.start_byte, body.start_byte, None)
    for child in body.children:
        inner = _definition(child)
        around = child.start_byte <= span.start and span.end <= child.end_byte
        if around and inner is not None and inner.type == "class_definition":
            yield from _class_parts(parsed, child, inner, span)
        else:
            yield from _part(parsed, child, always=("__init__", "__new__", "__slots__"))


def _part(parsed: ParsedFile, node: Node, always: tuple[str, ...] = ()) -> Iterator[_Part]:
    if node.type == "comment":
        return
    inner = _definition(node)
    if inner is not None:
        identifier = inner.child_by_field_name("name")
        name = parsed.text(identifier) if identifier is not None else ""
        yield _Part(node.start_byte, node.end_byte, None if name in always else frozenset({name}))
    elif node.type in ("import_from_statement", "future_import_statement") and b"*" in _data(parsed, node):
        yield _Part(node.start_byte, node.end_byte, None)
    else:
        names = _names(parsed, node.start_byte, node.end_byte)
        yield _Part(node.start_byte, node.end_byte, frozenset(names))


def _definition(node: Node) -> Node | None:
    inner = node.child_by_field_name("definition") if node.type == "decorated_definition" else node
    return inner if inner is not None and inner.type in _DEFINITIONS else None


def _data(parsed: ParsedFile, node: Node) -> bytes:
    return parsed.data[node.start_byte : node.end_byte]


def _names(parsed: ParsedFile, start: int, end: int) -> set[str]:
    node = parsed.root.descendant_for_byte_range(start, end)
    if node is None:
        return set()
    found = captures(compile_query(_IDENTIFIERS), node).get("name", ())
    return {parsed.text(name) for name in found if start <= name.start_byte and name.end_byte <= end}
