"""The formats that a function reads text by: its patterns, date formats, separators, prefixes and known parsers,
and what its documentation quotes."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Literal

from velox_engine.verify.inputs.literals import NotLiteral, evaluate
from velox_engine.verify.inputs.target import Target, functions_of

MOST = 16  # formats kept for one function
LONGEST_PATTERN = 2_000
TOKEN = "ab"  # stands where a pattern is put together with a parameter, which then often has this value
DEEPEST = 2  # calls followed into the module's own functions
PATTERN_CALLS = frozenset(
    {"compile", "match", "search", "fullmatch", "findall", "finditer", "split", "sub", "subn"}
)
FLAGS = {
    "I": re.I, "IGNORECASE": re.I, "X": re.X, "VERBOSE": re.X, "M": re.M, "MULTILINE": re.M, "S": re.S, "DOTALL": re.S,
    "A": re.A, "ASCII": re.A, "U": re.U, "UNICODE": re.U,
}  # fmt: skip
# what a well-known parser reads → the name of the samples that `drawformat` makes for it
PARSERS = {
    "loads": "json", "literal_eval": "literal", "fromisoformat": "iso date", "ip_address": "address",
    "ip_network": "address", "IPv4Address": "address", "IPv6Address": "address", "inet_aton": "address",
    "urlparse": "url", "urlsplit": "url", "unquote": "quoted", "unquote_plus": "quoted", "parse_qs": "query",
    "parse_qsl": "query", "b64decode": "base64", "standard_b64decode": "base64", "unhexlify": "hex", "fromhex": "hex",
    "UUID": "uuid", "Decimal": "decimal", "Fraction": "fraction", "float": "decimal", "parsedate": "mail date",
    "fromstring": "xml", "complex": "decimal",
}  # fmt: skip
SPLITTERS = frozenset(
    {"split", "rsplit", "partition", "rpartition", "find", "index", "rfind", "rindex", "count"}
)
AFFIXES = {
    "startswith": "prefix", "removeprefix": "prefix", "lstrip": "prefix",
    "endswith": "suffix", "removesuffix": "suffix", "rstrip": "suffix",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Format:
    """One way in which text is made: `texts` are the pattern, the date format, the separators or the examples."""

    kind: Literal["pattern", "strptime", "parts", "parser", "seed"]
    texts: tuple[str, ...]
    flags: int = 0
    digits: bool = False  # the pieces between separators are read as numbers
    prefixes: tuple[str, ...] = ()
    suffixes: tuple[str, ...] = ()
    base: int = 10
    marks: str = ""  # single characters that the code tells apart


def mine_formats(target: Target, prose: str) -> tuple[Format, ...]:
    """The formats that the function and what it uses of its module read text by, the most telling first."""
    constants = _constants(target)
    nodes = list(_reached(target))
    found = [
        *_patterns(nodes, constants),
        *_put_together(target, constants),
        *_date_formats(nodes, constants),
        *_parsers(nodes),
    ]
    marks = _marks(nodes)
    parts = _parts(nodes, constants, marks)
    if parts is not None:
        found.append(parts)
    seeds = _quoted(prose)
    if seeds:
        found.append(Format("seed", seeds, marks=marks))
    return tuple(dict.fromkeys(found))[:MOST]


def _constants(target: Target) -> dict[str, Any]:
    """The literal constants of the module and of the function's class, by name."""
    found: dict[str, Any] = {}
    for item in [*target.module.body, *(target.owner.body if target.owner else ())]:
        if isinstance(item, ast.Assign) and len(item.targets) == 1 and isinstance(item.targets[0], ast.Name):
            try:
                found[item.targets[0].id] = evaluate(item.value, dict(found))
            except (NotLiteral, RecursionError):
                continue
    return found


def _reached(target: Target) -> Iterator[ast.AST]:
    """The nodes of the function, of the module's functions it calls, and of the constants they name."""
    functions = functions_of(target.module)
    values: dict[str, ast.expr] = {}
    for item in [*target.module.body, *(target.owner.body if target.owner else ())]:
        if isinstance(item, ast.Assign) and len(item.targets) == 1 and isinstance(item.targets[0], ast.Name):
            values[item.targets[0].id] = item.value
        elif isinstance(item, ast.AnnAssign) and isinstance(item.target, ast.Name) and item.value is not None:
            values[item.target.id] = item.value
    waiting: list[tuple[ast.AST, int]] = [(target.node, 0)]
    seen = {target.node.name}
    while waiting:
        root, depth = waiting.pop(0)
        for node in ast.walk(root):
            yield node
            name = (
                node.id
                if isinstance(node, ast.Name)
                else node.attr
                if isinstance(node, ast.Attribute)
                else ""
            )
            if not name or name in seen or depth >= DEEPEST:
                continue
            meaning = functions.get(name) or values.get(name)
            if meaning is not None:
                seen.add(name)
                waiting.append((meaning, depth + 1))


def _patterns(nodes: list[ast.AST], constants: Mapping[str, Any]) -> Iterator[Format]:
    for node in nodes:
        if not (isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.args):
            continue
        module = node.func.value
        if not (isinstance(module, ast.Name) and module.id in ("re", "regex")):
            continue
        if node.func.attr not in PATTERN_CALLS:
            continue
        text = _text(node.args[0], constants)
        if text is None or len(text) > LONGEST_PATTERN:
            continue
        flags = 0
        for item in [*node.args[1:], *(keyword.value for keyword in node.keywords)]:
            for inner in ast.walk(item):
                if isinstance(inner, ast.Attribute):
                    flags |= FLAGS.get(inner.attr, 0)
        try:
            re.compile(text, flags)
        except (re.error, RecursionError, OverflowError):
            continue
        yield Format("pattern", (text,), int(flags))


def _put_together(target: Target, constants: Mapping[str, Any]) -> Iterator[Format]:
    r"""Patterns that parameters are part of. Ex) re.compile(prefix + r"-(\d+)") reads what ab-(\d+) matches."""
    for node in _pattern_arguments(target):
        text = _with_token(node, constants, _parameters(target))
        if text is not None and TOKEN in text and _text(node, constants) is None:
            try:
                re.compile(text)
            except (re.error, RecursionError, OverflowError):
                continue
            yield Format("pattern", (text,))


def parts_of_patterns(target: Target) -> frozenset[str]:
    """The parameters that patterns are put together with: text has to hold them, or nothing ever matches."""
    wanted = _parameters(target)
    return frozenset(
        inner.id
        for node in _pattern_arguments(target)
        for inner in ast.walk(node)
        if isinstance(inner, ast.Name) and inner.id in wanted
    )


def _parameters(target: Target) -> frozenset[str]:
    return frozenset(item.name for item in target.parameters)


def _pattern_arguments(target: Target) -> Iterator[ast.expr]:
    """The first arguments of the function's own calls of `re`; a local name stands for what it was assigned."""
    local = {
        node.targets[0].id: node.value
        for node in ast.walk(target.node)
        if isinstance(node, ast.Assign) and len(node.targets) == 1 and isinstance(node.targets[0], ast.Name)
    }
    for node in ast.walk(target.node):
        match node:
            case ast.Call(func=ast.Attribute(value=ast.Name(id="re" | "regex"), attr=name), args=[first, *_]):
                if name in PATTERN_CALLS:
                    yield local.get(first.id, first) if isinstance(first, ast.Name) else first


def _with_token(node: ast.expr, constants: Mapping[str, Any], wanted: frozenset[str]) -> str | None:
    """The text of an expression with the token in place of parameters; None for anything else."""
    match node:
        case ast.Name(id=name) if name in wanted:
            return TOKEN
        case ast.Call(func=ast.Attribute(attr="escape"), args=[inner]):
            return _with_token(inner, constants, wanted)
        case ast.BinOp(left=left, op=ast.Add(), right=right):
            first, second = (_with_token(side, constants, wanted) for side in (left, right))
            return None if first is None or second is None else first + second
        case ast.JoinedStr(values=values):
            parts = [_with_token(item, constants, wanted) for item in values]
            return None if None in parts else "".join(filter(None, parts))
        case ast.FormattedValue(value=value):
            return _with_token(value, constants, wanted)
    return _text(node, constants)


def _date_formats(nodes: list[ast.AST], constants: Mapping[str, Any]) -> Iterator[Format]:
    for node in nodes:
        if isinstance(node, ast.Call) and _name(node.func) == "strptime" and len(node.args) == 2:
            text = _text(node.args[1], constants)
            if text is not None:
                yield Format("strptime", (text,))
            else:  # Ex) for layout in LAYOUTS: strptime(text, layout)
                for value in constants.values():
                    for item in value if isinstance(value, list | tuple) else [value]:
                        if isinstance(item, str) and re.search(r"%[YymdHMSjbB]", item):
                            yield Format("strptime", (item,))


def _parsers(nodes: list[ast.AST]) -> Iterator[Format]:
    for node in nodes:
        if isinstance(node, ast.Call):
            kind = PARSERS.get(_name(node.func))
            if kind is not None:
                yield Format("parser", (kind,))


def _parts(nodes: list[ast.AST], constants: Mapping[str, Any], marks: str) -> Format | None:
    """Text cut at separators, with prefixes and suffixes. Ex) `text.partition(".")` beside `int(...)`."""
    separators: list[str] = []
    affixes: dict[str, list[str]] = {"prefix": [], "suffix": []}
    digits = False
    base = 10
    for node in nodes:
        match node:  # Ex) "=" in part
            case ast.Compare(left=ast.Constant(value=str(text)), ops=[ast.In() | ast.NotIn()]):
                separators.append(text)
        if not isinstance(node, ast.Call):
            continue
        name = _name(node.func)
        if name == "int":
            digits = True
            if len(node.args) == 2 and isinstance(node.args[1], ast.Constant):
                value = node.args[1].value
                base = value if isinstance(value, int) and 2 <= value <= 36 else base
        if name in ("isdigit", "isdecimal", "isnumeric"):
            digits = True
        if not (isinstance(node.func, ast.Attribute) and node.args):
            continue
        texts = _texts(node.args[0], constants)
        if name in SPLITTERS:
            separators += texts
        elif name in AFFIXES:
            affixes[AFFIXES[name]] += texts
    separators = [item for item in dict.fromkeys(separators) if 0 < len(item) <= 8]
    prefixes, suffixes = (
        tuple(item for item in dict.fromkeys(affixes[side]) if item) for side in ("prefix", "suffix")
    )
    if not (separators or prefixes or suffixes or (digits and base != 10)):
        return None
    return Format("parts", tuple(separators[:6]), 0, digits, prefixes[:6], suffixes[:6], base, marks)


def _marks(nodes: list[ast.AST]) -> str:
    """The single characters that are constants of the code, and those of text that something is looked for in."""
    found = [
        node.value
        for node in nodes
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and node.value
    ]
    single = [text for text in found if len(text) == 1]
    for node in nodes:
        match node:  # Ex) char in "+-*/"
            case ast.Compare(ops=[ast.In() | ast.NotIn()], comparators=[ast.Constant(value=str(text))]):
                single += list(text[:24])
    return "".join(dict.fromkeys(single))


def _quoted(prose: str) -> tuple[str, ...]:
    """Text that the documentation quotes as an example. Ex) `such as "1.20.3"`; a quoted word is a name, not one."""
    found = [
        match[2]
        for match in re.finditer(r"(\"|'|``|`)(?!\s)([^\"'`\n]{2,60})(?<!\s)\1", prose)
        if re.search(r"[^\w\s().\[\]]|\d", match[2])
    ]
    return tuple(dict.fromkeys(item for item in found if not item.endswith(")")))[:12]


def _texts(node: ast.expr, constants: Mapping[str, Any]) -> list[str]:
    items = node.elts if isinstance(node, ast.Tuple | ast.List) else [node]
    return [text for item in items if (text := _text(item, constants)) is not None]


def _text(node: ast.expr, constants: Mapping[str, Any]) -> str | None:
    try:
        value = evaluate(node, dict(constants))
    except (NotLiteral, RecursionError):
        return None
    return value if isinstance(value, str) else None


def _name(node: ast.expr) -> str:
    return node.attr if isinstance(node, ast.Attribute) else node.id if isinstance(node, ast.Name) else ""
