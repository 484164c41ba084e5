"""Looks positions in a constant alphabet up in a dict that the module builds once.

What it does: `ALPHABET.index(c)` in a loop, with a string constant of the module, reads a dict of first positions
that stands next to the constant; whatever it does not hold still goes to `index`, which raises as before.

Example:
    DIGITS = "0123456789abcdef"


    def parse(text: str):
        value = 0
        for char in text:
            value = value * 16 + DIGITS.index(char)
        return value

Result:
    DIGITS = "0123456789abcdef"
    _DIGITS_POSITIONS = {char: DIGITS.index(char) for char in DIGITS}


    def parse(text: str):
        value = 0
        for char in text:
            value = value * 16 + (_DIGITS_POSITIONS[char] if char in _DIGITS_POSITIONS else DIGITS.index(char))
        return value

Inputs:
    ("ff",)
    ("",)
    ("x",)

When it is unsafe: when the module or somebody else binds the constant anew.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator

from velox_engine.strategies.base import BuiltinStrategy, FunctionContext, Rewrite
from velox_engine.strategies.effects import only_binding
from velox_engine.strategies.loops import is_fallback
from velox_engine.types import TextEdit


def _build(context: FunctionContext) -> Iterator[Rewrite]:
    constants = _constants(context)
    edits: list[TextEdit] = []
    tables: dict[str, str] = {}
    for node in ast.walk(context.node):
        if not (
            isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "index"
        ):
            continue
        if (
            len(node.args) != 1
            or not isinstance(node.args[0], ast.Name)
            or not isinstance(node.func.value, ast.Name)
        ):
            continue
        name = _resolved(context, node.func.value.id)
        if name not in constants or not _is_loop_variable(context, node.args[0].id):
            continue
        if is_fallback(context, node, node.args[0].id):
            continue
        table = tables.setdefault(name, context.fresh(f"_{name.strip('_').upper()}_POSITIONS"))
        item = node.args[0].id
        edits.append(
            context.layout.replace(node, f"({table}[{item}] if {item} in {table} else {context.text(node)})")
        )
    for name, table in tables.items():
        variable = "char" if name != "char" else "letter"
        line = f"{table} = {{{variable}: {name}.index({variable}) for {variable} in {name}}}"
        insertion = context.layout.insert_after(constants[name], line)
        if insertion is None:
            return
        edits.append(insertion)
    if edits:
        yield Rewrite(tuple(edits), "look positions up in a dict that is built once")


def _resolved(context: FunctionContext, name: str) -> str:
    """The module constant that a local name stands for."""
    if name in context.scope.bound:
        value = only_binding(context, name)
        if isinstance(value, ast.Name) and value.id not in context.scope.bound:
            return value.id
        return ""
    return name


def _constants(context: FunctionContext) -> dict[str, ast.Assign]:
    """String constants that the module binds once, and nothing else does."""
    found: dict[str, ast.Assign] = {}
    for statement in context.module.body:
        if (
            isinstance(statement, ast.Assign)
            and len(statement.targets) == 1
            and _is_text(context, statement.value)
        ):
            target = statement.targets[0]
            if isinstance(target, ast.Name):
                found[target.id] = statement
    facts = context.facts
    return {
        name: statement
        for name, statement in found.items()
        if len(facts.stores[name]) == 1
        and name not in facts.parameter_names
        and name not in facts.global_names
    }


def _is_text(context: FunctionContext, node: ast.expr) -> bool:
    if isinstance(node, ast.Constant):
        return isinstance(node.value, str) and len(node.value) > 3
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add):
        return _is_text(context, node.left) and _is_text(context, node.right)
    if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id == "string":
        return node.attr in (
            "ascii_letters",
            "digits",
            "ascii_lowercase",
            "ascii_uppercase",
            "punctuation",
            "printable",
        )
    return False


def _is_loop_variable(context: FunctionContext, name: str) -> bool:
    return any(
        isinstance(node, ast.For | ast.comprehension)
        and isinstance(node.target, ast.Name)
        and node.target.id == name
        for node in ast.walk(context.node)
    )


STRATEGY = BuiltinStrategy("alphabet-positions", "precomputation", _build, __doc__ or "")
