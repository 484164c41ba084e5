"""Recursion that computes the same answers again and again.

## What it does
Finds functions that call themselves at least twice on one path, each time with arguments that are a small step away
from their own, and that keep no answers.

## Why it is slow
The calls overlap, so their number grows exponentially: `fib(30)` makes 1.6 million calls, with a cache 31.

## Example
```python
def stairs(n: int) -> int:
    if n < 2:
        return 1
    return stairs(n - 1) + stairs(n - 2)
```

## Use instead
```python
from functools import cache

@cache
def stairs(n: int) -> int:
    if n < 2:
        return 1
    return stairs(n - 1) + stairs(n - 2)
```

## When it is unsafe
The arguments must be hashable, the function must have no side effects, and answers that callers change must be copied.
The cache keeps what it is given alive.
"""

from __future__ import annotations

from collections.abc import Iterator

from velox_engine.rules.base import Benchmark, Hit, Rule
from velox_engine.rules.context import Context
from velox_engine.rules.shapes import arguments, has_splat, keywords, names_itself
from velox_engine.source.scopes import Scope
from velox_engine.source.syntax import Node, captures, compile_query

_SELF_CALLS = "(call function: (identifier) @called) @call (call function: (attribute) @called) @call"
_EFFECTS = "[(yield) (await) (global_statement) (nonlocal_statement) (raise_statement)] @effect"
_EXCLUSIVE = frozenset(
    {"if_statement", "elif_clause", "else_clause", "conditional_expression", "case_clause"}
)
_LOUD = frozenset({"print", "open", "input", "exec", "setattr", "next"})


def check(node: Node, context: Context) -> Iterator[Hit]:
    """Ex) def fib(n): return fib(n - 1) + fib(n - 2)"""
    identifier = node.child_by_field_name("name")
    body = node.child_by_field_name("body")
    if identifier is None or body is None:
        return
    name = context.data[identifier.start_byte : identifier.end_byte]
    # Two calls and the definition: most functions end here.
    text = context.data[body.start_byte : body.end_byte]
    if text.count(name + b"(") < 2:
        return
    own = node.id
    calls = _self_calls(node, name.decode("utf-8", "replace"), context)
    if len(calls) < 2 or _is_cached(node, context):
        return
    region = context.regions.function(context.regions.at(body.start_byte, body.start_byte + 1))
    if region is None or region.node.id != own or not _looks_pure(body, calls, context):
        return
    scope = context.scope(body)
    # Ex) a parameter that stands for something else at the second call is no step from the first
    parameters = [name for name in _parameters(node, context) if len(scope.bindings(name)) == 1]
    steps = [_step(call, parameters, context) for call in calls]
    overlapping = [(call, step) for call, step in zip(calls, steps, strict=True) if step is not None]
    for index, (first, _) in enumerate(overlapping):
        for second, _ in overlapping[index + 1 :]:
            if _both_run(body, first, second, context):
                shown = context.short(first), context.short(second)
                yield Hit(
                    identifier,
                    f"`{name.decode()}` calls itself as `{shown[0]}` and `{shown[1]}`, which overlap: "
                    "the number of calls grows exponentially; keeping the answers computes each once",
                )
                return


def _self_calls(node: Node, name: str, context: Context) -> list[Node]:
    found = captures(compile_query(_SELF_CALLS), node)
    calls: list[Node] = []
    for call in found.get("call", ()):
        function = context.text(call.child_by_field_name("function"))
        if function in (name, f"self.{name}", f"cls.{name}"):
            calls.append(call)
    return calls


def _is_cached(node: Node, context: Context) -> bool:
    outer = node.parent
    if outer is None or outer.type != "decorated_definition":
        return False
    # A decorator may do anything, and most that are put on a recursive function keep its answers.
    return any(
        child.type == "decorator" and context.text(child) not in ("@staticmethod", "@classmethod")
        for child in outer.named_children
    )


def _looks_pure(body: Node, calls: list[Node], context: Context) -> bool:
    for effect in captures(compile_query(_EFFECTS), body).get("effect", ()):
        if effect.type != "raise_statement":
            return False
    scope = context.scope(calls[0])
    for call in captures(compile_query("(call function: (identifier) @name)"), body).get("name", ()):
        if context.text(call) in _LOUD:
            return False
    for statement in captures(compile_query("(expression_statement (call)) @bare"), body).get("bare", ()):
        call = statement.named_children[0]
        function = call.child_by_field_name("function")
        head = function.child_by_field_name("object") if function is not None else None
        # Changing a list made here is no effect; any other call for its own sake is one.
        if head is None or head.type != "identifier" or not _is_own(context.text(head), scope):
            return False
    for name in {context.text(node) for node in context.names_in(body)}:
        if scope.changes(name) and not _is_own(name, scope):
            return False
    return True


def _is_own(name: str, scope: Scope) -> bool:
    bindings = scope.bindings(name)
    return bool(bindings) and all(binding.how in ("assign", "with", "for", "walrus") for binding in bindings)


def _parameters(node: Node, context: Context) -> list[str]:
    parameters = node.child_by_field_name("parameters")
    names: list[str] = []
    for child in parameters.named_children if parameters is not None else ():
        if child.type == "identifier":
            names.append(context.text(child))
        elif child.type in ("default_parameter", "typed_default_parameter"):
            names.append(context.text(child.child_by_field_name("name")))
        elif child.type == "typed_parameter":
            names.append(context.text(child.named_children[0]))
    return names[1:] if names and names[0] in ("self", "cls") else names


def _step(call: Node, parameters: list[str], context: Context) -> tuple[str, ...] | None:
    """The arguments when each is a parameter or a small step from one, and at least one is a step."""
    given = arguments(call)
    if has_splat(call) or not given:
        return None
    texts: list[str] = []
    stepped = False
    for value in [*given, *keywords(call, context).values()]:
        change = _change(value, parameters, context)
        if change is None:
            return None
        stepped = stepped or change
        texts.append(context.text(value))
    return tuple(texts) if stepped else None


def _change(value: Node, parameters: list[str], context: Context) -> bool | None:
    """True for a step from a parameter, False for the parameter itself, None for anything else."""
    if value.type == "identifier":
        return False if context.text(value) in parameters else None
    if value.type == "binary_operator":
        left, right = value.child_by_field_name("left"), value.child_by_field_name("right")
        operator = context.text(value.child_by_field_name("operator"))
        if left is None or right is None or operator not in ("-", "+"):
            return None
        if left.type == "identifier" and context.text(left) in parameters:
            # Ex) n - 1, n - k, amount - coins[i]
            return True if right.type in ("integer", "identifier", "subscript") else None
        return None
    if value.type == "subscript":
        # Ex) text[1:], text[:-1]: the rest of a sequence
        owner, index = value.child_by_field_name("value"), value.child_by_field_name("subscript")
        if owner is not None and index is not None and context.text(owner) in parameters:
            return True if context.text(index).replace(" ", "") in ("1:", ":-1", "2:", ":-2") else None
    return None


def _both_run(body: Node, first: Node, second: Node, context: Context) -> bool:
    """Whether one activation can make both calls."""
    node = body
    while True:
        one, two = node.child_with_descendant(first), node.child_with_descendant(second)
        if one is None or two is None:
            return False
        if one.id != two.id:
            break
        node = one
    if node.type == "conditional_expression":
        parts = [child.id for child in node.named_children]
        # `a if test else b` runs the test and one of the two.
        return len(parts) == 3 and parts[1] in (one.id, two.id)
    if node.type in _EXCLUSIVE:
        return one.type not in ("block", "else_clause", "elif_clause")
    if node.type == "try_statement":
        # Ex) try: return f(n - 1) / except KeyError: return f(n - 2)
        return "except_clause" not in (one.type, two.type)
    if node.type == "boolean_operator":
        return True
    if node.type == "block":
        # Once the first call's statement has returned, the second never runs.
        path = [one, *context.ancestors(first, one)]
        return all(
            step.type not in ("return_statement", "if_statement", "elif_clause", "else_clause")
            for step in path
        )
    return True


RULE = Rule(
    id="VX401",
    name="recomputing-recursion",
    check=check,
    family="recursion",
    cost="O(2ⁿ)",
    strategy="memoize",
    action="caching",
    patterns=("(function_definition)",),
    first=names_itself,
    severity="warning",
    benchmark=Benchmark("(getattr(stairs, 'cache_clear', int)(), stairs(16))[1]"),
    doc=__doc__ or "",
)
