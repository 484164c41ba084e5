"""A table for str.translate that asks for each character when it first meets it, so that it covers all of Unicode."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from velox_engine.strategies.character_edits import put_in_place
from velox_engine.strategies.character_source import Work
from velox_engine.strategies.characters import is_text
from velox_engine.types import TextEdit

if TYPE_CHECKING:
    from velox_engine.strategies.base import FunctionContext


def asking_table(context: FunctionContext, work: Work) -> list[TextEdit] | None:
    """The edits for a table that fills itself; None where str.translate would take an error for an answer."""
    if work.kind != "text" or not isinstance(context.module.body, list):
        return None
    value = _value(context, work)
    if value is None:
        return None
    context.need_builtins("dict", "chr", "isinstance", "str")
    words = context.node.name.strip("_")
    kind = context.fresh("_" + "".join(part.capitalize() for part in words.split("_")) + "Table")
    name = context.fresh(f"_{words.upper()}_TABLE")
    unit, variable = context.layout.unit, work.variable
    definition = [
        f"class {kind}(dict):",
        f"{unit}def __missing__(self, code):",
        f"{unit}{unit}{variable} = chr(code)",
        f"{unit}{unit}self[code] = {value}",
        f"{unit}{unit}return self[code]",
        "",
        "",
        f"{name} = {kind}()",
    ]
    tests = f"isinstance({work.name}, str)" if work.guard else ""
    fast = work.statement.format(f"{work.text}.translate({name})")
    edit = put_in_place(context, work, fast, tests)
    above = context.insert_above("\n".join(definition))
    if edit is None or above is None or variable in ("self", "code"):
        return None
    return [edit, above]


def _value(context: FunctionContext, work: Work) -> str | None:
    """What a character becomes, None where it is left out; asking must raise no LookupError, which means unchanged."""
    parts = [part for part in (work.element, work.condition) if part is not None]
    for node in (node for part in parts for node in ast.walk(part)):
        if isinstance(node, ast.Subscript):
            return None
        if isinstance(node, ast.Attribute) and (node.attr == "index" or not node.attr.startswith(_KNOWN)):
            return None
        if isinstance(node, ast.Name) and node.id != work.variable and not context.is_builtin(node.id):
            return None
    if work.element is not None and not is_text(context, work.element, work.variable):
        return None
    element = work.element_text if work.element is not None else work.variable
    return f"{element} if {work.condition_text} else None" if work.condition is not None else element


_KNOWN = ("is", "lower", "upper", "swapcase", "title", "capitalize", "casefold")
