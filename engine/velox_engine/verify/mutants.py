"""Plant bugs: small changes to one function's text, each of which a person might have made by mistake."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from random import Random
from typing import Any

from velox_engine.source.document import SourceFile
from velox_engine.source.edits import apply_edits
from velox_engine.types import Position, TextEdit, VeloxError
from velox_engine.verify.equivalents import Harmless, compiled
from velox_engine.verify.inputs.target import locate

OPERATORS: dict[type[ast.operator], tuple[str, str]] = {
    ast.Add: ("+", "-"), ast.Sub: ("-", "+"), ast.Mult: ("*", "+"), ast.Div: ("/", "*"), ast.FloorDiv: ("//", "*"),
    ast.Mod: ("%", "//"), ast.Pow: ("**", "*"), ast.BitAnd: ("&", "|"), ast.BitOr: ("|", "&"), ast.BitXor: ("^", "|"),
    ast.LShift: ("<<", ">>"), ast.RShift: (">>", "<<"),
}  # fmt: skip
COMPARISONS: dict[type[ast.cmpop], tuple[str, tuple[str, ...]]] = {
    ast.Lt: ("<", ("<=", ">")), ast.LtE: ("<=", ("<", ">=")), ast.Gt: (">", (">=", "<")), ast.GtE: (">=", (">", "<=")),
    ast.Eq: ("==", ("!=",)), ast.NotEq: ("!=", ("==",)), ast.In: ("in", ("not in",)),
}  # fmt: skip
UNWRAPPED = frozenset({"sorted", "reversed", "abs"})  # calls whose one argument may stand in their place
OPTIONS = frozenset({"key", "default"})


@dataclass(frozen=True, slots=True)
class Mutant:
    """The module's text with one bug planted in the function."""

    source_text: str
    description: str  # Ex) "line 4: `<` became `<=`"
    harmless: bool = False  # it may well show nowhere: it counts only when an input shows it


@dataclass(frozen=True, slots=True)
class _Change:
    """One edit, the line it is on and what kind of bug it is."""

    edits: tuple[TextEdit, ...]
    line: int
    kind: str
    says: str
    harmless: bool = False


def make_mutants(source: SourceFile, qualname: str, limit: int = 15, seed: int = 0) -> list[Mutant]:
    """At most `limit` mutants, spread over the function's lines and over the kinds of bug; the same for the same seed.

    A change that compiles to the same code is no mutant.
    """
    node = locate(source.text, qualname).node
    original = compiled(node)
    rng = Random(f"{seed}:{qualname}")
    changes = list(_Planter(source, node).changes())
    rng.shuffle(changes)
    groups: dict[tuple[int, str], list[_Change]] = {}
    for change in changes:
        groups.setdefault((change.line, change.kind), []).append(change)
    by_line: dict[int, int] = {}
    by_kind: dict[str, int] = {}
    made: list[Mutant] = []
    seen = {source.text}
    waiting = [change for group in groups.values() for change in group]
    while waiting and len(made) < limit:
        change = min(
            waiting,
            key=lambda item: (
                by_line.get(item.line, 0) + by_kind.get(item.kind, 0),
                by_line.get(item.line, 0),
            ),
        )
        waiting.remove(change)
        text = apply_edits(source.data, change.edits).decode("utf-8")
        if text in seen:
            continue
        planted = _compiled(text, qualname)
        if planted is None or planted == original:
            continue
        seen.add(text)
        by_line[change.line] = by_line.get(change.line, 0) + 1
        by_kind[change.kind] = by_kind.get(change.kind, 0) + 1
        made.append(Mutant(text, f"line {change.line}: {change.says}", change.harmless))
    return made


def _compiled(text: str, qualname: str) -> Any:
    """What the function of a changed text compiles to; None where the text is broken."""
    try:
        return compiled(locate(text, qualname).node)
    except VeloxError:
        return None


class _Planter:
    """Finds the places in one function where a bug can be planted by a small edit."""

    def __init__(self, source: SourceFile, node: ast.FunctionDef | ast.AsyncFunctionDef) -> None:
        self.source = source
        self.node = node
        self.harmless = Harmless(node)

    def changes(self) -> Iterator[_Change]:
        """All changes, in the order of the text."""
        for statement in self.node.body:
            if isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Constant):
                continue  # a docstring or a bare constant does nothing
            for inner in self._walk(statement):
                for plant in _PLANTERS.get(type(inner), ()):
                    for change in plant(self, inner):
                        hidden = self.harmless.unseen(inner) or self.harmless.exits(inner)
                        yield replace(change, harmless=change.harmless or hidden)

    def _walk(self, node: ast.AST) -> Iterator[ast.AST]:
        """Everything that runs: not annotations, not docstrings of inner functions, not f-string internals."""
        yield node
        if isinstance(node, ast.JoinedStr):
            return
        for name, value in ast.iter_fields(node):
            if name in ("annotation", "returns", "decorator_list"):
                continue
            for child in value if isinstance(value, list) else [value]:
                if not isinstance(child, ast.AST):
                    continue
                if isinstance(child, ast.Expr) and isinstance(child.value, ast.Constant):
                    continue
                yield from self._walk(child)

    # --- text ---------------------------------------------------------------------------------------------------
    def start(self, node: ast.expr | ast.stmt) -> int:
        """The byte at which a node begins."""
        return self.source.lines.offset(Position(node.lineno - 1, node.col_offset))

    def end(self, node: ast.expr | ast.stmt) -> int:
        """The byte after a node."""
        return self.source.lines.offset(
            Position((node.end_lineno or node.lineno) - 1, node.end_col_offset or 0)
        )

    def text(self, node: ast.expr | ast.stmt) -> str:
        """A node as it is written."""
        return self.source.data[self.start(node) : self.end(node)].decode("utf-8")

    def replace(self, node: ast.expr | ast.stmt, text: str, kind: str, says: str) -> _Change:
        """Put other text in a node's place."""
        return _Change((TextEdit(self.start(node), self.end(node), text),), node.lineno, kind, says)

    def between(self, left: ast.expr, right: ast.expr, old: str, new: str, kind: str) -> Iterator[_Change]:
        """Replace the operator that stands between two operands; comments between them make the place unsafe."""
        start, end = self.end(left), self.start(right)
        gap = self.source.data[start:end].decode("utf-8")
        if "#" in gap or gap.count(old) != 1:
            return
        at = start + len(gap[: gap.index(old)].encode("utf-8"))
        edit = TextEdit(at, at + len(old.encode("utf-8")), new)
        yield _Change((edit,), left.end_lineno or left.lineno, kind, f"`{old}` became `{new}`")

    # --- kinds of bug -------------------------------------------------------------------------------------------
    def operator(self, node: ast.BinOp) -> Iterator[_Change]:
        """Ex) a + b → a - b"""
        old, new = OPERATORS.get(type(node.op), ("", ""))
        text = isinstance(node.left, ast.Constant | ast.JoinedStr) and not isinstance(
            getattr(node.left, "value", 0), int | float
        )
        if old and not text:
            yield from self.between(node.left, node.right, old, new, "operator")

    def augmented(self, node: ast.AugAssign) -> Iterator[_Change]:
        """Ex) a += b → a -= b"""
        old, new = OPERATORS.get(type(node.op), ("", ""))
        if old and isinstance(node.target, ast.expr):
            if isinstance(node.value, ast.Constant | ast.JoinedStr) and isinstance(
                getattr(node.value, "value", ""), str
            ):
                return
            yield from self.between(node.target, node.value, f"{old}=", f"{new}=", "operator")

    def comparison(self, node: ast.Compare) -> Iterator[_Change]:
        """Ex) a < b → a <= b"""
        operands = [node.left, *node.comparators]
        for index, operator in enumerate(node.ops):
            old, options = COMPARISONS.get(type(operator), ("", ()))
            for new in options:
                harmless = self.harmless.tie(node, type(operator), new)
                for change in self.between(operands[index], operands[index + 1], old, new, "comparison"):
                    yield replace(change, harmless=harmless)

    def constant(self, node: ast.Constant) -> Iterator[_Change]:
        """Ex) 1 → 2"""
        value = node.value
        if isinstance(value, bool):
            yield self.replace(node, str(not value), "constant", f"`{value}` became `{not value}`")
        elif isinstance(value, int):
            for step in (1, -1):
                new = str(value + step) if value + step >= 0 else f"({value + step})"
                change = self.replace(node, new, "constant", f"`{self.text(node)}` became `{new}`")
                harmless = self.harmless.prefix(node, value + step) or self.harmless.start(node, step)
                yield replace(change, harmless=harmless)
        elif isinstance(value, float):
            yield self.replace(
                node, repr(value + 1.0), "constant", f"`{self.text(node)}` became `{value + 1.0!r}`"
            )
        elif isinstance(value, str) and "\n" not in value and len(value) < 40:
            new = repr(value + "x" if value else "x")
            yield self.replace(node, new, "constant", f"{self.text(node)} became {new}")

    def boolean(self, node: ast.BoolOp) -> Iterator[_Change]:
        """Ex) a and b → a or b"""
        old, new = ("and", "or") if isinstance(node.op, ast.And) else ("or", "and")
        yield from self.between(node.values[0], node.values[1], old, new, "boolean")

    def condition(self, node: ast.If | ast.While | ast.IfExp) -> Iterator[_Change]:
        """Ex) if x: → if not (x):"""
        if isinstance(node.test, ast.Constant):
            return
        text = self.text(node.test)
        says = f"the condition `{_short(text)}` was negated"
        yield self.replace(node.test, f"not ({text})", "condition", says)

    def negation(self, node: ast.UnaryOp) -> Iterator[_Change]:
        """Ex) not x → x, -x → x"""
        if isinstance(node.op, ast.Not | ast.USub) and not isinstance(node.operand, ast.Constant):
            sign = "not" if isinstance(node.op, ast.Not) else "-"
            yield self.replace(node, f"({self.text(node.operand)})", "condition", f"`{sign}` was dropped")

    def statement(self, node: ast.stmt) -> Iterator[_Change]:
        """Ex) x.append(1) → pass"""
        says = f"`{_short(self.text(node))}` was dropped"
        yield self.replace(node, "pass", "statement", says)

    def jump(self, node: ast.Break | ast.Continue) -> Iterator[_Change]:
        """Ex) break → continue"""
        old, new = ("break", "pass") if isinstance(node, ast.Break) else ("continue", "break")
        yield self.replace(node, new, "jump", f"`{old}` became `{new}`")

    def result(self, node: ast.Return) -> Iterator[_Change]:
        """Ex) return x → return None"""
        if node.value is None or (isinstance(node.value, ast.Constant) and node.value.value is None):
            return
        if not isinstance(node.value, ast.Constant):
            yield self.replace(
                node.value, "None", "result", f"`{_short(self.text(node.value))}` is not returned"
            )

    def slice(self, node: ast.Slice) -> Iterator[_Change]:
        """Ex) x[1:n] → x[1:(n) - 1]"""
        for bound, step in ((node.lower, " + 1"), (node.upper, " - 1")):
            if bound is not None and not isinstance(bound, ast.Constant):
                text = self.text(bound)
                yield self.replace(
                    bound, f"({text}){step}", "slice", f"the slice bound `{_short(text)}` is off by one"
                )

    def call(self, node: ast.Call) -> Iterator[_Change]:
        """Ex) f(a, b) → f(b, a); range(n) → range((n) - 1)"""
        name = node.func.id if isinstance(node.func, ast.Name) else ""
        if name == "range" and node.args:
            bound = node.args[1] if len(node.args) > 1 else node.args[0]
            text = self.text(bound)
            change = self.replace(bound, f"({text}) - 1", "range", f"the range ends before `{_short(text)}`")
            yield replace(change, harmless=self.harmless.idle(node))
        bare = (ast.Starred, ast.GeneratorExp)
        if name in UNWRAPPED and len(node.args) == 1 and not isinstance(node.args[0], bare):
            text = self.text(node.args[0])
            yield self.replace(node, f"({text})", "wrapping", f"`{name}` was dropped")
        for option in node.keywords:
            if option.arg in OPTIONS and not isinstance(option.value, ast.Constant):
                start, end = self.end(node.args[-1]) if node.args else 0, self.end(option.value)
                between = self.source.data[start : self.start(option.value)].decode("utf-8")
                if node.args and option is node.keywords[0] and "".join(between.split()) == f",{option.arg}=":
                    edit = TextEdit(start, end, "")
                    yield _Change((edit,), node.lineno, "option", f"`{option.arg}=` was dropped")
        if name in ("min", "max"):
            new = "max" if name == "min" else "min"
            yield self.replace(node.func, new, "call", f"`{name}` became `{new}`")
        elif len(node.args) == 2 and name not in ("isinstance", "issubclass", "enumerate", "getattr"):
            first, second = node.args
            if not any(isinstance(item, ast.Starred) for item in node.args) and self.text(first) != self.text(
                second
            ):
                edits = (
                    TextEdit(self.start(first), self.end(first), self.text(second)),
                    TextEdit(self.start(second), self.end(second), self.text(first)),
                )
                says = f"the arguments of `{_short(self.text(node))}` were swapped"
                yield _Change(edits, node.lineno, "call", says, self.harmless.swap(node))


def _short(text: str) -> str:
    flat = " ".join(text.split())
    return flat if len(flat) <= 40 else flat[:37] + "..."


_Plant = Callable[..., Iterator[_Change]]
_PLANTERS: dict[type[ast.AST], Sequence[_Plant]] = {
    ast.BinOp: (_Planter.operator,),
    ast.AugAssign: (_Planter.augmented, _Planter.statement),
    ast.Compare: (_Planter.comparison,),
    ast.Constant: (_Planter.constant,),
    ast.BoolOp: (_Planter.boolean,),
    ast.If: (_Planter.condition,),
    ast.While: (_Planter.condition,),
    ast.IfExp: (_Planter.condition,),
    ast.UnaryOp: (_Planter.negation,),
    ast.Expr: (_Planter.statement,),
    ast.Break: (_Planter.jump,),
    ast.Continue: (_Planter.jump,),
    ast.Return: (_Planter.result,),
    ast.Slice: (_Planter.slice,),
    ast.Call: (_Planter.call,),
}
