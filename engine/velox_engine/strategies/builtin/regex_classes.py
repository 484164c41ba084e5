"""Replaces, drops and counts characters with text methods where a regular expression only names a class of them.

What it does: `re.sub` with one character class goes through a table for `str.translate` that the module asks the same
class for; white space is taken out or squeezed by `split` and `join`, and `re.findall(r"\\S+", …)` is `split`.

Example:
    import re


    def identifier(label: str):
        return re.sub(r"[^a-zA-Z0-9]", "_", label)

Result:
    import re


    _IDENTIFIER_TABLE = {ord(char): "_" for char in map(chr, range(128)) if re.match(r"[^a-zA-Z0-9]", char)}


    def identifier(label: str):
        if label.isascii():
            return label.translate(_IDENTIFIER_TABLE)
        return re.sub(r"[^a-zA-Z0-9]", "_", label)

Inputs:
    ("a-b c",)
    ("",)
    ("größe",)

When it is unsafe: with flags, groups or a replacement that refers to what matched, and for runs of more than one
character that become a single one.
"""

from __future__ import annotations

import ast
import re
import warnings
from collections.abc import Iterator
from dataclasses import dataclass

from velox_engine.strategies.base import BuiltinStrategy, FunctionContext, Rewrite
from velox_engine.strategies.character_edits import put_in_place
from velox_engine.strategies.character_source import Kind, Work, is_kept, source_of
from velox_engine.strategies.patterns import match_expr
from velox_engine.types import TextEdit

_CLASS = re.compile(r"(\[\^?(?:[^\]\[\\^]|\\.)(?:[^\]\[\\]|\\.)*\]|\\[sSwWdD])(\+?)")
_LETTER_CLASS = re.compile(r"\\[a-zA-Z]")


@dataclass(frozen=True, slots=True)
class _Asked:
    """One question to a regular expression: what is done, with which pattern and replacement, to which text."""

    kind: Kind
    pattern: str
    pattern_text: str
    replacement: str
    replacement_text: str
    text: ast.expr
    node: ast.Call


def _build(context: FunctionContext) -> Iterator[Rewrite]:
    if not _imports_re(context):
        return
    for node in ast.walk(context.node):
        if not isinstance(node, ast.Call):
            continue
        words = _words(context, node)
        if words:
            yield Rewrite((context.layout.replace(node, words),), "let the text find its own white space")
            continue
        asked = _asked(context, node)
        edits = _edits(context, asked) if asked else None
        if edits:
            yield Rewrite(tuple(edits), "ask for each character once and let a text method do the work")


def _words(context: FunctionContext, node: ast.Call) -> str | None:
    """Runs of white space, as split() sees them."""
    for template, written in (
        (r"re.findall('\\S+', M_s)", "{}.split()"),
        (r"re.sub('\\s+', '', M_s)", '"".join({}.split())'),
        (r"re.sub('\\s', '', M_s)", '"".join({}.split())'),
        (r"re.sub('\\s+', ' ', M_s).strip()", '" ".join({}.split())'),
        (r"re.sub('\\s+', ' ', M_s.strip())", '" ".join({}.split())'),
    ):
        found = match_expr(template, node)
        if found and context.inference.of(found["M_s"]).name == "str":
            return written.format(context.operand(found["M_s"]))
    return None


def _asked(context: FunctionContext, node: ast.Call) -> _Asked | None:
    """re.sub("[…]", "…", s), PATTERN.sub("…", s) or len(re.findall("[…]", s))"""
    pattern: ast.expr | None
    found = match_expr("re.sub(M_p, M_r, M_s)", node)
    pattern = found["M_p"] if found else None
    if found is None:
        found = match_expr("M_p.sub(M_r, M_s)", node)
        pattern = _compiled(context, found["M_p"]) if found else None
    kind: Kind = "text"
    if found is None:
        found = match_expr("len(re.findall(M_p, M_s))", node)
        pattern, kind = (found["M_p"] if found else None), "count"
        if not context.is_builtin("len"):
            return None
    if found is None or not isinstance(pattern, ast.Constant) or not isinstance(pattern.value, str):
        return None
    replacement = found.get("M_r")
    put = replacement.value if isinstance(replacement, ast.Constant) else None
    if kind == "text" and (not isinstance(put, str) or "\\" in put):
        return None
    written = context.text(replacement) if replacement is not None and put else "None"
    put = put if isinstance(put, str) else ""
    return _Asked(kind, pattern.value, context.text(pattern), put, written, found["M_s"], node)


def _compiled(context: FunctionContext, node: ast.expr) -> ast.expr | None:
    """The pattern that a name of the module stands for: _WORDS = re.compile("…"), bound once."""
    if not isinstance(node, ast.Name) or node.id in context.scope.bound:
        return None
    statement = context.facts.binder(node.id)
    if not isinstance(statement, ast.Assign) or node.id in context.facts.parameter_names:
        return None
    found = match_expr("re.compile(M_p)", statement.value)
    return found["M_p"] if found and len(statement.targets) == 1 else None


def _edits(context: FunctionContext, asked: _Asked) -> list[TextEdit] | None:
    source = source_of(context, asked.text)
    matching = _matching(asked)
    if (
        source is None
        or not matching
        or "\n" in asked.pattern_text
        or is_kept(context, asked.node, source.name)
    ):
        return None
    if source.made_by and not isinstance(context.parents.get(asked.node), ast.Return | ast.Assign):
        return None
    context.need_builtins("ord", "map", "chr", "range", "str", "isinstance", "len")
    name = context.fresh(f"_{context.node.name.strip('_').upper()}_TABLE")
    value = asked.replacement_text if asked.kind == "text" else "None"
    asks = f"re.match({asked.pattern_text}, char)"
    table = f"{name} = {{ord(char): {value} for char in map(chr, range(128)) if {asks}}}"
    new = f"{source.text}.translate({name})"
    if asked.kind == "count":
        new = f"len({source.text}) - len({new})"
    elif matching == {asked.replacement} or len(table) > 120:
        return None
    tests = [f"isinstance({source.name}, str)"] if source.guard else []
    if not _is_of_ascii(asked.pattern):
        tests.append(f"{source.name}.isascii()")
    work = Work(
        asked.kind,
        "char",
        source.text,
        source.name,
        True,
        None,
        None,
        node=asked.node,
        made_by=source.made_by,
    )
    edit = put_in_place(context, work, new, " and ".join(tests))
    above = context.insert_above(table)
    return [edit, above] if edit is not None and above is not None else None


def _matching(asked: _Asked) -> set[str]:
    """The characters of ASCII that the class holds; none where it is no class, or runs of it would become one."""
    found = _CLASS.fullmatch(asked.pattern)
    if found is None or (found.group(2) and (asked.replacement or asked.kind == "count")):
        return set()
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            compiled = re.compile(found.group(1))
    except (re.error, Warning, OverflowError, RecursionError):
        return set()
    return {char for char in map(chr, range(128)) if compiled.match(char)}


def _is_of_ascii(pattern: str) -> bool:
    """Whether no character beyond ASCII can be in the class: it lists what it holds."""
    return (
        pattern.isascii()
        and pattern.startswith("[")
        and pattern[1] != "^"
        and not _LETTER_CLASS.search(pattern)
    )


def _imports_re(context: FunctionContext) -> bool:
    """Whether `re` is the standard library's module, imported above the function."""
    imported = context.facts.imported("re")
    return imported is not None and imported.lineno <= context.node.lineno


STRATEGY = BuiltinStrategy("regex-classes", "regex", _build, __doc__ or "")
