"""Digits taken off a number one by one.

## What it does
Finds `while n:` with `n % 10` and `n //= 10`.

## Why it is slow
Each division costs as much as the number is long: O(d²) for d digits. `str(n)` finds all digits at once in C.

## Example
```python
def digit_sum(n: int) -> int:
    total = 0
    while n > 0:
        total += n % 10
        n //= 10
    return total
```

## Use instead
```python
def digit_sum(n: int) -> int:
    return sum(map(int, str(n))) if n > 0 else 0
```

## When it is unsafe
For negative numbers, and for numbers of more than 4300 digits, which `str` refuses.
"""

from __future__ import annotations

from collections.abc import Iterator

from velox_engine.rules.base import Benchmark, Hit, Rule
from velox_engine.rules.context import Context
from velox_engine.rules.shapes import comparison, strip_parentheses
from velox_engine.source.syntax import Node


def check(node: Node, context: Context) -> Iterator[Hit]:
    """Ex) while n > 0: total += n % 10; n //= 10"""
    tested = strip_parentheses(node.child_by_field_name("condition"))
    name = ""
    if tested is not None and tested.type == "identifier":
        name = context.text(tested)
    else:
        parts = comparison(tested, context)
        if parts is not None and parts[0].type == "identifier" and context.text(parts[2]) == "0":
            name = context.text(parts[0]) if parts[1] in (">", "!=") else ""
    inside = context.data[node.start_byte : node.end_byte].replace(b" ", b"")
    plain = name.encode()
    if (
        name
        and plain + b"%10" in inside
        and (plain + b"//=10\n" in inside + b"\n" or plain + b"=" + plain + b"//10\n" in inside + b"\n")
    ):
        yield Hit(
            node, f"each turn divides all of `{name}` for one digit; `str({name})` finds all digits in C"
        )


RULE = Rule(
    id="VX613",
    name="digit-loop",
    check=check,
    family="numeric",
    cost="O(n)",
    strategy="digits-at-once",
    action="builtin_substitution",
    patterns=("(while_statement)",),
    severity="hint",
    enabled=False,
    benchmark=Benchmark(
        "digit_sum(n)",
        "n = 123456789012345678",
    ),
    doc=__doc__ or "",
)
