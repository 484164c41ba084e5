"""Collects, for one function or module, where each name is bound, changed and used."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator
from functools import cached_property
from operator import attrgetter
from typing import Literal, NamedTuple

import tree_sitter

from velox_engine.source.mentions import may_bind, may_change, mentions
from velox_engine.source.syntax import Node, ParsedFile, captures, compile_query, ordered

How = Literal[
    "assign",  # value is what is assigned
    "unpack",  # value is what is unpacked, `part` says which
    "augment",
    "for",  # value is what is iterated
    "for-unpack",
    "with",
    "except",
    "match",
    "walrus",
    "import",
    "parameter",
    "definition",
    "delete",
    "outer",  # global or nonlocal
]

_NAMES = """
(assignment) @assign
(augmented_assignment) @augment
(for_statement) @for
(for_in_clause) @for
(named_expression) @walrus
(as_pattern) @as
(delete_statement) @delete
(global_statement) @outer
(nonlocal_statement) @outer
(import_statement) @import
(import_from_statement) @import
(function_definition) @inner
(class_definition) @inner
(lambda) @lambda
(case_pattern (dotted_name . (identifier) @match .))
"""
_METHODS = "(call function: (attribute object: (identifier) attribute: (identifier)) @callee)"
_RETURNS = "(return_statement) @return"

_MUTATING = (
    "append extend insert pop remove clear sort reverse add discard update setdefault popitem appendleft popleft "
    "extendleft rotate difference_update intersection_update symmetric_difference_update subtract push "
    "write writelines read readline readlines seek truncate send throw close resize fill put itemset"
)
MUTATING_METHODS = frozenset(_MUTATING.split())
"""Methods that change, or may change, what they are called on."""

IMPORTS = "import"
"""What `Scope.users` calls the import statements of a module."""

_START = attrgetter("start")
_SEARCHES = 64  # names that are looked for in the text; for more, reading the syntax once costs less
# What follows the name in `rows.append(`, also where the call goes on in another line.
_CALLED = re.compile(rb"[\s\\]*\.[\s\\]*(\w+)[\s\\]*\(")


class Binding(NamedTuple):
    """One place that gives a name a value; a tuple, because many are made and it is made fastest."""

    how: How
    start: int  # of the name
    statement: Node
    value: Node | None = None
    annotation: Node | None = None
    part: tuple[int, ...] = ()  # path into the value for unpacking
    detail: str = ""  # parameter: "", "*" or "**"; import: the dotted origin; augment: the operator


class Change(NamedTuple):
    """One place that changes the object a name stands for, without binding the name anew."""

    start: int
    how: str  # the method's name, or "item", "attribute", "delete item"
    node: Node


class Scope:
    """The names of one function (`node` is its definition) or of the module (`node` is the root).

    Names bound inside nested functions and classes belong to those, not here; comprehension variables are taken
    for local ones. Changes made inside nested functions count, except that a module does not see those in its
    functions. Nothing is collected before the text says that the answer may depend on it.
    """

    def __init__(self, parsed: ParsedFile, node: Node) -> None:
        self.parsed = parsed
        self.node = node
        self.is_module = node.type == "module"
        self._span = (0, len(parsed.data)) if self.is_module else node.byte_range
        self._collected = False
        self._bindings: dict[str, list[Binding]] = {}
        self._changes: dict[str, list[Change]] = {}
        self._by_method: dict[str, list[Change]] = {}
        self._uses: dict[str, list[Node]] = {}
        self._unbound: dict[str, bool] = {}  # what the text has said of names
        self._inner: list[tuple[int, int]] = []
        self._shared: set[str] = set()

    def bindings(self, name: str) -> list[Binding]:
        """Where a name gets its values, in document order."""
        if not self._collected:
            unbound = self._unbound.get(name)
            if unbound is None and len(self._unbound) < _SEARCHES:
                unbound = self._unbound[name] = not may_bind(self.parsed.data, *self._span, name)
            if unbound:
                return []
            self.collect()
        return self._bindings.get(name, [])

    def changes(self, name: str) -> list[Change]:
        """Where the object behind a name is, or may be, changed in place."""
        if not self._collected:
            if not may_change(self.parsed.data, *self._span, name):
                return []
            self.collect()
        known = self._changes.get(name, [])
        if self.is_module:
            return known
        called = self._by_method.get(name)
        if called is None:
            called = self._by_method[name] = list(self._called(name))
        return sorted((*known, *called), key=_START) if known and called else known or called

    def _called(self, name: str) -> Iterator[Change]:
        """The calls of methods that change what a name stands for."""
        data = self.parsed.data
        for at, stop in mentions(data, *self._span, name):
            called = _CALLED.match(data, stop)
            if called is None or called[1].decode("ascii", "replace") not in MUTATING_METHODS:
                continue
            use = self.node.descendant_for_byte_range(at, stop)
            callee = use.parent if use is not None and use.type == "identifier" else None
            call = callee.parent if callee is not None and callee.type == "attribute" else None
            if callee is not None and call is not None and call.type == "call":
                yield Change(at, self._text(callee.child_by_field_name("attribute") or callee), callee)

    @cached_property
    def bare_parameters(self) -> frozenset[str]:
        """The function's parameters without a hint and a default, of which nothing is known."""
        parameters = None if self.is_module else self.node.child_by_field_name("parameters")
        names = parameters.named_children if parameters is not None else []
        return frozenset(self._text(name) for name in names if name.type == "identifier")

    @property
    def inner(self) -> list[tuple[int, int]]:
        """The spans of the outermost nested functions, classes and lambdas."""
        self.collect()
        return self._inner

    @property
    def shared(self) -> set[str]:
        """The names that are declared global or nonlocal, here or further in."""
        if not self._collected:
            data, span = self.parsed.data, self._span
            if data.find(b"global", *span) < 0 and data.find(b"nonlocal", *span) < 0:
                return self._shared
            self.collect()
        return self._shared

    def definition(self, name: str) -> Node | None:
        """The function or class that a name stands for, when nothing else is called so."""
        self.collect()
        bindings = self._bindings.get(name, [])
        return bindings[0].statement if len(bindings) == 1 and bindings[0].how == "definition" else None

    def users(self, name: str) -> frozenset[str]:
        """The top-level definitions of a module that mention a name; "" stands for its other statements."""
        wanted = re.compile(rb"(?<![\w.])" + re.escape(name.encode()) + rb"(?!\w)")
        found: set[str] = set()
        children = self.node.children
        ends = [child.start_byte for child in children[1:]]
        for child, end in zip(children, [*ends, len(self.parsed.data)], strict=True):
            if wanted.search(self.parsed.data, child.start_byte, end):
                found.add(self._defined(child))
        return frozenset(found)

    def _defined(self, statement: Node) -> str:
        if statement.type in ("import_statement", "import_from_statement"):
            return IMPORTS
        inner = statement.child_by_field_name("definition") or statement
        is_definition = inner.type in ("function_definition", "class_definition")
        name = inner.child_by_field_name("name") if is_definition else None
        return self._text(name) if name is not None else ""

    @property
    def names(self) -> Iterator[str]:
        """All names bound here."""
        self.collect()
        return iter(self._bindings)

    def uses(self, name: str) -> list[Node]:
        """All identifiers of that name inside, nested functions included, in document order."""
        known = self._uses.get(name)
        if known is None:
            data, node = self.parsed.data, self.node
            found = (
                node.descendant_for_byte_range(at, stop) for at, stop in mentions(data, *self._span, name)
            )
            # Words in strings and comments are no identifiers.
            known = self._uses[name] = [use for use in found if use is not None and use.type == "identifier"]
        return known

    @cached_property
    def returns(self) -> list[Node]:
        """The return statements of this function itself."""
        found = captures(compile_query(_RETURNS), self.node).get("return", [])
        return [node for node in found if not self.is_inner(node.start_byte)]

    def is_inner(self, offset: int) -> bool:
        """Whether an offset lies in a function, class or lambda nested in this scope."""
        self.collect()
        at = bisect_right(self._inner, (offset, 1 << 62)) - 1
        return at >= 0 and offset < self._inner[at][1]

    def _text(self, node: Node) -> str:
        start, end = node.byte_range
        return self.parsed.data[start:end].decode("utf-8", "replace")

    def collect(self) -> None:
        """Read all names from the syntax, unless that was done."""
        if self._collected:
            return
        self._collected = True
        # A module's methods are read along with its names: little of it is outside of definitions.
        found = self._captures_of_module() if self.is_module else captures(compile_query(_NAMES), self.node)
        self._collect_inner(found)
        if not self.is_module:
            self._collect_parameters()
        for node in found.get("assign", ()):
            self._assignment(node)
        for node in found.get("augment", ()):
            self._augmented(node)
        for node in found.get("for", ()):
            self._targets(node.child_by_field_name("left"), "for", node, node.child_by_field_name("right"))
        for node in found.get("walrus", ()):
            self._targets(node.child_by_field_name("name"), "walrus", node, node.child_by_field_name("value"))
        for node in found.get("as", ()):
            self._as_pattern(node)
        for node in found.get("delete", ()):
            for target in node.named_children:
                self._targets(target, "delete", node, None)
        for node in found.get("outer", ()):
            for name in node.named_children:
                self._shared.add(self._text(name))
                self._bind(name, Binding("outer", name.start_byte, node))
        for node in found.get("import", ()):
            self._imports(node)
        for name in found.get("match", ()):
            self._bind(name, Binding("match", name.start_byte, name))
        if self.is_module:
            self._collect_methods(found)
        for entries in (*self._bindings.values(), *self._changes.values()):
            if len(entries) > 1:
                entries.sort(key=_START)

    def _collect_methods(self, found: dict[str, list[Node]]) -> None:
        """Record the changes by methods of a module's own statements."""
        for callee in found.get("callee", ()):
            # Asked of the node, since in broken code one part may stand for two of them.
            receiver = callee.child_by_field_name("object")
            how = self._text(callee.child_by_field_name("attribute") or callee)
            if receiver is not None and how in MUTATING_METHODS:
                self._change(receiver, how, callee)

    def _captures_of_module(self) -> dict[str, list[Node]]:
        """The captures outside of top-level functions and classes, whose insides are most of a module."""
        cursor = tree_sitter.QueryCursor(compile_query(_NAMES + _METHODS))
        found: dict[str, list[Node]] = {}
        for child in self.node.children:
            kind = child.type
            if kind == "decorated_definition":
                definition = child.child_by_field_name("definition")
                found.setdefault("inner", []).append(definition or child)
            elif kind in ("function_definition", "class_definition"):
                found.setdefault("inner", []).append(child)
            elif kind != "comment":
                for name, nodes in cursor.captures(child).items():
                    found.setdefault(name, []).extend(nodes)
        return ordered(found)

    def _collect_inner(self, found: dict[str, list[Node]]) -> None:
        own = self.node.id
        nested = [(node.byte_range, node) for node in found.get("inner", ()) if node.id != own]
        nested += [(node.byte_range, node) for node in found.get("lambda", ()) if node.id != own]
        nested.sort(key=lambda entry: entry[0][0])
        for span, node in nested:
            # Only the outermost count: the spans stay disjoint and sorted, fit for bisection.
            if not self._inner or span[0] >= self._inner[-1][1]:
                name = node.child_by_field_name("name")
                if name is not None:
                    self._bind(name, Binding("definition", name.start_byte, node))
                self._inner.append(span)

    def _collect_parameters(self) -> None:
        parameters = self.node.child_by_field_name("parameters")
        if parameters is None:
            return
        for node in parameters.named_children:
            name, annotation, value = node, node.child_by_field_name("type"), None
            kind = node.type
            if kind in ("default_parameter", "typed_default_parameter"):
                named = node.child_by_field_name("name")
                name, value = named or node, node.child_by_field_name("value")
            elif kind == "typed_parameter":
                name = node.named_children[0]
            stars = ""
            if name.type in ("list_splat_pattern", "dictionary_splat_pattern"):
                stars = "*" if name.type == "list_splat_pattern" else "**"
                name = name.named_children[0] if name.named_children else name
            if name.type == "identifier":
                self._bind(name, Binding("parameter", name.start_byte, node, value, annotation, detail=stars))

    def _assignment(self, node: Node) -> None:
        value = node.child_by_field_name("right")
        annotation = node.child_by_field_name("type")
        # Ex) `a = b = []`: the inner assignment is captured by itself; the value is at the end of the chain
        while value is not None and value.type == "assignment":
            value = value.child_by_field_name("right")
        left = node.child_by_field_name("left")
        if left is not None and left.type == "identifier":
            self._bind(left, Binding("assign", left.start_byte, node, value, annotation))
        else:
            self._targets(left, "assign", node, value, annotation=annotation)

    def _augmented(self, node: Node) -> None:
        operator = node.child_by_field_name("operator")
        self._targets(
            node.child_by_field_name("left"),
            "augment",
            node,
            node.child_by_field_name("right"),
            detail=self._text(operator) if operator is not None else "",
        )

    def _as_pattern(self, node: Node) -> None:
        value = node.named_children[0] if node.named_children else None
        alias = node.child_by_field_name("alias")
        target = alias.named_children[0] if alias is not None and alias.named_children else None
        around = node.parent
        how: How = "with"
        if around is not None and around.type in ("except_clause", "except_group_clause"):
            how = "except"
        elif around is not None and around.type == "case_pattern":
            how = "match"
        if target is not None:
            self._targets(target, how, node, value)

    def _imports(self, node: Node) -> None:
        module = node.child_by_field_name("module_name")
        prefix = self._text(module) if module is not None else ""
        for item in node.named_children:
            if module is not None and item.id == module.id:
                continue
            if item.type == "aliased_import":
                name, alias = item.child_by_field_name("name"), item.child_by_field_name("alias")
                if name is None or alias is None:
                    continue
                origin, target = self._text(name), alias
            elif item.type == "dotted_name" and item.named_children:
                target = item.named_children[0]
                # Ex) `import os.path` binds `os`
                origin = self._text(item) if module is not None else self._text(target)
            else:
                continue
            dotted = f"{prefix}.{origin}" if prefix else origin
            self._bind(target, Binding("import", target.start_byte, node, detail=dotted))

    def _targets(
        self,
        target: Node | None,
        how: How,
        statement: Node,
        value: Node | None,
        *,
        annotation: Node | None = None,
        detail: str = "",
    ) -> None:
        """Record what a target binds or changes; unpacking is walked without recursion."""
        pending: list[tuple[Node, tuple[int, ...]]] = [(target, ())] if target is not None else []
        while pending:
            node, path = pending.pop()
            kind = node.type
            if kind == "identifier":
                form: How = how
                if path:
                    form = "for-unpack" if how == "for" else "unpack"
                self._bind(node, Binding(form, node.start_byte, statement, value, annotation, path, detail))
            elif kind in (
                "pattern_list",
                "tuple_pattern",
                "list_pattern",
                "tuple",
                "list",
                "expression_list",
            ):
                if how == "delete":
                    pending += ((child, ()) for child in node.named_children)
                else:
                    pending += ((child, (*path, i)) for i, child in enumerate(node.named_children))
            elif kind in ("list_splat_pattern", "parenthesized_expression", "list_splat"):
                # Ex) `first, *rest = row`: rest is a list, whatever row is
                pending += ((child, (*path, -1)) for child in node.named_children)
            elif kind == "subscript":
                self._change_below(node, "delete item" if how == "delete" else "item")
            elif kind == "attribute":
                self._change_below(node, "attribute")

    def _change_below(self, target: Node, how: str) -> None:
        """Record that `x[...] = `, `x.a = ` or `x.a[...] = ` changes x."""
        node: Node | None = target
        while node is not None and node.type in ("subscript", "attribute"):
            node = node.child_by_field_name("value" if node.type == "subscript" else "object")
        if node is not None and node.type == "identifier":
            self._change(node, how, target)

    def _bind(self, name: Node, binding: Binding) -> None:
        if not self._inner or not self.is_inner(binding.start):
            self._bindings.setdefault(self._text(name), []).append(binding)

    def _change(self, name: Node, how: str, node: Node) -> None:
        # Changes made by nested functions count: they act on the same object.
        self._changes.setdefault(self._text(name), []).append(Change(name.start_byte, how, node))
