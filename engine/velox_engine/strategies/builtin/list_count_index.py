"""Looks counts and positions up in a dict instead of scanning a sequence for each.

What it does: `xs.count(x)` in a loop reads a Counter built once, and `xs.index(x)` in a loop reads a dict of first
positions; a value that is not there still goes to `index`, which raises as before.

Example:
    def most_common(words: list[str]):
        best = 0
        for word in words:
            if words.count(word) > best:
                best = words.count(word)
        return best

Result:
    from collections import Counter


    def most_common(words: list[str]):
        best = 0
        words_counts = Counter(words)
        for word in words:
            if words_counts[word] > best:
                best = words_counts[word]
        return best

Inputs:
    (["a", "b", "a"],)
    ([],)

When it is unsafe: unhashable elements, and a sequence that changes in the loop. A str counts substrings, so it is
taken only where single characters are asked for.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator

from velox_engine.strategies.base import BuiltinStrategy, FunctionContext, Rewrite
from velox_engine.strategies.effects import keeps_contents
from velox_engine.strategies.imports import import_member
from velox_engine.strategies.loops import places
from velox_engine.strategies.shape import element_of
from velox_engine.types import TextEdit


def _build(context: FunctionContext) -> Iterator[Rewrite]:
    done: set[tuple[str, str]] = set()
    for place in places(context.node):
        statement = place.statement
        if isinstance(statement, ast.For | ast.While):
            repeated: list[ast.AST] = list(statement.body)
        elif isinstance(statement, ast.Assign | ast.Return | ast.Expr | ast.AugAssign):
            repeated = [
                part
                for part in ast.walk(statement)
                if isinstance(part, ast.ListComp | ast.GeneratorExp | ast.SetComp | ast.DictComp)
            ]
        else:
            continue
        for method in ("count", "index"):
            for name in _names(repeated, method):
                if (name, method) in done:
                    continue
                edits = _edits(context, statement, repeated, name, method)
                if edits:
                    done.add((name, method))
                    what = "counts" if method == "count" else "positions"
                    yield Rewrite(tuple(edits), f"read the {what} in {name} from a dict built once")


def _calls(nodes: list[ast.AST], method: str) -> list[ast.Call]:
    return [
        node
        for top in nodes
        for node in ast.walk(top)
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and node.func.attr == method
        and isinstance(node.func.value, ast.Name)
        and len(node.args) == 1
        and not node.keywords
    ]


def _names(nodes: list[ast.AST], method: str) -> list[str]:
    called = [call.func for call in _calls(nodes, method)]
    names = [
        func.value.id
        for func in called
        if isinstance(func, ast.Attribute) and isinstance(func.value, ast.Name)
    ]
    return list(dict.fromkeys(names))


def _edits(
    context: FunctionContext, statement: ast.stmt, repeated: list[ast.AST], name: str, method: str
) -> list[TextEdit] | None:
    shape = _shape(context, name)
    element = element_of(shape)
    calls = [
        call
        for call in dict.fromkeys(_calls(repeated, method))
        if isinstance(call.func, ast.Attribute)
        and isinstance(call.func.value, ast.Name)
        and call.func.value.id == name
    ]
    asked = [context.inference.of(call.args[0]) for call in calls]
    # Whatever counts its own elements does it by equality: lists and tuples, and texts their characters.
    own = method == "count" and all(_is_own_element(context, call.args[0], name) for call in calls)
    if shape.name not in ("list", "tuple", "str", "sequence") and not (own and shape.name == ""):
        return None
    if element.name in ("list", "dict", "set"):
        return None
    if any(one.name in ("list", "dict", "set") for one in asked):
        return None
    if any(not isinstance(call.args[0], ast.Name | ast.Subscript | ast.Constant) for call in calls):
        return None
    if shape.name == "str":
        # A longer text may occur over and over where no element equals it, and an empty one occurs everywhere.
        told = _is_of_text if method == "count" else _is_character
        if not all(told(context, call.args[0]) for call in calls):
            return None
    if name in context.scope.bound and not keeps_contents(context, name, [statement]):
        return None
    if any(isinstance(call.args[0], ast.Constant) for call in calls):
        return None
    layout = context.layout
    if method == "count":
        counter, imported = import_member(context, "collections", "Counter")
        table = context.fresh(f"{name}_counts", f"{name}_tally")
        insertion = layout.insert_before(statement, f"{table} = {counter}({name})")
        changes = [layout.replace(call, f"{table}[{context.text(call.args[0])}]") for call in calls]
        return [insertion, *changes, *imported] if insertion else None
    context.need_builtins("reversed", "range", "len")
    table = context.fresh(f"{name}_positions", f"{name}_index")
    at = context.fresh("position", "at")
    # Backwards, so that of equal elements the first one stays.
    insertion = layout.insert_before(
        statement, f"{table} = {{{name}[{at}]: {at} for {at} in reversed(range(len({name})))}}"
    )
    changes = []
    for call in calls:
        item = context.text(call.args[0])
        text = f"{table}[{item}] if {item} in {table} else {context.text(call)}"
        changes.append(layout.replace(call, text if _stands_alone(context, call) else f"({text})"))
    return [insertion, *changes] if insertion else None


def _shape(context: FunctionContext, name: str):
    return context.inference.of(ast.Name(name, ast.Load()))


def _is_character(context: FunctionContext, node: ast.expr) -> bool:
    """Whether it is a single character or nothing at all that index would be asked for: c of `for c in text`."""
    if not isinstance(node, ast.Name):
        return False
    return any(
        isinstance(part, ast.For | ast.comprehension)
        and isinstance(part.target, ast.Name)
        and part.target.id == node.id
        for part in ast.walk(context.node)
    )


def _is_of_text(context: FunctionContext, node: ast.expr) -> bool:
    """Whether it is a single character for sure: c of `for c in text`, with nothing else bound to that name."""
    sources = _gone_through(context, node)
    return bool(sources) and all(context.inference.of(source).name == "str" for source in sources)


def _is_own_element(context: FunctionContext, node: ast.expr, name: str) -> bool:
    """Whether it is an element of `name` for sure: x of `for x in xs` or `for x in set(xs)`."""

    def is_whole(source: ast.expr) -> bool:
        if isinstance(source, ast.Call) and isinstance(source.func, ast.Name) and len(source.args) == 1:
            known = source.func.id in ("list", "set", "sorted", "tuple") and context.is_builtin(
                source.func.id
            )
            source = source.args[0] if known and not source.keywords else source
        return isinstance(source, ast.Name) and source.id == name

    sources = _gone_through(context, node)
    return bool(sources) and all(map(is_whole, sources))


def _gone_through(context: FunctionContext, node: ast.expr) -> list[ast.expr]:
    """What the loops go through whose variable `node` is; nothing if that name is bound otherwise too."""
    if not isinstance(node, ast.Name):
        return []
    bound = [
        part
        for part in ast.walk(context.node)
        if isinstance(part, ast.Name) and part.id == node.id and not isinstance(part.ctx, ast.Load)
    ]
    loops = [
        part
        for part in ast.walk(context.node)
        if isinstance(part, ast.For | ast.comprehension) and part.target in bound
    ]
    return [loop.iter for loop in loops] if len(loops) == len(bound) else []


def _stands_alone(context: FunctionContext, node: ast.AST) -> bool:
    parent = context.parents.get(node)
    return isinstance(parent, ast.Assign | ast.Return) or (
        isinstance(parent, ast.Subscript) and parent.slice is node
    )


STRATEGY = BuiltinStrategy("list-count-index", "data_structure", _build, __doc__ or "", ("VX106", "VX107"))
