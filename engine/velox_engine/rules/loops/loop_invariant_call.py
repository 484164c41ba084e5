"""Call with the same result in each turn of a loop.

## What it does
Finds calls of pure builtins and string methods inside a loop whose arguments the loop never changes, and whose cost
grows with the size of the argument. The argument may be a generator that only computes: `sum(x * x for x in values)`.

## Why it is slow
The same answer is computed again in each turn: O(n·m) where O(n + m) would do.

## Example
```python
def shares(values: list[float]) -> list[float]:
    result = []
    for value in values:
        result.append(value / sum(values))
    return result
```

## Use instead
```python
def shares(values: list[float]) -> list[float]:
    total = sum(values)
    return [value / total for value in values]
```

## When it is unsafe
When the loop runs zero times the call is made once more than before; if it raises, that shows.
"""

from __future__ import annotations

from collections.abc import Iterator

from velox_engine.rules.base import Benchmark, Hit, Rule
from velox_engine.rules.context import Context
from velox_engine.rules.evidence import runs_long
from velox_engine.rules.purity import IMMUTABLE
from velox_engine.rules.regions import Region
from velox_engine.rules.shapes import arguments, has_splat, is_constant, keywords, method_name, receiver
from velox_engine.source.kinds import Kind
from velox_engine.source.syntax import Node

_REDUCING = ("sum", "min", "max", "any", "all")
_COPYING = ("sorted", "set", "frozenset", "list", "tuple", "collections.Counter")
_TEXT = (
    "split",
    "rsplit",
    "splitlines",
    "lower",
    "upper",
    "casefold",
    "replace",
    "encode",
    "translate",
    "strip",
    "title",
)
# What a generator consists of that calls nothing and asks no object for anything.
_COMPUTING = frozenset(
    {
        "generator_expression",
        "for_in_clause",
        "if_clause",
        "identifier",
        "integer",
        "float",
        "string",
        "string_start",
        "string_content",
        "string_end",
        "binary_operator",
        "unary_operator",
        "comparison_operator",
        "boolean_operator",
        "not_operator",
        "parenthesized_expression",
        "conditional_expression",
        "pattern_list",
        "tuple_pattern",
        "subscript",
        "true",
        "false",
        "none",
    }
)
_ONE_PASS = frozenset({"iterator", "generator", "file"})
_UNSURE = frozenset({"object", "dataframe", "series", "callable"})


def check(node: Node, context: Context) -> Iterator[Hit]:
    """Ex) for v in values: share = v / sum(values)"""
    if has_splat(node):
        return
    loops = context.repeats(node)
    if not loops:
        return
    method = method_name(node, context)
    inputs = _method_inputs(node, method, context) if method in _TEXT else _function_inputs(node, context)
    if inputs is None:
        return
    loop = loops[0]
    if method in _TEXT and not (context.is_tight(loop) and context.is_quick(loop.node, beside=node)):
        return  # a short text beside a lot else
    if not all(_is_invariant(expression, loop, context) for expression in inputs):
        return
    function = context.text(node.child_by_field_name("function"))
    if function.rpartition(".")[2] in ("sorted", "set", "frozenset", "list", "tuple", "Counter", "split", "rsplit",
                                       "splitlines") and not _is_consumed(node, context):  # fmt: skip
        return
    yield Hit(node, f"`{context.short(node)}` gives the same result in each turn of {context.describe(loop)}: "
                    "O(n·m); compute it once before the loop",
              subject=inputs[0] if method not in _TEXT else None,
              doubtful=method in _TEXT and not runs_long(context, loop))  # fmt: skip


def _function_inputs(node: Node, context: Context) -> list[Node] | None:
    """The arguments of a builtin whose cost grows with its one iterable argument."""
    passed = node.child_by_field_name("arguments")
    if passed is not None and passed.type == "generator_expression":
        return _generator_inputs(node, passed, context)
    given = arguments(node)
    if len(given) != 1 or given[0].type not in ("identifier", "attribute"):
        return None
    named = keywords(node, context)
    if any(value.type != "lambda" and not is_constant(value) for value in named.values()):
        return None
    kind = context.kind(given[0])
    if kind.name in _ONE_PASS or kind.name in _UNSURE or context.is_small(given[0]):
        return None
    # A lambda may read anything; only one that reads nothing but its own parameter is sure.
    for value in named.values():
        if value.type == "lambda":
            return None
    return given


def _generator_inputs(node: Node, generator: Node, context: Context) -> list[Node] | None:
    """The names that a reduction of a generator reads, when it only computes: `sum(x * x for x in values)`."""
    if context.text(node.child_by_field_name("function")) not in _REDUCING:
        return None
    clauses = [child for child in generator.named_children if child.type == "for_in_clause"]
    if len(clauses) != 1 or not _only_computes(generator):
        return None
    walked, target = clauses[0].child_by_field_name("right"), clauses[0].child_by_field_name("left")
    if walked is None or target is None or walked.type != "identifier" or context.is_small(walked):
        return None
    kind = context.kind(walked)
    if kind.name in _ONE_PASS or kind.name in _UNSURE:
        return None
    own = {context.text(name) for name in context.names_in(target)}
    return [walked, *(name for name in context.names_in(generator) if context.text(name) not in own)]


def _only_computes(node: Node) -> bool:
    return node.type in _COMPUTING and all(_only_computes(child) for child in node.named_children)


def _method_inputs(node: Node, method: str, context: Context) -> list[Node] | None:
    owner = receiver(node)
    if owner is None or owner.type != "identifier" or context.kind(owner).name not in ("str", "bytes"):
        return None
    given = arguments(node)
    if keywords(node, context) or not all(is_constant(value) for value in given):
        return None
    return [owner]


def _is_invariant(expression: Node, loop: Region, context: Context) -> bool:
    kind: Kind = context.kind(expression)
    if expression.type == "identifier":
        name = context.text(expression)
        bindings = context.inference(expression).lookup(name)
        if not bindings or not context.scope(expression).bindings(name):
            # A module's name can be changed by any function that the loop calls.
            return kind.name in IMMUTABLE
        return not context.may_change(name, loop, kind)
    return False


def _is_consumed(node: Node, context: Context) -> bool:
    """Whether a fresh container is only read on the spot, so that sharing one would not be noticed."""
    parent = node.parent
    if parent is None:
        return False
    kind = parent.type
    if kind == "comparison_operator":
        return True
    if kind == "attribute":
        # Ex) `sorted(scores).index(score)`
        return context.text(parent.child_by_field_name("attribute")) in ("index", "count")
    if kind == "subscript":
        value = parent.child_by_field_name("value")
        return value is not None and value.id == node.id
    if kind in ("for_statement", "for_in_clause"):
        # `for x in list(xs)` takes a snapshot because the loop changes xs.
        return context.text(node.child_by_field_name("function")) == "sorted"
    if kind == "argument_list":
        call = parent.parent
        function = call.child_by_field_name("function") if call is not None else None
        return context.origin(function) in (
            "len",
            "sum",
            "min",
            "max",
            "any",
            "all",
            "sorted",
            "enumerate",
            "zip",
        )
    return False


RULE = Rule(
    id="VX302",
    name="loop-invariant-call",
    check=check,
    family="invariant",
    cost="O(n·m)",
    strategy="aggregate-once",
    action="loop_invariant_hoisting",
    many=True,
    calls=(*_REDUCING, *_COPYING),
    methods=_TEXT,
    in_loop=True,
    benchmark=Benchmark(
        "shares(values)",
        "values = [float(i) for i in range(1, 300)]",
    ),
    doc=__doc__ or "",
)
