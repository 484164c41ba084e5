"""Byte positions of syntax nodes, and the text around them: indentation, comments, statement lines."""

from __future__ import annotations

import ast
import io
import re
import textwrap
import tokenize
from collections.abc import Sequence
from functools import cached_property

from velox_engine.source.document import SourceFile
from velox_engine.types import TextEdit

_LEADING = re.compile(rb"[ \t\f]*")


class Layout:
    """Where the nodes of one file stand, and edits that keep its indentation and line ends."""

    def __init__(self, source: SourceFile) -> None:
        self.source = source
        self.data = source.data
        self.unit = _indent_unit(source.text)
        """One step of indentation, as the file has it."""

    def start(self, node: ast.AST) -> int:
        """Byte offset of the first character; decorators belong to their function."""
        decorators = getattr(node, "decorator_list", None)
        if decorators:
            return self.data.rindex(b"@", 0, self.start(decorators[0]))
        return self.source.lines.start(node.lineno - 1) + node.col_offset  # type: ignore[attr-defined]

    def end(self, node: ast.AST) -> int:
        """Byte offset after the last character."""
        return self.source.lines.start(node.end_lineno - 1) + node.end_col_offset  # type: ignore[attr-defined]

    def text(self, node: ast.AST) -> str:
        """The node as written, with \\n as line end."""
        raw = self.data[self.start(node) : self.end(node)].decode("utf-8", "surrogatepass")
        return raw.replace("\r\n", "\n").replace("\r", "\n")

    def line_start(self, offset: int) -> int:
        """Offset of the first byte of the line."""
        return self.source.lines.start(self.source.lines.position(offset).line)

    def line_end(self, offset: int) -> int:
        """Offset after the line's last byte, without its line end."""
        line = self.source.lines.position(offset).line
        return self.source.lines.start(line) + len(self.source.lines.line(line))

    def indent(self, node: ast.AST) -> str:
        """The white space before a statement's line."""
        found = _LEADING.match(self.data, self.line_start(self.start(node)))
        return found.group().decode() if found else ""

    def alone(self, first: ast.AST, last: ast.AST | None = None) -> bool:
        """Whether no other statement shares the lines from `first` to `last`."""
        start, end = self.start(first), self.end(last or first)
        before = self.data[self.line_start(start) : start]
        after = self.data[end : self.line_end(end)].strip()
        return not before.strip() and (not after or after.startswith(b"#"))

    @cached_property
    def comments(self) -> tuple[tuple[int, str], ...]:
        """All comments with their offsets."""
        found = []
        text = self.source.text.replace("\r\n", "\n").replace("\r", "\n")
        lines = self.source.lines
        content = text.split("\n")
        for token in tokenize.generate_tokens(io.StringIO(text).readline):
            if token.type == tokenize.COMMENT:
                line, column = token.start
                # tokenize counts characters, everything here counts bytes
                width = len(content[line - 1][:column].encode("utf-8", "surrogatepass"))
                found.append((lines.start(line - 1) + width, token.string))
        return tuple(found)

    def comments_between(self, start: int, end: int) -> list[str]:
        """The comments that start in [start, end)."""
        return [text for at, text in self.comments if start <= at < end]

    def block_text(self, statements: Sequence[ast.stmt]) -> str | None:
        """Statements with the comments between them, dedented; None where that would change a string."""
        start = self.line_start(self.start(statements[0]))
        end = self.line_end(self.end(statements[-1]))
        raw = self.data[start:end].decode("utf-8", "surrogatepass")
        raw = raw.replace("\r\n", "\n").replace("\r", "\n")
        if not self.alone(statements[0], statements[-1]) or self.multiline_string(statements):
            return None
        return textwrap.dedent(raw)

    @staticmethod
    def multiline_string(statements: Sequence[ast.stmt]) -> bool:
        """Whether a string in the statements spans lines, so that re-indenting would change it."""
        return any(
            isinstance(node, ast.Constant | ast.JoinedStr)
            and node.end_lineno != node.lineno
            and (isinstance(node, ast.JoinedStr) or isinstance(node.value, str | bytes))
            for statement in statements
            for node in ast.walk(statement)
        )

    def replace(self, node: ast.AST, text: str) -> TextEdit:
        """Put `text` in the place of an expression."""
        return TextEdit(self.start(node), self.end(node), self._ends(text))

    def between(self, start: int, end: int, text: str) -> TextEdit:
        """Put `text` in the place of the bytes [start, end)."""
        return TextEdit(start, end, self._ends(text))

    def replace_statements(self, first: ast.stmt, last: ast.stmt, code: str) -> TextEdit | None:
        """Put `code` (indented from column 0 by `unit`) in the place of whole statements.

        Comments that the new code does not carry are kept above it. None when the statements share their lines
        with others.
        """
        if not self.alone(first, last):
            return None
        start, end = self.start(first), self.end(last)
        kept = [comment for comment in self.comments_between(start, end) if comment not in code]
        lines = [*kept, *code.split("\n")]
        indent = self.indent(first)
        new = "\n".join(line if not line or at == 0 else indent + line for at, line in enumerate(lines))
        return TextEdit(start, end, self._ends(new))

    def insert_before(self, statement: ast.stmt, code: str) -> TextEdit | None:
        """Put `code` on lines of its own before a statement."""
        start = self.start(statement)
        if self.data[self.line_start(start) : start].strip():
            return None
        indent = self.indent(statement)
        new = "".join((indent + line if line else "") + "\n" for line in code.split("\n"))
        at = self.line_start(start)
        return TextEdit(at, at, self._ends(new))

    def insert_after(self, statement: ast.stmt, code: str) -> TextEdit | None:
        """Put `code` on lines of its own after a statement."""
        if not self.alone(statement):
            return None
        indent = self.indent(statement)
        new = "".join("\n" + (indent + line if line else "") for line in code.split("\n"))
        at = self.line_end(self.end(statement))
        return TextEdit(at, at, self._ends(new))

    def delete(self, statement: ast.stmt) -> TextEdit | None:
        """Remove a statement's lines; None when they hold something else, such as a comment."""
        if not self.alone(statement):
            return None
        start, end = self.start(statement), self.line_end(self.end(statement))
        if self.comments_between(start, end):
            return None
        if self.data[end : end + 2] == b"\r\n":
            end += 2
        elif end < len(self.data):
            end += 1
        return TextEdit(self.line_start(start), end, "")

    def _ends(self, text: str) -> str:
        newline = self.source.newline
        return text if newline == "\n" else text.replace("\n", newline)


def indent_lines(text: str, unit: str) -> str:
    """`text` one step further in."""
    return "\n".join(unit + line if line else line for line in text.split("\n"))


def _indent_unit(text: str) -> str:
    """The first indentation after a colon; four spaces when the file has none."""
    for found in re.finditer(r":[ \t]*(?:#[^\r\n]*)?(?:\r\n|\r|\n)([ \t]+)\S", text):
        line_start = max(text.rfind("\n", 0, found.start()), text.rfind("\r", 0, found.start())) + 1
        line = text[line_start : found.start()]
        outer = line[: len(line) - len(line.lstrip())]
        inner = found.group(1)
        if inner.startswith(outer) and len(inner) > len(outer) and len(inner) - len(outer) <= 8:
            return inner[len(outer) :]
    return "    "
