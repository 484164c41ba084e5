"""String built piece by piece in a loop.

## What it does
Finds `text += piece`, `text = text + piece` and `text = piece + text` inside a loop, where `text` is a string
that the loop does not start anew.

## Why it is slow
A string cannot change, so each step may copy all that was built before: O(n²). CPython extends a local variable
in place as long as nothing else refers to it; attributes, elements, prepending and other interpreters copy.
`"".join(pieces)` is linear everywhere.

## Example
```python
def render(rows):
    text = ""
    for row in rows:
        text += str(row)
    return text
```

## Use instead
```python
def render(rows):
    return "".join([str(row) for row in rows])
```

## When it is unsafe
The pieces must all be strings, which the concatenation checked one by one.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from velox_engine.rules.base import Benchmark, Hit, Rule
from velox_engine.rules.context import Context
from velox_engine.rules.quantities import is_few, says_many, says_text
from velox_engine.rules.regions import Region
from velox_engine.rules.shapes import is_constant, is_stable_name, strip_parentheses
from velox_engine.source.syntax import Node

_DIVIDES = re.compile(rb"//=|>>=|divmod\(|/ ?\d+\)")


def check(node: Node, context: Context) -> Iterator[Hit]:
    """Ex) for row in rows: text += str(row)"""
    target, value = node.child_by_field_name("left"), strip_parentheses(node.child_by_field_name("right"))
    if target is None or value is None or not is_stable_name(target):
        return
    prepends = False
    if node.type == "augmented_assignment":
        if context.text(node.child_by_field_name("operator")) != "+=":
            return
    else:
        position = _position_in_sum(target, value, context)
        if position == "":
            return
        prepends = position == "last"
    if not _is_text(target, value, node, context):
        return
    loops = context.repeats(node)
    if not loops or _starts_anew(target, node, loops[0], context):
        return
    if prepends and loops[0].kind == "while" and _DIVIDES.search(context.data, loops[0].start, loops[0].end):
        return  # Ex) the digits of a number, which are few
    name = context.text(target)
    if _is_repeated(target, node, loops[0], context):
        return
    condition = context.text(loops[0].node.child_by_field_name("condition"))
    if is_constant(value) or (prepends and _is_padding(value)) or " in " in f" {condition} ":
        return  # Ex) `pad += " "` is a product, `while name in taken: name += "_"` ends soon
    local = target.type == "identifier" and name not in context.scope(target).shared and bool(
        context.scope(target).bindings(name)
    )  # fmt: skip
    if local and _is_read(target, node, loops[0], context):
        return
    where = context.describe(loops[0])
    if prepends or not local:
        why = "prepending" if prepends else "an attribute or a global"
        many = any(_is_given(loop, context) or _is_text_or_data(loop, context) for loop in loops)
        yield Hit(node, f"`{name}` is copied whole in each turn of {where} ({why}): O(n²); "
                        "collect the pieces and join them", doubtful=not many)  # fmt: skip
    else:
        message = (
            f"`{name}` grows by one piece in each turn of {where}: O(n²) wherever the interpreter "
            "cannot extend it in place; `join` is linear everywhere"
        )
        # An algorithm may be given any amount; what other code puts together is mostly a short text. And CPython
        # extends what only a local name holds in place, other interpreters copy it.
        many = any(_is_given(loop, context) for loop in loops) or (
            any(_is_text_or_data(loop, context) for loop in loops)
            and (context.is_self_contained(node) or any(_is_of_rows(loop, context) for loop in loops))
            and context.is_tight(loops[0])
        )
        # What is put together in several branches is an escaped or short text, and `join` makes it no shorter.
        many = many and (
            _is_added_to_once(name, loops[0], context) or any(_is_of_rows(loop, context) for loop in loops)
        )
        # What ends early takes a mark or two off the front, and beside a call of another function `+=` is nothing.
        many = many and not (len(loops) > 1 and _starts_anew(target, node, loops[1], context))
        many = many and b"break" not in context.data[loops[0].start : loops[0].end]
        many = many and context.is_quick(loops[0].node, beside=node)
        yield Hit(node, message, doubtful=not many, severity="hint")


def _is_text_or_data(loop: Region, context: Context) -> bool:
    """Whether a loop goes over text or what is said to be much: most strings that are built elsewhere are short."""
    walked = context.iterable(loop) or loop.node.child_by_field_name("condition")
    if walked is None or (loop.kind == "while" and walked.type == "identifier"):
        return False  # Ex) `while c: text += c`: up to the end of a name
    if context.kind(walked).name in ("str", "bytes", "file"):
        return True
    names = [context.text(name) for name in context.names_in(walked)]
    return any(len(name) == 1 or says_many(name) or says_text(name) or name == "open" for name in names)


def _is_added_to_once(name: str, loop: Region, context: Context) -> bool:
    additions = re.findall(
        rb"(?m)^\s*%s \+= " % re.escape(name.encode()), context.data[loop.start : loop.end]
    )
    return len(additions) < 2


def _is_padding(value: Node) -> bool:
    """Ex) `"0" + text`: as many as are missing"""
    left = value.child_by_field_name("left")
    return left is not None and is_constant(left)


def _is_of_rows(loop: Region, context: Context) -> bool:
    """Whether what a loop walks is a name of much: `for row in rows`."""
    walked = context.iterable(loop)
    return walked is not None and walked.type == "identifier" and says_many(context.text(walked))


def _is_given(loop: Region, context: Context) -> bool:
    """Whether a loop goes over what a function is given that computes with builtins alone, and may be any amount."""
    walked = context.iterable(loop)
    if walked is None or walked.type != "identifier" or not context.is_self_contained(walked):
        return False
    name = context.text(walked)
    return not is_few(name) and any(
        one.how == "parameter" and not one.detail for one in context.inference(walked).lookup(name)
    )


def _position_in_sum(target: Node, value: Node, context: Context) -> str:
    """Where the target stands in `a + b + ...`: "first", "last" or, when it is no such sum, ""."""
    name = context.text(target)
    left = value
    while left.type == "binary_operator" and context.text(left.child_by_field_name("operator")) == "+":
        right = left.child_by_field_name("right")
        if right is not None and context.text(right) == name:
            return "last"
        inner = left.child_by_field_name("left")
        if inner is None:
            return ""
        left = inner
    return "first" if left.id != value.id and context.text(left) == name else ""


def _is_text(target: Node, value: Node, node: Node, context: Context) -> bool:
    kind = context.kind(target)
    if kind:
        return kind.name == "str"
    # What is added tells, unless the name may be a list: `lines += "ab"` is legal for one.
    if node.type == "augmented_assignment" and target.type == "identifier":
        bindings = context.inference(target).lookup(context.text(target))
        known = [context.inference(target).expression(b.value).name for b in bindings if b.how == "assign"]
        return bool(known) and "str" in known and "list" not in known and context.kind(value).name == "str"
    return node.type == "assignment" and context.kind(value).name == "str"


def _starts_anew(target: Node, node: Node, loop: Region, context: Context) -> bool:
    """Whether the loop gives the name a fresh string in each turn."""
    name = context.text(target)
    if target.type == "identifier":
        for binding in context.scope(target).bindings(name):
            if not loop.start <= binding.start < loop.end or binding.how == "augment":
                continue
            if binding.how != "assign" or binding.value is None:
                return True
            if _position_in_sum(target, binding.value, context) == "":
                return True
        return False
    head = name.partition(".")[0]
    if context.is_rebound(head, loop):
        return True
    for change in context.scope(target).changes(head):
        inside = loop.start <= change.start < loop.end
        if inside and change.how == "attribute" and context.text(change.node) == name:
            statement = change.node.parent
            if statement is not None and statement.type == "assignment" and statement.id != node.id:
                return True
    return False


def _is_repeated(target: Node, node: Node, loop: Region, context: Context) -> bool:
    """Whether an earlier statement of the loop already extends the same string: one finding is enough."""
    return any(
        binding.how == "augment" and loop.start <= binding.start < node.start_byte
        for binding in context.scope(target).bindings(context.text(target))
    )


def _is_read(target: Node, node: Node, loop: Region, context: Context) -> bool:
    """Whether the loop looks at the half-built string, which a list of pieces could not answer."""
    name = context.text(target)
    for use in context.scope(target).uses(name):
        start = use.start_byte
        if not loop.start <= start < loop.end or node.start_byte <= start < node.end_byte:
            continue
        statement = use.parent
        if statement is not None and statement.type == "augmented_assignment":
            left = statement.child_by_field_name("left")
            if left is not None and left.id == use.id:
                continue
        return True
    return False


RULE = Rule(
    id="VX201",
    name="string-concat-in-loop",
    check=check,
    family="string",
    cost="O(n²)",
    many=True,
    strategy="join-strings",
    action="string_building",
    patterns=('(augmented_assignment operator: "+=")', "(assignment right: (binary_operator))"),
    in_loop=True,
    benchmark=Benchmark(
        "render(rows)",
        "rows = list(range(2000))",
    ),
    doc=__doc__ or "",
)
