"""Infers what calls return: of builtins and well-known functions, of methods by receiver, of functions in the file."""

from __future__ import annotations

from typing import TYPE_CHECKING

from velox_engine.source.kinds import (
    ANY_RECEIVER,
    ARITHMETIC,
    CONTAINER_OF_FIRST,
    FUNCTION_RESULTS,
    INT,
    MAPPINGS,
    METHOD_RESULTS,
    UNKNOWN,
    Kind,
    join,
    kind_of_annotation,
)
from velox_engine.source.syntax import Node

if TYPE_CHECKING:
    from velox_engine.source.inference import Inference


def kind_of_call(inference: Inference, node: Node, depth: int) -> Kind:
    """The kind of what a call gives: known functions and methods, and functions of the same file that say."""
    function = node.child_by_field_name("function")
    arguments = node.child_by_field_name("arguments")
    if function is None or arguments is None:
        return UNKNOWN
    origin = inference.origin(function)
    if origin:
        kind = _known_function(inference, origin, arguments, depth)
        if kind:
            return kind
    if function.type == "attribute":
        return _method(inference, function, arguments, depth)
    if function.type == "identifier":
        return _own_function(inference, inference.text(function))
    return UNKNOWN


def _known_function(inference: Inference, origin: str, arguments: Node, depth: int) -> Kind:
    if origin in FUNCTION_RESULTS:
        kind = FUNCTION_RESULTS[origin]
        first = arguments.named_children[0] if arguments.named_child_count else None
        if origin == "collections.deque" and first is not None:
            return Kind("deque", inference.expression(first, depth).element)
        return kind
    first = None
    if arguments.type == "generator_expression":
        first = arguments
    elif arguments.named_child_count:
        first = arguments.named_children[0]
    if origin in CONTAINER_OF_FIRST:
        return Kind(CONTAINER_OF_FIRST[origin], inference.expression(first, depth).element)
    if origin in ("enumerate", "zip", "map", "filter"):
        if origin == "enumerate":
            pair = Kind("tuple", items=(INT, inference.element(first, depth)))
            return Kind("iterator", pair)
        if origin == "zip":
            items = tuple(inference.element(child, depth) for child in arguments.named_children)
            return Kind("iterator", Kind("tuple", items=items))
        if origin == "filter" and arguments.named_child_count == 2:
            return Kind("iterator", inference.element(arguments.named_children[1], depth))
        return Kind("iterator")
    if origin == "sum" and first is not None and arguments.named_child_count == 1:
        element = inference.element(first, depth)
        return element if element.name in ARITHMETIC else UNKNOWN
    if origin in ("min", "max") and first is not None:
        if arguments.named_child_count == 1:
            return inference.element(first, depth)
        kinds = [inference.expression(child, depth) for child in arguments.named_children]
        return join(kinds) if all(kinds) else UNKNOWN
    if origin in ("abs", "round") and first is not None:
        number = inference.expression(first, depth)
        return number if number.name in ARITHMETIC else UNKNOWN
    if origin in ("copy.copy", "copy.deepcopy"):
        return inference.expression(first, depth)
    return UNKNOWN


def _method(inference: Inference, function: Node, arguments: Node, depth: int) -> Kind:
    method = function.child_by_field_name("attribute")
    if method is None:
        return UNKNOWN
    name = inference.text(method)
    receiver = inference.expression(function.child_by_field_name("object"), depth)
    if receiver.name in MAPPINGS or receiver.name == "mapping":
        return _mapping_method(receiver, name)
    known = METHOD_RESULTS.get(receiver.name, {}).get(name)
    if known is not None:
        return known
    if name == "copy" and receiver:
        return receiver
    if name == "pop" and receiver.name in ("list", "deque", "set"):
        return receiver.element or UNKNOWN
    if receiver.name in ("set", "frozenset") and name in ("union", "intersection", "difference"):
        return receiver
    if not receiver and name in ("split", "rsplit") and _splits_text(inference, function, arguments):
        return Kind("list")
    if not receiver:
        return ANY_RECEIVER.get(name, UNKNOWN)
    return UNKNOWN


def _splits_text(inference: Inference, function: Node, arguments: Node) -> bool:
    """Whether `x.split(...)` can only be that of text: no argument, or a literal separator.

    A column of strings (`frame.name.str.split`) and modules (`os.path.split`) have a `split` of their own.
    """
    head = function.child_by_field_name("object")
    if head is None or inference.text(head).endswith(".str") or "import" in _how(inference, head):
        return False
    values = arguments.named_children
    return not values or values[0].type == "string"


def _how(inference: Inference, node: Node) -> set[str]:
    """How the name at the start of a chain of attributes is bound."""
    while node.type in ("attribute", "call", "subscript"):
        inner = node.child_by_field_name("object") or node.child_by_field_name("function")
        inner = inner or node.child_by_field_name("value")
        if inner is None:
            break
        node = inner
    return (
        {binding.how for binding in inference.lookup(inference.text(node))}
        if node.type == "identifier"
        else set()
    )


def _mapping_method(receiver: Kind, name: str) -> Kind:
    if name == "keys":
        return Kind("dict_keys", receiver.element)
    if name == "values":
        return Kind("dict_values", receiver.value)
    if name == "items":
        pair = Kind("tuple", items=(receiver.element or UNKNOWN, receiver.value or UNKNOWN))
        return Kind("dict_items", pair)
    if name in ("get", "pop", "setdefault"):
        return receiver.value or UNKNOWN
    if name == "most_common":
        return Kind("list", Kind("tuple"))
    return receiver if name == "copy" else UNKNOWN


def _own_function(inference: Inference, name: str) -> Kind:
    """What a function of the same file says that it returns."""
    bindings = inference.lookup(name)
    if len(bindings) != 1 or bindings[0].how != "definition":
        return UNKNOWN
    definition = bindings[0].statement
    if definition.type != "function_definition":
        return Kind("object") if definition.type == "class_definition" else UNKNOWN
    annotation = definition.child_by_field_name("return_type")
    if annotation is None or definition.start_byte != bindings[0].statement.start_byte:
        return UNKNOWN
    if inference.data.startswith(b"async", definition.start_byte):
        return UNKNOWN
    return kind_of_annotation(inference.text(annotation))
