"""Parses Python with tree-sitter: survives broken code, and re-parses only what an edit touched."""

from __future__ import annotations

import ast
import re
import warnings
from functools import cached_property, lru_cache
from operator import attrgetter

import tree_sitter
import tree_sitter_python

from velox_engine.source.document import SourceFile
from velox_engine.source.edits import common_prefix, common_suffix
from velox_engine.types import Position

LANGUAGE = tree_sitter.Language(tree_sitter_python.language())
Node = tree_sitter.Node

_START, _END = attrgetter("start_byte"), attrgetter("end_byte")
_LONE_RETURN = re.compile(rb"\r(?!\n)")


class ParsedFile:
    """The syntax tree of one state of a file; nodes carry byte offsets into `data`.

    Line numbers of nodes are used nowhere: the parser counts \\n only, so `source.lines` is asked instead.
    """

    def __init__(self, source: SourceFile, tree: tree_sitter.Tree, data: bytes) -> None:
        self.source = source
        self.tree = tree
        self.data = data

    @cached_property
    def root(self) -> Node:
        """The module node."""
        return self.tree.root_node

    @cached_property
    def has_errors(self) -> bool:
        """Whether some part of the file is not Python."""
        return self.root.has_error

    @cached_property
    def first_error(self) -> Position | None:
        """Where Python says that the file is wrong, or where its first part begins that is not Python."""
        if not self.has_errors:
            return None
        refused = _refused_at(self.source)
        if refused is not None:
            return refused
        node = self.root
        # Downwards only through nodes that hold an error: no recursion, whatever the nesting.
        while not (node.is_error or node.is_missing):
            inner = next((child for child in node.children if child.has_error or child.is_missing), None)
            if inner is None:
                break
            node = inner
        return self.source.lines.position(node.start_byte)

    def text(self, node: Node) -> str:
        """The source text of a node."""
        return self.data[node.start_byte : node.end_byte].decode("utf-8", "replace")


def parse(source: SourceFile, previous: ParsedFile | None = None) -> ParsedFile:
    """Parse a file; with the `previous` state of the same file, only what changed is parsed again."""
    data = source.data
    if b"\r" in data:
        # The grammar knows \n and \r\n only. The replacement keeps every offset.
        data = _LONE_RETURN.sub(b"\n", data)
    return parse_bytes(source, data, previous)


def parse_bytes(source: SourceFile, data: bytes, previous: ParsedFile | None) -> ParsedFile:
    """Parse text that stands for a file's own, line by line, as `parse` does."""
    if previous is None:
        return ParsedFile(source, _parser().parse(data), data)
    if data == previous.data:
        return ParsedFile(source, previous.tree, data)
    return ParsedFile(source, _parser().parse(data, _edited_tree(previous, source, data)), data)


@lru_cache(maxsize=256)
def compile_query(text: str) -> tree_sitter.Query:
    """A compiled query; compiling takes milliseconds, so each is kept."""
    return tree_sitter.Query(LANGUAGE, text)


def captures(query: tree_sitter.Query, node: Node) -> dict[str, list[Node]]:
    """All captures of a query below a node, by capture name, each in document order."""
    return ordered(tree_sitter.QueryCursor(query).captures(node))


def ordered(found: dict[str, list[Node]]) -> dict[str, list[Node]]:
    """The same captures in document order, an outer node before the inner that begins with it.

    The binding collects them in a set, so that their order changes from run to run.
    """
    for nodes in found.values():
        if len(nodes) > 1:
            # Two sorts with keys read in C take half the time of one with a pair made in Python.
            nodes.sort(key=_END, reverse=True)
            nodes.sort(key=_START)
    return found


def _refused_at(source: SourceFile) -> Position | None:
    """Where this Python's own parser stops; the other one, which goes on, may give up the whole file.

    None where Python has nothing against the file, or does not say where.
    """
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            compile(source.text, "<source>", "exec", ast.PyCF_ONLY_AST, dont_inherit=True)
    except SyntaxError as error:
        if not error.lineno:
            return None
        line = min(error.lineno, source.lines.count) - 1
        text = source.lines.line(line).decode("utf-8", "replace")
        before = text[: max(0, (error.offset or 1) - 1)]
        return Position(line, len(before.encode("utf-8", "surrogatepass")))
    except (ValueError, RecursionError, MemoryError, OverflowError):
        return None
    return None


@lru_cache(maxsize=1)
def _parser() -> tree_sitter.Parser:
    return tree_sitter.Parser(LANGUAGE)


def _edited_tree(previous: ParsedFile, source: SourceFile, data: bytes) -> tree_sitter.Tree:
    """A copy of the previous tree that knows which bytes changed."""
    old = previous.data
    start = common_prefix(old, data)
    tail = common_suffix(old, data, keep=start)
    tree = previous.tree.copy()
    before, after = previous.source.lines, source.lines
    points = (before.position(start), before.position(len(old) - tail), after.position(len(data) - tail))
    tree.edit(
        start,
        len(old) - tail,
        len(data) - tail,
        *((point.line, point.column) for point in points),
    )
    return tree
