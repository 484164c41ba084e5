"""Recognises small shapes of code that several rules look for: calls, appends, single-statement bodies."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from velox_engine.source.syntax import Node

if TYPE_CHECKING:
    from velox_engine.rules.context import Context


_DEFINED = re.compile(rb"(?:async[ \t]+)?def[ \t]+([^\s(\[]+)")


def names_itself(function: Node, context: Context) -> bool:
    """Whether the text of a function holds a call of its name, of `self`'s or the class's at most."""
    start, end = function.byte_range
    name = _DEFINED.match(context.data, start, end)
    if name is None:
        return True  # Ex) `def \\` and the name on the next line
    data, called = context.data, name[1] + b"("
    at = data.find(called, name.end() + 1, end)
    while at >= 0:
        before = data[at - 1]
        # Ex) `walk(`, `self.walk(`, but not `node.walk(` or `sidewalk(`
        if before == 46:
            if data.endswith((b"self", b"cls"), start, at - 1):
                return True
        elif before < 128 and not (before == 95 or chr(before).isalnum()):
            return True
        at = data.find(called, at + 1, end)
    return False


def arguments(call: Node) -> list[Node]:
    """The positional arguments of a call; empty also for a bare generator argument."""
    node = call.child_by_field_name("arguments")
    if node is None or node.type != "argument_list":
        return []
    return [child for child in node.named_children if child.type not in ("keyword_argument", "comment")]


def keywords(call: Node, context: Context) -> dict[str, Node]:
    """The keyword arguments of a call."""
    node = call.child_by_field_name("arguments")
    found: dict[str, Node] = {}
    for child in node.named_children if node is not None and node.type == "argument_list" else ():
        if child.type == "keyword_argument":
            value = child.child_by_field_name("value")
            if value is not None:
                found[context.text(child.child_by_field_name("name"))] = value
    return found


def has_splat(call: Node) -> bool:
    """Whether a call passes `*args` or `**kwargs`, so that its arguments are not known."""
    node = call.child_by_field_name("arguments")
    return node is not None and any(
        child.type in ("list_splat", "dictionary_splat") for child in node.named_children
    )


def receiver(call: Node) -> Node | None:
    """What a method is called on."""
    function = call.child_by_field_name("function")
    return function.child_by_field_name("object") if function is not None else None


def method_name(call: Node, context: Context) -> str:
    """The name of the called method, "" when it is not one."""
    function = call.child_by_field_name("function")
    if function is None or function.type != "attribute":
        return ""
    return context.text(function.child_by_field_name("attribute"))


def statements(block: Node | None) -> list[Node]:
    """The statements of a block without comments."""
    return [child for child in block.named_children if child.type != "comment"] if block is not None else []


def body(node: Node) -> list[Node]:
    """The statements of the body of a loop or function."""
    return statements(node.child_by_field_name("body"))


def consequence(node: Node) -> list[Node]:
    """The statements under an `if`."""
    return statements(node.child_by_field_name("consequence"))


def alternatives(node: Node) -> list[Node]:
    """The `elif` and `else` clauses of an `if`, `for` or `while`."""
    return node.children_by_field_name("alternative")


def expression_of(statement: Node | None) -> Node | None:
    """The expression that a statement consists of."""
    if statement is None or statement.type != "expression_statement" or statement.named_child_count != 1:
        return None
    return statement.named_children[0]


def only_call(statement: Node | None, method: str, context: Context) -> Node | None:
    """The call when a statement is nothing but `x.method(...)`."""
    expression = expression_of(statement)
    if expression is not None and expression.type == "call" and method_name(expression, context) == method:
        return expression
    return None


def strip_parentheses(node: Node | None) -> Node | None:
    """The expression inside of any parentheses around it."""
    while node is not None and node.type == "parenthesized_expression" and node.named_child_count == 1:
        node = node.named_children[0]
    return node


def comparison(node: Node | None, context: Context) -> tuple[Node, str, Node] | None:
    """Left side, operator and right side of a comparison of two operands."""
    node = strip_parentheses(node)
    if node is None or node.type != "comparison_operator" or node.named_child_count != 2:
        return None
    left, right = node.named_children
    operator = " ".join(context.data[left.end_byte : right.start_byte].decode("utf-8", "replace").split())
    return left, operator, right


def is_plain_string(node: Node | None) -> bool:
    """Whether a node is a string literal without interpolation."""
    if node is None:
        return False
    if node.type == "concatenated_string":
        return all(is_plain_string(child) for child in node.named_children if child.type == "string")
    return node.type == "string" and all(child.type != "interpolation" for child in node.named_children)


def is_constant(node: Node | None) -> bool:
    """Whether a node is a literal number, string, True, False or None."""
    if node is None:
        return False
    if node.type == "unary_operator":
        node = node.child_by_field_name("argument")
        return node is not None and node.type in ("integer", "float")
    return node.type in ("integer", "float", "true", "false", "none") or is_plain_string(node)


def previous_statement(node: Node) -> Node | None:
    """The statement before this one in the same block, comments skipped."""
    previous = node.prev_named_sibling
    while previous is not None and previous.type == "comment":
        previous = previous.prev_named_sibling
    return previous


def next_statement(node: Node) -> Node | None:
    """The statement after this one in the same block, comments skipped."""
    following = node.next_named_sibling
    while following is not None and following.type == "comment":
        following = following.next_named_sibling
    return following


def assigned(statement: Node | None, context: Context) -> tuple[Node, Node] | None:
    """Target and value of a statement that is one plain assignment."""
    expression = expression_of(statement)
    if expression is None or expression.type != "assignment":
        return None
    left, right = expression.child_by_field_name("left"), expression.child_by_field_name("right")
    if left is None or right is None or right.type == "assignment":
        return None
    return left, right


def is_empty_list(node: Node | None, context: Context) -> bool:
    """Whether an expression is `[]` or `list()`."""
    return context.text(node).replace(" ", "") in ("[]", "list()")


def looks_at_start(name: str, condition: str) -> bool:
    """Whether a loop runs while a sequence begins with something, which few elements do: `while not lines[0]`."""
    opening = rf"(?<![\w.]){re.escape(name)}(?:\[0\]|\[:\w+\]|\.pop\(0\)|\.startswith\()"
    return re.search(opening, condition) is not None


def is_stable_name(node: Node) -> bool:
    """Whether an expression is a name or a chain of attributes, so that naming it twice means one thing."""
    while node.type == "attribute":
        head = node.child_by_field_name("object")
        if head is None:
            return False
        node = head
    return node.type == "identifier"
