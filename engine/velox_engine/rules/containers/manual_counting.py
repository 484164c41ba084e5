"""Counting by hand.

## What it does
Finds loops that only count how often each key occurs: `d[k] = d.get(k, 0) + 1`, or an `if k in d` before
`d[k] += 1`.

## Why it is slow
Each item costs several look-ups in bytecode; `collections.Counter` counts an iterable in C.

## Example
```python
def histogram(words):
    counts = {}
    for word in words:
        counts[word] = counts.get(word, 0) + 1
    return counts
```

## Use instead
```python
from collections import Counter

def histogram(words):
    return dict(Counter(words))
```

## When it is unsafe
A Counter answers 0 for a missing key where a dict raises; `dict(Counter(...))` keeps the old behaviour.
"""

from __future__ import annotations

from collections.abc import Iterator

from velox_engine.rules.base import Benchmark, Hit, Rule
from velox_engine.rules.context import Context
from velox_engine.rules.shapes import (
    alternatives,
    arguments,
    assigned,
    body,
    comparison,
    consequence,
    expression_of,
    method_name,
    next_statement,
    receiver,
    statements,
)
from velox_engine.source.syntax import Node

_PLAIN = frozenset({"", "dict", "mapping", "OrderedDict"})


def check(node: Node, context: Context) -> Iterator[Hit]:
    """Ex) for w in words: counts[w] = counts.get(w, 0) + 1"""
    target = _counted_by_get(node, context) if node.type == "assignment" else _counted_by_test(node, context)
    if target is None:
        return
    container = target.child_by_field_name("value")
    if container is None or container.type != "identifier" or context.kind(container).name not in _PLAIN:
        return
    loops = context.repeats(node)
    if not loops or loops[0].kind != "for" or not only_feeds(node, loops[0].node, context):
        return
    name = context.text(container)
    if context.is_rebound(name, loops[0]):
        return
    yield Hit(node, f"`{name}` counts by hand, several look-ups for each item; "
                    "`collections.Counter` counts in C")  # fmt: skip


def only_feeds(node: Node, loop: Node, context: Context) -> bool:
    """Whether the loop does little besides this statement, so that one call can take the loop's place."""
    if b"await" in context.data[loop.start_byte : loop.end_byte]:
        return False
    steps = body(loop)
    # Ex) a guard around the only statement
    while len(steps) == 1 and steps[0].type in ("if_statement", "with_statement", "for_statement"):
        if steps[0].start_byte == node.start_byte:
            return True
        if alternatives(steps[0]):
            return False
        steps = body(steps[0]) if steps[0].type != "if_statement" else consequence(steps[0])
    mine = next((step for step in steps if step.start_byte <= node.start_byte < step.end_byte), None)
    if mine is None or mine.start_byte != node.start_byte:
        return False  # Ex) in one of several branches
    others = [step for step in steps if not step.start_byte <= node.start_byte < step.end_byte]
    return len(others) <= 2 and all(
        step.type == "expression_statement" and _prepares(step, context) for step in others
    )


def _prepares(step: Node, context: Context) -> bool:
    """Ex) key = line.strip(), or the `counts[key] += 1` that belongs to a test before it"""
    expression = expression_of(step)
    if expression is None:
        return False
    if expression.type == "augmented_assignment":
        return True
    parts = assigned(step, context)
    return parts is not None and parts[0].type in ("identifier", "pattern_list")


def _counted_by_get(node: Node, context: Context) -> Node | None:
    left, right = node.child_by_field_name("left"), node.child_by_field_name("right")
    if left is None or right is None or left.type != "subscript" or right.type != "binary_operator":
        return None
    first, second = right.child_by_field_name("left"), right.child_by_field_name("right")
    if context.text(right.child_by_field_name("operator")) != "+":
        return None
    for call, step in ((first, second), (second, first)):
        if call is None or call.type != "call" or context.integer(step) != 1:
            continue
        given = arguments(call)
        if method_name(call, context) != "get" or len(given) != 2 or context.integer(given[1]) != 0:
            continue
        same_container = context.text(receiver(call)) == context.text(left.child_by_field_name("value"))
        if same_container and context.text(given[0]) == context.text(left.child_by_field_name("subscript")):
            return left
    return None


def _counted_by_test(node: Node, context: Context) -> Node | None:
    parts = comparison(node.child_by_field_name("condition"), context)
    if parts is None or parts[1] not in ("in", "not in"):
        return None
    key, container = context.text(parts[0]), parts[2]
    if container.type == "call" and method_name(container, context) == "keys":
        container = receiver(container) or container
    wanted = f"{context.text(container)}[{key}]"
    first, others = consequence(node), alternatives(node)
    if len(first) != 1 or len(others) > 1:
        return None
    if others:
        if others[0].type != "else_clause":
            return None
        last = statements(others[0].child_by_field_name("body"))
        known, unknown = (first, last) if parts[1] == "in" else (last, first)
        if len(known) != 1 or len(unknown) != 1:
            return None
        target = _plus_one(known[0], wanted, context)
        return target if _set_to(unknown[0], wanted, "1", context) else None
    # Ex) if k not in d: d[k] = 0 / d[k] += 1
    if parts[1] == "not in" and _set_to(first[0], wanted, "0", context):
        following = next_statement(node)
        return _plus_one(following, wanted, context) if following is not None else None
    return None


def _plus_one(statement: Node, wanted: str, context: Context) -> Node | None:
    expression = expression_of(statement)
    if expression is None:
        return None
    left = expression.child_by_field_name("left")
    if (
        left is None
        or left.type != "subscript"
        or context.text(left).replace(" ", "") != wanted.replace(" ", "")
    ):
        return None
    text = context.text(expression).replace(" ", "")
    target = wanted.replace(" ", "")
    return left if text in (f"{target}+=1", f"{target}={target}+1", f"{target}=1+{target}") else None


def _set_to(statement: Node, wanted: str, value: str, context: Context) -> bool:
    parts = assigned(statement, context)
    if parts is None or context.text(parts[1]) != value:
        return False
    return context.text(parts[0]).replace(" ", "") == wanted.replace(" ", "")


RULE = Rule(
    id="VX104",
    name="manual-counting",
    check=check,
    family="lookup",
    cost="O(n)",
    severity="hint",
    patterns=("(assignment left: (subscript) right: (binary_operator (call)))", "(if_statement)"),
    in_loop=True,
    strategy="counter",
    action="stdlib_substitution",
    benchmark=Benchmark(
        "histogram(words)",
        "words = 'the quick brown fox jumps over the lazy dog'.split() * 100",
    ),
    doc=__doc__ or "",
)
