"""Hands the values of a debug message to the logger instead of formatting a message that may not be wanted.

What it does: `logger.debug(f"working on {item!r}")` in a loop becomes `logger.debug("working on %r", item)`, where the
values are names of numbers or texts, whose text is the same either way. What is not logged is then not formatted.

Example:
    import logging

    logger = logging.getLogger(__name__)


    def work(items: list[str]) -> int:
        total = 0
        for item in items:
            logger.debug(f"working on {item!r}, {total} so far")
            total += len(item)
        return total

Result:
    import logging

    logger = logging.getLogger(__name__)


    def work(items: list[str]) -> int:
        total = 0
        for item in items:
            logger.debug("working on %r, %s so far", item, total)
            total += len(item)
        return total

Inputs:
    (["a", "bc"],)
    ([],)

When it is unsafe: for a value that changes before a handler formats it, or has a format of its own; so only numbers and
texts are handed on. A filter that looks at the message sees the template and the values.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator

from velox_engine.strategies.base import BuiltinStrategy, FunctionContext, Rewrite
from velox_engine.strategies.loops import stands_in_loop
from velox_engine.strategies.patterns import match_expr

_CONVERSIONS = {-1: "%s", ord("s"): "%s", ord("r"): "%r", ord("a"): "%a"}
_SAME_TEXT = frozenset({"int", "float", "str", "bool", "none"})


def _build(context: FunctionContext) -> Iterator[Rewrite]:
    for node in ast.walk(context.node):
        if not isinstance(node, ast.Call) or not stands_in_loop(context, node):
            continue
        found = match_expr("M_log.debug(M_text)", node)
        if (
            not found
            or not isinstance(found["M_text"], ast.JoinedStr)
            or not _is_logger(context, found["M_log"])
        ):
            continue
        text = _arguments(context, found["M_text"])
        if text:
            edit = context.layout.replace(found["M_text"], text)
            yield Rewrite((edit,), "format the message only where it is wanted")


def _is_logger(context: FunctionContext, node: ast.expr) -> bool:
    """Whether a name is the module's logger, made by `logging.getLogger`."""
    logging = context.facts.imported_as("logging")
    if logging is None or not isinstance(node, ast.Name) or node.id in context.scope.bound:
        return False
    made = context.facts.binder(node.id)
    return isinstance(made, ast.Assign) and (
        match_expr(f"{logging}.getLogger(M_name)", made.value) is not None
        or match_expr(f"{logging}.getLogger()", made.value) is not None
    )


def _arguments(context: FunctionContext, text: ast.JoinedStr) -> str | None:
    """The template and the values as arguments; None where a value is no plain name, or has a special format."""
    template, names = "", []
    for part in text.values:
        if isinstance(part, ast.Constant) and isinstance(part.value, str):
            template += part.value.replace("%", "%%")
            continue
        if not isinstance(part, ast.FormattedValue) or part.format_spec is not None:
            return None
        if not isinstance(part.value, ast.Name) or part.conversion not in _CONVERSIONS:
            return None
        if context.inference.of(part.value).name not in _SAME_TEXT:
            return None
        template += _CONVERSIONS[part.conversion]
        names.append(part.value.id)
    quote = context.text(text)[-1]
    plain = template.isascii() and template.isprintable() and not set(template) & {"\\", quote}
    if not names or not plain or context.text(text)[1:4] == quote * 3:
        return None
    return f"{quote}{template}{quote}, {', '.join(names)}"


STRATEGY = BuiltinStrategy("logging-arguments", "lazy_generation", _build, __doc__ or "", ("VX710",))
