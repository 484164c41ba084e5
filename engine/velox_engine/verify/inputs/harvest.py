"""Examples that people already wrote: doctests, calls in docstrings and comments, `x = [..]` lines, call
sites, defaults."""

from __future__ import annotations

import ast
import contextlib
import io
import re
import tokenize
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from velox_engine.verify.inputs.literals import NotLiteral, evaluate, evaluate_or_recipe
from velox_engine.verify.inputs.target import Parameter, Target
from velox_engine.verify.sandbox import Case, Recipe

MOST = 60  # examples kept from one source
LONGEST = 4_000  # characters that one call in prose may take


@dataclass(frozen=True, slots=True)
class Harvest:
    """What was found: whole examples (replayed as they are) and arguments seen in code (evidence of types only)."""

    examples: tuple[Case, ...] = ()
    sightings: dict[str, tuple[Any, ...]] = field(default_factory=dict)  # parameter → values at call sites
    prose: str = ""  # the docstring, for words such as "positive" or "sorted"


def harvest(target: Target, text: str, call_sites: Sequence[str] = ()) -> Harvest:
    """All examples of calls to the target in its module."""
    doc = ast.get_docstring(target.node) or ""
    owner_doc = (ast.get_docstring(target.owner) or "") if target.owner else ""
    module_doc = ast.get_docstring(target.module) or ""
    comments = _comments(text, target.node)
    examples: list[Case] = []
    if not target.needs_receiver:  # a receiver in prose is a name that means nothing here
        for prose in (doc, comments, owner_doc, module_doc):
            examples.extend(_doctest_calls(prose, target))
            examples.extend(_prose_calls(prose, target))
        if not examples:
            examples.extend(_assignment_lines(doc + "\n" + comments, target))
        if not examples:
            examples.extend(_bare_examples(doc, target))
    sightings: dict[str, list[Any]] = {}
    for call in [*_calls_in(target.module, target), *_parsed_calls(call_sites)]:
        for name, value in _literal_arguments(call, target):
            if len(sightings.setdefault(name, [])) < MOST:
                sightings[name].append(value)
    unique: dict[str, Case] = {}
    for case in examples:
        unique.setdefault(repr((case.args, case.kwargs)), case)
    return Harvest(
        tuple(unique.values())[:MOST],
        {name: tuple(values) for name, values in sightings.items()},
        doc + "\n" + comments,
    )


def _doctest_calls(prose: str, target: Target) -> Iterator[Case]:
    """Ex) `>>> data = [1]` then `>>> f(data)`: names keep their meaning down the docstring."""
    names: dict[str, Any] = {}
    for source in _prompted(prose):
        try:
            statements = ast.parse(source).body
        except (SyntaxError, ValueError):
            continue
        for statement in statements:
            for node in ast.walk(statement):
                if isinstance(node, ast.Call) and (case := _case_of(node, target, names)) is not None:
                    yield case
            if isinstance(statement, ast.Assign) and isinstance(statement.targets[0], ast.Name):
                name = statement.targets[0].id
                try:
                    names[name] = evaluate(statement.value, names)
                except NotLiteral:
                    names.pop(name, None)


def _prompted(prose: str) -> Iterator[str]:
    """The source of each `>>>` example, with its `...` lines."""
    current: list[str] = []
    for line in prose.splitlines():
        stripped = line.strip()
        if stripped.startswith("... ") and current:
            current.append(stripped[4:])
            continue
        if current:
            yield "\n".join(current)
            current = []
        if stripped.startswith(">>> "):
            current = [stripped[4:]]
    if current:
        yield "\n".join(current)


def _prose_calls(prose: str, target: Target) -> Iterator[Case]:
    """Calls written in running text, whatever stands around them. Ex) `f(1, [2]) ➞ 3`, `f("a") should return 1`."""
    for match in re.finditer(rf"(?<![\w.]){re.escape(target.name)}\s*\(", prose):
        line_start = prose.rfind("\n", 0, match.start()) + 1
        if prose[line_start : match.start()].lstrip().startswith((">>>", "def ", "...")):
            continue
        call = _balanced(prose, match.end() - 1)
        if call is None:
            continue
        try:
            node = ast.parse(f"_{call}", mode="eval").body
        except (SyntaxError, ValueError):
            continue
        if isinstance(node, ast.Call):
            node.func = ast.Name(target.name)
            if (case := _case_of(node, target, {})) is not None and not _is_signature(node, target):
                yield case


def _balanced(text: str, start: int) -> str | None:
    """The text from the bracket at `start` to the one that closes it; brackets inside strings do not count."""
    depth, quote = 0, ""
    position = start
    while position < min(len(text), start + LONGEST):
        char = text[position]
        if quote:
            if char == "\\":
                position += 1
            elif char == quote:
                quote = ""
        elif char in "\"'":
            quote = char
        elif char in "([{":
            depth += 1
        elif char in ")]}":
            depth -= 1
            if depth == 0:
                return text[start : position + 1]
        position += 1
    return None


def _is_signature(call: ast.Call, target: Target) -> bool:
    """Ex) `f(a, b)` in prose repeats the signature and is no example."""
    return bool(call.args) and all(isinstance(item, ast.Name) for item in call.args)


def _assignment_lines(prose: str, target: Target) -> Iterator[Case]:
    """Ex) `Input: arr = [1, 2], k = 4`: literals assigned to all the parameters, one after the other."""
    names = [item.name for item in target.parameters if item.kind == "positional" and item.default is None]
    if not names:
        return
    found: dict[str, Any] = {}
    pattern = "|".join(re.escape(name) for name in names)
    for match in re.finditer(rf"(?<![\w.])({pattern})\s*(?:=|:)\s*(?=[\[({{\"'\d-])", prose):
        value = _leading_literal(prose[match.end() : match.end() + LONGEST])
        if value is None:
            continue
        if match[1] in found:
            found = {}
        found[match[1]] = value[0]
        if len(found) == len(names):
            yield Case(tuple(found[name] for name in names))
            found = {}


def _bare_examples(prose: str, target: Target) -> Iterator[Case]:
    """Ex) `[1, 2, 3] ==> 6`, for a function of one parameter."""
    if sum(item.kind == "positional" and item.default is None for item in target.parameters) != 1:
        return
    for match in re.finditer(r"^[ \t*-]*(?=[\[({\"'\d-])(.*?)\s*(?:=+>|-+>|➞|→|==)", prose, re.MULTILINE):
        value = _leading_literal(match[1])
        if value is not None:
            yield Case((value[0],))


def _leading_literal(text: str) -> tuple[Any] | None:
    """The longest literal that `text` starts with, in a tuple so that None is a value."""
    if text[:1] in "[({":
        chunk = _balanced(text, 0)
    else:
        match = re.match(r"'(?:[^'\\\n]|\\.)*'|\"(?:[^\"\\\n]|\\.)*\"|-?\d+(?:\.\d+)?", text)
        chunk = match[0] if match else None
    if not chunk:
        return None
    try:
        return (evaluate(ast.parse(chunk, mode="eval").body),)
    except (SyntaxError, ValueError):
        return None


def _case_of(call: ast.Call, target: Target, names: dict[str, Any]) -> Case | None:
    """The case that a call of the target makes; None when it is another call or an argument has no meaning here."""
    called = call.func.attr if isinstance(call.func, ast.Attribute) else getattr(call.func, "id", "")
    if called != target.name:
        return None
    if any(isinstance(item, ast.Starred) for item in call.args) or any(
        item.arg is None for item in call.keywords
    ):
        return None
    try:
        args = tuple(_argument(item, names) for item in call.args)
        kwargs = {item.arg: _argument(item.value, names) for item in call.keywords if item.arg}
    except NotLiteral:
        return None
    case = normalise(Case(args, kwargs), target)
    return case if (case is not None and case.args + tuple(case.kwargs)) or not target.parameters else None


def _argument(node: ast.expr, names: dict[str, Any]) -> Any:
    value = evaluate_or_recipe(node, dict(names))
    if isinstance(value, Recipe) and not isinstance(node, ast.Lambda):
        # A name or a call from a docstring's own world (`x`, `ring("x")`) rarely exists in the module.
        inside = {item.id for item in ast.walk(node) if isinstance(item, ast.Name)}
        if inside - {
            "range",
            "map",
            "iter",
            "len",
            "set",
            "list",
            "np",
            "numpy",
            "zip",
            "Fraction",
            "Decimal",
            "str",
            "int",
            "float",
        }:
            raise NotLiteral(value.text)
    return value


def normalise(case: Case, target: Target) -> Case | None:
    """The same call with keyword arguments moved to their positions; None when it does not fit the signature."""
    positional = [item for item in target.parameters if item.kind == "positional"]
    args, kwargs = list(case.args), dict(case.kwargs)
    takes_more = any(item.kind == "varargs" for item in target.parameters)
    takes_any = any(item.kind == "varkw" for item in target.parameters)
    if len(args) > len(positional) and not takes_more:
        return None
    for item in positional[len(args) :]:
        if item.name not in kwargs:
            break
        args.append(kwargs.pop(item.name))
    known = {item.name for item in target.parameters}
    if not takes_any and set(kwargs) - known:
        return None
    missing = [item for item in positional[len(args) :] if item.default is None and item.name not in kwargs]
    return None if missing else Case(tuple(args), kwargs)


def _calls_in(module: ast.Module, target: Target) -> Iterator[ast.Call]:
    """Calls of the target elsewhere in its module (its own recursion says little about the outside)."""
    inside = {id(node) for node in ast.walk(target.node)}
    for node in ast.walk(module):
        if isinstance(node, ast.Call) and id(node) not in inside:
            called = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
            if called == target.name:
                yield node


def _parsed_calls(call_sites: Sequence[str]) -> Iterator[ast.Call]:
    for text in call_sites:
        try:
            node = ast.parse(text.strip(), mode="eval").body
        except (SyntaxError, ValueError):
            continue
        if isinstance(node, ast.Call):
            yield node


def _literal_arguments(call: ast.Call, target: Target) -> Iterator[tuple[str, Any]]:
    positional: list[Parameter] = [item for item in target.parameters if item.kind == "positional"]
    pairs = [(item.name, node) for item, node in zip(positional, call.args, strict=False)]
    pairs += [(item.arg, item.value) for item in call.keywords if item.arg]
    for name, node in pairs:
        try:
            yield name, evaluate(node)
        except NotLiteral:
            continue


def _comments(text: str, node: ast.FunctionDef | ast.AsyncFunctionDef) -> str:
    """The comments inside a function and directly above it."""
    first = min([node.lineno, *(item.lineno for item in node.decorator_list)])
    found: list[str] = []
    with contextlib.suppress(tokenize.TokenError, SyntaxError):
        found.extend(
            token.string.lstrip("# ")
            for token in tokenize.generate_tokens(io.StringIO(text).readline)
            if token.type == tokenize.COMMENT and first - 8 <= token.start[0] <= (node.end_lineno or first)
        )
    return "\n".join(found)
