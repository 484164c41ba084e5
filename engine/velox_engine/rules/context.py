"""What a rule may ask about a place: enclosing loops, kinds of names, what a loop changes, how often it runs."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cached_property, partial

from velox_engine.rules.module import Module
from velox_engine.rules.purity import HARMLESS, IMMUTABLE, READING_METHODS
from velox_engine.rules.regions import Region, Regions
from velox_engine.rules.sizes import integer, is_short_while, is_small, literal_size
from velox_engine.rules.surroundings import (
    BRANCHES,
    COLD,
    awaits,
    in_test,
    is_aside,
    is_cold,
    is_quick,
    is_self_contained,
    is_told,
)
from velox_engine.source.inference import Inference
from velox_engine.source.kinds import UNKNOWN, Kind
from velox_engine.source.scopes import MUTATING_METHODS, Scope
from velox_engine.source.syntax import Node, ParsedFile, captures, compile_query

_TIGHT_BYTES, _TIGHT_CALLS = 400, 4
_CALLS = compile_query("(call) @call")
_LOOPS = compile_query("[(for_statement) (while_statement)] @loop")
_LEAVES = frozenset({"return_statement", "raise_statement", "break_statement"})


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
        self._contained: dict[int, bool] = {}
        self._mentioned: dict[bytes, bool] = {}

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

    def mentions(self, text: bytes) -> bool:
        """Whether a text occurs anywhere in the file; kept, because each call asks for the same."""
        known = self._mentioned.get(text)
        if known is None:
            known = self._mentioned[text] = text in self.data
        return known

    @cached_property
    def mentions_numpy(self) -> bool:
        """Whether there can be arrays here at all."""
        return b"numpy" in self.data or b"ndarray" in self.data

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
        body = loop.node.child_by_field_name("body")
        if body is not None and captures(_LOOPS, body).get("loop"):
            return False
        return len(captures(_CALLS, loop.node).get("call", ())) <= _TIGHT_CALLS

    def is_quick(self, node: Node, *, beside: Node) -> bool:
        """Whether all that a piece of code calls is quick, one call apart."""
        return is_quick(self, node, beside)

    def is_self_contained(self, node: Node) -> bool:
        """Whether the function around a node is no method and computes with builtins alone, as algorithms do."""
        function = self.function(node)
        if function is None:
            return False
        known = self._contained.get(function.start)
        if known is None:
            known = self._contained[function.start] = is_self_contained(self, function)
        return known

    def in_test(self, node: Node) -> bool:
        """Whether a node is part of a test, which runs once on little data."""
        return in_test(self, node)

    def is_aside(self, node: Node) -> bool:
        """Whether a node is where rewriting gains nothing: an error's branch, a loop that sleeps, compiled code."""
        return is_aside(self, node)

    def awaits(self, node: Node) -> bool:
        """Whether the innermost loop around a node waits for something in its turns."""
        return awaits(self, node)

    def is_cold(self, node: Node) -> bool:
        """Whether a node is part of an error: what is raised, asserted or done in a handler."""
        return is_cold(node)

    def is_told(self, node: Node) -> bool:
        """Whether a node only makes text for people: a log message, or what is printed."""
        return is_told(self, node)

    def is_conditional(self, node: Node, loop: Region) -> bool:
        """Whether a condition or an error inside a loop decides in which turns a node runs."""
        return any(step.type in BRANCHES for step in self.ancestors(node, loop.node))

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
            known = is_small(self, iterable) if iterable is not None else is_short_while(self, loop.node)
            self._sizes[loop.start] = known
        return known

    def is_small(self, node: Node) -> bool:
        """Whether the text shows that a container or iterable has at most a few elements."""
        return is_small(self, node)

    def literal_size(self, node: Node) -> int | None:
        """The number of elements of a display or string literal; None for anything else."""
        return literal_size(self, node)

    def integer(self, node: Node | None) -> int | None:
        """The value of an integer literal, negative ones too."""
        return integer(self, node)

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
        """Whether something of a `for` statement is seen after it that a comprehension would not leave.

        Its variables, or what it had done when an exception ended it and was suppressed.
        """
        region = self.regions.at(node.start_byte, node.start_byte + 1)
        if region is None or region.start != node.start_byte or self._is_suppressed(node):
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

    def _is_suppressed(self, node: Node) -> bool:
        """Ex) with suppress(StopIteration): for _ in range(k): taken.append(next(stream))"""
        if b"suppress(" not in self.data:
            return False
        parent = node.parent
        while parent is not None and parent.type not in ("function_definition", "module"):
            if parent.type == "with_statement" and "suppress(" in self.text(parent).partition("\n")[0]:
                return True
            parent = parent.parent
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
        if self.is_changed(name, loop) or any(map(self._lends_method, self.scope(loop.node).uses(name))):
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

    def _lends_method(self, use: Node) -> bool:
        """Ex) `add = seen.add`: whoever calls `add` changes `seen`"""
        parent = use.parent
        if parent is None or parent.type != "attribute":
            return False
        around = parent.parent
        is_called = around is not None and around.type == "call"
        return not is_called and self.text(parent.child_by_field_name("attribute")) in MUTATING_METHODS

    def _leaves(self, loop: Region, node: Node) -> str:
        """Whether running the node ends the loop ("loop"), the function ("function"), or neither ("")."""
        result = ""
        inner_loop = False
        path = self.ancestors(node, loop.node)
        for step in reversed(path):
            kind = step.type
            if kind in COLD:
                return "function" if kind == "raise_statement" else "loop"
            if kind == "return_statement":
                return "function"
            if kind in ("for_statement", "while_statement"):
                inner_loop = True
            if kind == "block":
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
