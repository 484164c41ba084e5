"""Counts what is left of each element instead of searching and removing it in a list.

What it does: a local list that is only asked whether it holds something, and from which that is then removed, becomes a
Counter: asking and removing take the same time however much is left. Instead of asking, the ValueError of `remove` may
be caught.

Example:
    def can_spell(word: str, rack: str) -> bool:
        letters = list(rack)
        for letter in word:
            if letter in letters:
                letters.remove(letter)
            else:
                return False
        return len(letters) == 0

Result:
    from collections import Counter


    def can_spell(word: str, rack: str) -> bool:
        letters = Counter(rack)
        for letter in word:
            if letters[letter] > 0:
                letters[letter] -= 1
            else:
                return False
        return sum(letters.values()) == 0

Inputs:
    ("abba", "baba")
    ("abb", "ab")
    ("", "")

When it is unsafe: when the order of what is left matters, when elements have no hash or are NaN, and when something is
removed that was not asked for.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator, Sequence

from velox_engine.strategies.base import BuiltinStrategy, FunctionContext, Rewrite
from velox_engine.strategies.bindings import all_names, loads_of, parameters, written_names
from velox_engine.strategies.effects import bindings_of
from velox_engine.strategies.imports import import_member
from velox_engine.strategies.loops import places
from velox_engine.strategies.patterns import match_expr, match_stmt
from velox_engine.strategies.positions import indent_lines
from velox_engine.strategies.shape import element_of
from velox_engine.types import TextEdit

_ELEMENTS = frozenset({"str", "int", "bytes"})
_COPIES = ("list(M_xs)", "M_xs[:]", "M_xs.copy()")


def _build(context: FunctionContext) -> Iterator[Rewrite]:
    for name in sorted((context.scope.bound | set(parameters(context.node))) - context.scope.inner):
        edits = _edits(context, name)
        if edits:
            counter, imported = import_member(context, "collections", "Counter")
            binding, *others = edits
            yield Rewrite((binding(counter), *others, *imported), f"count what is left in {name}")


def _edits(context: FunctionContext, name: str):
    bindings = bindings_of(context, name)
    value = bindings[-1] if len(bindings) == 1 else None
    made = next((found for one in _COPIES if (found := match_expr(one, value))), None)
    if value is None or not made or not context.is_builtin("list") or _is_rebound(context, name):
        return None
    source = context.inference.of(made["M_xs"])
    # Of what nobody knows to be a list, verification finds out whether it can be counted.
    unknown = source.name in ("", "list", "tuple") and element_of(source).name in ("", "!")
    if not unknown and element_of(source).name not in _ELEMENTS:
        return None
    guarded = _guarded_removals(context, name)
    layout = context.layout
    caught = _caught_removals(context, name)
    edits: list[TextEdit] = [edit for _, edit in caught.values()]
    removed = bool(caught)
    if name in parameters(context.node) and not _is_copied_first(context, name, value):
        return None
    for load in loads_of(name, context.node):
        if load in ast.walk(value):
            continue
        parent = context.parents.get(load)
        above = context.parents.get(parent) if parent is not None else None
        if above in caught:
            continue
        if isinstance(parent, ast.Compare) and len(parent.ops) == 1 and parent.comparators[0] is load:
            if not isinstance(parent.left, ast.Name) or not _is_element(context, parent.left, unknown):
                return None
            told = {ast.In: "> 0", ast.NotIn: "== 0"}.get(type(parent.ops[0]))
            if told is None:
                return None
            edits.append(layout.replace(parent, f"{name}[{parent.left.id}] {told}"))
        elif isinstance(above, ast.Call) and above in guarded:
            edits.append(layout.replace(above, f"{name}[{context.text(above.args[0])}] -= 1"))
            removed = True
        elif (
            isinstance(parent, ast.Call) and match_expr(f"len({name})", parent) and context.is_builtin("len")
        ):
            context.need_builtins("sum")
            edits.append(layout.replace(parent, f"sum({name}.values())"))
        elif (isinstance(parent, ast.If | ast.While) and parent.test is load) or (
            isinstance(parent, ast.UnaryOp) and isinstance(parent.op, ast.Not)
        ):
            context.need_builtins("any")
            edits.append(layout.replace(load, f"any({name}.values())"))
        else:
            return None
    if not removed:
        return None
    # The values of a dict a Counter would take for counts.
    counted = value if source.name in ("", "dict") else made["M_xs"]
    return [lambda counter: layout.replace(value, f"{counter}({context.text(counted)})"), *edits]


def _is_element(context: FunctionContext, node: ast.expr, unknown: bool) -> bool:
    name = context.inference.of(node).name
    return name in _ELEMENTS or (unknown and name in ("", "!"))


def _caught_removals(context: FunctionContext, name: str) -> dict[ast.AST, tuple[ast.Try, TextEdit]]:
    """The calls of `try: xs.remove(x)` with a handler for ValueError alone, and how each `try` becomes an `if`."""
    found: dict[ast.AST, tuple[ast.Try, TextEdit]] = {}
    for place in places(context.node):
        attempt = place.statement
        if not isinstance(attempt, ast.Try) or attempt.finalbody or len(attempt.handlers) != 1:
            continue
        handler, first = attempt.handlers[0], attempt.body[0]
        removal = match_stmt(f"{name}.remove(M_x)", first)
        if not removal or not isinstance(removal["M_x"], ast.Name) or not isinstance(first, ast.Expr):
            continue
        if handler.name or not match_expr("ValueError", handler.type) or not context.is_builtin("ValueError"):
            continue
        if any(_wants_exception(node) for one in handler.body for node in ast.walk(one)):
            continue
        # What follows in the body must not raise into the same handler.
        rest = [*attempt.body[1:], *attempt.orelse]
        if attempt.body[1:] and not all(isinstance(one, _CALM) for one in attempt.body[1:]):
            continue
        layout, wanted = context.layout, removal["M_x"].id
        texts = [layout.block_text(block) if block else "" for block in (handler.body, rest)]
        if None in texts or (rest and attempt.body[1:] and attempt.orelse):
            continue
        missing, after = (indent_lines((text or "").rstrip(), layout.unit) for text in texts)
        taken = f"{layout.unit}{name}[{wanted}] -= 1" + (f"\n{after}" if rest else "")
        code = f"if {name}[{wanted}] > 0:\n{taken}"
        if not all(isinstance(one, ast.Pass) for one in handler.body):
            code += f"\nelse:\n{missing}"
        edit = layout.replace_statements(attempt, attempt, code)
        if edit:
            found[first.value] = attempt, edit
    return found


_CALM = (ast.Pass, ast.Continue, ast.Break)
_TOLD = frozenset({"exc_info", "exception", "format_exc", "print_exc"})


def _wants_exception(node: ast.AST) -> bool:
    """Whether it raises again, or shows, the exception that is being handled: afterwards there is none."""
    if isinstance(node, ast.Raise):
        return node.exc is None
    if isinstance(node, ast.keyword):
        return node.arg in _TOLD
    return (isinstance(node, ast.Attribute) and node.attr in _TOLD) or (
        isinstance(node, ast.Name) and node.id in _TOLD
    )


def _is_copied_first(context: FunctionContext, name: str, value: ast.expr) -> bool:
    """Whether a parameter is only used after `xs = list(xs)`, in every call."""
    for statement in context.node.body:
        if isinstance(statement, ast.Assign) and statement.value is value:
            return True
        if name in all_names([statement]):
            return False
    return False


def _is_rebound(context: FunctionContext, name: str) -> bool:
    return any(
        isinstance(node, ast.AugAssign | ast.Delete)
        and any(isinstance(part, ast.Name) and part.id == name for part in ast.walk(node))
        for node in context.own
    )


def _guarded_removals(context: FunctionContext, name: str) -> set[ast.AST]:
    """The calls xs.remove(x) that come first under `if x in xs`."""
    found: set[ast.AST] = set()
    for place in places(context.node):
        branch = place.statement
        if not isinstance(branch, ast.If):
            continue
        asked = match_expr(f"M_x in {name}", branch.test)
        missing = match_expr(f"M_x not in {name}", branch.test)
        after: Sequence[ast.stmt] = branch.body if asked else branch.orelse
        if (
            missing
            and not branch.orelse
            and isinstance(branch.body[-1], ast.Return | ast.Continue | ast.Break)
        ):
            # Ex) if x not in xs: return False
            after = place.after
        told = asked or missing
        if told and isinstance(told["M_x"], ast.Name):
            removal = _first_removal(name, told["M_x"].id, after)
            if removal:
                found.add(removal)
    return found


def _first_removal(name: str, wanted: str, block: Sequence[ast.stmt]) -> ast.expr | None:
    """xs.remove(x) in a block, where nothing before it changes x or removes anything."""
    for statement in block:
        removal = match_stmt(f"{name}.remove({wanted})", statement)
        if removal and isinstance(statement, ast.Expr):
            return statement.value
        if wanted in written_names([statement]) or name in all_names([statement]):
            return None
    return None


STRATEGY = BuiltinStrategy("multiset-removal", "data_structure", _build, __doc__ or "", ("VX108",))
