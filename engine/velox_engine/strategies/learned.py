"""Learns patterns from rewrites that a person accepted, and finds where else they fit: before → after, with holes.

A pattern is what differs between the two texts. Local variables, plain places such as `self.items` and constants that
both sides share are holes; calls of builtins and methods must be the same. It only proposes: verification decides.
"""

from __future__ import annotations

import ast
import builtins
import copy
import hashlib
import textwrap
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from velox_engine.experience.records import SuggestionRecord
from velox_engine.source.document import SourceFile
from velox_engine.source.edits import apply_edits
from velox_engine.strategies.base import FunctionContext
from velox_engine.strategies.propose import make_context
from velox_engine.types import Candidate, TextEdit, VeloxError

_NAME: Final = "_velox_name_"
_PLACE: Final = "_velox_place_"
_VALUE: Final = "_velox_value_"
_NEW: Final = "_velox_new_"
_LEAST_NODES: Final = 10  # less is no pattern but a coincidence
_BLOCKS: Final = ("body", "orelse", "finalbody")
_NOT_COMPARED: Final = frozenset({"ctx", "type_comment", "kind"})
# What makes a text more than the sum of its statements.
_TOO_MUCH: Final = (
    *(ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef, ast.Lambda, ast.Global, ast.Nonlocal),
    *(ast.Yield, ast.YieldFrom, ast.Await, ast.Import, ast.ImportFrom),
)

Block = list[ast.stmt]


@dataclass(frozen=True, slots=True)
class Pattern:
    """One way to write it before and after; the statements hold names that stand for holes."""

    id: str
    action: str
    suggestion: str  # the accepted one that it was learned from
    before: tuple[ast.stmt, ...]
    after: tuple[ast.stmt, ...]
    speedup: float

    @property
    def shown(self) -> tuple[str, str]:
        """Both sides as a person reads them, with `$1`, `$2` … for the holes."""
        return _shown(self.before), _shown(self.after)


@dataclass(slots=True)
class _Bound:
    """What the holes of a pattern stand for at one place."""

    local: frozenset[str]
    nodes: dict[str, ast.expr] = field(default_factory=dict)


def learn(record: SuggestionRecord) -> Pattern | None:
    """The pattern behind an accepted rewrite; None where it is too small a change or needs what is around it."""
    try:
        old, new = (_function(text) for text in (record.old_function, record.new_function))
    except (SyntaxError, ValueError, RecursionError):
        return None
    if old is None or new is None or ast.dump(old.args) != ast.dump(new.args):
        return None
    before, after = _narrow(_normal(old.body), _normal(new.body))
    if (
        not before
        or not after
        or any(isinstance(n, _TOO_MUCH) for s in (*before, *after) for n in ast.walk(s))
    ):
        return None
    if sum(1 for statement in before for _ in ast.walk(statement)) < _LEAST_NODES:
        return None
    holes = _holes(before, after, _locals(old), _locals(new))
    if holes is None:
        return None
    filler = _Filler(holes)
    left, right = (tuple(filler.visit(copy.deepcopy(one)) for one in side) for side in (before, after))
    digest = hashlib.sha256(repr([ast.dump(one) for one in (*left, *right)]).encode()).hexdigest()[:12]
    action = record.actions[0] if record.actions else "alternative_solution"
    return Pattern(digest, action, record.id, left, right, record.speedup[0] if record.speedup else 1.0)


def learn_all(records: Sequence[SuggestionRecord]) -> list[Pattern]:
    """The patterns behind accepted rewrites, each once, in their order."""
    found = [pattern for record in records if (pattern := learn(record)) is not None]
    return list({pattern.id: pattern for pattern in reversed(found)}.values())[::-1]


def propose(source: SourceFile, qualname: str, patterns: Sequence[Pattern]) -> list[Candidate]:
    """Candidates for a function from patterns; empty when none fits or the file does not parse."""
    if not patterns or b"\r" in source.data:
        return []
    try:
        context = make_context(source, qualname)
    except VeloxError:
        return []
    return [
        candidate
        for pattern in patterns
        for candidate in _at_places(context, pattern)
        if candidate.new_source != source.text
    ]


def _at_places(context: FunctionContext, pattern: Pattern) -> Iterator[Candidate]:
    local = _locals(context.node)
    for block in _blocks(context.node):
        normal, width = _normal(block), len(pattern.before)
        for start in range(len(block) - width + 1):
            bound = _Bound(local)
            if not _fits(list(pattern.before), normal[start : start + width], bound):
                continue
            edit = _edit(context, pattern, block[start], block[start + width - 1], bound.nodes)
            if edit is None:
                continue
            new = apply_edits(context.source.data, (edit,)).decode("utf-8", "surrogatepass")
            try:
                ast.parse(new)
            except (SyntaxError, ValueError):
                continue
            note = f"as in a rewrite you accepted ({pattern.suggestion[:8]})"
            yield Candidate(
                context.qualname, f"learned:{pattern.id}", pattern.action, new, (edit,), note, by_model=True
            )


def _edit(
    context: FunctionContext, pattern: Pattern, first: ast.stmt, last: ast.stmt, nodes: Mapping[str, ast.expr]
) -> TextEdit | None:
    layout = context.layout
    used = {node.id for one in pattern.after for node in ast.walk(one) if isinstance(node, ast.Name)}
    if not all(context.is_builtin(name) for name in used if not name.startswith("_velox_")):
        return None
    start, end = layout.start(first), layout.end(last)
    if b"#" in layout.data[start:end] or not layout.alone(first, last):
        return None  # a comment would be lost
    filled: dict[str, ast.expr] = dict(nodes)
    for name in sorted(used):
        if name.startswith(_NEW):
            wish = name.removeprefix(_NEW).partition("_")[2]
            filled[name] = ast.Name(context.fresh(wish), ast.Load())
    statements = [_Filler(filled).visit(copy.deepcopy(one)) for one in pattern.after]
    code = "\n".join(ast.unparse(ast.fix_missing_locations(one)) for one in statements)
    indented = textwrap.indent(code, layout.indent(first))
    return TextEdit(start, end, indented.lstrip())


def _function(text: str) -> ast.FunctionDef | None:
    body = ast.parse(textwrap.dedent(text)).body
    return body[0] if len(body) == 1 and isinstance(body[0], ast.FunctionDef) else None


def _locals(function: ast.AST) -> frozenset[str]:
    names = {n.id for n in ast.walk(function) if isinstance(n, ast.Name) and not isinstance(n.ctx, ast.Load)}
    return frozenset(names | {n.arg for n in ast.walk(function) if isinstance(n, ast.arg)})


def _blocks(function: ast.AST) -> Iterator[Block]:
    """Every list of statements that runs in the function itself."""
    for name in _BLOCKS:
        block = getattr(function, name, None)
        if isinstance(block, list) and block and isinstance(block[0], ast.stmt):
            yield block
            for statement in block:
                if not isinstance(statement, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
                    yield from _blocks(statement)
    for handler in getattr(function, "handlers", ()):
        yield from _blocks(handler)


class _Plain(ast.NodeTransformer):
    """Writes `x: T = v` as `x = v`, so that hints do not keep a pattern from fitting."""

    def visit_AnnAssign(self, node: ast.AnnAssign) -> ast.stmt:
        """Drop the hint of a plain variable."""
        if node.value is None or not isinstance(node.target, ast.Name):
            return node
        return ast.copy_location(ast.Assign([node.target], node.value), node)


def _normal(block: Sequence[ast.stmt]) -> Block:
    return [_Plain().visit(copy.deepcopy(statement)) for statement in block]


def _narrow(before: Block, after: Block) -> tuple[Block, Block]:
    """Drop what both begin and end with, and go into a block whose header is the same."""
    while before and after and ast.dump(before[0]) == ast.dump(after[0]):
        before, after = before[1:], after[1:]
    while before and after and ast.dump(before[-1]) == ast.dump(after[-1]):
        before, after = before[:-1], after[:-1]
    if len(before) == len(after) == 1 and type(before[0]) is type(after[0]):
        one, other = before[0], after[0]
        differing = [name for name in one._fields if _dump(getattr(one, name)) != _dump(getattr(other, name))]
        if len(differing) == 1 and differing[0] in _BLOCKS:
            return _narrow(getattr(one, differing[0]), getattr(other, differing[0]))
    return before, after


def _dump(value: Any) -> str:
    parts = value if isinstance(value, list) else [value]
    return repr([ast.dump(one) if isinstance(one, ast.AST) else one for one in parts])


def _holes(
    before: Block, after: Block, old: frozenset[str], new: frozenset[str]
) -> dict[str, ast.expr] | None:
    """What becomes a hole, by the text it is written as; None where the pattern would need what is not in it."""
    holes: dict[str, ast.expr] = {}
    there = {_key(node) for one in after for node in ast.walk(one) if isinstance(node, ast.expr)}
    names_before = {n.id for one in before for n in ast.walk(one) if isinstance(n, ast.Name)}
    names_after = {n.id for one in after for n in ast.walk(one) if isinstance(n, ast.Name)}
    made, bound = (
        {
            n.id
            for one in side
            for n in ast.walk(one)
            if isinstance(n, ast.Name) and isinstance(n.ctx, ast.Store)
        }
        for side in (after, before)
    )
    called = {node.func for one in before for node in ast.walk(one) if isinstance(node, ast.Call)}
    for one in before:
        for node in ast.walk(one):
            key = _key(node) if isinstance(node, ast.expr) else ""
            if key in there and key not in holes and node not in called and _is_place(node, old):
                holes[key] = ast.Name(f"{_PLACE}{len(holes)}", ast.Load())
            elif (
                key in there and key not in holes and isinstance(node, ast.Constant) and _is_free(node.value)
            ):
                holes[key] = ast.Name(f"{_VALUE}{len(holes)}", ast.Load())
    for name in sorted(names_before & old):
        # What is only read may be a place elsewhere: `rows` here, `self.rows` there.
        kind = _NAME if name in bound | made else _PLACE
        holes[name] = ast.Name(f"{kind}{len(holes)}", ast.Load())
    for name in sorted(names_after - names_before):
        if name in new:
            if name not in made or name in old:
                return None  # it comes from elsewhere in the function
            holes[name] = ast.Name(f"{_NEW}{len(holes)}_{name}", ast.Load())
    fixed = (names_before | names_after) - old - new
    return holes if all(hasattr(builtins, name) for name in fixed) else None


def _is_place(node: ast.AST, local: frozenset[str]) -> bool:
    """Whether it is something like `self.items` or `row["id"]`: read from a local variable, without a call."""
    depth = 0
    while isinstance(node, ast.Attribute) or (
        isinstance(node, ast.Subscript) and isinstance(node.slice, ast.Constant)
    ):
        if not isinstance(node.ctx, ast.Load):
            return False
        node, depth = node.value, depth + 1
    return depth > 0 and isinstance(node, ast.Name) and node.id in local


def _is_free(value: object) -> bool:
    return not (value is None or isinstance(value, bool) or value in (0, 1, -1, ""))


def _key(node: ast.expr) -> str:
    """The text of an expression; a plain name's is the name."""
    return ast.unparse(node)


class _Filler(ast.NodeTransformer):
    """Puts other expressions in the place of those with certain texts."""

    def __init__(self, parts: Mapping[str, ast.expr]) -> None:
        self._parts = parts

    def visit(self, node: ast.AST) -> Any:
        """Replace a whole expression before looking into it."""
        if isinstance(node, ast.Name | ast.Attribute | ast.Subscript | ast.Constant):
            part = self._parts.get(_key(node))
            if part is not None:
                return copy.deepcopy(part)
        return self.generic_visit(node)


def _fits(pattern: Any, node: Any, bound: _Bound) -> bool:
    """Whether a piece of code is what a pattern says, with the same thing in the same hole everywhere."""
    if isinstance(pattern, ast.Name) and pattern.id.startswith((_NAME, _PLACE, _VALUE)):
        return isinstance(node, ast.expr) and _binds(pattern.id, node, bound)
    if isinstance(pattern, ast.Name):
        return isinstance(node, ast.Name) and node.id == pattern.id and node.id not in bound.local
    if isinstance(pattern, list):
        return (
            isinstance(node, list)
            and len(pattern) == len(node)
            and all(_fits(one, other, bound) for one, other in zip(pattern, node, strict=True))
        )
    if not isinstance(pattern, ast.AST):
        return type(pattern) is type(node) and pattern == node
    return type(pattern) is type(node) and all(
        _fits(getattr(pattern, name, None), getattr(node, name, None), bound)
        for name in pattern._fields
        if name not in _NOT_COMPARED
    )


def _binds(hole: str, node: ast.expr, bound: _Bound) -> bool:
    known = bound.nodes.get(hole)
    if known is not None:
        return _key(known) == _key(node)
    if hole.startswith(_VALUE):
        fits = isinstance(node, ast.Constant) and _is_free(node.value)
    elif hole.startswith(_NAME):
        taken = {other.id for other in bound.nodes.values() if isinstance(other, ast.Name)}
        fits = isinstance(node, ast.Name) and node.id in bound.local and node.id not in taken
    else:
        fits = _is_place(node, bound.local) or (isinstance(node, ast.Name) and node.id in bound.local)
    if fits:
        bound.nodes[hole] = node
    return fits


def _shown(side: Sequence[ast.stmt]) -> str:
    text = "\n".join(ast.unparse(one) for one in side)
    holes = dict.fromkeys(
        node.id
        for one in side
        for node in ast.walk(one)
        if isinstance(node, ast.Name) and node.id.startswith("_velox_")
    )
    # Longer names first: one may begin like another.
    for name in sorted(holes, key=len, reverse=True):
        kind, _, rest = name.removeprefix("_velox_").partition("_")
        text = text.replace(name, rest.partition("_")[2] if kind == "new" else f"${rest}")
    return text
