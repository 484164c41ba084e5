"""Duplicates removed by searching the list of what was kept.

## What it does
Finds `if x not in kept: kept.append(x)` inside a loop, where `kept` is a list.

## Why it is slow
Each element is compared with all that were kept before: O(n²). A dict or a set beside the list knows in O(1).

## Example
```python
def unique(values):
    kept = []
    for value in values:
        if value not in kept:
            kept.append(value)
    return kept
```

## Use instead
```python
def unique(values):
    return list(dict.fromkeys(values))
```

## When it is unsafe
The elements must be hashable, and equal elements must hash alike.
"""

from __future__ import annotations

from collections.abc import Iterator

from velox_engine.rules.base import Benchmark, Hit, Rule
from velox_engine.rules.containers.hashability import may_be_unhashable
from velox_engine.rules.context import Context
from velox_engine.rules.quantities import is_few
from velox_engine.rules.regions import Region
from velox_engine.rules.shapes import (
    arguments,
    comparison,
    consequence,
    is_stable_name,
    next_statement,
    only_call,
    receiver,
)
from velox_engine.rules.sizes import is_handful
from velox_engine.rules.surroundings import is_rarely_come_to
from velox_engine.source.syntax import Node

_COMMENT = 200  # bytes before the loop in which somebody may say why


def dedupe_target(node: Node, context: Context) -> Node | None:
    """The list when the comparison `x not in xs`, or `x in xs` before a `continue`, guards `xs.append(x)`."""
    parts = comparison(node, context)
    if parts is None or parts[1] not in ("in", "not in") or not is_stable_name(parts[2]):
        return None
    outer = node.parent
    while outer is not None and outer.type in ("parenthesized_expression", "boolean_operator"):
        outer = outer.parent
    if outer is None or outer.type != "if_statement":
        return None
    wanted, value = context.text(parts[2]), context.text(parts[0])
    guarded = consequence(outer)
    if parts[1] == "in":
        # Ex) if x in xs: continue
        if outer.id != (node.parent.id if node.parent else 0) or [s.type for s in guarded] != [
            "continue_statement"
        ]:
            return None
        guarded, following = [], next_statement(outer)
        while following is not None:
            guarded.append(following)
            following = next_statement(following)
    for statement in guarded:
        call = only_call(statement, "append", context)
        if call is None or context.text(receiver(call)) != wanted:
            continue
        given = arguments(call)
        if len(given) == 1 and context.text(given[0]) == value:
            return parts[2]
    return None


def check(node: Node, context: Context) -> Iterator[Hit]:
    """Ex) for x in xs: if x not in out: out.append(x)"""
    target = dedupe_target(node, context)
    if target is None:
        return
    kind = context.kind(target)
    name = context.text(target)
    if kind.name != "list" and not (not kind and _only_appended(target, context)):
        return
    if kind.element is not None and kind.element.name in ("list", "dict", "set", "ndarray", "dataframe"):
        return
    if is_handful(name.rpartition(".")[2]) or may_be_unhashable(node.named_children[0], target, context):
        return
    loops = context.repeats(node)
    if loops and _walks_text(loops[0], context):
        return  # as many as there are letters
    if loops and context.text(loops[0].node.child_by_field_name("condition")) in ("True", "1"):
        return  # Ex) again until nothing new comes up
    head = name.partition(".")[0]
    if not any(not context.is_rebound(head, loop) for loop in loops):
        return
    if b"hash" in context.data[max(0, loops[-1].start - _COMMENT) : node.end_byte]:
        return  # a comment says why it is no set
    # How many differ is not told by how many there are: in the branches of a program, few as a rule.
    doubtful = is_few(name.rpartition(".")[2]) or (
        not context.is_self_contained(node)
        and bool(loops)
        and is_rarely_come_to(context, node, loops[0], branches=1)
    )
    yield Hit(node, f"each value is compared with everything already in `{name}`: O(n²); "
                    "a dict or a set beside it knows in O(1)", doubtful=doubtful)  # fmt: skip


def _walks_text(loop: Region, context: Context) -> bool:
    walked = context.iterable(loop)
    return walked is not None and context.kind(walked).name in ("str", "bytes")


def _only_appended(target: Node, context: Context) -> bool:
    """Whether what is known of a name of unknown kind fits a list: a parameter that is appended to."""
    if target.type != "identifier":
        return False
    bindings = context.inference(target).lookup(context.text(target))
    return len(bindings) == 1 and bindings[0].how == "parameter" and bindings[0].annotation is None


RULE = Rule(
    id="VX103",
    name="quadratic-dedupe",
    check=check,
    family="membership",
    cost="O(n²)",
    many=True,
    patterns=('(comparison_operator ["in" "not in"])',),
    in_loop=True,
    strategy="ordered-dedupe",
    action="data_structure",
    severity="warning",
    benchmark=Benchmark(
        "unique(values)",
        "values = [i % 300 for i in range(1500)]",
    ),
    doc=__doc__ or "",
)
