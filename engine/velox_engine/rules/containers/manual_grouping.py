"""Grouping by hand.

## What it does
Finds values collected by key in a loop with `if k not in d: d[k] = []`, with `if`/`else`, or with
`d.setdefault(k, []).append(v)`.

## Why it is slow
Each item costs a test and two or three look-ups, and `setdefault` makes a list that is thrown away nearly
every time. A `collections.defaultdict` makes one look-up, and a list only for a new key.

## Example
```python
def group(pairs):
    groups = {}
    for key, value in pairs:
        if key not in groups:
            groups[key] = []
        groups[key].append(value)
    return groups
```

## Use instead
```python
from collections import defaultdict

def group(pairs):
    groups = defaultdict(list)
    for key, value in pairs:
        groups[key].append(value)
    return dict(groups)
```

## When it is unsafe
A defaultdict makes an entry for every key that is asked for: turn it into a dict before handing it out.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from velox_engine.rules.base import Benchmark, Hit, Rule
from velox_engine.rules.context import Context
from velox_engine.rules.evidence import is_evident
from velox_engine.rules.shapes import (
    alternatives,
    arguments,
    assigned,
    comparison,
    consequence,
    expression_of,
    is_constant,
    method_name,
    next_statement,
    receiver,
    statements,
)
from velox_engine.source.syntax import Node

_PLAIN = frozenset({"", "dict", "mapping", "OrderedDict"})
_EMPTY = {"[]": "append", "list()": "append", "set()": "add", "{}": "update", "dict()": "update"}
_ADDING = frozenset({"append", "add", "extend", "update"})


def check(node: Node, context: Context) -> Iterator[Hit]:
    """Ex) for k, v in pairs: groups.setdefault(k, []).append(v)"""
    container = _by_setdefault(node, context) if node.type == "call" else _by_test(node, context)
    if container is None or container.type != "identifier" or context.kind(container).name not in _PLAIN:
        return
    loops = context.repeats(node)
    name = context.text(container)
    values = [context.text(binding.value) for binding in context.scope(node).bindings(name)]
    if not values or any(value not in ("{}", "dict()", "OrderedDict()") for value in values):
        return  # a dict that comes from elsewhere is not ours to make of another class
    if not loops or context.is_rebound(name, loops[0]) or _holds_fields(name, node, context):
        return
    how = (
        "makes an empty container for every item"
        if node.type == "call"
        else "looks each key up several times"
    )
    handed_out = _is_handed_out(name, node, context)
    if handed_out and b"except KeyError" in context.data:
        return  # whoever asks for a missing key would get an empty container
    rest = f" (hand out `dict({name})`: missing keys stay errors)" if handed_out else ""
    yield Hit(
        node,
        f"`{name}` is grouped by hand and {how}; a `defaultdict` looks it up once{rest}",
        # `setdefault` is as short, so that only time can be gained
        doubtful=node.type == "call"
        and not (context.is_self_contained(node) and is_evident(context, node, None)),
    )


def _holds_fields(name: str, node: Node, context: Context) -> bool:
    """Ex) `found["kind"] = kind`: what is grouped stands beside values that are not."""
    function = context.function(node)
    start, end = (function.start, function.end) if function is not None else (0, len(context.data))
    field = rb"\b%s\[[^\]\n]*\] = (?!\[|\{|list\(|set\(|dict\()" % re.escape(name.encode())
    return re.search(field, context.data[start:end]) is not None


def _is_handed_out(name: str, node: Node, context: Context) -> bool:
    """Ex) return groups, self.groups = groups"""
    function = context.function(node)
    if function is None:
        return True
    outside = rb"(?:\b(?:return|yield)\b[^\n]*|\.\w+ = )\b%s\b(?!\[)" % re.escape(name.encode())
    return re.search(outside, context.data[function.start : function.end]) is not None


def _by_setdefault(node: Node, context: Context) -> Node | None:
    given = arguments(node)
    outer = node.parent
    call = outer.parent if outer is not None and outer.type == "attribute" else None
    if len(given) != 2 or call is None or call.type != "call":
        return None
    if is_constant(given[0]):
        return None  # Ex) `row.setdefault("tags", [])` fills one field
    if context.text(given[1]) not in _EMPTY or method_name(call, context) not in _ADDING:
        return None
    return receiver(node)


def _by_test(node: Node, context: Context) -> Node | None:
    parts = comparison(node.child_by_field_name("condition"), context)
    if parts is None or parts[1] not in ("in", "not in") or is_constant(parts[0]):
        return None
    key, container = context.text(parts[0]), parts[2]
    if container.type == "call" and method_name(container, context) == "keys":
        container = receiver(container) or container
    wanted = f"{context.text(container)}[{key}]".replace(" ", "")
    first, others = consequence(node), alternatives(node)
    if len(first) != 1 or len(others) > 1:
        return None
    if others:
        if others[0].type != "else_clause":
            return None
        last = statements(others[0].child_by_field_name("body"))
        known, unknown = (first, last) if parts[1] == "in" else (last, first)
        if len(known) == 1 and len(unknown) == 1 and _adds(known[0], wanted, context):
            return container if _starts(unknown[0], wanted, context, filled=True) else None
        return None
    if parts[1] == "not in" and _starts(first[0], wanted, context, filled=False):
        following = next_statement(node)
        return container if following is not None and _adds(following, wanted, context) else None
    return None


def _adds(statement: Node, wanted: str, context: Context) -> bool:
    """Ex) d[k].append(v)"""
    expression = expression_of(statement)
    if expression is None or expression.type != "call" or method_name(expression, context) not in _ADDING:
        return False
    return context.text(receiver(expression)).replace(" ", "") == wanted


def _starts(statement: Node, wanted: str, context: Context, *, filled: bool) -> bool:
    """Ex) d[k] = [] when not filled, d[k] = [v] when filled"""
    parts = assigned(statement, context)
    if parts is None or context.text(parts[0]).replace(" ", "") != wanted:
        return False
    if filled:
        return parts[1].type in ("list", "set") and parts[1].named_child_count == 1
    return context.text(parts[1]) in _EMPTY


RULE = Rule(
    id="VX105",
    name="manual-grouping",
    check=check,
    family="lookup",
    cost="O(n)",
    methods=("setdefault",),
    patterns=("(if_statement)",),
    in_loop=True,
    severity="hint",
    strategy="defaultdict-grouping",
    action="stdlib_substitution",
    benchmark=Benchmark(
        "group(pairs)",
        "pairs = [(i % 20, i) for i in range(1000)]",
    ),
    doc=__doc__ or "",
)
