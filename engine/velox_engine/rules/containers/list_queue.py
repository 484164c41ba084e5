"""List used as a queue.

## What it does
Finds `items.pop(0)`, `items.insert(0, x)` and `del items[0]` inside a loop, where `items` is a list.

## Why it is slow
Every element behind the first is moved: O(n) for each turn. A `collections.deque` does both ends in O(1).

## Example
```python
def drain(tasks: list[str]) -> int:
    done = 0
    while tasks:
        task = tasks.pop(0)
        done += len(task)
    return done
```

## Use instead
```python
from collections import deque

def drain(tasks: list[str]) -> int:
    queue = deque(tasks)
    done = 0
    while queue:
        task = queue.popleft()
        done += len(task)
    return done
```

## When it is unsafe
A deque has no slices, and reading from its middle is O(n). Somebody who holds the list sees it unchanged.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from velox_engine.rules.base import Benchmark, Hit, Rule
from velox_engine.rules.context import Context
from velox_engine.rules.evidence import accumulates
from velox_engine.rules.quantities import says_text
from velox_engine.rules.regions import Region
from velox_engine.rules.shapes import arguments, is_stable_name, looks_at_start, method_name, receiver
from velox_engine.source.syntax import Node

_STEP = re.compile(r"\b(\w+) = \1\.\w+")
# Ex) `header.split(";")`, `name.split("::", 2)`
_PARTS = re.compile(r"""\.split\([rbRB]?['"][;:/.=@&_-]{1,2}['"][^)]*\)$""")
# Not `insert`: widgets, tables and trees have that too.
_LIST_ONLY = frozenset({"append", "extend", "sort", "reverse"})
_OTHER_ONLY = frozenset({"popleft", "appendleft", "add", "update", "setdefault", "popitem", "discard"})


def check(node: Node, context: Context) -> Iterator[Hit]:
    """Ex) while queue: head = queue.pop(0)"""
    if node.type == "delete_statement":
        target = node.named_children[0] if node.named_child_count == 1 else None
        if target is None or target.type != "subscript":
            return
        owner, index = target.child_by_field_name("value"), target.child_by_field_name("subscript")
        shown = "del … [0]"
    else:
        method, given = method_name(node, context), arguments(node)
        if len(given) != (1 if method == "pop" else 2):
            return
        owner, index = receiver(node), given[0]
        shown = "pop(0)" if method == "pop" else "insert(0, …)"
    if owner is None or context.integer(index) != 0 or not is_stable_name(owner):
        return
    if context.text(owner) == "sys.path" or not _is_list(owner, context):
        return
    loop = next((loop for loop in context.repeats(node) if not context.is_replaced(owner, loop)), None)
    if loop is None:
        return
    name = context.text(owner)
    if loop.kind == "while" and looks_at_start(
        name, context.text(loop.node.child_by_field_name("condition"))
    ):
        return
    if shown.startswith("insert") and (
        context.is_conditional(node, loop) or _is_handed_on(owner, loop, context)
    ):
        return  # how long the list gets is not known
    called = node.parent.child_by_field_name("function") if node.parent is not None else None
    if called is not None and called.id == node.id:
        return  # Ex) `self.callbacks.pop(0)()`: what is called comes in handfuls
    if _is_window(node, name, context) or (loop.kind == "for" and _passes_marks(node, name, loop, context)):
        return
    if _is_short_text(owner, context) or (shown.startswith("insert") and _steps_back(loop, context)):
        return
    shown = shown.replace("… ", name)
    # What is put in order again in each turn wants its least element.
    ordered = f"{name}.sort(".encode() in context.data[loop.start : loop.end]
    instead = "`heapq` keeps the least at hand" if ordered else "a deque does it in O(1)"
    yield Hit(node, f"`{shown}` moves every element of the list `{name}` in each turn of "
                    f"{context.describe(loop)}: O(n²); {instead}", subject=owner,
                    doubtful=not _may_be_long(owner, context),
              severity=None if _is_refilled(owner, loop, context) else "info")  # fmt: skip


def _is_refilled(owner: Node, loop: Region, context: Context) -> bool:
    """Whether the loop that empties a queue fills it too, as a search through a graph does."""
    return owner.type == "identifier" and any(
        change.how in ("append", "extend", "insert") and loop.start <= change.start < loop.end
        for change in context.scope(owner).changes(context.text(owner))
    )


def _may_be_long(owner: Node, context: Context) -> bool:
    """Whether a queue is an algorithm's, or fills up over an object's life: moving a thousand elements is quick."""
    if accumulates(context, owner):
        return True
    return context.is_self_contained(owner) and not says_text(context.text(owner))


def _is_window(node: Node, name: str, context: Context) -> bool:
    """Ex) if len(last) > size: last.pop(0)"""
    around = node.parent
    while around is not None and around.type not in ("if_statement", "for_statement", "while_statement"):
        around = around.parent
    if around is None or around.type != "if_statement":
        return False
    return f"len({name}) >" in context.text(around.child_by_field_name("condition"))


def _passes_marks(node: Node, name: str, loop: Region, context: Context) -> bool:
    """Ex) for at in range(n): if at > marks[0]: marks.pop(0)"""
    conditions = [one.child_by_field_name("condition") for one in context.ancestors(node, loop.node)]
    return any(f"{name}[0]" in context.text(one) for one in conditions)


def _steps_back(loop: Region, context: Context) -> bool:
    """Ex) while leaf is not None: leaves.insert(0, leaf); leaf = leaf.get_previous_leaf()"""
    condition = context.text(loop.node.child_by_field_name("condition"))
    stepped = _STEP.findall(context.text(loop.node)) if loop.kind == "while" else []
    return any(re.search(rf"\b{name}\b", condition) for name in stepped)


def _is_handed_on(owner: Node, loop: Region, context: Context) -> bool:
    """Ex) ancestors.insert(0, item); walk(item, ancestors)"""
    return owner.type == "identifier" and any(
        loop.start <= use.start_byte < loop.end
        and use.parent is not None
        and use.parent.type == "argument_list"
        for use in context.scope(owner).uses(context.text(owner))
    )


def _is_short_text(owner: Node, context: Context) -> bool:
    """Ex) parts = header.split(";"): the parts of one line"""
    if owner.type != "identifier":
        return False
    bindings = context.inference(owner).lookup(context.text(owner))
    return any(
        one.value is not None and _PARTS.search(context.text(one.value)) is not None for one in bindings
    )


def _is_list(owner: Node, context: Context) -> bool:
    kind = context.kind(owner)
    if kind:
        return kind.name == "list" and not context.is_small(owner)
    if owner.type != "identifier":
        return False
    # A name of unknown kind: what else is done with it decides.
    used = {change.how for change in context.scope(owner).changes(context.text(owner))}
    if used & _OTHER_ONLY:
        return False
    return bool(used & _LIST_ONLY) or _is_counted(owner, context)


def _is_counted(owner: Node, context: Context) -> bool:
    """Whether the loop runs on the emptiness or length of the name: `while xs:`, `while len(xs) > 1:`."""
    name = context.text(owner)
    for loop in context.repeats(owner):
        if loop.kind == "while":
            condition = context.text(loop.node.child_by_field_name("condition"))
            if (
                condition == name
                or f"len({name})" in condition
                or condition.startswith((f"{name} ", f"not {name}"))
            ):
                return True
    return False


RULE = Rule(
    id="VX102",
    name="list-queue",
    check=check,
    family="queue",
    cost="O(n²)",
    many=True,
    methods=("pop", "insert"),
    patterns=("(delete_statement (subscript))",),
    in_loop=True,
    strategy="deque-queue",
    action="data_structure",
    severity="warning",
    benchmark=Benchmark(
        "drain(list(tasks))",
        "tasks = ['work'] * 20000",
    ),
    doc=__doc__ or "",
)
