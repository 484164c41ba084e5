"""What the functions of one file share: the module's names, and the attributes of its classes."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cached_property

from velox_engine.source.inference import Inference
from velox_engine.source.kinds import UNKNOWN, Kind, join, kind_of_annotation
from velox_engine.source.mentions import words
from velox_engine.source.scopes import Scope
from velox_engine.source.syntax import Node, ParsedFile, captures, compile_query

_BOUND = """
(assignment left: (identifier) @bound)
(augmented_assignment left: (identifier) @bound)
(named_expression name: (identifier) @bound)
(for_statement left: (identifier) @bound)
(as_pattern alias: (as_pattern_target (identifier) @bound))
(pattern_list (identifier) @bound)
"""


_SELVES = (b"self", b"cls")
# What follows the name in `self.size = 3`, `self.size: int`; a line may go on behind a backslash.
_ASSIGNS = re.compile(rb"[ \t\f\\\r\n]*(?:=(?!=)|:(?!=))")


class Module:
    """What all functions of one file share: the module's names and the attributes of its classes."""

    def __init__(
        self,
        parsed: ParsedFile,
        scope: Scope | None = None,
        told: Mapping[int, Mapping[str, Kind]] | None = None,
    ) -> None:
        self.parsed = parsed
        self.told = told or {}  # start of a function → kinds of its names that other files tell
        self._scope = scope
        self._attributes: dict[tuple[int, str], Kind] = {}
        self._values: dict[tuple[int, str], list[Node]] = {}

    @cached_property
    def inference(self) -> Inference:
        """Kinds of the module's own names."""
        return Inference(self._scope or Scope(self.parsed, self.parsed.root))

    def attribute(self, owner: Node, name: str) -> Kind:
        """The kind of `self.<name>` in a class, from all assignments in its body."""
        key = owner.start_byte, name
        known = self._attributes.get(key)
        if known is None:
            kinds = [self._assigned(one) for one in self._assignments(owner, name)]
            known = self._attributes[key] = join(kinds) if kinds and all(kinds) else UNKNOWN
        return known

    def attribute_values(self, owner: Node, name: str) -> list[Node | None]:
        """What the class assigns to `self.<name>` anywhere in its body."""
        return [one.child_by_field_name("right") for one in self._assignments(owner, name)]

    def _assignments(self, owner: Node, name: str) -> list[Node]:
        """The assignments to `self.<name>`, then those in the bodies of the class and of those inside of it.

        Found by their text, since walking the syntax of whole classes is what most of a scan's time would go into.
        """
        key = owner.start_byte, name
        known = self._values.get(key)
        if known is None:
            data = self.parsed.data
            own: list[Node] = []
            fields: list[Node] = []
            for at, stop in words(data, *owner.byte_range, name):
                if not _ASSIGNS.match(data, stop):
                    continue
                assignment, is_own = _assignment_of(owner.descendant_for_byte_range(at, stop), data)
                if assignment is not None:
                    (own if is_own else fields).append(assignment)
            known = self._values[key] = own + fields
        return known

    def _assigned(self, assignment: Node) -> Kind:
        annotation = assignment.child_by_field_name("type")
        if annotation is not None:
            kind = kind_of_annotation(self.inference.text(annotation))
            if kind:
                return kind
        value = assignment.child_by_field_name("right")
        if value is None:
            return UNKNOWN
        # A bare name is a parameter as a rule, and the module's names say nothing about it.
        return self._parameter(value) if value.type == "identifier" else self.inference.expression(value)

    def _parameter(self, name: Node) -> Kind:
        """What a name's hint says where it is a parameter of the function around it, never bound anew there."""
        function = name.parent
        while function is not None and function.type not in ("function_definition", "class_definition"):
            function = function.parent
        parameters = function.child_by_field_name("parameters") if function is not None else None
        if function is None or parameters is None:
            return UNKNOWN
        text = self.inference.text
        for parameter in parameters.named_children:
            hint = parameter.child_by_field_name("type")
            if hint is not None and text(parameter).partition(":")[0].strip() == text(name):
                bound = captures(compile_query(_BOUND), function).get("bound", ())
                is_bound = any(text(one) == text(name) for one in bound)
                return UNKNOWN if is_bound else kind_of_annotation(text(hint))
        return UNKNOWN


def _assignment_of(name: Node | None, data: bytes) -> tuple[Node | None, bool]:
    """The assignment to an attribute of `self` or to a field of a class, and whether it is the former."""
    holder = name.parent if name is not None and name.type == "identifier" else None
    if name is None or holder is None:
        return None, False
    is_own = holder.type == "attribute"
    target, assignment = (holder, holder.parent) if is_own else (name, holder)
    if assignment is None or assignment.type != "assignment":
        return None, False
    left = assignment.child_by_field_name("left")
    if left is None or left.id != target.id:
        return None, False
    if is_own:
        head, last = holder.child_by_field_name("object"), holder.child_by_field_name("attribute")
        if head is None or head.type != "identifier" or last is None or last.id != name.id:
            return None, False
        return (assignment, True) if data[head.start_byte : head.end_byte] in _SELVES else (None, False)
    statement = assignment.parent
    block = statement.parent if statement is not None and statement.type == "expression_statement" else None
    owner = block.parent if block is not None and block.type == "block" else None
    return (assignment, False) if owner is not None and owner.type == "class_definition" else (None, False)
