"""What a rule may ask about a place: enclosing loops, kinds of names, what a loop changes, how often it runs."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from velox_engine.rules.module import Module
from velox_engine.rules.purity import HARMLESS, IMMUTABLE, READING_METHODS
from velox_engine.rules.regions import Region, Regions
from velox_engine.source.inference import Inference
from velox_engine.source.kinds import UNKNOWN, Kind
from velox_engine.source.scopes import Scope
from velox_engine.source.syntax import Node, ParsedFile, captures, compile_query

SMALL = 12
"""A container or loop of at most this many elements, known from the text, is not worth a finding."""

_TIGHT_BYTES, _TIGHT_CALLS = 400, 4
_CALLS = compile_query("(call) @call")
_LEAVES = frozenset({"return_statement", "raise_statement", "break_statement"})
_COLD = frozenset({"raise_statement", "except_clause", "assert_statement"})


class Context:
    """Answers about the code around the node that a rule is looking at."""

    def __init__(self, parsed: ParsedFile, regions: Regions, module: Module) -> None:
        self.parsed = parsed
        self.data = parsed.data
        self.regions = regions
        self.module = module
        self._inferences: dict[int, Inference] = {}
        self._sizes: dict[int, bool] = {}
        self._repeating: dict[int, bool] = {}

    # ---- text and structure ----

    def text(self, node: Node | None) -> str:
        """The source text of a node, "" for none."""
        if node is None:
            return ""
        start, end = node.byte_range
        return self.data[start:end].decode("utf-8", "replace")

    def short(self, node: Node | None, limit: int = 40) -> str:
        """The text of a node on one line, cut where it is long, for messages."""
        text = " ".join(self.text(node).split())
        return text if len(text) <= limit else text[: limit - 1] + "…"

    def region(self, node: Node) -> Region | None:
        """The innermost function, class, lambda, loop or comprehension around a node."""
        return self.regions.at(*node.byte_range)

    def function(self, node: Node) -> Region | None:
        """The function around a node."""
        return self.regions.function(self.region(node))

    def ancestors(self, node: Node, top: Node) -> list[Node]:
        """The nodes between `top` and `node`, outermost first, without either."""
        path: list[Node] = []
        current = top.child_with_descendant(node)
        while current is not None and current.id != node.id:
            path.append(current)
            current = current.child_with_descendant(node)
        return path

    # ---- names and kinds ----

    def inference(self, node: Node) -> Inference:
        """Inference for the function around a node, or for the module."""
        return self._inference(self.function(node))

    def scope(self, node: Node) -> Scope:
        """The scope of the function around a node, or the module's."""
        return self.inference(node).scope

    def _inference(self, function: Region | None) -> Inference:
        if function is None:
            return self.module.inference
        known = self._inferences.get(function.start)
        if known is None:
            outer = self._inference(self.regions.function(function.outer))
            owner = function.outer
            while owner is not None and owner.kind != "class":
                owner = owner.outer
            attribute = partial(self.module.attribute, owner.node) if owner is not None else None
            told = self.module.told.get(function.start, {})
            known = Inference(Scope(self.parsed, function.node), outer, attribute, told)
            self._inferences[function.start] = known
        return known

    def kind(self, node: Node | None) -> Kind:
        """The inferred kind of an expression."""
        return self.inference(node).expression(node) if node is not None else UNKNOWN

    def origin(self, node: Node | None) -> str:
        """What a name or attribute chain was imported as, or the builtin it is; "" when neither."""
        return self.inference(node).origin(node) if node is not None else ""

    # ---- loops ----

    def repeats(self, node: Node) -> list[Region]:
        """The loops, innermost first, that really run a node again and again.

        Left out: loops over a few literal elements, loops that always end in their first turn, and code that
        leaves the loop or handles an error.
        """
        region = self.region(node)
        loops: list[Region] = []
        start = node.start_byte
        for loop in self.regions.loops(region, start):
            leaving = self._leaves(loop, node)
            if leaving == "function":
                return []
            if leaving == "loop" or not self._turns(loop):
                continue
            loops.append(loop)
        return loops

    def lasting_loop(self, node: Node, container: Node) -> Region | None:
        """The innermost repeating loop around a node that does not make the container anew."""
        return next((loop for loop in self.repeats(node) if not self.is_replaced(container, loop)), None)

    def is_tight(self, loop: Region) -> bool:
        """Whether so little happens in a turn that a look-up more or less is a good part of it."""
        if loop.end - loop.start > _TIGHT_BYTES:
            return False
        return len(captures(_CALLS, loop.node).get("call", ())) <= _TIGHT_CALLS

    def in_test(self, node: Node) -> bool:
        """Whether a node is in a test function, which runs once on little data."""
        function = self.function(node)
        while function is not None:
            if self.text(function.node.child_by_field_name("name")).startswith("test"):
                return True
            function = self.regions.function(function.outer)
        return False

    def is_cold(self, node: Node) -> bool:
        """Whether a node is part of an error: what is raised, asserted or done in a handler."""
        parent, inside = node.parent, False
        while parent is not None and parent.type not in ("function_definition", "module"):
            if parent.type == "except_clause" or (parent.type in _COLD and not inside):
                return True
            inside = inside or parent.type == "block"
            parent = parent.parent
        return False

    def loop_variables(self, loop: Region) -> set[str]:
        """The names that a loop binds for each iteration by itself."""
        names: set[str] = set()
        clauses = [loop.node]
        if loop.kind == "comprehension":
            clauses = [child for child in loop.node.named_children if child.type == "for_in_clause"]
        for clause in clauses:
            pending = [clause.child_by_field_name("left")]
            while pending:
                target = pending.pop()
                if target is None:
                    continue
                if target.type == "identifier":
                    names.add(self.text(target))
                else:
                    pending += target.named_children
        return names

    def iterable(self, loop: Region) -> Node | None:
        """What a `for` loop or the first clause of a comprehension iterates over."""
        if loop.kind == "for":
            return loop.node.child_by_field_name("right")
        if loop.kind == "comprehension":
            for child in loop.node.named_children:
                if child.type == "for_in_clause":
                    return child.child_by_field_name("right")
        return None

    def is_small_loop(self, loop: Region) -> bool:
        """Whether the text shows that a loop has only a few turns."""
        known = self._sizes.get(loop.start)
        if known is None:
            iterable = self.iterable(loop)
            known = iterable is not None and self.is_small(iterable)
            self._sizes[loop.start] = known
        return known

    def is_small(self, node: Node, depth: int = 0) -> bool:
        """Whether the text shows that a container or iterable has at most a few elements."""
        size = self.literal_size(node)
        if size is not None:
            return size <= SMALL
        if depth > 4:
            return False
        if node.type == "parenthesized_expression" and node.named_children:
            return self.is_small(node.named_children[0], depth + 1)
        if node.type == "identifier":
            bindings = self.inference(node).lookup(self.text(node))
            scope = self.inference(node).scope
            grows = any(
                change.how in ("append", "extend", "insert", "add", "update", "item", "appendleft")
                for change in scope.changes(self.text(node))
            )
            if not bindings or grows:
                return False
            if len(bindings) == 1 and bindings[0].how == "parameter" and bindings[0].detail == "":
                return False
            return all(
                binding.how == "assign"
                and binding.value is not None
                and self.is_small_constant(binding.value, depth + 1)
                for binding in bindings
            )
        if node.type == "attribute":
            return self._is_small_attribute(node, depth)
        if node.type == "subscript":
            # Ex) `lines[:2]`
            part = self.text(node.child_by_field_name("subscript")).replace(" ", "")
            start, colon, end = part.partition(":")
            return bool(colon) and start in ("", "0") and end.isdigit() and int(end) <= SMALL
        if node.type in ("list_comprehension", "generator_expression"):
            # Ex) `[draw(i) for i in range(2)]`
            clauses = [child for child in node.named_children if child.type == "for_in_clause"]
            iterable = clauses[0].child_by_field_name("right") if len(clauses) == 1 else None
            return iterable is not None and self.is_small(iterable, depth + 1)
        if node.type == "call":
            function, arguments = node.child_by_field_name("function"), node.child_by_field_name("arguments")
            name, values = self.text(function), arguments.named_children if arguments is not None else []
            if name == "range" and values:
                # Ex) `range(3)`, `range(1, 4)`
                bounds = [self.integer(value) for value in values]
                if None not in bounds:
                    return len(range(*[bound or 0 for bound in bounds[:2]])) <= SMALL
                return False
            if name in (
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
            ):
                return any(
                    self.is_small(value, depth + 1) for value in values[: None if name == "zip" else 1]
                )
            if name.endswith(".split") and not values and function is not None:
                # Ex) `"yes no maybe".split()`
                head = function.child_by_field_name("object")
                return head is not None and head.type == "string" and len(self.text(head).split()) <= SMALL
            if name.endswith((".items", ".keys", ".values")) and function is not None and not values:
                head = function.child_by_field_name("object")
                return head is not None and self.is_small(head, depth + 1)
        return False

    def _is_small_attribute(self, node: Node, depth: int) -> bool:
        """Ex) `self.extensions` where the class has nothing but `extensions = [".c", ".h"]`"""
        head, last = node.child_by_field_name("object"), node.child_by_field_name("attribute")
        region = self.region(node)
        while region is not None and region.kind != "class":
            region = region.outer
        if region is None or self.text(head) not in ("self", "cls"):
            return False
        values = self.module.attribute_values(region.node, self.text(last))
        if not values or any(
            value is None or not self.is_small_constant(value, depth + 1) for value in values
        ):
            return False
        whole = self.data[region.start : region.end]
        name = self.text(last).encode()
        return not any(
            b"." + name + b"." + grow in whole for grow in (b"append", b"extend", b"insert", b"add(")
        )

    def is_small_constant(self, node: Node, depth: int = 0) -> bool:
        """Like `is_small`, for a value that a name is bound to."""
        if node.type in ("list", "set", "dictionary") and node.named_child_count == 0:
            return False  # an empty container is there to be filled
        return self.is_small(node, depth)

    def literal_size(self, node: Node) -> int | None:
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

    def integer(self, node: Node | None) -> int | None:
        """The value of an integer literal, negative ones too."""
        text = self.text(node).replace("_", "").replace(" ", "")
        try:
            return int(text) if len(text) < 12 else None
        except ValueError:
            return None

    def is_rebound(self, name: str, loop: Region) -> bool:
        """Whether a name gets a new value inside a loop (its own variables included)."""
        return any(
            loop.start <= binding.start < loop.end for binding in self.scope(loop.node).bindings(name)
        ) or name in self.loop_variables(loop)

    def is_replaced(self, container: Node, loop: Region) -> bool:
        """Whether a loop makes a container (a name or chain of attributes) anew in each turn."""
        head = container
        while head.type == "attribute":
            inner = head.child_by_field_name("object")
            if inner is None:
                return True
            head = inner
        name, whole = self.text(head), self.text(container)
        if self.is_rebound(name, loop):
            return True
        return head.id != container.id and any(
            change.how == "attribute"
            and loop.start <= change.start < loop.end
            and self.text(change.node) == whole
            for change in self.scope(loop.node).changes(name)
        )

    def describe(self, loop: Region) -> str:
        """How a message speaks of a loop; no line numbers, because messages outlive edits above them."""
        if loop.kind == "while":
            return f"`while {self.short(loop.node.child_by_field_name('condition'), 30)}`"
        word = "loop" if loop.kind == "for" else "comprehension"
        return f"the {word} over `{self.short(self.iterable(loop), 30)}`"

    def outlives(self, node: Node) -> bool:
        """Whether the variables of a `for` statement are read after it, where a comprehension would leave none."""
        region = self.regions.at(node.start_byte, node.start_byte + 1)
        if region is None or region.start != node.start_byte:
            return True
        scope = self.scope(node)
        if scope.is_module:
            return False
        for name in self.loop_variables(region):
            later = [use.start_byte for use in scope.uses(name) if use.start_byte >= node.end_byte]
            bound = [binding.start for binding in scope.bindings(name) if binding.start >= node.end_byte]
            # Ex) a second loop over the same variable gives it a new value first
            if later and (not bound or min(bound) > min(later)):
                return True
        return False

    def is_changed(self, name: str, loop: Region) -> bool:
        """Whether the object behind a name is visibly changed inside a loop."""
        return any(loop.start <= change.start < loop.end for change in self.scope(loop.node).changes(name))

    def may_change(self, name: str, loop: Region, kind: Kind) -> bool:
        """Whether a name may stand for something else, or for a changed object, from one turn to the next.

        Beyond visible changes: an object handed to a call that is not known to be harmless may be changed there.
        """
        if self.is_rebound(name, loop) or name in self.scope(loop.node).shared:
            return True
        if kind.name in IMMUTABLE:
            return False
        if self.is_changed(name, loop):
            return True
        return any(
            loop.start <= use.start_byte < loop.end and self.escapes(use)
            for use in self.scope(loop.node).uses(name)
        )

    def names_in(self, node: Node) -> Iterator[Node]:
        """The identifiers that an expression reads."""
        for found in captures(compile_query("(identifier) @name"), node).get("name", ()):
            start = found.start_byte
            if start and self.data[start - 1] == 46:  # "."
                continue
            yield found

    def escapes(self, use: Node) -> bool:
        """Whether this use hands the object to code that could change it."""
        parent = use.parent
        if parent is None:
            return True
        kind = parent.type
        if kind == "argument_list":
            call = parent.parent
            function = call.child_by_field_name("function") if call is not None else None
            return self.origin(function) not in HARMLESS
        if kind in ("keyword_argument", "pair", "list", "tuple", "return_statement", "yield", "assignment"):
            return True
        if kind == "attribute":
            # Ex) `rows.index(x)` reads, `rows.load(x)` may do anything
            last = parent.child_by_field_name("attribute")
            call = parent.parent
            called = call is not None and call.type == "call"
            return called and self.text(last) not in READING_METHODS
        return False

    def _leaves(self, loop: Region, node: Node) -> str:
        """Whether running the node ends the loop ("loop"), the function ("function"), or neither ("")."""
        result = ""
        inner_loop = False
        path = self.ancestors(node, loop.node)
        for index, step in enumerate(reversed(path)):
            kind = step.type
            if kind in _COLD:
                return "function" if kind == "raise_statement" else "loop"
            if kind == "return_statement":
                return "function"
            if kind in ("for_statement", "while_statement"):
                inner_loop = True
            if kind == "block" and index < len(path) - 1:
                last = step.named_child(step.named_child_count - 1) if step.named_child_count else None
                if last is None:
                    continue
                if last.type == "return_statement" and self._reaches_end(step, node):
                    return "function"
                if last.type in _LEAVES and not inner_loop and self._reaches_end(step, node):
                    result = "loop"
        return result

    def _reaches_end(self, block: Node, node: Node) -> bool:
        """Whether a block goes straight from a node to its end: no `continue` that could skip the exit."""
        text = self.data[node.end_byte : block.end_byte]
        return b"continue" not in text

    def _turns(self, loop: Region) -> bool:
        """Whether a loop may have many turns; kept, because every node inside asks."""
        known = self._repeating.get(loop.start)
        if known is None:
            known = self._repeating[loop.start] = not (self.is_small_loop(loop) or self._never_repeats(loop))
        return known

    def _never_repeats(self, loop: Region) -> bool:
        """Whether a loop's body always leaves it in its first turn."""
        if loop.kind == "comprehension":
            return False
        body = loop.node.child_by_field_name("body")
        if body is None or not body.named_child_count:
            return True
        last = body.named_child(body.named_child_count - 1)
        return last.type in _LEAVES and b"continue" not in self.data[body.start_byte : body.end_byte]
