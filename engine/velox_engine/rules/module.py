"""What the functions of one file share: the module's names, and the attributes of its classes."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property

from velox_engine.source.inference import Inference
from velox_engine.source.kinds import UNKNOWN, Kind, join, kind_of_annotation
from velox_engine.source.scopes import Scope
from velox_engine.source.syntax import Node, ParsedFile, captures, compile_query

_ATTRIBUTES = """
(assignment left: (attribute object: (identifier) @self attribute: (identifier) @name)) @assign
(class_definition body: (block (expression_statement (assignment left: (identifier) @field) @own)))
"""

_BOUND = """
(assignment left: (identifier) @bound)
(augmented_assignment left: (identifier) @bound)
(named_expression name: (identifier) @bound)
(for_statement left: (identifier) @bound)
(as_pattern alias: (as_pattern_target (identifier) @bound))
(pattern_list (identifier) @bound)
"""


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
        self._attributes: dict[int, dict[str, Kind]] = {}
        self._values: dict[int, dict[str, list[Node | None]]] = {}

    @cached_property
    def inference(self) -> Inference:
        """Kinds of the module's own names."""
        return Inference(self._scope or Scope(self.parsed, self.parsed.root))

    def attribute(self, owner: Node, name: str) -> Kind:
        """The kind of `self.<name>` in a class, from all assignments in its body."""
        known = self._attributes.get(owner.start_byte)
        if known is None:
            known = self._attributes[owner.start_byte] = self._collect_attributes(owner)
        return known.get(name, UNKNOWN)

    def attribute_values(self, owner: Node, name: str) -> list[Node | None]:
        """What the class assigns to `self.<name>` anywhere in its body."""
        self.attribute(owner, name)
        return self._values[owner.start_byte].get(name, [])

    def _collect_attributes(self, owner: Node) -> dict[str, Kind]:
        values = self._values[owner.start_byte] = {}
        found = captures(compile_query(_ATTRIBUTES), owner)
        text = self.inference.text
        kinds: dict[str, list[Kind]] = {}
        for head, name, assignment in zip(
            found.get("self", ()), found.get("name", ()), found.get("assign", ()), strict=True
        ):
            if text(head) in ("self", "cls"):
                values.setdefault(text(name), []).append(assignment.child_by_field_name("right"))
                kinds.setdefault(text(name), []).append(self._assigned(assignment))
        for name, assignment in zip(found.get("field", ()), found.get("own", ()), strict=True):
            values.setdefault(text(name), []).append(assignment.child_by_field_name("right"))
            kinds.setdefault(text(name), []).append(self._assigned(assignment))
        return {name: join(entries) if all(entries) else UNKNOWN for name, entries in kinds.items()}

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
        bound = captures(compile_query(_BOUND), function).get("bound", ())
        if any(text(one) == text(name) for one in bound):
            return UNKNOWN
        for parameter in parameters.named_children:
            hint = parameter.child_by_field_name("type")
            if hint is not None and text(parameter).partition(":")[0].strip() == text(name):
                return kind_of_annotation(text(hint))
        return UNKNOWN
