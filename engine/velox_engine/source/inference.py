"""Infers, within one file and without running it, what kind of value a name or an expression has.

Flow-insensitive: a name has a kind when all its bindings agree. What is unknown stays unknown, because a rule
that fires on the wrong type is worse than one that is silent.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from velox_engine.source.calls import kind_of_call
from velox_engine.source.functions import FunctionSpan, function_node
from velox_engine.source.kinds import (
    ARITHMETIC,
    BOOL,
    FLOAT,
    INT,
    MAPPINGS,
    NONE,
    STR,
    UNKNOWN,
    Kind,
    join,
    kind_of_annotation,
)
from velox_engine.source.scopes import Binding, Scope
from velox_engine.source.syntax import Node, ParsedFile

# Expressions nested deeper than this are generated code; following them would hit the recursion limit.
_MAX_DEPTH = 40


class Inference:
    """Kinds of the names in one scope, computed on demand; `outer` is the scope around it."""

    def __init__(
        self,
        scope: Scope,
        outer: Inference | None = None,
        attribute: Callable[[str], Kind] | None = None,
        told: Mapping[str, Kind] | None = None,
    ) -> None:
        self.scope = scope
        self.outer = outer
        self._attribute = attribute  # kind of `self.<name>`
        self._told = told or {}  # what other files say of names that this one does not tell
        self._known: dict[str, Kind] = {}
        self._running: set[str] = set()
        self.data = scope.parsed.data

    def name(self, name: str) -> Kind:
        """The kind of a name as seen from this scope."""
        known = self._known.get(name)
        if known is not None:
            return known
        if name in self._running:
            return NONE  # says nothing: the other bindings decide
        if name in self.scope.bare_parameters:
            return self._told.get(name, UNKNOWN)
        bindings = self.scope.bindings(name)
        if not bindings or all(binding.how == "outer" for binding in bindings):
            if name in self.scope.shared or self.outer is None:
                return UNKNOWN
            return self.outer.name(name)
        self._running.add(name)
        kind = self._of_bindings(name, bindings) or self._told.get(name, UNKNOWN)
        self._running.discard(name)
        # Inside a cycle the answer is partial, so only the outermost question is kept.
        if not self._running:
            self._known[name] = kind
        return kind

    def origin(self, node: Node) -> str:
        """The dotted origin of a name or attribute chain: "re.compile", "collections.deque", a builtin's name.

        "" when it is neither imported nor a builtin; a name that the file binds itself is no builtin.
        """
        trail: list[str] = []
        while node.type == "attribute":
            last = node.child_by_field_name("attribute")
            head = node.child_by_field_name("object")
            if last is None or head is None:
                return ""
            trail.append(self.text(last))
            node = head
        if node.type != "identifier":
            return ""
        base = self.text(node)
        bindings = self.lookup(base)
        if not bindings:
            head = base
        elif bindings[0].how == "import" and all(b.detail == bindings[0].detail for b in bindings):
            head = bindings[0].detail
        elif all(binding.how == "import" for binding in bindings):
            # Ex) try: import simplejson as json / except ImportError: import json
            head = bindings[-1].detail
        else:
            return ""
        return ".".join([head, *reversed(trail)])

    def lookup(self, name: str) -> list[Binding]:
        """The bindings of a name in the innermost scope that has any."""
        scope: Inference | None = self
        while scope is not None:
            bindings = scope.scope.bindings(name)
            if bindings:
                return bindings
            scope = scope.outer
        return []

    def text(self, node: Node) -> str:
        """The source text of a node."""
        start, end = node.byte_range
        return self.data[start:end].decode("utf-8", "replace")

    def expression(self, node: Node | None, depth: int = 0) -> Kind:
        """The kind of an expression."""
        if node is None or depth > _MAX_DEPTH:
            return UNKNOWN
        handler = _HANDLERS.get(node.type)
        return handler(self, node, depth + 1) if handler is not None else UNKNOWN

    def element(self, node: Node | None, depth: int = 0) -> Kind:
        """The kind of what iterating over an expression gives."""
        return self.expression(node, depth).element or UNKNOWN

    def attribute(self, name: str) -> Kind:
        """The kind of `self.<name>`."""
        return self._attribute(name) if self._attribute is not None else UNKNOWN

    def _of_bindings(self, name: str, bindings: list[Binding]) -> Kind:
        kinds: list[Kind] = []
        for binding in bindings:
            if binding.how == "delete":
                continue
            if binding.how == "augment":
                if binding.detail in ("+=", "-=", "*=", "/=", "**=") and kinds and kinds[0].name == "int":
                    kinds.append(FLOAT if binding.detail == "/=" else self.expression(binding.value))
                continue
            kinds.append(self._of_binding(binding))
            if not kinds[-1]:
                return UNKNOWN
        kind = join(kinds)
        if kind.name in ("list", "deque", "set") and kind.element is None:
            added = self._added(name)
            if added:
                kind = Kind(kind.name, added)
        return kind

    def _of_binding(self, binding: Binding) -> Kind:
        how = binding.how
        if how == "parameter":
            return self._of_parameter(binding)
        if how in ("assign", "walrus"):
            if binding.annotation is not None:
                annotated = kind_of_annotation(self.text(binding.annotation))
                if annotated:
                    return annotated
            return self.expression(binding.value)
        if how == "unpack":
            return self._part(self.expression(binding.value), binding)
        if how == "for":
            return self.element(binding.value)
        if how == "for-unpack":
            return self._part(self.element(binding.value), binding)
        if how == "with":
            value = self.expression(binding.value)
            return value if value.name == "file" else UNKNOWN
        return UNKNOWN

    def _part(self, whole: Kind, binding: Binding) -> Kind:
        for index in binding.part:
            if index == -1:
                return Kind("list", whole.element)
            if whole.items:
                whole = whole.items[index] if index < len(whole.items) else UNKNOWN
            else:
                whole = whole.element or UNKNOWN
        return whole

    def _of_parameter(self, binding: Binding) -> Kind:
        annotated = kind_of_annotation(self.text(binding.annotation)) if binding.annotation else UNKNOWN
        if binding.detail == "*":
            return Kind("tuple", annotated or None)
        if binding.detail == "**":
            return Kind("dict", STR, annotated or None)
        if annotated or binding.annotation is not None:
            return annotated
        default = self.expression(binding.value)
        # An empty tuple or 0 as default is passed a list or a float as often as not.
        return default if default.name in ("str", "dict", "list", "set", "bool") else UNKNOWN

    def _added(self, name: str) -> Kind:
        """What is appended or added to a container, when all of it is of one kind."""
        kinds: list[Kind] = []
        for change in self.scope.changes(name):
            if change.how in ("append", "add", "appendleft"):
                call = change.node.parent
                arguments = call.child_by_field_name("arguments") if call is not None else None
                values = arguments.named_children if arguments is not None else []
                kinds.append(self.expression(values[0]) if len(values) == 1 else UNKNOWN)
            elif change.how in ("extend", "update", "insert", "item", "extendleft"):
                return UNKNOWN
            if kinds and not kinds[-1]:
                return UNKNOWN
        return join(kinds)

    # ---- expressions, one method per node type ----

    def _identifier(self, node: Node, depth: int) -> Kind:
        return self.name(self.text(node))

    def _string(self, node: Node, depth: int) -> Kind:
        prefix = self.data[node.start_byte : node.start_byte + 3].lower()
        quote = min((at for at in (prefix.find(b"'"), prefix.find(b'"')) if at >= 0), default=0)
        return Kind("bytes", INT) if b"b" in prefix[:quote] else Kind("str", STR)

    def _first_child(self, node: Node, depth: int) -> Kind:
        return self.expression(next(iter(node.named_children), None), depth)

    def _display(self, node: Node, depth: int) -> Kind:
        children = [child for child in node.named_children[:6] if child.type != "comment"]
        if node.type in ("tuple", "expression_list"):
            if any(child.type == "list_splat" for child in children) or node.named_child_count > 6:
                return Kind("tuple")
            items = tuple(self.expression(child, depth) for child in children)
            same = items[0] if items and all(kind == items[0] for kind in items) else None
            return Kind("tuple", same, items=items)
        kinds = [
            self.element(child.named_children[0], depth)
            if child.type == "list_splat" and child.named_children
            else self.expression(child, depth)
            for child in children
        ]
        element = join(kinds) if kinds and all(kinds) else (UNKNOWN if kinds else None)
        return Kind("set" if node.type == "set" else "list", element)

    def _dictionary(self, node: Node, depth: int) -> Kind:
        keys: list[Kind] = []
        values: list[Kind] = []
        for child in node.named_children[:6]:
            if child.type == "pair":
                keys.append(self.expression(child.child_by_field_name("key"), depth))
                values.append(self.expression(child.child_by_field_name("value"), depth))
        return Kind("dict", join(keys) if keys else None, join(values) if values else None)

    def _comprehension(self, node: Node, depth: int) -> Kind:
        body = node.child_by_field_name("body")
        if node.type == "dictionary_comprehension":
            if body is None or body.type != "pair":
                return Kind("dict")
            return Kind(
                "dict",
                self.expression(body.child_by_field_name("key"), depth),
                self.expression(body.child_by_field_name("value"), depth),
            )
        name = {"list_comprehension": "list", "set_comprehension": "set"}.get(node.type, "generator")
        return Kind(name, self.expression(body, depth))

    def _conditional(self, node: Node, depth: int) -> Kind:
        parts = node.named_children
        if len(parts) != 3:
            return UNKNOWN
        kinds = [self.expression(parts[0], depth), self.expression(parts[2], depth)]
        return join(kinds) if all(kinds) else UNKNOWN

    def _boolean(self, node: Node, depth: int) -> Kind:
        kinds = [
            self.expression(node.child_by_field_name("left"), depth),
            self.expression(node.child_by_field_name("right"), depth),
        ]
        return join(kinds) if all(kinds) else UNKNOWN

    def _binary(self, node: Node, depth: int) -> Kind:
        operator = node.child_by_field_name("operator")
        sign = self.text(operator) if operator is not None else ""
        left = self.expression(node.child_by_field_name("left"), depth)
        if sign == "%" and left.name in ("str", "bytes"):
            return left
        right = self.expression(node.child_by_field_name("right"), depth)
        if "None" in (left.name, right.name):
            # Ex) `s = x + s`, asked while finding out what s is: the other bindings decide
            return NONE
        if "ndarray" in (left.name, right.name):
            return Kind("ndarray")
        if "series" in (left.name, right.name):
            return Kind("series")
        if sign == "+":
            if left.name == right.name and left.name in ("str", "list", "tuple", "bytes"):
                return left if left.element == right.element else Kind(left.name)
            # Adding anything else to a string or list raises.
            for one in (left, right):
                if one.name in ("str", "list"):
                    return one if one.name == "str" else Kind("list")
        if sign == "*":
            for one in (left, right):
                if one.name in ("str", "list", "tuple", "bytes"):
                    return Kind(one.name, one.element)
        if left.name in ARITHMETIC and right.name in ARITHMETIC:
            if sign == "/" or "float" in (left.name, right.name):
                return FLOAT
            return INT
        if sign in ("|", "&", "-", "^") and left.name in ("set", "frozenset") and left.name == right.name:
            return left
        return UNKNOWN

    def _unary(self, node: Node, depth: int) -> Kind:
        return self.expression(node.child_by_field_name("argument"), depth)

    def _subscript(self, node: Node, depth: int) -> Kind:
        whole = self.expression(node.child_by_field_name("value"), depth)
        index = node.child_by_field_name("subscript")
        if not whole or index is None:
            return UNKNOWN
        if index.type == "slice":
            if whole.name in ("list", "str", "tuple", "bytes", "bytearray", "ndarray", "range"):
                return Kind(whole.name, whole.element)
            return UNKNOWN
        if whole.name in MAPPINGS or whole.name == "mapping":
            return whole.value or UNKNOWN
        if whole.name == "dataframe":
            return Kind("series") if index.type == "string" else UNKNOWN
        if whole.items and index.type == "integer":
            text = self.text(index)
            if text.isdigit() and int(text) < len(whole.items):
                return whole.items[int(text)]
        if whole.name in ("list", "str", "tuple", "deque", "range", "sequence"):
            return whole.element or UNKNOWN
        return UNKNOWN

    def _attribute_node(self, node: Node, depth: int) -> Kind:
        head, last = node.child_by_field_name("object"), node.child_by_field_name("attribute")
        if head is None or last is None:
            return UNKNOWN
        if head.type == "identifier" and self.text(head) in ("self", "cls"):
            return self.attribute(self.text(last))
        origin = self.origin(node)
        if origin in ("sys.argv", "sys.path"):
            return Kind("list", STR)
        if origin == "os.environ":
            return Kind("mapping", STR, STR)
        if origin.startswith("string.") and origin.count(".") == 1 and "ascii" in origin:
            return Kind("str", STR)
        return UNKNOWN

    def _named(self, node: Node, depth: int) -> Kind:
        return self.expression(node.child_by_field_name("value"), depth)


_HANDLERS: dict[str, Callable[[Inference, Node, int], Kind]] = {
    "identifier": Inference._identifier,
    "string": Inference._string,
    "concatenated_string": Inference._first_child,
    "parenthesized_expression": Inference._first_child,
    "integer": lambda self, node, depth: INT,
    "float": lambda self, node, depth: FLOAT,
    "true": lambda self, node, depth: BOOL,
    "false": lambda self, node, depth: BOOL,
    "none": lambda self, node, depth: NONE,
    "comparison_operator": lambda self, node, depth: UNKNOWN,
    "not_operator": lambda self, node, depth: BOOL,
    "list": Inference._display,
    "tuple": Inference._display,
    "expression_list": Inference._display,
    "set": Inference._display,
    "dictionary": Inference._dictionary,
    "list_comprehension": Inference._comprehension,
    "set_comprehension": Inference._comprehension,
    "dictionary_comprehension": Inference._comprehension,
    "generator_expression": Inference._comprehension,
    "conditional_expression": Inference._conditional,
    "boolean_operator": Inference._boolean,
    "binary_operator": Inference._binary,
    "unary_operator": Inference._unary,
    "subscript": Inference._subscript,
    "attribute": Inference._attribute_node,
    "call": kind_of_call,
    "named_expression": Inference._named,
    "lambda": lambda self, node, depth: Kind("callable"),
}


def kinds(parsed: ParsedFile, span: FunctionSpan) -> Mapping[str, Kind]:
    """The kind of every name bound in a function; names of unknown kind are left out."""
    inference = infer(parsed, span)
    found = {name: inference.name(name) for name in inference.scope.names}
    return {name: kind for name, kind in found.items() if kind}


def infer(parsed: ParsedFile, span: FunctionSpan) -> Inference:
    """Inference for one function, with the module around it."""
    module = Inference(Scope(parsed, parsed.root))
    return Inference(Scope(parsed, function_node(parsed, span)), module)
