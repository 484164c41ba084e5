"""Finds what a function does with each character of a text: builds another one, counts, or asks for any or all."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from velox_engine.strategies.bindings import loads_of, written_names
from velox_engine.strategies.emitted import emitted
from velox_engine.strategies.loops import (
    Place,
    constant,
    is_fallback,
    places,
    range_parts,
    read_outside,
    stands_in_loop,
)
from velox_engine.strategies.patterns import match_expr, match_stmt, same
from velox_engine.strategies.rendering import index_to_item, one_line, render

if TYPE_CHECKING:
    from velox_engine.strategies.base import FunctionContext

_NOT_TEXT = frozenset(
    {
        "list",
        "tuple",
        "set",
        "dict",
        "range",
        "bytes",
        "int",
        "frozenset",
        "generator",
        "float",
        "deque",
        "view",
    }
)
_TESTS = frozenset({"isascii", "strip", "isdigit"})


@dataclass(frozen=True, slots=True)
class Work:
    """One piece of work done for each character."""

    kind: Literal["text", "count", "all", "any"]
    variable: str
    text: str
    """The text whose characters they are, as an expression that may stand before a dot."""
    name: str
    """The variable that holds the text, of which that may be a part or the reverse."""
    guard: bool
    """Whether it is not known that it is a str."""
    element: ast.expr | None
    """What each character becomes, or the question that is asked about it; None for the character itself."""
    condition: ast.expr | None
    """Which characters take part."""
    element_text: str = ""
    condition_text: str = ""
    node: ast.expr | None = None
    """The expression that the work is done in, unless it is statements."""
    statements: tuple[ast.stmt, ast.stmt] | None = None
    block: Sequence[ast.stmt] = ()
    statement: str = "{}"
    """What becomes of the statements, with a place for the new expression."""

    @property
    def question_text(self) -> str:
        """The whole question about a character."""
        if self.element_text and self.condition_text:
            return f"({self.condition_text}) and ({self.element_text})"
        return self.element_text or self.condition_text


def works(context: FunctionContext) -> Iterator[Work]:
    """Everything of the kind in the function's own statements."""
    for place in places(context.node):
        if isinstance(place.statement, ast.For):
            found = _added(context, place, place.statement) or _counted(context, place, place.statement)
            if found:
                yield found
    for node in ast.walk(context.node):
        if isinstance(node, ast.Call):
            found = _called(context, node)
            if found and not _in_lambda(context, node):
                yield found


def _called(context: FunctionContext, node: ast.Call) -> Work | None:
    """''.join(…), len([…]), sum(…), all(…), any(…) and s.translate({…}), over the characters of a text"""
    table = _own_table(context, node)
    if table:
        return table
    if len(node.args) != 1 or node.keywords:
        return None
    inner = node.args[0]
    if not isinstance(inner, ast.ListComp | ast.GeneratorExp) or len(inner.generators) != 1:
        return None
    generator = inner.generators[0]
    if generator.is_async or len(generator.ifs) > 1 or not isinstance(generator.target, ast.Name):
        return None
    condition = generator.ifs[0] if generator.ifs else None
    element: ast.expr | None = inner.elt
    kind: Literal["text", "count", "all", "any"]
    if match_expr("''.join(M_x)", node):
        kind = "text"
        element = None if same(inner.elt, generator.target) else inner.elt
    elif not isinstance(node.func, ast.Name) or not context.is_builtin(node.func.id):
        return None
    elif node.func.id == "len" and isinstance(inner, ast.ListComp) and condition is not None:
        kind, element = "count", None
    elif node.func.id == "sum":
        kind = "count"
        if condition is not None and constant(inner.elt) is not True and constant(inner.elt) == 1:
            element = None
        elif not _is_truth(context, inner.elt):
            return None
    elif node.func.id in ("all", "any"):
        kind = "all" if node.func.id == "all" else "any"
        if condition is not None:
            return None
    else:
        return None
    if element is None and condition is None:
        return None
    return _work(context, kind, generator.target.id, generator.iter, element, condition, node)


def _is_truth(context: FunctionContext, node: ast.expr) -> bool:
    """Whether the value is True or False, so that a sum of it counts."""
    if isinstance(node, ast.Compare) or (isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.Not)):
        return True
    if isinstance(node, ast.BoolOp):
        return all(_is_truth(context, value) for value in node.values)
    return (
        isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and node.func.attr.startswith("is")
    )


def _own_table(context: FunctionContext, node: ast.Call) -> Work | None:
    """s.translate({ord(c): … for c in set(s)})"""
    found = match_expr("M_s.translate(M_table)", node)
    table = found["M_table"] if found else None
    if not found or not isinstance(table, ast.DictComp) or len(table.generators) != 1:
        return None
    generator = table.generators[0]
    source = match_expr("set(M_s)", generator.iter) or match_expr("dict.fromkeys(M_s)", generator.iter)
    if not source or not same(source["M_s"], found["M_s"]) or not isinstance(generator.target, ast.Name):
        return None
    name = generator.target.id
    if not match_expr(f"ord({name})", table.key) or not isinstance(found["M_s"], ast.Name):
        return None
    if generator.ifs:
        left = match_expr("not M_c", generator.ifs[0]) if len(generator.ifs) == 1 else None
        if constant(table.value) is not None or not isinstance(table.value, ast.Constant) or left is None:
            return None
        return _work(context, "text", name, found["M_s"], None, left["M_c"], node, known=True)
    return _work(context, "text", name, found["M_s"], table.value, None, node, known=True)


def _work(
    context: FunctionContext,
    kind: Literal["text", "count", "all", "any"],
    variable: str,
    iterable: ast.expr,
    element: ast.expr | None,
    condition: ast.expr | None,
    node: ast.Call,
    known: bool = False,
) -> Work | None:
    source = _source(context, iterable, known)
    texts = [one_line(context.text(part)) if part is not None else "" for part in (element, condition)]
    base = _name_in(source[0]) if source else ""
    if source is None or any(text is None for text in texts) or _is_kept(context, node, base, known):
        return None
    text, guard = source
    return Work(kind, variable, text, base, guard, element, condition, texts[0] or "", texts[1] or "", node)


def _source(context: FunctionContext, iterable: ast.expr, known: bool = False) -> tuple[str, bool] | None:
    """The text that is walked over, and whether its type must be tested."""
    turned = match_expr("reversed(M_s)", iterable)
    base = turned["M_s"] if turned and context.is_builtin("reversed") else iterable
    shape = context.inference.of(base)
    if not isinstance(base, ast.Name) or shape.name not in ("str", ""):
        return None
    if turned and shape.name != "str":
        return None
    return (f"{base.id}[::-1]" if turned else base.id), shape.name == "" and not known


def _added(context: FunctionContext, place: Place, loop: ast.For) -> Work | None:
    """out = ''; for c in s: out += …, or out = []; for c in s: out.append(…); … ''.join(out)"""
    previous = place.previous
    start = match_stmt("M_out = ''", previous) or match_stmt("M_out = []", previous)
    if not start or not isinstance(start["M_out"], ast.Name) or not isinstance(loop.target, ast.Name):
        return None
    out, variable = start["M_out"].id, loop.target.id
    source = _source(context, loop.iter)
    if source is None or loop.orelse or out in (variable, _name_in(source[0])) or previous is None:
        return None
    if any(read_outside(context, name, loop) for name in {variable, *written_names(loop.body)} - {out}):
        return None
    if (
        out in context.scope.inner
        or out in context.scope.outer_writes
        or _is_kept(context, loop, _name_in(source[0]))
    ):
        return None
    element = emitted(loop.body, out)
    if element is None or loads_of(out, element):
        return None
    statement, last = f"{out} = {{}}", loop
    if not match_stmt("M_out = ''", previous):
        after = place.after[0] if place.after else None
        joins = [node for node in ast.walk(after) if match_expr(f"''.join({out})", node)] if after else []
        if len(joins) != 1 or not isinstance(after, ast.Return | ast.Assign):
            return None
        if not only_joined(context, out, loop, after):
            return None
        statement, last = render(context, after, {joins[0]: "\0"}), after
        if "{" in statement or "}" in statement:
            return None
        statement = statement.replace("\0", "{}")
    return Work(
        "text", variable, source[0], _name_in(source[0]), source[1], element, None, ast.unparse(element),
        statements=(previous, last), block=place.block, statement=statement,
    )  # fmt: skip


def only_joined(context: FunctionContext, out: str, loop: ast.For, after: ast.Return | ast.Assign) -> bool:
    """Whether a list that the loop fills is read by `after` alone; then its name may hold something else."""
    appends = [
        node
        for part in ast.walk(loop)
        if isinstance(part, ast.Expr) and match_stmt(f"{out}.append(M_e)", part)
        for node in loads_of(out, part)
    ]
    if len(loads_of(out, loop)) != len(appends) or len(loads_of(out, after)) != 1:
        return False
    within = {*ast.walk(loop), *ast.walk(after)}
    others = [load for load in loads_of(out, context.node) if load not in within]
    rebound = isinstance(after, ast.Assign) and any(match_expr(out, target) for target in after.targets)
    late = all(context.layout.start(load) > context.layout.end(after) for load in others)
    return not others or (rebound and late and not stands_in_loop(context, after))


def _name_in(text: str) -> str:
    return text.partition("[")[0]


def _counted(context: FunctionContext, place: Place, loop: ast.For) -> Work | None:
    """for c in s: if …: n += 1, also by index"""
    if loop.orelse or len(loop.body) != 1 or not isinstance(loop.target, ast.Name):
        return None
    found = match_stmt("if M_p:\n M_n += 1", loop.body[0]) or match_stmt(
        "if M_p:\n M_n = M_n + 1", loop.body[0]
    )
    if found is None:
        found = match_stmt("M_n += M_p", loop.body[0])
        if found is None or not _is_truth(context, found["M_p"]):
            return None
    counter, question = found["M_n"], found["M_p"]
    if not isinstance(counter, ast.Name) or read_outside(context, loop.target.id, loop):
        return None
    if (
        context.inference.of(ast.Name(counter.id, ast.Load())).name != "int"
        or counter.id in context.scope.outer_writes
    ):
        return None
    indexed = index_to_item(context, loop, [question])
    variable, text = loop.target.id, context.text(question)
    if indexed is not None:
        base, _, uses = indexed
        parts = range_parts(context, loop.iter)
        length = match_expr("len(M_x)", parts[1]) if parts else None
        if parts is None or not length or not same(length["M_x"], base) or constant(parts[0]) != 0:
            return None
        step = constant(parts[2])
        if not isinstance(step, int) or isinstance(step, bool) or step < 1:
            return None
        source = _source(context, base)
        variable = context.fresh("char", "letter")
        text = render(context, question, dict.fromkeys(uses, variable))
        if source and step > 1:
            source = f"{source[0]}[::{step}]", source[1]
    else:
        source = _source(context, loop.iter)
    if source is None or counter.id == source[0] or _is_kept(context, loop, _name_in(source[0])):
        return None
    if loads_of(counter.id, question):
        return None
    written = one_line(text)
    if written is None:
        return None
    zero = match_stmt("M_n = 0", place.previous) if place.previous else None
    first, sign = (place.previous or loop, "=") if zero and same(zero["M_n"], counter) else (loop, "+=")
    return Work(
        "count", variable, source[0], _name_in(source[0]), source[1], None, ast.parse(written, mode="eval").body,
        condition_text=written, statements=(first, loop), block=place.block, statement=f"{counter.id} {sign} {{}}",
    )  # fmt: skip


def _is_kept(context: FunctionContext, node: ast.AST, name: str, table: bool = False) -> bool:
    """Whether the place is what remains for texts that a fast way beside it does not take."""
    if not table and is_fallback(context, node, name):
        return True
    child = node
    while child in context.parents:
        parent = context.parents[child]
        if isinstance(parent, ast.If | ast.IfExp) and child is not parent.test and _asks(parent.test, name):
            return True
        for block in (getattr(parent, field, None) for field in ("body", "orelse", "finalbody")):
            if isinstance(block, list) and child in block and block.index(child):
                before = block[block.index(child) - 1]
                if isinstance(before, ast.If) and _asks(before.test, name, table):
                    return True
        child = parent
    return False


def _asks(test: ast.expr, name: str, table: bool = True) -> bool:
    """Whether a test asks what characters a text has, or (unless a table is about to be replaced) if it is one."""
    for part in ast.walk(test):
        if isinstance(part, ast.Attribute) and part.attr in _TESTS and match_expr(name, part.value):
            return True
        if not table and match_expr(f"isinstance({name}, str)", part):
            return True
    return False


def _in_lambda(context: FunctionContext, node: ast.AST) -> bool:
    while node in context.parents and not isinstance(node, ast.stmt):
        node = context.parents[node]
        if isinstance(node, ast.Lambda):
            return True
    return False
