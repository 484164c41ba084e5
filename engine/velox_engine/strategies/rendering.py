"""Writes expressions anew from their source text, with some inner parts replaced."""

from __future__ import annotations

import ast
import textwrap
from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING

from velox_engine.strategies.bindings import loads_of
from velox_engine.strategies.inlining import inline_once
from velox_engine.strategies.loops import range_parts
from velox_engine.strategies.patterns import match_stmt, same

if TYPE_CHECKING:
    from velox_engine.strategies.base import FunctionContext

_ATOMS = (
    ast.Name | ast.Constant | ast.Call | ast.Subscript | ast.Attribute | ast.List | ast.Dict | ast.Set | ast.ListComp
    | ast.DictComp | ast.SetComp | ast.JoinedStr
)  # fmt: skip


def render(context: FunctionContext, node: ast.AST, parts: Mapping[ast.AST, str]) -> str:
    """The text of `node`, where each inner node in `parts` is replaced by its text."""
    layout = context.layout
    start = layout.start(node)
    raw = layout.data[start : layout.end(node)]
    for part, text in sorted(parts.items(), key=lambda item: -layout.start(item[0])):
        at, end = layout.start(part) - start, layout.end(part) - start
        raw = raw[:at] + text.encode() + raw[end:]
    return raw.decode().replace("\r\n", "\n").replace("\r", "\n")


def text_with(context: FunctionContext, node: ast.AST, replaced: Mapping[ast.AST, str]) -> str:
    """The text of `node` with those of the replaced nodes that lie in it."""
    inside = set(ast.walk(node))
    return render(context, node, {part: text for part, text in replaced.items() if part in inside})


def without_inner(replaced: Mapping[ast.AST, str], node: ast.AST) -> dict[ast.AST, str]:
    """The replaced nodes that do not lie in `node`, which is about to be replaced as a whole."""
    inside = set(ast.walk(node))
    return {part: text for part, text in replaced.items() if part not in inside}


def with_names(context: FunctionContext, node: ast.AST, names: Mapping[str, str]) -> str:
    """The text of `node` with variables replaced by other expressions."""
    parts: dict[ast.AST, str] = {load: text for name, text in names.items() for load in loads_of(name, node)}
    return render(context, node, parts)


def block_with_parts(
    context: FunctionContext, statements: Sequence[ast.stmt], parts: Mapping[ast.AST, str]
) -> str | None:
    """Whole statements with the comments between them, dedented, some inner nodes replaced by text."""
    layout = context.layout
    if not layout.alone(statements[0], statements[-1]) or layout.multiline_string(statements):
        return None
    start = layout.line_start(layout.start(statements[0]))
    raw = layout.data[start : layout.line_end(layout.end(statements[-1]))]
    for part, text in sorted(parts.items(), key=lambda item: -layout.start(item[0])):
        at, end = layout.start(part) - start, layout.end(part) - start
        raw = raw[:at] + text.encode() + raw[end:]
    text = raw.decode("utf-8", "surrogatepass").replace("\r\n", "\n").replace("\r", "\n")
    return textwrap.dedent(text)


def one_line(text: str) -> str | None:
    """An expression's text on one line; None when a comment or a string stands in the way."""
    if "\n" not in text:
        return text
    if "#" in text or '"""' in text or "'''" in text or "\\\n" in text:
        return None
    return " ".join(line.strip() for line in text.split("\n"))


def fits(context: FunctionContext, code: str, statement: ast.stmt, limit: int = 110) -> bool:
    """Whether new code stays within the line length that the file keeps."""
    longest = max([len(line) for line in context.source.text.splitlines()] or [0])
    indent = len(context.layout.indent(statement).expandtabs(4))
    return all(indent + len(line) <= max(longest, limit) for line in code.split("\n"))


def comprehension_body(
    context: FunctionContext, statements: Iterable[ast.stmt], emit: str, target: str
) -> tuple[str, str] | None:
    """What a loop body that emits one value per turn becomes: (element, the clauses after it).

    `emit` is the statement's template with M_out and M_e, `target` the name that it must add to. None when the body
    does anything else.
    """
    return _body(context, list(statements), emit, target, {})


def _body(
    context: FunctionContext, block: list[ast.stmt], emit: str, target: str, replaced: dict[ast.AST, str]
) -> tuple[str, str] | None:
    if len(block) == 1:
        statement = block[0]
        if isinstance(statement, ast.If):
            return _branch(context, statement, emit, target, replaced)
        if isinstance(statement, ast.For) and not statement.orelse and not statement.type_comment:
            inner = _body(context, statement.body, emit, target, replaced)
            if inner is None:
                return None
            head = f" for {context.text(statement.target)} in {text_with(context, statement.iter, replaced)}"
            return inner[0], head + inner[1]
        found = match_stmt(emit, statement)
        if found and isinstance(found["M_out"], ast.Name) and found["M_out"].id == target:
            return text_with(context, found["M_e"], replaced), ""
        return None
    if not block:
        return None
    first, rest = block[0], block[1:]
    # Ex) if skip(x): continue
    if isinstance(first, ast.If) and not first.orelse and isinstance(first.body[0], ast.Continue):
        inner = _body(context, rest, emit, target, replaced)
        if inner is None:
            return None
        test = text_with(context, first.test, replaced)
        negated = test.removeprefix("not ") if _simple_not(first.test) else f"not ({test})"
        return inner[0], f" if {negated}{inner[1]}"
    inlined = inline_once(context, first, rest)
    if inlined is None or not isinstance(first, ast.Assign):
        return None
    load, name, is_only = inlined
    text = text_with(context, first.value, replaced)
    if not is_only:
        text = f"({name} := {text})"
    elif not isinstance(first.value, _ATOMS):
        text = f"({text})"
    return _body(context, rest, emit, target, {**replaced, load: text})


def _simple_not(test: ast.expr) -> bool:
    return (
        isinstance(test, ast.UnaryOp)
        and isinstance(test.op, ast.Not)
        and not isinstance(test.operand, ast.BoolOp)
    )


def _branch(
    context: FunctionContext, node: ast.If, emit: str, target: str, replaced: dict[ast.AST, str]
) -> tuple[str, str] | None:
    inner = _body(context, node.body, emit, target, replaced)
    if inner is None:
        return None
    test = text_with(context, node.test, replaced)
    if isinstance(node.test, ast.NamedExpr | ast.Lambda | ast.IfExp):
        test = f"({test})"
    if not node.orelse:
        return inner[0], f" if {test}{inner[1]}"
    other = _body(context, node.orelse, emit, target, replaced)
    if other is None or inner[1] or other[1]:
        return None
    return f"{_choice(inner[0])} if {test} else {other[0]}", ""


def _choice(text: str) -> str:
    # a if b else c if d else e reads the second as part of the first's else only on the right.
    return f"({text})" if " if " in text and not text.startswith(("(", "'", '"')) else text


def index_to_item(
    context: FunctionContext, loop: ast.For | ast.comprehension, body: Iterable[ast.AST]
) -> tuple[ast.expr, str, list[ast.Subscript]] | None:
    """For `for i in range(len(xs))` whose body uses i only as xs[i]: xs, i and those uses."""
    parts = range_parts(context, loop.iter)
    if parts is None or not isinstance(loop.target, ast.Name):
        return None
    uses: list[ast.Subscript] = []
    covered: set[ast.AST] = set()
    base: ast.expr | None = None
    for top in body:
        for node in ast.walk(top):
            if (
                isinstance(node, ast.Subscript)
                and isinstance(node.slice, ast.Name)
                and node.slice.id == loop.target.id
            ):
                if not isinstance(node.ctx, ast.Load) or (base is not None and not same(base, node.value)):
                    return None
                base = node.value
                uses.append(node)
                covered.add(node.slice)
    for top in body:
        for node in ast.walk(top):
            if isinstance(node, ast.Name) and node.id == loop.target.id and node not in covered:
                return None
    return (base, loop.target.id, uses) if base is not None else None
