"""Recursion that hands on a copy of the rest.

## What it does
Finds functions that call themselves with `xs[1:]` or `xs[:-1]` of their own parameter.

## Why it is slow
Each call copies all that is left: O(n²) time and memory. An index, or a loop, copies nothing.

## Example
```python
def total(values):
    if not values:
        return 0
    return values[0] + total(values[1:])
```

## Use instead
```python
def total(values):
    result = 0
    for value in values:
        result += value * 1
    return result
```

## When it is unsafe
A loop has no recursion limit to run into; a function that others override or wrap must stay recursive.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from velox_engine.rules.base import Benchmark, Hit, Rule
from velox_engine.rules.context import Context
from velox_engine.rules.shapes import arguments, names_itself
from velox_engine.source.syntax import Node, captures, compile_query

_TAILS = frozenset({"1:", ":-1"})


def check(node: Node, context: Context) -> Iterator[Hit]:
    """Ex) return values[0] + total(values[1:])"""
    if _is_method(node, context):
        return  # what a method goes down is a tree or a path, a handful of steps deep
    identifier, block = node.child_by_field_name("name"), node.child_by_field_name("body")
    parameters = node.child_by_field_name("parameters")
    if identifier is None or block is None or parameters is None:
        return
    name = context.data[identifier.start_byte : identifier.end_byte]
    shown = name.decode("utf-8", "replace")
    text = context.data[block.start_byte : block.end_byte]
    if name + b"(" not in text or (b"[1:" not in text and b":-1]" not in text):
        return
    calls = [
        call
        for call in captures(compile_query("(call function: (_) @function) @call"), block).get("call", ())
        if context.text(call.child_by_field_name("function")) in (shown, f"self.{shown}")
    ]
    if not all(_hands_on_rest(call, context) for call in calls):
        return  # the function goes two ways, and how often it goes this one is not known
    if not all(context.is_quick(block, beside=call) for call in calls[:1]) and len(calls) == 1:
        return  # at most a thousand deep, and beside what a call does the copy is nothing
    if context.mentions_numpy:
        return  # a slice of an array copies nothing
    own = {context.text(part) for part in context.names_in(parameters)}
    for call in calls:
        region = context.region(call)
        around = call.parent
        if around is not None and around.type in ("for_statement", "for_in_clause"):
            return  # Ex) `for rest in orders(items[1:])`: what comes back is many times as much
        if any(True for _ in context.regions.loops(region, call.start_byte)):
            return  # a tree is walked, and its depth is small beside its size
        if any(_descends(value, own, context) for value in arguments(call)):
            return  # Ex) `find(keys[1:], tree[keys[0]])` is as deep as the tree
        for value in arguments(call):
            if value.type != "subscript" or value.named_child_count != 2:
                continue
            bounds = context.text(value.child_by_field_name("subscript")).replace(" ", "")
            name = context.text(value.child_by_field_name("value"))
            part = value.child_by_field_name("value")
            if part is None or context.is_small(part):
                continue
            if bounds in _TAILS and name in own and not _is_key(name, node, context):
                yield Hit(
                    call,
                    f"`{context.short(value)}` copies all that is left for each call: O(n²); "
                    "hand on an index, or loop",
                )
                return


def _is_method(node: Node, context: Context) -> bool:
    outer = context.region(node)
    return outer is not None and outer.kind == "class"


def _hands_on_rest(call: Node, context: Context) -> bool:
    parts = [value.child_by_field_name("subscript") for value in arguments(call) if value.type == "subscript"]
    return any(context.text(part).replace(" ", "") in _TAILS for part in parts)


def _descends(value: Node, own: set[str], context: Context) -> bool:
    """Whether an argument is a part of a parameter that is no slice: `node.left`, `tree[key]`, or a name of one."""
    if value.type == "identifier" and context.text(value) not in own:
        made = [binding.value for binding in context.scope(value).bindings(context.text(value))]
        heads = [context.text(one).partition(".")[0].partition("[")[0] for one in made]
        return any(
            head in own and one is not None and one.type != "identifier"
            for head, one in zip(heads, made, strict=True)
        )
    head = value.child_by_field_name("object" if value.type == "attribute" else "value")
    if head is None or value.type not in ("attribute", "subscript"):
        return False
    index = value.child_by_field_name("subscript")
    return context.text(head) in own - {"self"} and (index is None or index.type != "slice")


def _is_key(name: str, function: Node, context: Context) -> bool:
    """Whether results are kept by the parameter: `known[stack]`, `stack in known`, or something called a cache."""
    if "cache" in context.text(function):
        return True
    # Ex) `if sign[0] == "-": return -parse(sign[1:])` cuts off a mark or two
    if re.search(rf"\b{re.escape(name)}\[0\] == ['\"]", context.text(function)):
        return True
    return (
        re.search(rf"\[{re.escape(name)}\]|\b{re.escape(name)} (?:not )?in ", context.text(function))
        is not None
    )


RULE = Rule(
    id="VX402",
    name="slicing-recursion",
    check=check,
    family="copy",
    cost="O(n²)",
    strategy="slice-recursion",
    action="recursion_to_iteration",
    patterns=("(function_definition)",),
    first=names_itself,
    benchmark=Benchmark(
        "total(values)",
        "values = list(range(300))",
    ),
    doc=__doc__ or "",
)
