"""Types that a docstring states, in the common layouts: reStructuredText, Epytext, NumPy and Google."""

from __future__ import annotations

import ast
import re

from velox_engine.verify.inputs.hints import shape_of_hint
from velox_engine.verify.inputs.shapes import (
    ANY,
    BOOL,
    BYTES,
    FLOAT,
    INT,
    NONE,
    STR,
    Shape,
    dict_of,
    list_of,
    union,
)

WORDS: dict[str, Shape] = {
    "int": INT, "integer": INT, "ints": INT, "integers": INT, "float": FLOAT, "floats": FLOAT,
    "number": union([INT, FLOAT]),
    "numbers": union([INT, FLOAT]), "str": STR, "string": STR, "strings": STR, "strs": STR, "text": STR, "bool": BOOL,
    "boolean": BOOL, "booleans": BOOL, "bytes": BYTES, "none": NONE, "list": list_of(ANY), "lists": list_of(ANY),
    "sequence": Shape("sequence", (ANY,)), "iterable": Shape("iterable", (ANY,)), "tuple": Shape("tuple", (ANY,)),
    "tuples": Shape("tuple", (ANY,)), "dict": dict_of(ANY, ANY), "dictionary": dict_of(ANY, ANY),
    "mapping": dict_of(ANY, ANY),
    "set": Shape("set", (ANY,)), "callable": Shape("callable"), "function": Shape("callable"),
    "ndarray": Shape("ndarray"),
}  # fmt: skip
MANY = frozenset({"list", "sequence", "iterable", "tuple", "set", "array"})


def documented_shape(name: str, prose: str, module: ast.Module) -> Shape | None:
    """The shape that the docstring gives a parameter; None where it says nothing that can be read."""
    text = _type_text(name, prose)
    return None if text is None else _read(text, module)


def _type_text(name: str, prose: str) -> str | None:
    escaped = re.escape(name)
    patterns = (
        rf"[:@]type\s+{escaped}\s*:\s*(.+)",  # :type x: int, @type x: C{int}
        rf":param\s+([\w\[\], .]+?)\s+{escaped}\s*:",  # :param int x: the number
        rf"^\s*\*{{0,2}}{escaped}\s*\(([^()]+)\)\s*:",  # x (int): the number
        rf"^\s*{escaped}\s+:\s*([^\n]+)$",  # x : int
    )
    for pattern in patterns:
        if match := re.search(pattern, prose, re.MULTILINE):
            return match[1].strip()
    return None


def _read(text: str, module: ast.Module) -> Shape | None:
    text = re.sub(r"[CLI]\{([^{}]*)\}", r"\1", text)  # Epytext marks code as C{...}
    text = re.sub(
        r"\b(?:optional|default\b.*|a|an|the|of shape.*)(?=[\s,.]|$)",
        "",
        text.replace("`", ""),
        flags=re.IGNORECASE,
    )
    text = text.strip(" .,")
    parts = [part.strip() for part in re.split(r"\s+or\s+|\s*\|\s*", text) if part.strip()]
    found = [shape for part in parts if (shape := _single(part, module)) is not None]
    return union(found) if found else None


def _single(text: str, module: ast.Module) -> Shape | None:
    lowered = text.lower().strip(" .,")
    if lowered in WORDS:
        return WORDS[lowered]
    if match := re.fullmatch(r"(\w+)\s+of\s+(.+)", lowered):
        inner = _single(match[2], module)
        if match[1] in MANY and inner is not None:
            return Shape("list" if match[1] == "array" else match[1], (inner,))
    if match := re.fullmatch(r"\((.+,.+)\)", text):  # Ex) (str, str)
        members = [_single(part.strip(), module) for part in match[1].split(",")]
        return Shape("pair", tuple(member or ANY for member in members))
    try:
        return shape_of_hint(ast.parse(text, mode="eval").body, module) if "[" in text else None
    except (SyntaxError, ValueError):
        return None
