"""What is walked over character by character, and what is done with each: the words that the others share."""

from __future__ import annotations

import ast
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Literal

from velox_engine.strategies.loops import is_fallback
from velox_engine.strategies.patterns import match_expr
from velox_engine.strategies.rendering import one_line

if TYPE_CHECKING:
    from velox_engine.strategies.base import FunctionContext

_TESTS: Final = frozenset({"isascii", "strip", "isdigit"})
_TEXT_METHODS: Final = frozenset(
    {"lower", "upper", "swapcase", "casefold", "title", "capitalize", "strip", "lstrip", "rstrip", "replace"}
)

Kind = Literal["text", "count", "sum", "all", "any"]


@dataclass(frozen=True, slots=True)
class Work:
    """One piece of work done for each character."""

    kind: Kind
    variable: str
    text: str
    """The text whose characters they are, as an expression that may stand before a dot."""
    name: str
    """The variable that holds the text, of which that may be a part or the reverse."""
    guard: bool
    """Whether it is not known that it is a str."""
    element: ast.expr | None
    """What each character becomes, or the question that is asked about it; None for the character itself."""
    condition: ast.expr | None
    """Which characters take part."""
    element_text: str = ""
    condition_text: str = ""
    node: ast.expr | None = None
    """The expression that the work is done in, unless it is statements."""
    statements: tuple[ast.stmt, ast.stmt] | None = None
    block: Sequence[ast.stmt] = ()
    statement: str = "{}"
    """What becomes of the statements, with a place for the new expression."""
    made_by: ast.expr | None = None
    """What makes the text, if `name` is yet to be bound to it."""
    more: tuple[Work, ...] = ()
    """What the same statements do besides."""

    @property
    def question_text(self) -> str:
        """The whole question about a character."""
        if self.element_text and self.condition_text:
            return f"({self.condition_text}) and ({self.element_text})"
        return self.element_text or self.condition_text


@dataclass(frozen=True, slots=True)
class Source:
    """The text that is walked over."""

    text: str
    guard: bool
    made_by: ast.expr | None = None

    @property
    def name(self) -> str:
        """The variable that holds it."""
        return self.text.partition("[")[0]


def source_of(context: FunctionContext, iterable: ast.expr, known: bool = False) -> Source | None:
    """The text that is walked over, and whether its type must be tested."""
    turned = match_expr("reversed(M_s)", iterable)
    base = turned["M_s"] if turned and context.is_builtin("reversed") else iterable
    shape = context.inference.of(base)
    if shape.name not in ("str", "") or (turned and shape.name != "str"):
        return None
    if isinstance(base, ast.Name):
        return Source(f"{base.id}[::-1]" if turned else base.id, shape.name == "" and not known)
    if turned or known or not _makes_text(context, base):
        return None
    return Source(context.fresh("characters", "letters"), shape.name == "", base)


def _makes_text(context: FunctionContext, node: ast.expr) -> bool:
    """text.lower() or str(n), which give a text of their own"""
    if not isinstance(node, ast.Call) or node.keywords or one_line(context.text(node)) is None:
        return False
    if isinstance(node.func, ast.Name):
        return node.func.id == "str" and len(node.args) == 1 and context.is_builtin("str")
    return isinstance(node.func, ast.Attribute) and node.func.attr in _TEXT_METHODS


def is_kept(context: FunctionContext, node: ast.AST, name: str, table: bool = False) -> bool:
    """Whether the place is what remains for texts that a fast way beside it does not take."""
    if not table and is_fallback(context, node, name):
        return True
    child = node
    while child in context.parents:
        parent = context.parents[child]
        if isinstance(parent, ast.If | ast.IfExp) and child is not parent.test and _asks(parent.test, name):
            return True
        for block in (getattr(parent, field, None) for field in ("body", "orelse", "finalbody")):
            if isinstance(block, list) and child in block and block.index(child):
                before = block[block.index(child) - 1]
                if isinstance(before, ast.If) and _asks(before.test, name, table):
                    return True
        child = parent
    return False


def _asks(test: ast.expr, name: str, table: bool = True) -> bool:
    """Whether a test asks what characters a text has, or (unless a table is about to be replaced) if it is one."""
    for part in ast.walk(test):
        if isinstance(part, ast.Attribute) and part.attr in _TESTS and match_expr(name, part.value):
            return True
        if not table and match_expr(f"isinstance({name}, str)", part):
            return True
    return False
