"""Replaces or drops characters with str.translate instead of joining them one by one.

What it does: `"".join` over an expression of each character evaluates it once for every distinct character, puts the
results in a table, and lets `str.translate` do the work.

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

from velox_engine.strategies.base import BuiltinStrategy, FunctionContext, Rewrite
from velox_engine.strategies.characters import characters
from velox_engine.strategies.patterns import same
from velox_engine.strategies.purity import cannot_raise
from velox_engine.strategies.rendering import one_line
from velox_engine.types import TextEdit


def _build(context: FunctionContext) -> Iterator[Rewrite]:
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
        if context.inference.of(comprehension.elt).name == "" and not _is_text(
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


def _is_text(context: FunctionContext, node: ast.expr, variable: str) -> bool:
    """Whether the replacement is a str although the iterable's type is open: under the guard, c is one."""
    if isinstance(node, ast.IfExp):
        return _is_text(context, node.body, variable) and _is_text(context, node.orelse, variable)
    if isinstance(node, ast.Name) and node.id == variable:
        return True
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
        return _is_text(context, node.func.value, variable)
    if isinstance(node, ast.Subscript) and isinstance(node.value, ast.Name):
        shape = context.inference.of(node.value)
        if shape.is_mapping:
            return shape.value.name in ("str", "")
        return shape.name == "str"
    return context.inference.of(node).name == "str"


def _inside_loop_variable(context: FunctionContext, node: ast.AST, variable: str) -> bool:
    """Whether the place is inside another comprehension, where a statement-level guard would not fit."""
    while node in context.parents and not isinstance(node, ast.stmt):
        node = context.parents[node]
        if isinstance(node, ast.ListComp | ast.GeneratorExp | ast.SetComp | ast.DictComp | ast.Lambda):
            return True
    return False


STRATEGY = BuiltinStrategy("translate-characters", "string_building", _build, __doc__ or "")
