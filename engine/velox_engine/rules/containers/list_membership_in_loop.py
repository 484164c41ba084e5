"""Membership test on a list inside a loop.

## What it does
Finds `x in items` and `x not in items` that run once for each turn of a loop, where `items` is a list.

## Why it is slow
A list is searched from its start, so the loop costs O(n·m). A set answers in O(1).

## Example
```python
def common(left: list[int], right: list[int]) -> list[int]:
    return [value for value in left if value in right]
```

## Use instead
```python
def common(left: list[int], right: list[int]) -> list[int]:
    known = set(right)
    return [value for value in left if value in known]
```

## When it is unsafe
The elements must be hashable, and equal elements must hash alike. A list that changes during the loop needs
its set kept up to date.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from velox_engine.rules.base import Benchmark, Hit, Rule
from velox_engine.rules.containers.hashability import may_be_unhashable
from velox_engine.rules.containers.quadratic_dedupe import dedupe_target
from velox_engine.rules.context import Context
from velox_engine.rules.shapes import comparison, consequence, is_constant, is_stable_name
from velox_engine.rules.sizes import is_handful
from velox_engine.source.syntax import Node

# Of an argument without a hint its name is all that is known.
_CALLED_A_LIST = re.compile(r"l\d?|ls|li?st_?[0-9a-z]?|list[A-Z0-9]\w*|\w+(?:_li?st|List)_?\d?|li?st_\w+")
_UNHASHABLE = frozenset({"list", "dict", "set", "bytearray", "ndarray", "dataframe", "deque"})


def check(node: Node, context: Context) -> Iterator[Hit]:
    """Ex) for v in left: if v in right: ..."""
    if node.named_child_count != 2:
        return
    needle, container = node.named_children
    if container.type == "list":
        yield from _literal(node, container, context)
        return
    if not is_stable_name(container) or is_constant(needle):
        return  # Ex) while None in sizes: asks once more after each change
    name = context.text(container)
    if is_handful(name.rpartition(".")[2]):
        return
    kind = context.kind(container)
    by_name = not kind.name and _is_called_a_list(container, context)
    if not (kind.name == "list" or by_name) or (
        kind.element is not None and kind.element.name in _UNHASHABLE
    ):
        return
    if name in ("sys.path", "sys.argv") or context.is_small(container):
        return
    if container.type == "attribute" and _is_given_from_outside(name.rpartition(".")[2], context):
        return
    if context.kind(needle).name in _UNHASHABLE:
        return
    loop = next((loop for loop in context.repeats(node) if not context.is_replaced(container, loop)), None)
    if loop is None or _is_part_of_dedupe(node, name, context):
        return
    if _finds_the_first_missing(node, context):
        return
    conditions = [context.text(one.node.child_by_field_name("condition")) for one in context.repeats(node)]
    if any(_is_filled_up_to(name, condition) for condition in conditions):
        return
    if _is_drawn_again(node, context.text(needle), context) or may_be_unhashable(needle, container, context):
        return
    if f"{name}.index({context.text(needle)})" in context.text(loop.node):
        return  # Ex) `totals[keys.index(key)] += value`: the position is what is wanted
    if f"{name}.pop(".encode() in context.data:
        return  # Ex) a stack, which a set cannot be
    if f"{name}.remove({context.text(needle)})" in context.text(loop.node):
        return  # Ex) while "" in parts: parts.remove("")
    called = "is a list by its name" if by_name else "is a list"
    yield Hit(node, f"`{name}` {called} and is searched from its start in each turn of {context.describe(loop)}: "
                    "O(n·m), a set would make it O(n)", subject=container,
              severity="hint" if _is_written_down(container, context) else "info" if by_name else None)  # fmt: skip


def _is_given_from_outside(attribute: str, context: Context) -> bool:
    """Ex) `reader.known = memory` beside `self.known = []`: what is searched need not be a list then."""
    return re.search(rb"(?<!\bself)\.%s = " % re.escape(attribute.encode()), context.data) is not None


def _is_called_a_list(container: Node, context: Context) -> bool:
    """Ex) `list2` of `def common(list1, list2):`"""
    name = context.text(container)
    if _CALLED_A_LIST.fullmatch(name) is None:
        return False
    return (
        name in context.scope(container).bare_parameters
        and len(context.inference(container).lookup(name)) == 1
    )


def _is_written_down(container: Node, context: Context) -> bool:
    """Whether a list is a constant of the module, which stays as long as it is."""
    bindings = context.inference(container).lookup(context.text(container))
    return len(bindings) == 1 and bindings[0].value is not None and bool(
        context.literal_size(bindings[0].value)
    )  # fmt: skip


def _finds_the_first_missing(node: Node, context: Context) -> bool:
    """Ex) for number in range(100): if number not in taken: chosen = number; break"""
    around = node.parent
    if around is None or around.type != "if_statement":
        return False
    steps = consequence(around)
    parts = comparison(node, context)
    return bool(steps) and steps[-1].type == "break_statement" and parts is not None and parts[1] == "not in"


def _is_drawn_again(node: Node, needle: str, context: Context) -> bool:
    """Ex) while number in tried: number = draw()"""
    loops = context.repeats(node)
    condition = loops[0].node.child_by_field_name("condition") if loops else None
    return (
        condition is not None
        and condition.start_byte <= node.start_byte < condition.end_byte
        and context.is_rebound(needle, loops[0])
    )


def _is_filled_up_to(name: str, condition: str) -> bool:
    """Ex) `while len(chosen) < min(k, len(all)):`: as many as somebody wants, which are a few"""
    return re.search(rf"len\({re.escape(name)}\) <=? (?:min\(|\w+$|\w+ )", condition) is not None


def _is_part_of_dedupe(node: Node, name: str, context: Context) -> bool:
    """Ex) if (a, b) not in edges and (b, a) not in edges: edges.append((a, b))"""
    outer = node
    while outer.parent is not None and outer.parent.type in ("boolean_operator", "parenthesized_expression"):
        outer = outer.parent
    parts, asked = [outer], False
    while parts:
        part = parts.pop()
        if part.type in ("boolean_operator", "parenthesized_expression"):
            parts += part.named_children
        elif part.type == "comparison_operator":
            target = dedupe_target(part, context)
            asked = asked or (target is not None and context.text(target) == name)
    return asked


def _literal(node: Node, container: Node, context: Context) -> Iterator[Hit]:
    size = context.literal_size(container)
    # The interpreter keeps a literal of constants as one tuple, so only its length costs.
    if size is None or size <= 8 or not all(is_constant(child) for child in container.named_children):
        return
    if context.repeats(node):
        yield Hit(
            node,
            f"a list of {size} constants is searched from its start in each turn; "
            "a set display becomes one constant frozenset",
            "O(n·m)",
            severity="hint",
        )


RULE = Rule(
    id="VX101",
    name="list-membership-in-loop",
    check=check,
    family="membership",
    cost="O(n·m)",
    many=True,
    patterns=('(comparison_operator ["in" "not in"])',),
    in_loop=True,
    strategy="set-membership",
    action="data_structure",
    severity="warning",
    benchmark=Benchmark(
        "common(left, right)",
        ("left = list(range(1000))\nright = list(range(500, 1500))"),
    ),
    doc=__doc__ or "",
)
