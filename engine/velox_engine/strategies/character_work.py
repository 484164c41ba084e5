"""Finds what a function does with each character of a text: builds another one, counts, or asks for any or all."""

from __future__ import annotations

import ast
import copy
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
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


Kind = Literal["text", "count", "sum", "all", "any"]


@dataclass(frozen=True, slots=True)
class Work:
    """One piece of work done for each character."""

    kind: Kind
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
    more: tuple[Work, ...] = ()
    """What the same statements do besides."""

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
            found = _added(context, place, place.statement) or _summed(context, place, place.statement)
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
    is_join = match_expr("''.join(M_x)", node) is not None
    function = node.func.id if isinstance(node.func, ast.Name) and context.is_builtin(node.func.id) else ""
    if not is_join and function not in ("len", "sum", "all", "any"):
        return None
    walked = _walked(context, node.args[0], is_list=function == "len")
    if walked is None:
        return None
    variable, iterable, element, condition = walked
    itself = element is None or match_expr(variable, element) is not None
    kind: Kind
    if is_join:
        kind, element = "text", None if itself else element
    elif function == "len":
        kind, element = "count", None
    elif function == "sum":
        if element is None or itself:
            return None
        kind = "sum"
        if condition is not None and constant(element) is not True and constant(element) == 1:
            kind, element = "count", None
        elif _is_truth(context, element):
            kind = "count"
    elif condition is not None or element is None:
        return None
    else:
        kind = "all" if function == "all" else "any"
    if element is None and condition is None:
        return None
    return _work(context, kind, variable, iterable, element, condition, node)


def _walked(
    context: FunctionContext, inner: ast.expr, is_list: bool
) -> tuple[str, ast.expr, ast.expr | None, ast.expr | None] | None:
    """The variable, what it walks over, the element and the condition, of [… for c in s if …] or map and filter."""
    listed = match_expr("list(M_x)", inner)
    if listed and context.is_builtin("list"):
        inner, is_list = listed["M_x"], False
    for name in ("map", "filter"):
        mapped = match_expr(f"{name}(M_f, M_s)", inner)
        function = mapped["M_f"] if mapped and context.is_builtin(name) else None
        if mapped and isinstance(function, ast.Lambda) and not is_list:
            arguments = function.args
            plain = not (arguments.vararg or arguments.kwarg or arguments.kwonlyargs or arguments.defaults)
            if not plain or len(arguments.args) != 1 or arguments.posonlyargs:
                return None
            asked = function.body
            variable, iterable = arguments.args[0].arg, mapped["M_s"]
            return (variable, iterable, asked, None) if name == "map" else (variable, iterable, None, asked)
    if not isinstance(inner, ast.ListComp if is_list else ast.ListComp | ast.GeneratorExp):
        return None
    generator = inner.generators[0]
    if len(inner.generators) != 1 or generator.is_async or len(generator.ifs) > 1:
        return None
    if not isinstance(generator.target, ast.Name):
        return None
    return generator.target.id, generator.iter, inner.elt, generator.ifs[0] if generator.ifs else None


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
    kind: Kind,
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


def _summed(context: FunctionContext, place: Place, loop: ast.For) -> Work | None:
    """for c in s: n += …, for one number or several, also by index"""
    if loop.orelse or not isinstance(loop.target, ast.Name):
        return None
    totals = sorted(
        {
            node.target.id
            for node in ast.walk(loop)
            if isinstance(node, ast.AugAssign)
            and isinstance(node.target, ast.Name)
            and isinstance(node.op, ast.Add)
        }
    )
    body, variable, source = _characters_of(context, loop)
    if source is None or not 0 < len(totals) <= 4 or _name_in(source[0]) in totals:
        return None
    if any(
        read_outside(context, name, loop)
        for name in {loop.target.id, *written_names(loop.body)} - set(totals)
    ):
        return None
    if any(not _is_number_here(context, name) for name in totals) or _is_kept(
        context, loop, _name_in(source[0])
    ):
        return None
    found: list[Work] = []
    for total in totals:
        element = emitted(body, total, 0, [name for name in totals if name != total])
        if element is None or any(loads_of(name, element) for name in totals):
            return None
        one = Work(
            "sum", variable, source[0], _name_in(source[0]), source[1], element, None, ast.unparse(element)
        )
        found.append(replace(one, statements=(loop, loop), block=place.block, statement=f"{total} += {{}}"))
    zero = match_stmt("M_n = 0", place.previous) if place.previous else None
    if zero and len(found) == 1 and match_expr(totals[0], zero["M_n"]) and place.previous is not None:
        return replace(found[0], statements=(place.previous, loop), statement=f"{totals[0]} = {{}}")
    return replace(found[0], more=tuple(found[1:]))


def _is_number_here(context: FunctionContext, name: str) -> bool:
    known = context.inference.of(ast.Name(name, ast.Load()))
    outside = name in context.scope.outer_writes or name in context.scope.inner
    return known.name == "int" and known.evidence == "proved" and not outside


def _characters_of(
    context: FunctionContext, loop: ast.For
) -> tuple[list[ast.stmt], str, tuple[str, bool] | None]:
    """The body in terms of a character, the character's name and the text; by index as well."""
    variable = loop.target.id if isinstance(loop.target, ast.Name) else ""
    indexed = index_to_item(context, loop, loop.body)
    if indexed is None:
        return loop.body, variable, _source(context, loop.iter)
    base, index, _ = indexed
    parts = range_parts(context, loop.iter)
    length = match_expr("len(M_x)", parts[1]) if parts else None
    if parts is None or not length or not same(length["M_x"], base) or constant(parts[0]) != 0:
        return [], variable, None
    step = constant(parts[2])
    source = _source(context, base)
    if not isinstance(step, int) or isinstance(step, bool) or step < 1 or source is None:
        return [], variable, None
    variable = context.fresh("char", "letter")
    turned = _ByCharacter(base, index, variable)
    body = [turned.visit(copy.deepcopy(one)) for one in loop.body]
    return body, variable, (f"{source[0]}[::{step}]" if step > 1 else source[0], source[1])


class _ByCharacter(ast.NodeTransformer):
    """Replaces s[i] by the name of a character."""

    def __init__(self, base: ast.expr, index: str, variable: str) -> None:
        self.base, self.index, self.variable = base, index, variable

    def visit_Subscript(self, node: ast.Subscript) -> ast.expr:
        if same(node.value, self.base) and match_expr(self.index, node.slice):
            return ast.Name(self.variable, ast.Load())
        return ast.Subscript(self.visit(node.value), self.visit(node.slice), node.ctx)


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
