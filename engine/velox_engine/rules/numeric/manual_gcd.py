"""Greatest common divisor by hand.

## What it does
Finds `while b: a, b = b, a % b`.

## Why it is slow
Each step runs in bytecode; `math.gcd` runs in C.

## Example
```python
def gcd(a: int, b: int) -> int:
    while b:
        a, b = b, a % b
    return a
```

## Use instead
```python
import math

def gcd(a: int, b: int) -> int:
    return math.gcd(a, b)
```

## When it is unsafe
`math.gcd` takes integers only and is never negative.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from velox_engine.rules.base import Benchmark, Hit, Rule
from velox_engine.rules.context import Context
from velox_engine.rules.shapes import body, expression_of
from velox_engine.source.syntax import Node


def check(node: Node, context: Context) -> Iterator[Hit]:
    """Ex) while b: a, b = b, a % b"""
    steps = body(node)
    expression = expression_of(steps[0]) if len(steps) == 1 else None
    if expression is None:
        return
    text = context.text(expression).replace(" ", "")
    found = re.fullmatch(r"(\w+),(\w+)=\(?\2,\(?\1%\2\)?\)?", text)
    if found is None:
        return
    condition = context.text(node.child_by_field_name("condition")).strip("()")
    if re.fullmatch(rf"(?:{found[1]} ?% ?)?{found[2]}(?: ?(?:!=|>) ?0)?|True", condition) is None:
        return  # Ex) `while b > epsilon * a`: floats
    # Methods belong to rings of something else as a rule: polynomials, Gaussian integers, fractions.
    region = context.function(node)
    in_class = region is not None and region.outer is not None and region.outer.kind == "class"
    if region is not None and context.text(region.node.child_by_field_name("name")) == "_":
        return  # Ex) registered with `functools.singledispatch` for a type of its own
    if region is not None and _is_of_another_kind(region.node, context):
        return
    kinds = {context.inference(node).name(name).name for name in found.groups()}
    if kinds <= {"int", ""} and ("int" in kinds or not in_class):
        yield Hit(
            node, "the greatest common divisor is computed step by step in bytecode; `math.gcd` does it in C"
        )


def _is_of_another_kind(function: Node, context: Context) -> bool:
    """Ex) def gcd(a: Poly, b: Poly) -> Poly"""
    parameters = function.child_by_field_name("parameters")
    given = parameters.named_children if parameters is not None else []
    hints = [context.text(one.child_by_field_name("type")) for one in given]
    return any(hints) and not any(re.search(r"\bint\b|Integ", hint) for hint in hints)


RULE = Rule(
    id="VX603",
    name="manual-gcd",
    check=check,
    family="numeric",
    cost="O(log n)",
    strategy="common-divisor",
    action="stdlib_substitution",
    patterns=(
        "(while_statement body: (block . (expression_statement "
        "(assignment left: (pattern_list) right: (expression_list)))))",
    ),
    benchmark=Benchmark("gcd(12200160415121876738, 7540113804746346429)"),
    doc=__doc__ or "",
)
