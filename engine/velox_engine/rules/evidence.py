"""Looks for a reason to believe that there are many: a finding that pays only then is doubtful where there is none.

What is read from files, folders and queries may be of any size, and so may be what names say (`rows`, `tokens`) and
what is made of it. So may be what a self-contained function is given, one that computes with builtins alone, as
algorithms do. What methods are given, what may be left out, objects whose fields are read, and what functions and
objects hand over are a handful as a rule, which is no reason.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from velox_engine.rules.occasions import (
    is_rare,
    is_written_by_hand,
    names_what_is_written_by_hand,
    only_checks,
)
from velox_engine.rules.quantities import LONG_ELEMENTS, is_few, names_a_count, says_many, says_text
from velox_engine.rules.shapes import arguments, body, method_name, names_itself
from velox_engine.rules.sizes import SMALL, integer, is_handful, is_small
from velox_engine.rules.surroundings import is_rarely_come_to
from velox_engine.source.scopes import Binding
from velox_engine.source.syntax import Node, captures, compile_query

if TYPE_CHECKING:
    from velox_engine.rules.context import Context
    from velox_engine.rules.regions import Region

_MAX_DEPTH: Final = 6
# Ex) `list[str] | None`: what is left out as a rule
_OPTIONAL = re.compile(r"\bNone\b|\bOptional\b")
_READ = frozenset({"open", "os.scandir", "os.walk"})
_LARGE: Final = 64  # a number written down that is at least this says that there are many
_IDENTIFIERS = compile_query("(identifier) @name")
_SAME_SIZE_WORDS = (
    "enumerate zip sorted reversed list tuple set frozenset iter map filter chain islice deque dict "
    "Counter groupby tqdm array asarray unique str bytes bytearray memoryview cycle starmap from_iterable "
    "product permutations combinations accumulate pairwise OrderedDict defaultdict max min sum next"
)
_SAME_SIZE = frozenset(_SAME_SIZE_WORDS.split())
_OF_MANY_WORDS = (
    "open walk listdir scandir glob iglob rglob readlines "
    "read read_text fetchall fetchmany iterrows itertuples"
)
_OF_MANY = frozenset(_OF_MANY_WORDS.split())
_SAME_OBJECT_WORDS = (
    "items keys values copy splitlines strip lstrip rstrip lower upper flatten ravel encode decode most_common "
    "elements replace reset_index union intersection difference T"
)
_SAME_OBJECT = frozenset(_SAME_OBJECT_WORDS.split())
# Ex) `row.name`, `row["name"]`, but not `row.name()`
_FIELDS = re.compile(rb"\b(\w+)(?=\.\w+\b(?!\()|\[['\"])")
_EMPTY = frozenset({"[]", "{}", "list()", "dict()", "set()"})
_GROWING = frozenset(
    {"append", "extend", "insert", "add", "update", "item", "appendleft", "setdefault", "push"}
)


def is_evident(context: Context, node: Node, subject: Node | None, *, waits: bool = False) -> bool:
    """Whether the text gives a reason to believe that a hit is about many elements.

    `subject` is the container whose size matters besides the number of turns; `waits` says that what would be saved
    is waiting, which alone counts in a coroutine.
    """
    if is_rare(context, node) or (not waits and _is_coroutine(context, node)):
        return False
    loops = context.repeats(node)
    if loops and is_rarely_come_to(context, node, loops[0]) and not context.is_self_contained(node):
        return False
    if subject is not None and accumulates(context, subject):
        return any(_is_open_ended(context, loop) for loop in loops)
    if subject is not None and not is_many(context, subject):
        return False
    return not loops or any(runs_long(context, loop) for loop in loops)


def is_told_of_many(context: Context, node: Node) -> bool:
    """Whether an algorithm says more of how many there are than that it is given them.

    Its innermost loop walks what is many by its name or is a search's `while`, or the function calls itself.
    """
    loops = context.repeats(node)
    function = context.function(node)
    if (
        not loops
        or loops[0].kind == "while"
        or (function is not None and names_itself(function.node, context))
    ):
        return True
    iterable = context.iterable(loops[0])
    if iterable is None:
        return False
    names = [context.text(name) for name in context.names_in(iterable)]
    return any(says_many(name) or says_text(name) or name in _OF_MANY for name in names)


def accumulates(context: Context, node: Node) -> bool:
    """Whether a container is an attribute that begins empty, and so holds as much as the object has been given."""
    if node.type != "attribute" or context.text(node.child_by_field_name("object")) != "self":
        return False
    name = context.text(node.child_by_field_name("attribute"))
    region = context.region(node)
    while region is not None and region.kind != "class":
        region = region.outer
    if region is None or is_few(name):
        return False
    values = context.module.attribute_values(region.node, name)
    return any(value is not None and context.text(value) in _EMPTY for value in values)


def _is_open_ended(context: Context, loop: Region) -> bool:
    """Whether a loop goes over what its function is given, or over what accumulates."""
    if runs_long(context, loop):
        return True
    if loop.kind == "while":
        condition = loop.node.child_by_field_name("condition")
        return condition is not None and accumulates(context, condition)
    if loop.kind == "comprehension":
        clauses = (child for child in loop.node.named_children if child.type == "for_in_clause")
        iterable = next((clause.child_by_field_name("right") for clause in clauses), None)
    else:
        iterable = context.iterable(loop)
    if iterable is None or iterable.type != "identifier":
        return iterable is not None and accumulates(context, iterable)
    name = context.text(iterable)
    if is_few(name) or only_checks(context, iterable):
        return False
    bindings = context.inference(iterable).lookup(name)
    return any(one.how == "parameter" and not one.detail for one in bindings)


def runs_long(context: Context, loop: Region, depth: int = 0) -> bool:
    """Whether there is a reason to believe that a loop has many turns."""
    if loop.kind == "while":
        return _waits_for_many(context, loop.node, depth)
    if loop.kind == "comprehension":
        return _has_long_clause(context, loop.node, depth) and not _walks_objects(context, loop)
    iterable = context.iterable(loop)
    return iterable is not None and is_many(context, iterable, depth) and not _walks_objects(context, loop)


def is_many(context: Context, node: Node, depth: int = 0) -> bool:
    """Whether there is a reason to believe that a container or iterable has many elements."""
    if depth > _MAX_DEPTH or is_small(context, node):
        return False
    kind, deeper = node.type, depth + 1
    if kind == "identifier":
        return _is_many_name(context, node, deeper)
    if kind == "attribute":
        name = context.text(node.child_by_field_name("attribute"))
        return says_many(name) and not is_few(name)
    if kind == "call":
        return _is_many_call(context, node, deeper)
    if kind == "subscript":
        # Ex) `words[1:]`, `graph[node]`
        whole, at = node.child_by_field_name("value"), node.child_by_field_name("subscript")
        if at is not None and (at.type == "string" or context.text(at).isupper()):
            return False  # Ex) `settings["hosts"]`
        return whole is not None and is_many(context, whole, deeper)
    if kind in (
        "list_comprehension",
        "generator_expression",
        "set_comprehension",
        "dictionary_comprehension",
    ):
        return _has_long_clause(context, node, deeper)
    if kind in (
        "parenthesized_expression",
        "await",
        "list_splat",
        "boolean_operator",
        "conditional_expression",
    ):
        return any(is_many(context, child, deeper) for child in node.named_children)
    if kind == "binary_operator" and context.text(node.child_by_field_name("operator")) in (
        "+",
        "*",
        "|",
        "&",
        "-",
    ):
        return any(is_many(context, child, deeper) for child in node.named_children)
    if kind in ("list", "tuple", "set", "dictionary", "string"):
        return node.named_child_count >= _LARGE or (
            kind == "string" and node.end_byte - node.start_byte > _LARGE
        )
    return False


def _is_coroutine(context: Context, node: Node) -> bool:
    function = context.function(node)
    if function is None:
        return False
    decorated = function.node.parent
    start = decorated.start_byte if decorated is not None else function.start
    return context.data.startswith(b"async", function.start) or (
        context.data.find(b"@defer.inlineCallbacks", start, function.start) >= 0
    )


def is_given_many(context: Context, node: Node, parameter: Binding) -> bool:
    """Whether a parameter of the function around a node is data: an algorithm's, and nothing to choose by."""
    hint = context.text(parameter.annotation)
    if (
        parameter.detail
        or parameter.value is not None
        or _OPTIONAL.search(hint)
        or only_checks(context, node)
    ):
        return False
    return context.is_self_contained(node)


def _walks_objects(context: Context, loop: Region) -> bool:
    """Whether a loop reads fields of what it walks: objects are a few as a rule, where no name says otherwise.

    Ex) `for tag in tags: keys.append(tag["Key"])`, `[stack for stack in stacks if stack.status in wanted]`
    """
    iterable = context.iterable(loop)
    if iterable is None or any(says_many(context.text(name)) for name in context.names_in(iterable)):
        return False
    if iterable.type == "call" and context.text(iterable.child_by_field_name("function")) in _READ:
        return False
    variables = {name.encode() for name in context.loop_variables(loop)}
    # Records that are compared with those of another loop are data. Ex) `order["customer"] == customer["id"]`
    marks = b"." if _is_joined(context, loop) else b".["
    return any(
        field[1] in variables and context.data[field.end()] in marks
        for field in _FIELDS.finditer(context.data, loop.start, loop.end)
    )


def _is_joined(context: Context, loop: Region) -> bool:
    """Whether a loop does nothing but walk another name for each element, or is what such a loop does."""
    if loop.kind != "for":
        return False
    steps = body(loop.node)
    inner = steps[0] if len(steps) == 1 and steps[0].type == "for_statement" else None
    outer = next((one.node for one in context.repeats(loop.node) if one.kind == "for"), None)
    walked = [one.child_by_field_name("right") for one in (loop.node, inner or outer) if one is not None]
    names = {context.text(one) for one in walked if one is not None and one.type == "identifier"}
    return len(names) == 2


def _has_long_clause(context: Context, node: Node, depth: int) -> bool:
    clauses = (child for child in node.named_children if child.type == "for_in_clause")
    iterables = (clause.child_by_field_name("right") for clause in clauses)
    return any(iterable is not None and is_many(context, iterable, depth + 1) for iterable in iterables)


def _is_many_name(context: Context, node: Node, depth: int) -> bool:
    name = context.text(node)
    if is_few(name):
        return False
    if says_many(name):
        return True
    return any(_binds_many(context, node, one, depth) for one in context.inference(node).lookup(name))


def _binds_many(context: Context, node: Node, binding: Binding, depth: int) -> bool:
    if binding.how == "parameter":
        return is_given_many(context, node, binding)
    value = binding.value
    if value is None:
        return False
    if binding.how == "for":
        # An element of many is many itself where it is text or a row.
        return context.text(node).lower() in LONG_ELEMENTS and is_many(context, value, depth)
    if binding.how == "for-unpack":
        return "groupby(" in context.text(value)
    if binding.how == "with":
        opened = context.text(value)
        return "open(" in opened and not names_what_is_written_by_hand(opened)
    if binding.how not in ("assign", "walrus"):
        return False
    return is_many(context, value, depth) or _grows_long(context, node, depth)


def _grows_long(context: Context, node: Node, depth: int) -> bool:
    """Whether a local container is filled in a loop of many turns."""
    if depth > _MAX_DEPTH:
        return False
    for change in context.scope(node).changes(context.text(node)):
        if change.how in _GROWING:
            loops = context.regions.loops(context.region(change.node), change.node.start_byte)
            if any(runs_long(context, loop, depth + 1) for loop in loops):
                return True
    return False


def _is_many_call(context: Context, node: Node, depth: int) -> bool:
    given = arguments(node)
    name = context.text(node.child_by_field_name("function")).rpartition(".")[2]
    if name in ("range", "xrange", "arange", "linspace", "zeros", "ones", "empty", "full"):
        return any(_is_large_number(context, one, depth) for one in given)
    if name == "islice" and any((integer(context, one) or _LARGE) <= SMALL for one in given[1:]):
        return False
    owner = None
    if method_name(node, context):
        function = node.child_by_field_name("function")
        owner = function.child_by_field_name("object") if function is not None else None
    if name in ("split", "rsplit") and owner is not None:
        # Ex) `text.split()`, `text.split("\n")`; but `header.split(";")` has a few parts
        parted = context.text(given[0]) if given else ""
        line = context.inference(owner).lookup(context.text(owner))
        if any(one.how == "for" for one in line):
            return False  # the words of one line
        return parted.strip("rb\"'") in ("", " ", "\\n", "\\n\\n", "None") and is_many(context, owner, depth)
    if name in _SAME_OBJECT and owner is not None:
        return is_many(context, owner, depth)
    if name in _SAME_SIZE:
        return any(is_many(context, one, depth) for one in given)
    if name in ("open", "read_text"):
        return not is_written_by_hand(context, node)
    return name in _OF_MANY or says_many(name)


def _is_large_number(context: Context, node: Node, depth: int) -> bool:
    """Ex) `len(rows)`, `n`, `self.n_samples`, `1000`, `n // 2`"""
    if depth > _MAX_DEPTH:
        return False
    known = integer(context, node)
    if known is not None:
        return known >= _LARGE
    kind = node.type
    if kind == "call":
        called, given = context.text(node.child_by_field_name("function")), arguments(node)
        if called == "len":
            return bool(given) and is_many(context, given[0], depth + 1)
        if called == "int" and given:
            return _is_large_number(context, given[0], depth + 1) or "input(" in context.text(given[0])
        return called in ("max", "min", "sum", "abs", "math.isqrt", "isqrt") and any(
            _is_large_number(context, one, depth + 1) or is_many(context, one, depth + 1) for one in given
        )
    if kind == "attribute":
        return names_a_count(context.text(node.child_by_field_name("attribute")))
    if kind == "subscript":
        return context.text(node.child_by_field_name("value")).endswith(".shape")
    if kind == "identifier":
        name = context.text(node)
        if is_handful(name):
            return False
        for one in context.inference(node).lookup(name):
            if one.how == "parameter" and not one.detail:
                return is_given_many(context, node, one)
            if one.how in ("assign", "unpack") and one.value is not None:
                values = one.value.named_children if one.value.type == "expression_list" else [one.value]
                if any(_is_large_number(context, value, depth + 1) for value in values):
                    return True
            if one.how == "for" and one.value is not None and is_many(context, one.value, depth + 1):
                return True
        return False
    if kind == "binary_operator" and context.text(node.child_by_field_name("operator")) == "%":
        return False  # a remainder, or text
    if kind in ("binary_operator", "parenthesized_expression", "unary_operator"):
        return any(_is_large_number(context, child, depth + 1) for child in node.named_children)
    return False


def _waits_for_many(context: Context, loop: Node, depth: int) -> bool:
    """Ex) `while queue:`, `while i < len(rows):`, `while low <= high:`"""
    condition = loop.child_by_field_name("condition")
    if condition is None or depth > _MAX_DEPTH:
        return False
    if context.text(condition) in ("True", "1"):
        # What is read until it ends. Ex) `while True: line = file.readline()`
        return b".readline(" in context.data[loop.start_byte : loop.end_byte]
    names = captures(_IDENTIFIERS, condition).get("name", ())
    if context.is_self_contained(loop) and any(_is_fed(context, name, loop) for name in names):
        return True
    return any(
        is_many(context, name, depth + 1) or _is_large_number(context, name, depth + 1)
        for name in ([condition] if condition.type == "identifier" else names)
    )


def _is_fed(context: Context, name: Node, loop: Node) -> bool:
    """Whether loops inside of the loop that empties a list fill it: `for edge in edges[node]: queue.append(edge)`."""
    return any(
        change.how in _GROWING
        and any(
            loop.start_byte < inner.start and inner.end <= loop.end_byte
            for inner in context.regions.loops(context.region(change.node), change.node.start_byte)
        )
        for change in context.scope(name).changes(context.text(name))
    )
