"""What a strategy is, what it is given and what it returns."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Protocol

from velox_engine.source.document import SourceFile
from velox_engine.strategies.bindings import Scope, own_nodes
from velox_engine.strategies.effects import Effects, collect_bindings, effects_of, is_local_new
from velox_engine.strategies.errors import NotApplicable
from velox_engine.strategies.modules import FunctionNode, ModuleFacts, functions_in
from velox_engine.strategies.positions import Layout
from velox_engine.strategies.purity import PURE_MODULES
from velox_engine.strategies.shapes import Inference, Shape
from velox_engine.types import TextEdit


@dataclass(frozen=True, slots=True)
class Rewrite:
    """Edits against the file the context was made for, and one sentence that says what changed."""

    edits: tuple[TextEdit, ...]
    note: str
    float_tolerance: float = 0.0
    reusable: frozenset[str] = frozenset()
    """New names that are bound right before they are read, so that two rewrites may both use them."""


@dataclass(frozen=True, eq=False)
class FunctionContext:
    """One function of one file, with the analyses that strategies share (each computed once, when first asked)."""

    source: SourceFile
    qualname: str
    module: ast.Module
    node: FunctionNode
    enclosing: tuple[ast.AST, ...]
    """The classes and functions around it, outermost first."""
    facts: ModuleFacts
    pure_elsewhere: frozenset[str] = frozenset()
    """Functions of other files, as this one calls them (`words.is_known`), that only compute."""
    may_import: frozenset[str] = frozenset()
    """Packages beyond the standard library that new code may import although the file does not."""

    @property
    def layout(self) -> Layout:
        """Byte positions, indentation and comments."""
        return self.facts.layout

    @cached_property
    def scope(self) -> Scope:
        """The names that the function binds and reads."""
        return self.facts.scope(self.node)

    @cached_property
    def inference(self) -> Inference:
        """What is known about the types of its expressions."""
        return Inference(self.node, self.is_builtin, self.module)

    @property
    def kinds(self) -> Mapping[str, Shape]:
        """The names of the function whose type is known."""
        return self.inference.names

    @cached_property
    def own(self) -> tuple[ast.AST, ...]:
        """All nodes that run in the function's own scope."""
        return tuple(own_nodes(self.node))

    @cached_property
    def bindings(self) -> Mapping[str, list[ast.expr | None]]:
        """Each local name to what is bound to it; see `effects.bindings_of`."""
        return collect_bindings(self)

    @cached_property
    def memo(self) -> dict[tuple[str, str], bool]:
        """Answers about names that are asked for again and again."""
        return {}

    @cached_property
    def effects_memo(self) -> dict[tuple[ast.AST, ...], Effects]:
        """What pieces of the function may change, once it was asked for."""
        return {}

    @cached_property
    def parents(self) -> Mapping[ast.AST, ast.AST]:
        """Each node of the function to the node around it."""
        return {child: parent for parent in ast.walk(self.node) for child in ast.iter_child_nodes(parent)}

    @property
    def taken_names(self) -> frozenset[str]:
        """All identifiers of the file: a new name must not be one of them."""
        return self.facts.taken_names

    @cached_property
    def _shadowing(self) -> frozenset[str] | None:
        """Names that hide builtins here; None when a star import may hide any."""
        names = self.facts.names
        if "*" in names:
            return None
        hidden = set(names)
        for around in (*self.enclosing, self.node):
            if isinstance(around, ast.FunctionDef | ast.AsyncFunctionDef):
                hidden |= self.facts.scope(around).bound
        # Inner functions and lambdas may hide it too; refusing everywhere is simpler than asking where.
        for inner in ast.walk(self.node):
            if isinstance(inner, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda):
                hidden |= self.facts.scope(inner).bound
            elif isinstance(inner, ast.comprehension):
                hidden |= {name.id for name in ast.walk(inner.target) if isinstance(name, ast.Name)}
        return frozenset(hidden)

    @cached_property
    def pure_modules(self) -> frozenset[str]:
        """Names that mean a module whose functions have no effect, such as math."""
        found = set()
        for statement in [*self.module.body, *ast.walk(self.node)]:
            if isinstance(statement, ast.Import):
                found |= {
                    alias.asname or alias.name for alias in statement.names if alias.name in PURE_MODULES
                }
        return frozenset(found)

    @cached_property
    def pure_functions(self) -> frozenset[str]:
        """Names of functions of this file that it calls and that have no effect."""
        called = {
            node.func.id
            for node in ast.walk(self.node)
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name)
        }
        known = self.known_functions
        return frozenset(
            name for name in called if name in known and self._is_pure_function(known[name], frozenset())
        )

    @cached_property
    def known_functions(self) -> Mapping[str, ast.FunctionDef]:
        """Functions of this file, by the name under which this one can call them (bound once, undecorated)."""
        found = dict(self.facts.functions)
        for around in (*self.enclosing, self.node):
            if isinstance(around, ast.FunctionDef | ast.AsyncFunctionDef):
                for name in self.facts.scope(around).bound:
                    found.pop(name, None)
                found.update(functions_in(around.body))
        return {name: node for name, node in found.items() if name not in self.facts.rebound_names}

    @property
    def only_computes(self) -> bool:
        """Whether a call of the function changes nothing that its caller could see, as far as this file tells."""
        return isinstance(self.node, ast.FunctionDef) and self._is_pure_function(self.node, frozenset())

    def context_of(self, node: FunctionNode) -> FunctionContext:
        """The context of another function of the file (its enclosing functions are taken to be this one's)."""
        enclosing = (*self.enclosing, self.node) if node in self.parents else ()
        if node is self.node:
            enclosing = self.enclosing
        return FunctionContext(
            self.source, node.name, self.module, node, enclosing, self.facts, may_import=self.may_import
        )

    def _is_pure_function(self, node: ast.FunctionDef, active: frozenset[str]) -> bool:
        if node.name in active or len(active) > 4:
            return node.name in active
        known = self.facts.purity.get(node)
        if known is None:
            known = self._judge_function(node, active)
            # Inside a recursion the judgement rests on an assumption, so only the outermost one is kept.
            if not active:
                self.facts.purity[node] = known
        return known

    def _judge_function(self, node: ast.FunctionDef, active: frozenset[str]) -> bool:
        inner = self.context_of(node)
        if inner.scope.outer_writes or any(
            isinstance(part, ast.Yield | ast.YieldFrom | ast.Await) for part in ast.walk(node)
        ):
            return False
        for part in ast.walk(node):
            if isinstance(part, ast.FunctionDef | ast.Lambda) and part is not node:
                return False
        # Known functions that it calls are judged first, so that effects_of can trust them.
        called = {
            part.func.id
            for part in ast.walk(node)
            if isinstance(part, ast.Call) and isinstance(part.func, ast.Name)
        }
        known = inner.known_functions
        trusted = {
            name
            for name in called
            if name in known and self._is_pure_function(known[name], active | {node.name})
        }
        inner.__dict__["pure_functions"] = frozenset(trusted)
        effects = effects_of(inner, node.body)
        prints = {"print", "input", "next"} & called
        return (
            not effects.calls_unknown
            and not prints
            and all(is_local_new(inner, name) for name in effects.mutated)
        )

    def is_builtin(self, name: str) -> bool:
        """Whether `name` means Python's builtin in this function."""
        return self._shadowing is not None and name not in self._shadowing

    def insert_above(self, code: str) -> TextEdit | None:
        """Put code at module level above the statement of the module that the function stands in."""
        holder = next((one for one in self.module.body if self.node in set(ast.walk(one))), None)
        if holder is None:
            return None
        at = self.layout.line_start(self.layout.start(holder))
        return TextEdit(at, at, f"{code}\n\n\n".replace("\n", self.source.newline))

    def need_builtins(self, *names: str) -> None:
        """Give up unless all `names` mean Python's builtins here: the new code is about to call them."""
        for name in names:
            if not self.is_builtin(name):
                raise NotApplicable(f"{name} is not the builtin here")

    def fresh(self, *wishes: str) -> str:
        """The first wished name that the file does not use, or one made from it."""
        for wish in wishes:
            if wish not in self.taken_names:
                return wish
        number = 2
        while f"{wishes[0]}_{number}" in self.taken_names:
            number += 1
        return f"{wishes[0]}_{number}"

    def text(self, node: ast.AST) -> str:
        """The source of a node, as written."""
        return self.layout.text(node)

    def operand(self, node: ast.expr) -> str:
        """The source of an expression, in parentheses unless it can stand beside any operator."""
        text = self.text(node)
        atomic = isinstance(
            node,
            ast.Name
            | ast.Constant
            | ast.Call
            | ast.Attribute
            | ast.Subscript
            | ast.List
            | ast.Dict
            | ast.Set
            | ast.ListComp
            | ast.SetComp
            | ast.DictComp
            | ast.JoinedStr,
        )
        if isinstance(node, ast.Constant) and isinstance(node.value, int | float) and "\n" not in text:
            return text
        if atomic and "\n" not in text:
            return text
        if isinstance(node, ast.Tuple | ast.GeneratorExp) and text.startswith("("):
            return text
        return f"({text})"


class Strategy(Protocol):
    """One transformation that carries out an action; it proposes, verification decides."""

    @property
    def id(self) -> str: ...
    @property
    def action(self) -> str: ...
    @property
    def fixes(self) -> tuple[str, ...]: ...
    def propose(self, context: FunctionContext) -> Iterator[Rewrite]: ...


@dataclass(frozen=True, slots=True)
class BuiltinStrategy:
    """A strategy without a model: a function over the syntax tree."""

    id: str
    action: str
    build: Callable[[FunctionContext], Iterator[Rewrite]]
    doc: str
    """The module's docstring: what it does, example, result, when it is unsafe."""
    fixes: tuple[str, ...] = ()
    """Ids of the rules whose findings it removes."""

    def propose(self, context: FunctionContext) -> Iterator[Rewrite]:
        """The rewrites that apply; one that turns out not to fit the text ends the proposals."""
        try:
            yield from self.build(context)
        except NotApplicable:
            return
