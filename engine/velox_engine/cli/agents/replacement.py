"""Puts an assistant's new version of a function in the place of the old one, whatever its indentation."""

from __future__ import annotations

import ast
import textwrap

from velox_engine.source.document import SourceFile
from velox_engine.source.functions import find_function
from velox_engine.source.syntax import parse
from velox_engine.types import VeloxError


def with_function(source: SourceFile, qualname: str, text: str) -> str:
    """Return the file's text with the function replaced; what `text` has above its `def` but decorators is refused.

    Raises VeloxError `no-such-function`, or `bad-replacement` when `text` is not one function of that name.
    """
    span = find_function(parse(source), qualname)
    body = textwrap.dedent(text.replace("\r\n", "\n")).strip("\n")
    try:
        statements = ast.parse(body).body
    except (SyntaxError, ValueError, RecursionError) as error:
        raise VeloxError(
            "bad-replacement", f"The new version is not valid Python: {error}.", "Send the whole function."
        ) from error
    if len(statements) != 1 or not isinstance(statements[0], ast.FunctionDef | ast.AsyncFunctionDef):
        raise VeloxError(
            "bad-replacement",
            "The new version is not one function.",
            "Where it needs an import or a helper, send the whole file's text as `new_file` instead.",
        )
    if statements[0].name != span.name:
        raise VeloxError(
            "bad-replacement",
            f"The new version is named {statements[0].name}, the function {span.name}.",
            "Keep the name.",
        )
    line = source.data.rfind(b"\n", 0, span.start) + 1
    margin = source.data[line : span.start].decode()
    whole = text.replace("\r\n", "\n").strip("\n")
    if not (margin and whole.startswith(margin) and not whole[len(margin)].isspace()):
        # Only where it must be: text within quotes moves with the lines it is on.
        whole = textwrap.indent(body, margin, lambda row: bool(row.strip()))
    new = whole.removeprefix(margin).replace("\n", source.newline)
    return (source.data[: span.start] + new.encode() + source.data[span.end :]).decode()
