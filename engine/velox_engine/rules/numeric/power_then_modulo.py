"""Power computed in full before the remainder is taken.

## What it does
Finds `base ** exponent % modulus` and `pow(base, exponent) % modulus` where neither is a literal exponent.

## Why it is slow
The power has as many digits as the exponent says; `pow(base, exponent, modulus)` never holds more than the modulus.

## Example
```python
def check_sum(base: int, exponent: int, modulus: int) -> int:
    return base ** exponent % modulus
```

## Use instead
```python
def check_sum(base: int, exponent: int, modulus: int) -> int:
    return pow(base, exponent, modulus)
```

## When it is unsafe
Three-argument `pow` takes integers only; a negative exponent means the inverse.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from velox_engine.rules.base import Benchmark, Hit, Rule
from velox_engine.rules.context import Context
from velox_engine.rules.shapes import arguments, body, expression_of, is_constant, strip_parentheses
from velox_engine.source.syntax import Node


def check(node: Node, context: Context) -> Iterator[Hit]:
    """Ex) base ** exponent % modulus"""
    if node.type == "for_statement":
        yield from _multiplied(node, context)
        return
    power, modulus = strip_parentheses(node.child_by_field_name("left")), node.child_by_field_name("right")
    if power is None or modulus is None:
        return
    if power.type == "binary_operator" and context.text(power.child_by_field_name("operator")) == "**":
        base, exponent = power.child_by_field_name("left"), power.child_by_field_name("right")
    elif power.type == "call" and context.text(power.child_by_field_name("function")) == "pow":
        given = arguments(power)
        if len(given) != 2 or context.origin(power.child_by_field_name("function")) != "pow":
            return
        base, exponent = given
    else:
        return
    if exponent is None or base is None or is_constant(exponent) or exponent.type == "unary_operator":
        return
    if exponent.type == "identifier":
        # Ex) `p = 31` just before
        values = [entry.value for entry in context.inference(node).lookup(context.text(exponent))]
        if values and all(is_constant(value) for value in values):
            return
    kinds = [context.kind(part).name for part in (base, exponent, modulus)]
    if "float" in kinds or any(kind not in ("", "int", "bool") for kind in kinds):
        return
    # Something must say that these are integers, and not polynomials or symbols.
    if kinds[0] == "int" or kinds[1:] == ["int", "int"]:
        yield Hit(
            node,
            f"`{context.short(power)}` is computed with all its digits first; `pow(…, …, modulus)` never "
            "holds more than the modulus",
            "O(n²)",
        )


def _multiplied(node: Node, context: Context) -> Iterator[Hit]:
    """Ex) for _ in range(exponent): result = result * base % modulus"""
    steps, walked = body(node), node.child_by_field_name("right")
    step = expression_of(steps[0]) if len(steps) == 1 else None
    if step is None or walked is None or not context.text(walked).startswith("range("):
        return
    text = context.text(step).replace(" ", "")
    found = re.fullmatch(r"(\w+)=\(?(?:\1\*(\w+)|(\w+)\*\1)\)?%(\w+)", text)
    variable = context.text(node.child_by_field_name("left"))
    if found is not None and variable not in found.groups() and not context.is_small(walked):
        yield Hit(
            node,
            f"`{found[1]}` is multiplied and reduced one step at a time: O(n); `pow(…, …, modulus)` squares",
        )


RULE = Rule(
    id="VX601",
    name="power-then-modulo",
    check=check,
    family="numeric",
    cost="O(n²)",
    strategy="power-product",
    action="stdlib_substitution",
    patterns=(
        '(binary_operator operator: "%")',
        "(for_statement body: (block . (expression_statement (assignment right: (binary_operator)))))",
    ),
    severity="warning",
    benchmark=Benchmark("check_sum(3, 2000, 1000007)"),
    doc=__doc__ or "",
)
