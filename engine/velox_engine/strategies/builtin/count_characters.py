"""Counts characters with str.count instead of looking at each one.

What it does: counting the characters of a string that are in a constant set of characters asks the string once for
each of them; any other pure question about a character is asked once for every distinct character.

Example:
    def vowels(text: str):
        count = 0
        for char in text:
            if char in "aeiou":
                count += 1
        return count

Result:
    def vowels(text: str):
        count = sum(map(text.count, "aeiou"))
        return count

Inputs:
    ("hello world",)
    ("",)

When it is unsafe: when the question has an effect, or the iterable is not a str: where nothing says so, the old code
stays behind a test.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator

from velox_engine.strategies.base import BuiltinStrategy, FunctionContext, Rewrite
from velox_engine.strategies.characters import characters
from velox_engine.strategies.effects import only_binding
from velox_engine.strategies.loops import Place, constant, places, range_parts, read_outside
from velox_engine.strategies.patterns import match_expr, match_stmt, same
from velox_engine.strategies.positions import indent_lines
from velox_engine.strategies.purity import cannot_raise
from velox_engine.strategies.rendering import index_to_item, one_line, render
from velox_engine.types import TextEdit


def _build(context: FunctionContext) -> Iterator[Rewrite]:
    note = "ask the string for its characters instead of looking at each"
    for place in places(context.node):
        if isinstance(place.statement, ast.For):
            edits = _loop(context, place, place.statement)
            if edits:
                yield Rewrite(tuple(edits), note)
    for node in ast.walk(context.node):
        counted = _expression(node)
        if counted is None:
            continue
        question, generator = counted
        found = _count(context, generator.target, generator.iter, question, context.text(question))
        if found is None or _in_comprehension(context, node):
            continue
        new, guard = found
        if not guard:
            yield Rewrite((context.layout.replace(node, new),), note)
        elif one_line(context.text(node)) is not None:
            text = f"({new} if isinstance({context.text(generator.iter)}, str) else {one_line(context.text(node))})"
            yield Rewrite((context.layout.replace(node, text),), note)


def _expression(node: ast.AST) -> tuple[ast.expr, ast.comprehension] | None:
    """sum(P(c) for c in s), sum(1 for c in s if P(c)), len([c for c in s if P(c)])"""
    if not (
        isinstance(node, ast.Call)
        and isinstance(node.func, ast.Name)
        and len(node.args) == 1
        and not node.keywords
    ):
        return None
    inner = node.args[0]
    if not isinstance(inner, ast.ListComp | ast.GeneratorExp) or len(inner.generators) != 1:
        return None
    generator = inner.generators[0]
    if generator.is_async:
        return None
    if node.func.id == "len" and isinstance(inner, ast.ListComp) and len(generator.ifs) == 1:
        return generator.ifs[0], generator
    if node.func.id == "sum":
        if len(generator.ifs) == 1 and constant(inner.elt) is not True and constant(inner.elt) == 1:
            return generator.ifs[0], generator
        if not generator.ifs and isinstance(inner.elt, ast.Compare):
            return inner.elt, generator
    return None


def _loop(context: FunctionContext, place: Place, loop: ast.For) -> list[TextEdit] | None:
    if loop.orelse or len(loop.body) != 1 or not isinstance(loop.target, ast.Name):
        return None
    found = match_stmt("if M_p:\n M_n += 1", loop.body[0]) or match_stmt(
        "if M_p:\n M_n = M_n + 1", loop.body[0]
    )
    if found is None:
        found = match_stmt("M_n += M_p", loop.body[0])
        if found is None or not isinstance(found["M_p"], ast.Compare):
            return None
    counter, question = found["M_n"], found["M_p"]
    if not isinstance(counter, ast.Name) or read_outside(context, loop.target.id, loop):
        return None
    if context.inference.of(ast.Name(counter.id, ast.Load())).name != "int":
        return None
    variable, iterable, asked, text = loop.target, loop.iter, question, context.text(question)
    indexed = index_to_item(context, loop, [question])
    sliced = ""
    if indexed is not None:
        # Ex) for i in range(0, len(s), 2): if s[i] in "aeiou"
        base, _, uses = indexed
        parts = range_parts(context, loop.iter)
        if parts is None or not match_expr("len(M_x)", parts[1]) or not same(parts[1].args[0], base):  # type: ignore[attr-defined]
            return None
        start, step = constant(parts[0]), constant(parts[2])
        if start != 0 or not isinstance(step, int) or step < 1 or not isinstance(base, ast.Name):
            return None
        sliced = f"[::{step}]" if step > 1 else ""
        name = context.fresh("char", "letter")
        text = render(context, question, dict.fromkeys(uses, name))
        return _indexed(context, place, loop, counter, base, sliced, name, text)
    counted = _count(context, variable, iterable, asked, text)
    return _assemble(context, place, loop, counter, iterable, counted) if counted else None


def _indexed(
    context: FunctionContext,
    place: Place,
    loop: ast.For,
    counter: ast.Name,
    base: ast.Name,
    sliced: str,
    name: str,
    text: str,
) -> list[TextEdit] | None:
    asked = ast.parse(text.replace("\n", " "), mode="eval").body
    counted = _count(
        context, ast.Name(name, ast.Load()), base, asked, text, sliced, parsed=text.replace("\n", " ")
    )
    return _assemble(context, place, loop, counter, base, counted) if counted else None


def _assemble(
    context: FunctionContext,
    place: Place,
    loop: ast.For,
    counter: ast.Name,
    iterable: ast.expr,
    counted: tuple[str, bool],
) -> list[TextEdit] | None:
    new, guard = counted
    layout, unit = context.layout, context.layout.unit
    if not guard:
        previous = place.previous
        zero = match_stmt("M_n = 0", previous) if previous else None
        if zero and same(zero["M_n"], counter):
            edit = layout.replace_statements(previous, loop, f"{counter.id} = {new}")  # type: ignore[arg-type]
        else:
            edit = layout.replace_statements(loop, loop, f"{counter.id} += {new}")
        return [edit] if edit else None
    body = layout.block_text([loop])
    if body is None:
        return None
    guard = f"if isinstance({context.text(iterable)}, str):"
    code = f"{guard}\n{unit}{counter.id} += {new}\nelse:\n{indent_lines(body, unit)}"
    edit = layout.replace_statements(loop, loop, code)
    return [edit] if edit else None


def _count(
    context: FunctionContext,
    variable: ast.expr,
    iterable: ast.expr,
    question: ast.expr,
    text: str,
    sliced: str = "",
    parsed: str | None = None,
) -> tuple[str, bool] | None:
    """How to count, and whether the iterable must first be tested to be a str.

    `parsed` is the text that the question was parsed from when it is not the file's own.
    """
    found = characters(context, variable, iterable, parts=[question])
    if found is None:
        return None
    name = context.text(iterable) + sliced
    context.need_builtins("sum", "map", "isinstance", "str", "set", "len", "ord")
    single = match_expr("M_c == M_v", question)
    if (
        single
        and same(single["M_c"], variable)
        and isinstance(constant(single["M_v"]), str)
        and len(str(constant(single["M_v"]))) == 1
    ):
        return f"{name}.count({_as_written(context, single['M_v'], parsed)})", found.guard
    wanted = _wanted(context, variable, question, parsed)
    if wanted is not None:
        return f"sum(map({name}.count, {wanted}))", found.guard
    if sliced or not isinstance(variable, ast.Name):
        return None
    distinct = f"set({name})" if cannot_raise(context, question) else f"dict.fromkeys({name})"
    table = f"{{ord({variable.id}): None for {variable.id} in {distinct} if {text}}}"
    new = one_line(f"len({name}) - len({name}.translate({table}))")
    return (new, found.guard) if new else None


def _as_written(context: FunctionContext, node: ast.expr, parsed: str | None) -> str:
    if parsed is None:
        return context.text(node)
    return ast.get_source_segment(parsed, node) or ast.unparse(node)


def _wanted(
    context: FunctionContext, variable: ast.expr, question: ast.expr, parsed: str | None
) -> str | None:
    """The constant characters that `c in …` asks for, each once."""
    found = match_expr("M_c in M_w", question)
    if found is None or not same(found["M_c"], variable):
        return None
    wanted = found["M_w"]
    source = wanted
    if isinstance(wanted, ast.Name):
        source = only_binding(context, wanted.id)
        if source is None:
            return None
    if isinstance(source, ast.Constant) and isinstance(source.value, str):
        letters: list[object] = list(source.value)
    elif isinstance(source, ast.List | ast.Tuple | ast.Set):
        letters = [constant(item) for item in source.elts]
    else:
        return None
    if not letters or len(letters) > 24 or len(set(letters)) != len(letters):
        return None
    if not all(isinstance(letter, str) and len(letter) == 1 for letter in letters):
        return None
    return _as_written(context, wanted, parsed)


def _in_comprehension(context: FunctionContext, node: ast.AST) -> bool:
    while node in context.parents and not isinstance(node, ast.stmt):
        node = context.parents[node]
        if isinstance(node, ast.ListComp | ast.GeneratorExp | ast.SetComp | ast.DictComp | ast.Lambda):
            return True
    return False


STRATEGY = BuiltinStrategy("count-characters", "builtin_substitution", _build, __doc__ or "")
