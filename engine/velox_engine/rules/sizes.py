"""Knows from the text alone that a container or loop is small, so that nothing about it is worth a finding."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from velox_engine.rules.shapes import comparison
from velox_engine.source.syntax import Node

if TYPE_CHECKING:
    from velox_engine.rules.context import Context

SMALL: Final = 16
"""A container or loop of at most this many elements, known from the text, is not worth a finding."""

_MAX_DEPTH = 4
_GROWING = frozenset({"append", "extend", "insert", "add", "update", "item", "appendleft"})
# What these make has as many elements as their first argument; `zip` as many as its shortest.
_SAME_SIZE = frozenset(
    {
        "enumerate",
        "zip",
        "reversed",
        "sorted",
        "list",
        "tuple",
        "set",
        "frozenset",
        "iter",
        "pd.Series",
        "Series",
        "pd.DataFrame",
        "DataFrame",
        "np.array",
    }
)
_CLIMBED = re.compile(r"\b(\w+) = \1\.(?:\w*(?:parent|outer|owner|enclosing|base|super)\w*|node|up)\b")
# Ex) `"2020-01-01 to 2020-02-01".split(" to ")`, `address.split("://")`
_FEW_PARTS = re.compile(r"""['"](?:\s*[a-zA-Z]+\s+|\s+[a-zA-Z]+\s*|://|\s*->\s*|\s*=>?\s*|@| - )['"]""")
_WORD = re.compile(r"[A-Za-z_][\w.]*")
# An array has a handful of dimensions. Ex) `shape`, `a.dims`, `out_dims`
_OF_DIMENSIONS = re.compile(r"(?:^|_)(?:shape|dims|axes)$")
_DIMENSIONS = frozenset({"ndim", "shape"})
# What such names stand for comes in handfuls, whatever the program's data: what one call is given, what one class has,
# what one tool was set up with. Ex) `kwargs`, `node.keywords`, `signature.parameters`, `image_formats`
_HANDFUL = re.compile(
    r"(?:^|_)(?:argv?|args|arguments|argnames|kwargs|kwds|kw|keywords|params|parameters|opts|options|choices|flags|"
    r"modes|bases|mro|class_list|superclasses|ancestors|decorators|descriptors|extensions|exts|suffixes|prefixes|encodings|codecs|charsets|locales|"
    r"languages|langs|formats|dtypes|levels|callbacks|errbacks|templates|handlers|hooks|listeners|plugins|providers|backends|engines|"
    r"drivers|validators|validations|filters|middlewares?|separators|delimiters|axis_names|permissions|"
    r"roles|attributes|attrs|metrics|scorers|controls|qargs|bits|scopes|schemes|protocols|algorithms|strategies|kinds|modifiers|qualifiers|attempts|retries|__dict__|"
    r"__slots__|__bases__|__mro__)$"
)


def is_small(context: Context, node: Node, depth: int = 0) -> bool:
    """Whether the text shows that a container or iterable has at most a few elements."""
    size = literal_size(context, node)
    if size is not None:
        return size <= SMALL
    if depth > _MAX_DEPTH:
        return False
    kind = node.type
    if kind == "parenthesized_expression" and node.named_children:
        return is_small(context, node.named_children[0], depth + 1)
    if kind == "identifier":
        return _is_small_name(context, node, depth)
    if kind == "attribute":
        return _is_small_attribute(context, node, depth)
    if kind == "call":
        return _is_small_call(context, node, depth)
    if kind == "conditional_expression" and node.named_child_count == 3:
        # Ex) `(one, other) if both else (one,)`
        return all(is_small(context, node.named_children[at], depth + 1) for at in (0, 2))
    if kind == "binary_operator":
        # Ex) `left_axes + right_axes`, and an array of as many elements: `np.array([1, 2]) * scale`
        sides = (node.child_by_field_name("left"), node.child_by_field_name("right"))
        small = [side is not None and is_small(context, side, depth + 1) for side in sides]
        return all(small) or (small[0] and context.text(sides[0]).startswith("np.array("))
    if kind == "subscript":
        # Ex) `lines[:2]`
        part = context.text(node.child_by_field_name("subscript")).replace(" ", "")
        start, colon, end = part.partition(":")
        width = end[len(start) + 1 :] if start and end.startswith(start + "+") else ""
        if width.isdigit() and int(width) <= SMALL:
            return True  # Ex) `data[i : i + 16]`
        if colon and start in ("", "0") and end.isdigit() and int(end) <= SMALL:
            return True
        # Ex) `order[::-1]` of a literal
        whole = node.child_by_field_name("value")
        return bool(colon) and whole is not None and is_small(context, whole, depth + 1)
    if kind in ("list_comprehension", "generator_expression"):
        # Ex) `[draw(i) for i in range(2)]`
        clauses = [child for child in node.named_children if child.type == "for_in_clause"]
        iterable = clauses[0].child_by_field_name("right") if len(clauses) == 1 else None
        return iterable is not None and is_small(context, iterable, depth + 1)
    return False


def is_short_while(context: Context, loop: Node) -> bool:
    """Whether a `while` ends as soon as something has a few elements: `while len(parts) < 3`.

    Or it takes the digits of a number: `while value: value //= 26`, or climbs to the top of a tree:
    `while node: node = node.parent`
    """
    condition = loop.child_by_field_name("condition")
    counted = _WORD.match(context.text(condition))
    if counted is not None and loop.type == "while_statement":
        divided = rb"\b%s\s*(?://=|>>=|=\s*%s\s*(?://|>>)|,\s*\w+\s*=\s*divmod\()"
        name = re.escape(counted[0].encode())
        if re.search(divided % (name, name), context.data[loop.start_byte : loop.end_byte]):
            return True
    climbed = _CLIMBED.search(context.text(loop)) if loop.type == "while_statement" else None
    if climbed is not None and re.search(rf"\b{climbed[1]}\b", context.text(condition)):
        return True
    if condition is not None and condition.type == "boolean_operator" and " and " in context.text(condition):
        # Ex) while m is not None and len(found) <= 3
        sides = (condition.child_by_field_name("left"), condition.child_by_field_name("right"))
        return any(side is not None and _ends_after_a_few(side, context) for side in sides)
    return condition is not None and _ends_after_a_few(condition, context)


def _ends_after_a_few(condition: Node, context: Context) -> bool:
    parts = comparison(condition, context)
    if parts is None or parts[1] not in ("<", "<="):
        return False
    limit = integer(context, parts[2])
    return limit is not None and limit <= SMALL and context.text(parts[0]).startswith("len(")


def is_of_dimensions(name: str) -> bool:
    """Whether a name is that of something with as many elements as an array has dimensions."""
    return _OF_DIMENSIONS.search(name) is not None


def is_handful(name: str) -> bool:
    """Whether a name is that of something that comes in handfuls, such as options or the bases of a class."""
    return is_of_dimensions(name) or _HANDFUL.search(name.lower()) is not None


def literal_size(context: Context, node: Node) -> int | None:
    """The number of elements of a display or string literal; None for anything else."""
    kind = node.type
    if kind in ("list", "tuple", "set", "dictionary", "expression_list"):
        children = node.named_children
        if any(child.type in ("list_splat", "dictionary_splat") for child in children):
            return None
        return sum(child.type != "comment" for child in children)
    if kind == "string":
        return node.end_byte - node.start_byte - 2
    return None


def integer(context: Context, node: Node | None) -> int | None:
    """The value of an integer literal, negative ones too."""
    text = context.text(node).replace("_", "").replace(" ", "")
    try:
        return int(text) if len(text) < 12 else None
    except ValueError:
        return None


def _is_small_constant(context: Context, node: Node, depth: int) -> bool:
    """Like `is_small`, for a value that a name is bound to."""
    if node.type in ("list", "set", "dictionary") and node.named_child_count == 0:
        return False  # an empty container is there to be filled
    return is_small(context, node, depth)


def _is_small_name(context: Context, node: Node, depth: int) -> bool:
    name = context.text(node)
    if is_handful(name):
        return True
    inference = context.inference(node)
    if _is_given_as(name, node, context) and any(map(_is_unpacked, inference.scope.uses(name))):
        return True
    if name in inference.scope.bare_parameters:
        return False
    bindings = inference.lookup(name)
    if not bindings or any(change.how in _GROWING for change in inference.scope.changes(name)):
        return False
    return all(
        binding.how == "assign"
        and binding.value is not None
        and _is_small_constant(context, binding.value, depth + 1)
        for binding in bindings
    )


def _is_given_as(name: str, node: Node, context: Context) -> bool:
    """Whether the text of the function has `= name` at all; walking its names costs more."""
    region = context.function(node)
    start, end = (region.start, region.end) if region is not None else (0, len(context.data))
    return context.data.find(b"= " + name.encode(), start, end) >= 0


def _is_unpacked(use: Node) -> bool:
    """Ex) `(start, end) = segment`"""
    parent = use.parent
    if parent is None or parent.type != "assignment":
        return False
    left, right = parent.child_by_field_name("left"), parent.child_by_field_name("right")
    if (
        left is None
        or right is None
        or right.id != use.id
        or left.type not in ("pattern_list", "tuple_pattern")
    ):
        return False
    return all(child.type != "list_splat_pattern" for child in left.named_children)


def _is_small_attribute(context: Context, node: Node, depth: int) -> bool:
    """Ex) `self.extensions` where the class has nothing but `extensions = [".c", ".h"]`"""
    head, last = node.child_by_field_name("object"), node.child_by_field_name("attribute")
    if is_handful(context.text(last)) or context.text(node).endswith("dtype.names"):
        return True
    region = context.region(node)
    while region is not None and region.kind != "class":
        region = region.outer
    if region is None or context.text(head) not in ("self", "cls"):
        return False
    values = context.module.attribute_values(region.node, context.text(last))
    if not values or any(
        value is None or not _is_small_constant(context, value, depth + 1) for value in values
    ):
        return False
    whole = context.data[region.start : region.end]
    name = context.text(last).encode()
    return not any(b"." + name + b"." + grow in whole for grow in (b"append", b"extend", b"insert", b"add("))


def _is_small_call(context: Context, node: Node, depth: int) -> bool:
    function, arguments = node.child_by_field_name("function"), node.child_by_field_name("arguments")
    name, values = context.text(function), arguments.named_children if arguments is not None else []
    if name == "range" and values:
        return _is_small_range(context, values, depth)
    if name in _SAME_SIZE:
        return any(is_small(context, value, depth + 1) for value in values[: None if name == "zip" else 1])
    head = function.child_by_field_name("object") if function is not None else None
    if name.endswith(".split") and values and _FEW_PARTS.fullmatch(context.text(values[0]).strip("rb")):
        return True
    if name == "shlex.split":
        return True  # a command line
    if head is None or values:
        return False
    if name.endswith(".mro"):
        return True
    if name.endswith(".split"):
        # Ex) `"yes no maybe".split()`
        return head.type == "string" and len(context.text(head).split()) <= SMALL
    return name.endswith((".items", ".keys", ".values")) and is_small(context, head, depth + 1)


def _number(context: Context, value: Node) -> int | None:
    """The value of a number, or of a name that is only ever given one: `width, height = 8, 8`."""
    known = integer(context, value)
    if known is not None or value.type != "identifier":
        return known
    name = context.text(value)
    bindings = context.inference(value).lookup(name)
    if len(bindings) != 1 or bindings[0].statement.type != "assignment":
        return None
    left = bindings[0].statement.child_by_field_name("left")
    right = bindings[0].statement.child_by_field_name("right")
    if left is None or right is None:
        return None
    if left.type == "identifier":
        return integer(context, right)
    if left.type == "pattern_list" and right.type == "expression_list":
        for target, given in zip(left.named_children, right.named_children, strict=False):
            if context.text(target) == name:
                return integer(context, given)
    return None


def _is_capped(context: Context, value: Node) -> bool:
    """Ex) `range(min(3, len(text)))`, also by way of a name"""
    if value.type == "identifier":
        bindings = context.inference(value).lookup(context.text(value))
        if len(bindings) != 1 or bindings[0].how != "assign" or bindings[0].value is None:
            return False
        value = bindings[0].value
    if value.type != "call" or context.text(value.child_by_field_name("function")) != "min":
        return False
    given = value.child_by_field_name("arguments")
    sizes = [integer(context, one) for one in (given.named_children if given is not None else [])]
    return any(size is not None and size <= SMALL for size in sizes)


def _is_rest_of_few(context: Context, value: Node) -> bool:
    """Ex) `range(8 - used)`"""
    if value.type != "binary_operator" or context.text(value.child_by_field_name("operator")) != "-":
        return False
    most = integer(context, value.child_by_field_name("left"))
    return most is not None and 0 <= most <= SMALL


def _is_small_range(context: Context, values: list[Node], depth: int) -> bool:
    """Ex) `range(3)`, `range(1, 4)`, `range(a.ndim)`, `range(len(a.shape))`, `range(len(colours))`"""
    bounds = [_number(context, value) for value in values]
    if len(values) == 1 and (_is_capped(context, values[0]) or _is_rest_of_few(context, values[0])):
        return True
    if None not in bounds:
        return len(range(*[bound or 0 for bound in bounds[:2]])) <= SMALL
    words = [word for value in values for word in _WORD.findall(context.text(value)) if word != "len"]
    if words and all(word.rpartition(".")[2] in _DIMENSIONS for word in words):
        # Ex) `range(a.shape[0])` is as long as the array
        return not any("[" in context.text(value) for value in values)
    if len(values) == 1 and values[0].type == "call":
        measured = values[0].child_by_field_name("arguments")
        counted = measured.named_children if measured is not None else []
        is_len = context.text(values[0].child_by_field_name("function")) == "len"
        return is_len and len(counted) == 1 and is_small(context, counted[0], depth + 1)
    return False
