"""Describes a function to a model: its text, what it uses, what was found, measured and seen of its inputs.

Shapes of inputs are told, never their values; a counterexample's values are, once a rewrite was refuted by it.
"""

from __future__ import annotations

import ast
import textwrap
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence, Sized
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from velox_engine.strategies.base import FunctionContext
from velox_engine.strategies.llm.connected import uses
from velox_engine.strategies.llm.neighbours import calls_elsewhere, shortened, used_definitions
from velox_engine.types import Finding
from velox_engine.verify.sandbox import Case, Recipe
from velox_engine.verify.verifier import Prepared
from velox_engine.workspace.profiles import Share
from velox_engine.workspace.project import Project

_LONGEST_PIECE: Final = 1_500  # characters of one other function or class header
_LONGEST_CONSTANT: Final = 300
_MOST_PIECES: Final = 6
_SAMPLE: Final = 20  # elements looked at in a container


@dataclass(frozen=True, slots=True)
class Example:
    """A rewrite of the same kind that was accepted before."""

    old: str
    new: str
    speedup: float


def describe(
    context: FunctionContext,
    prepared: Prepared | None,
    findings: Sequence[Finding],
    examples: Sequence[Example],
    project: Project | None,
    most_chars: int,
    is_hidden: Callable[[Path], bool] = lambda path: False,
    share: Share | None = None,
) -> str:
    """Write the sections about a function, the most telling first, as far as they fit into `most_chars`.

    `is_hidden` says of a file that no model gets to see its code; `share` is the function's part of a profiled run.
    """
    text = context.layout.text(context.node)
    sections = [f"The function {context.qualname}:\n```python\n{_whole(context, text)}\n```"]
    for title, lines in (
        (
            "What the scanner found in it",
            [f"{f.message} ({f.cost})" if f.cost else f.message for f in findings],
        ),
        ("What was measured", [*_profiled(share), *_measured(prepared)]),
        ("What it is called with", _inputs(context, prepared)),
        ("Types known in it", _types(context)),
    ):
        if lines:
            sections.append(f"{title}:\n" + "\n".join(f"- {line}" for line in lines))
    used = [
        *_imports(context),
        *_constants(context),
        *_called(context),
        *(used_definitions(context, project, is_hidden) if project is not None else ()),
    ]
    if used:
        sections.append("What it uses:\n```python\n" + "\n\n".join(used) + "\n```")
    callers = list(_callers(context))
    if callers:
        sections.append("How it is called in its file:\n" + "\n".join(f"- {line}" for line in callers))
    calls = list(calls_elsewhere(context, project, is_hidden)) if project is not None else []
    if calls:
        sections.append("How other files call it:\n" + "\n".join(f"- `{call}`" for call in calls))
    sections += [
        f"A rewrite of this kind that was {example.speedup:.1f} times faster:\n"
        f"```python\n{example.old}\n```\nbecame\n```python\n{example.new}\n```"
        for example in examples
    ]
    return _fitting(sections, most_chars)


def _fitting(sections: Sequence[str], most_chars: int) -> str:
    kept: list[str] = []
    left = most_chars
    for number, section in enumerate(sections):
        if number == 0 or len(section) <= left:
            kept.append(section)
            left -= len(section)
    return "\n\n".join(kept)


def _whole(context: FunctionContext, text: str) -> str:
    """The function with its class around it, if it is a method."""
    layout = context.layout
    shown = layout.indent(context.node) + text
    for around in reversed(context.enclosing):
        if isinstance(around, ast.ClassDef):
            bases = ", ".join(layout.text(base) for base in around.bases)
            header = f"{layout.indent(around)}class {around.name}{f'({bases})' if bases else ''}:"
            constructor = next(
                (one for one in around.body if isinstance(one, ast.FunctionDef) and one.name == "__init__"),
                None,
            )
            if constructor is not None and constructor is not context.node:
                made = layout.indent(constructor) + layout.text(constructor)
                shown = f"{made}\n\n{shown}" if len(made) <= _LONGEST_PIECE else shown
            shown = f"{header}\n{shown}"
    return textwrap.dedent(shown)


def _profiled(share: Share | None) -> list[str]:
    if share is None:
        return []
    return [
        f"In a profiled run of the program it took {share.total:.0%} of the time, {share.own:.0%} in its own lines"
    ]


def _measured(prepared: Prepared | None) -> list[str]:
    if prepared is None:
        return []
    lines = [f"One call takes about {_seconds(prepared.baseline_seconds)} on its largest input"]
    for ladder in prepared.ladders[:2]:
        points = list(zip(ladder.sizes, ladder.seconds, strict=True))[-4:]
        shown = ", ".join(f"{_seconds(seconds)} at size {size}" for size, seconds in points)
        power = f": time grows as size^{ladder.exponent:.2f}" if ladder.exponent is not None else ""
        lines.append(f"Growing {ladder.grower.knob}: {shown}{power}")
    if prepared.peak_bytes:
        lines.append(f"One call allocates up to {prepared.peak_bytes / 1024:.0f} KiB")
    return lines


def _seconds(seconds: float) -> str:
    for unit, factor in (("s", 1.0), ("ms", 1e3), ("µs", 1e6)):
        if seconds * factor >= 1:
            return f"{seconds * factor:.3g} {unit}"
    return f"{seconds * 1e9:.0f} ns"


def _inputs(context: FunctionContext, prepared: Prepared | None) -> list[str]:
    if prepared is None:
        return []
    arguments = context.node.args
    names = [one.arg for one in (*arguments.posonlyargs, *arguments.args)]
    if context.enclosing and isinstance(context.enclosing[-1], ast.ClassDef) and names:
        names = names[1:]
    values: dict[str, list[Any]] = {}
    for case in prepared.core:
        for name, value in [*zip(names, _plain(case, len(names)), strict=False), *case.kwargs.items()]:
            values.setdefault(name, []).append(value)
    return [f"{name}: {_shapes(found)}" for name, found in values.items()]


def _plain(case: Case, count: int) -> tuple[Any, ...]:
    # A method's first argument is its object.
    return case.args[len(case.args) - count :] if len(case.args) > count else case.args


def _shapes(values: Iterable[Any]) -> str:
    found = list(values)
    kinds = Counter(_shape(value) for value in found).most_common(3)
    lengths = [len(value) for value in found if isinstance(value, Sized)]
    size = f", {min(lengths)} to {max(lengths)} long" if lengths else ""
    return " or ".join(kind for kind, _ in kinds) + size


def _shape(value: Any, depth: int = 0) -> str:
    if isinstance(value, Recipe):
        return "object"
    name = type(value).__name__
    if depth > 2 or not isinstance(value, list | tuple | set | frozenset | dict):
        return name
    if isinstance(value, dict):
        items = list(value.items())[:_SAMPLE]
        keys = " | ".join(sorted({_shape(key, depth + 1) for key, _ in items}))
        held = " | ".join(sorted({_shape(item, depth + 1) for _, item in items}))
        return f"dict[{keys}, {held}]" if items else "dict"
    inner = " | ".join(sorted({_shape(item, depth + 1) for item in list(value)[:_SAMPLE]}))
    return f"{name}[{inner}]" if inner else name


def _types(context: FunctionContext) -> list[str]:
    used = _read_names(context)
    known = ((name, str(shape.name)) for name, shape in context.kinds.items() if shape.name and name in used)
    return [f"{name}: {kind}" for name, kind in known][:20]


def _read_names(context: FunctionContext) -> set[str]:
    return {node.id for node in ast.walk(context.node) if isinstance(node, ast.Name)}


def _imports(context: FunctionContext) -> Iterator[str]:
    wanted = _read_names(context)
    for statement in context.module.body:
        if isinstance(statement, ast.Import | ast.ImportFrom):
            names = {(alias.asname or alias.name).partition(".")[0] for alias in statement.names}
            if names & wanted:
                yield ast.unparse(statement)


def _constants(context: FunctionContext) -> Iterator[str]:
    wanted = _read_names(context)
    for statement in context.module.body:
        if isinstance(statement, ast.Assign | ast.AnnAssign):
            targets = statement.targets if isinstance(statement, ast.Assign) else [statement.target]
            names = {node.id for target in targets for node in ast.walk(target) if isinstance(node, ast.Name)}
            text = context.layout.text(statement)
            if names & wanted and len(text) <= _LONGEST_CONSTANT:
                yield text


def _called(context: FunctionContext) -> Iterator[str]:
    wanted = _read_names(context)
    pieces = [
        node for name, node in context.known_functions.items() if name in wanted and node is not context.node
    ]
    inside = set(ast.walk(context.node))
    for node in [one for one in pieces if one not in inside][:_MOST_PIECES]:
        yield shortened(context.layout.text(node), node)


def _callers(context: FunctionContext) -> Iterator[str]:
    """The first few expressions of the file that call the function."""
    count = 0
    for node in context.facts.nodes:
        if isinstance(node, ast.Call) and uses(node.func, context.node.name) and count < 3:
            text = context.layout.text(node)
            if len(text) <= 120 and "\n" not in text:
                count += 1
                yield f"`{text}`"
