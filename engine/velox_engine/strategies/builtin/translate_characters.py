"""Replaces or drops characters with str.translate instead of joining them one by one.

What it does: `"".join` over an expression of each character, in a comprehension or collected by a loop, evaluates it
once for every distinct character, puts the results in a table, and lets `str.translate` do the work.

Example:
    def without_vowels(text: str):
        return "".join([char for char in text if char.lower() not in "aeiou"])

Result:
    def without_vowels(text: str):
        return text.translate({ord(char): None for char in set(text) if not (char.lower() not in "aeiou")})

Inputs:
    ("Hello World",)
    ("",)
    ("äöü AEI",)

When it is unsafe: when the expression has an effect or looks at anything but the character. The iterable must be a
str: where nothing says so, the old code stays behind a test.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import replace

from velox_engine.strategies.base import BuiltinStrategy, FunctionContext, Rewrite
from velox_engine.strategies.bindings import loads_of
from velox_engine.strategies.characters import Characters, characters, is_text
from velox_engine.strategies.guards import either
from velox_engine.strategies.loops import (
    Place,
    is_fallback,
    places,
    read_outside,
    stands_guarded,
    stands_in_loop,
)
from velox_engine.strategies.patterns import Match, match_expr, match_stmt, same
from velox_engine.strategies.purity import cannot_raise
from velox_engine.strategies.rendering import comprehension_body, one_line, text_with
from velox_engine.types import TextEdit


def _build(context: FunctionContext) -> Iterator[Rewrite]:
    for place in places(context.node):
        edits = _collected(context, place, place.statement) if isinstance(place.statement, ast.For) else None
        if edits:
            yield Rewrite(tuple(edits), "let str.translate handle each distinct character once")
    for node in ast.walk(context.node):
        found = _joined(node)
        if found is None:
            continue
        call, comprehension = found
        edits = _edits(context, call, comprehension)
        if edits:
            yield Rewrite(tuple(edits), "let str.translate handle each distinct character once")


def _joined(node: ast.AST) -> tuple[ast.Call, ast.ListComp | ast.GeneratorExp] | None:
    """''.join([… for c in s])"""
    if not (isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "join"):
        return None
    empty = node.func.value
    if not (
        isinstance(empty, ast.Constant) and empty.value == "" and len(node.args) == 1 and not node.keywords
    ):
        return None
    inner = node.args[0]
    if not isinstance(inner, ast.ListComp | ast.GeneratorExp) or len(inner.generators) != 1:
        return None
    return (node, inner) if not inner.generators[0].is_async else None


def _edits(
    context: FunctionContext, call: ast.Call, comprehension: ast.ListComp | ast.GeneratorExp
) -> list[TextEdit] | None:
    generator = comprehension.generators[0]
    parts = [comprehension.elt, *generator.ifs]
    found = characters(context, generator.target, generator.iter, parts=parts)
    if found is None or len(generator.ifs) > 1 or _inside_loop_variable(context, call, found.variable):
        return None
    context.need_builtins("ord")
    text, name = context.text(found.text), found.variable
    kept = same(comprehension.elt, generator.target)
    condition = context.text(generator.ifs[0]) if generator.ifs else ""
    distinct = (
        f"set({text})" if all(cannot_raise(context, part) for part in parts) else f"dict.fromkeys({text})"
    )
    context.need_builtins("set", "dict")
    if kept and condition:
        table = f"{{ord({name}): None for {name} in {distinct} if not ({condition})}}"
    elif not condition and not kept:
        if context.inference.of(comprehension.elt).name not in ("str", ""):
            return None
        if context.inference.of(comprehension.elt).name == "" and not is_text(
            context, comprehension.elt, name
        ):
            return None
        table = f"{{ord({name}): {context.text(comprehension.elt)} for {name} in {distinct}}}"
    else:
        return None
    new = one_line(f"{text}.translate({table})")
    old = one_line(context.text(call))
    if new is None or old is None:
        return None
    if not found.guard:
        return [context.layout.replace(call, new)]
    context.need_builtins("isinstance", "str")
    parent = context.parents.get(call)
    if isinstance(parent, ast.Return):
        insertion = context.layout.insert_before(
            parent, f"if isinstance({text}, str):\n{context.layout.unit}return {new}"
        )
        return [insertion] if insertion else None
    if isinstance(parent, ast.Assign):
        unit = context.layout.unit
        target = " = ".join(context.text(one) for one in parent.targets)
        code = f"if isinstance({text}, str):\n{unit}{target} = {new}\nelse:\n{unit}{target} = {old}"
        edit = context.layout.replace_statements(parent, parent, code)
        return [edit] if edit else None
    return [context.layout.replace(call, f"({new} if isinstance({text}, str) else {old})")]


def _collected(context: FunctionContext, place: Place, loop: ast.For) -> list[TextEdit] | None:
    """out = []; for c in s: out.append(…); then "".join(out), its only use."""
    created, after = place.previous, place.after[0] if place.after else None
    start = match_stmt("M_out = []", created) or match_stmt("M_out = list()", created)
    if not start or created is None or not isinstance(after, ast.Return | ast.Assign) or loop.orelse:
        return None
    out = start["M_out"].id if isinstance(start["M_out"], ast.Name) else ""
    joins = [node for node in ast.walk(after) if match_expr(f"''.join({out})", node)] if out else []
    if len(joins) != 1 or not _only_joined(context, out, loop, after):
        return None
    built = comprehension_body(context, loop.body, "M_out.append(M_e)", out)
    values = [match["M_e"] for node in ast.walk(loop) if (match := _appended(node, out))]
    tests = [node.test for node in ast.walk(loop) if isinstance(node, ast.If)]
    found = characters(context, loop.target, loop.iter, parts=[*values, *tests])
    if built is None or found is None or any(isinstance(node, ast.Assign) for node in ast.walk(loop)):
        return None
    if read_outside(context, found.variable, loop) or is_fallback(context, loop, context.text(found.text)):
        return None
    table = _table(context, found, built, values, tests)
    new = one_line(f"{context.text(found.text)}.translate({table})") if table else None
    if new is None or stands_guarded(replace(place, index=place.index - 1), context.text(found.text)):
        return None
    fast = text_with(context, after, {joins[0]: new})
    layout = context.layout
    if not found.guard:
        edit = layout.replace_statements(created, after, fast)
    elif isinstance(after, ast.Return):
        context.need_builtins("isinstance", "str")
        test = f"if isinstance({context.text(found.text)}, str):"
        edit = layout.insert_before(created, f"{test}\n{layout.unit}{fast}")
    else:
        context.need_builtins("isinstance", "str")
        old = layout.block_text([created, loop, after])
        edit = either(context, created, after, [f"isinstance({context.text(found.text)}, str)"], fast, old)
    return [edit] if edit else None


def _appended(node: ast.AST, out: str) -> Match | None:
    return match_stmt(f"{out}.append(M_e)", node) if isinstance(node, ast.Expr) else None


def _only_joined(context: FunctionContext, out: str, loop: ast.For, after: ast.Return | ast.Assign) -> bool:
    """Whether nothing else reads the list; afterwards the name may hold something else."""
    if out in context.scope.inner or out in context.scope.outer_writes:
        return False
    appends = [node for part in ast.walk(loop) if _appended(part, out) for node in loads_of(out, part)]
    values = [
        load
        for part in ast.walk(loop)
        if (match := _appended(part, out))
        for load in loads_of(out, match["M_e"])
    ]
    if values or len(loads_of(out, loop)) != len(appends) or len(loads_of(out, after)) != 1:
        return False
    within = {*ast.walk(loop), *ast.walk(after)}
    others = [load for load in loads_of(out, context.node) if load not in within]
    rebound = isinstance(after, ast.Assign) and any(match_expr(out, target) for target in after.targets)
    late = all(context.layout.start(load) > context.layout.end(after) for load in others)
    return not others or (rebound and late and not stands_in_loop(context, after))


def _table(
    context: FunctionContext,
    found: Characters,
    built: tuple[str, str],
    values: list[ast.expr],
    tests: list[ast.expr],
) -> str | None:
    """What each distinct character becomes; None where a value may be no text, or for a mixture of both kinds."""
    context.need_builtins("ord", "set", "dict")
    name, text = found.variable, context.text(found.text)
    sure = all(cannot_raise(context, part) for part in [*values, *tests])
    distinct = f"set({text})" if sure else f"dict.fromkeys({text})"
    element, clauses = built
    if element == name and clauses.startswith(" if ") and len(tests) == 1:
        return f"{{ord({name}): None for {name} in {distinct} if not ({clauses.removeprefix(' if ')})}}"
    if clauses or not all(is_text(context, value, name) for value in values):
        return None
    return f"{{ord({name}): {element} for {name} in {distinct}}}"


def _inside_loop_variable(context: FunctionContext, node: ast.AST, variable: str) -> bool:
    """Whether the place is inside another comprehension, where a statement-level guard would not fit."""
    while node in context.parents and not isinstance(node, ast.stmt):
        node = context.parents[node]
        if isinstance(node, ast.ListComp | ast.GeneratorExp | ast.SetComp | ast.DictComp | ast.Lambda):
            return True
    return False


STRATEGY = BuiltinStrategy("translate-characters", "string_building", _build, __doc__ or "")
