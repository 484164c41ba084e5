"""NumPy array walked element by element.

## What it does
Finds `for x in array` and `for i in range(len(array))` with `array[i]`, where `array` is a NumPy array.

## Why it is slow
Each element becomes a NumPy scalar object and each operation on it runs in the interpreter: tens of times slower than
one operation on the whole array, and several times slower than a list.

## Example
```python
import numpy as np

def energy(n: int) -> float:
    speeds = np.linspace(0.0, 9.0, n)
    result = 0.0
    for speed in speeds:
        result += 0.5 * speed * speed
    return result
```

## Use instead
```python
import numpy as np

def energy(n: int) -> float:
    speeds = np.linspace(0.0, 9.0, n)
    return float((0.5 * speeds * speeds).sum())
```

## When it is unsafe
Sums of floats are added in another order and may differ in the last bits. The rows of a matrix are arrays themselves:
a loop over few long rows costs little.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from velox_engine.rules.base import Benchmark, Hit, Rule
from velox_engine.rules.context import Context
from velox_engine.rules.purity import HARMLESS
from velox_engine.rules.shapes import arguments, method_name
from velox_engine.source.syntax import Node, captures, compile_query

_DRAWN = re.compile(r"\b(?:plt|ax|axes|axs)\b[^\n]*\.(?:text|plot|annotate|add_\w+|arrow|bar|scatter)\(")
_WHOLE = re.compile(
    r"\.(?:sum|mean|min|max|any|all|dot|std|prod|astype)\(|\bnp\.(?:linspace|arange|zeros|ones|sum|where)\(|\bnp\.linalg\.|\byield\b"
)
_CALLS = compile_query("(call) @call")
_READS = compile_query("(subscript) @read")


def check(node: Node, context: Context) -> Iterator[Hit]:
    """Ex) for speed in speeds: total += speed * speed"""
    if not context.mentions_numpy:
        return
    left, right = node.child_by_field_name("left"), node.child_by_field_name("right")
    if left is None or right is None or left.type != "identifier":
        return
    if node.type == "for_in_clause" and _makes_no_number(node.parent):
        return  # Ex) [(0, 1 / scale) for scale in scales]: pairs are what is wanted
    if right.type == "identifier":
        used = context.kind(right).name == "ndarray" and _computes(node, context.text(left), context)
        array = right if used else None
    else:
        array = _indexed(node, left, right, context)
    if array is None or context.is_small(array):
        return
    whole = node if node.type == "for_statement" else node.parent
    if whole is not None and (_WHOLE.search(context.text(whole)) or _DRAWN.search(context.text(whole))):
        return  # each turn works on a whole array by itself, or hands on a part of one
    made = context.inference(array).lookup(context.text(array))
    if not any("object" in context.text(binding.value) for binding in made):
        yield Hit(
            right,
            f"each element of the array `{context.text(array)}` becomes a Python object; "
            "an operation on the whole array works in C",
            subject=array,
        )


def _makes_no_number(comprehension: Node | None) -> bool:
    made = comprehension.child_by_field_name("body") if comprehension is not None else None
    return made is not None and made.type in ("tuple", "list", "string", "dictionary", "pair")


def _computes(node: Node, name: str, context: Context) -> bool:
    """Whether the elements take part in arithmetic or comparisons, as numbers do."""
    whole = node if node.type == "for_statement" else node.parent
    if whole is None:
        return False
    uses = [use for use in context.names_in(whole) if context.text(use) == name]
    if b" is " in context.data[whole.start_byte : whole.end_byte]:
        return False  # no operation on arrays asks for identity
    parents = [use.parent.type for use in uses if use.parent is not None]
    plain = (
        "binary_operator",
        "comparison_operator",
        "augmented_assignment",
        "for_statement",
        "for_in_clause",
    )
    # Ex) `values[at + 1 :] += 1` works on many elements for each position
    if any(_is_bound_of_slice(use) for use in uses):
        return False
    # Comparing alone chooses what to do, for which each element is needed by itself.
    computed = any(kind in ("binary_operator", "augmented_assignment") for kind in parents)
    if not computed or not all(
        _is_computed(call, context) for call in captures(_CALLS, whole).get("call", ())
    ):
        return False
    return len(parents) > 1 and all(kind in plain for kind in parents)


def _is_computed(call: Node, context: Context) -> bool:
    """Whether a call is arithmetic, or collects results: what else is called needs each element by itself."""
    function = call.child_by_field_name("function")
    origin = context.origin(function)
    return (
        origin in HARMLESS
        or origin.startswith(("numpy.", "math."))
        or method_name(call, context) in ("append", "add")
    )


def _is_bound_of_slice(use: Node) -> bool:
    parent = use.parent
    while parent is not None and parent.type in ("binary_operator", "parenthesized_expression"):
        parent = parent.parent
    return parent is not None and parent.type == "slice"


def _indexed(node: Node, left: Node, right: Node, context: Context) -> Node | None:
    """Ex) for i in range(len(speeds)): total += speeds[i]"""
    given = arguments(right) if right.type == "call" else []
    if len(given) != 1 or context.origin(right.child_by_field_name("function")) != "range":
        return None
    size = given[0]
    array: Node | None = None
    if size.type == "call" and len(arguments(size)) == 1 and context.text(size).startswith("len("):
        array = arguments(size)[0]
    elif size.type in ("attribute", "subscript") and context.text(size).endswith((".size", ".shape[0]")):
        array = size.child_by_field_name("object") or size.child_by_field_name("value")
        if array is not None and size.type == "subscript":
            array = array.child_by_field_name("object")
    if array is None or array.type != "identifier" or context.kind(array).name != "ndarray":
        return None
    wanted = f"{context.text(array)}[{context.text(left)}]"
    whole = node if node.type == "for_statement" else node.parent
    if whole is None or b"break" in context.data[whole.start_byte : whole.end_byte]:
        return None  # Ex) up to where a total is reached
    if not all(_is_computed(call, context) for call in captures(_CALLS, whole).get("call", ())):
        return None
    found = captures(_READS, whole).get("read", ())
    for read in found:
        parent = read.parent
        if (
            context.text(read) == wanted
            and parent is not None
            and parent.type
            in (
                "binary_operator",
                "augmented_assignment",
            )
        ):
            return array
    return None


RULE = Rule(
    id="VX611",
    name="array-walked-in-python",
    check=check,
    family="numeric",
    cost="O(n)",
    strategy="numpy-elementwise",
    action="vectorization",
    many=True,
    patterns=(
        "(for_statement)",
        "(for_in_clause)",
    ),
    severity="warning",
    benchmark=Benchmark(
        "energy(n)",
        "n = 10000",
        needs=("numpy",),
        compares=False,
    ),
    doc=__doc__ or "",
)
