"""Lets NumPy carry out an inner loop over numbers of a list that is made into an array once, before the loops.

What it does: inside another loop, a loop over a list of numbers (or over positions in it) that counts, adds up, asks
whether there is one, or keeps the largest or smallest, computes with the whole array. The list must stay as it is. The
new code asks first that the numbers are plain and so small that nothing is rounded; for all else the loops stay.
Only in modules that import NumPy, unless the setting `numpy` is on.

Example:
    import numpy as np


    def close_pairs(left: list[float], right: list[float], limit: float) -> int:
        count = 0
        for one in left:
            for two in right:
                if abs(one - two) <= limit:
                    count += 1
        return count

Result:
    import numpy as np


    def close_pairs(left: list[float], right: list[float], limit: float) -> int:
        count = 0
        if (
            len(right) > 30
            and set(map(type, [*right, *left, limit])) <= {int, float}
            and max(map(abs, [*right, *left, limit]), default=0) < 2**48
        ):
            right_array = np.array(right, dtype=float)
            for one in left:
                count += int(np.count_nonzero(abs(one - right_array) <= limit))
        else:
            for one in left:
                for two in right:
                    if abs(one - two) <= limit:
                        count += 1
        return count

Inputs:
    ([1.0, 2.5, -3.0], [0.5, 2.0] * 20, 0.75)
    ([1, 2], [2.0, 10**30] * 20, 1)
    ([0.1 * k for k in range(40)], [0.3] * 40, 0.2)
    ([], [], float("nan"))

When it is unsafe: sums of floats that do not start from zero, since NumPy would add in another order; division by a
number that may be zero, which raises in Python and warns in NumPy; numbers near the limits of 64 bits.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator, Sequence

from velox_engine.strategies.base import BuiltinStrategy, FunctionContext, NotApplicable, Rewrite
from velox_engine.strategies.bindings import all_names, parameters, written_names
from velox_engine.strategies.effects import bindings_of, keeps_contents
from velox_engine.strategies.guards import either, has_fast_way
from velox_engine.strategies.imports import import_module
from velox_engine.strategies.loops import Place, constant, places, read_outside
from velox_engine.strategies.number_lists import Kind, Number, NumberLists
from velox_engine.strategies.patterns import match_stmt
from velox_engine.strategies.positions import indent_lines
from velox_engine.strategies.rendering import block_with_parts

_COMPARED = {ast.Gt: "max", ast.GtE: "max", ast.Lt: "min", ast.LtE: "min"}


def _build(context: FunctionContext) -> Iterator[Rewrite]:
    if not context.facts.numpy_names and "numpy" not in context.may_import:
        return
    for place in places(context.node):
        inner = place.statement
        if not isinstance(inner, ast.For) or inner.orelse or has_fast_way(context, inner, "2**"):
            continue
        if any(isinstance(node, ast.For | ast.While) for one in inner.body for node in ast.walk(one)):
            continue
        for kind in ("numbers", "ints", "floats"):
            try:
                rewrite = _Inner(context, place, inner, kind).rewrite()
            except NotApplicable:
                continue
            yield rewrite
            if kind == "numbers":
                break


class _Inner:
    """One inner loop over numbers of one kind."""

    def __init__(self, context: FunctionContext, place: Place, inner: ast.For, kind: Kind) -> None:
        self.context, self.place, self.inner = context, place, inner
        numpy, self.imports = import_module(context, "numpy", "np")
        self.lists = NumberLists(context, self._nest(), inner, numpy, kind)
        self.numpy, self.kind = numpy, kind
        self.lines: list[str] = []
        self.sums = False
        self._found: list[ast.expr] = []

    def _nest(self) -> ast.For | ast.While:
        """The outermost loop in which no list that the inner loop reads is changed."""
        read = all_names([self.inner])
        outermost: ast.For | ast.While | None = None
        for loop in reversed(self.place.loops):
            held = [
                name for name in read if self.context.inference.of(ast.Name(name, ast.Load())).is_container
            ]
            if any(not keeps_contents(self.context, name, [loop]) for name in held):
                break
            outermost = loop
        if outermost is None:
            # Without a loop around it, it pays only where no list has to be made into an array.
            return self.inner
        return outermost

    def rewrite(self) -> Rewrite:
        """The new code; NotApplicable where the loop does anything else."""
        context, inner, lists = self.context, self.inner, self.lists
        own = written_names([inner.target])
        self.lines += lists.enter()
        tests: list[Number] = []
        block = inner.body
        while len(block) > 1 or isinstance(block[0], ast.If):
            first, rest = block[0], block[1:]
            if isinstance(first, ast.Assign):
                own |= self._set(first)
                block = rest
            elif isinstance(first, ast.If) and not first.orelse and match_stmt("continue", first.body[0]):
                skipped = lists.test(first.test)
                if len(first.body) > 1 or not skipped.varies:
                    raise NotApplicable("a condition that is the same for all")
                tests.append(Number(f"~{skipped.operand}", (1,), varies=True, atom=False))
                block = rest
            elif isinstance(first, ast.If) and not first.orelse and not rest:
                if self._keeps_extreme(first, tests):
                    break
                tests.append(lists.test(first.test))
                block = first.body
                if self._leaves(block, tests, own):
                    break
            else:
                raise NotApplicable("does more than one thing")
        else:
            self._final(block[0], tests)
        if any(read_outside(context, name, inner) for name in own):
            raise NotApplicable("what the loop leaves behind is read")
        if lists.nest is inner and lists.listed:
            raise NotApplicable("to make the array would cost what is gained")
        return self._written()

    def _set(self, statement: ast.Assign) -> set[str]:
        """`gap = xs[i] - xs[j]`."""
        target = statement.targets[0]
        if len(statement.targets) > 1 or not isinstance(target, ast.Name) or target.id in self.lists.values:
            raise NotApplicable("not a plain value")
        value = self.lists.write(statement.value)
        if not value.varies:
            raise NotApplicable("a value that is the same for all")
        self.lines.append(f"{target.id} = {value.text}")
        self.lists.values[target.id] = Number(target.id, value.size, varies=True, whole=value.whole)
        return {target.id}

    def _condition(self, tests: Sequence[Number]) -> str:
        test = self.lists.all_of(tests)
        if not test.varies:
            raise NotApplicable("a condition that is the same for all")
        return test.text

    def _final(self, statement: ast.stmt, tests: list[Number]) -> None:
        found = match_stmt("M_t += M_e", statement)
        if found and isinstance(found["M_t"], ast.Name):
            name, step = found["M_t"].id, constant(found["M_e"])
            if name in all_names([*self.inner.body[:-1], found["M_e"]]):
                raise NotApplicable("reads what it counts")
            if tests and type(step) is int:
                self._count(name, step, tests)
            else:
                self._add(name, found["M_e"], tests)
            return
        if isinstance(statement, ast.Assign):
            for extreme in ("max", "min"):
                # Which of equal numbers is taken depends on their order, where the first one is a float.
                for order in ("{best}, {value}", "{value}, {best}"):
                    form = order.format(best="M_b", value="M_e")
                    found = match_stmt(f"M_b = {extreme}({form})", statement)
                    if found and isinstance(found["M_b"], ast.Name) and self.context.is_builtin(extreme):
                        self._found.append(statement.value)
                        self._extreme(extreme, found["M_b"].id, found["M_e"], tests, order)
                        return
        raise NotApplicable("neither counts nor adds up")

    def _count(self, name: str, step: int, tests: list[Number]) -> None:
        if self.context.inference.of(ast.Name(name, ast.Load())).name != "int":
            raise NotApplicable("counts in what may be a float")
        times = "" if step == 1 else f"{step} * "
        self.lines.append(f"{name} += {times}int({self.numpy}.count_nonzero({self._condition(tests)}))")

    def _add(self, name: str, added: ast.expr, tests: list[Number]) -> None:
        if self.kind == "numbers":
            raise NotApplicable("the kind of the sum is open")
        value = self.lists.write(added)
        if not value.varies:
            raise NotApplicable("adds the same every time")
        text = f"{value.operand}[{self._condition(tests)}]" if tests else value.text
        if self.kind == "ints":
            self.sums = True
            if not self._starts_whole(name):
                raise NotApplicable("adds to what may be a float")
            self.lines.append(f"{name} += int({self.numpy}.sum({text}))")
            return
        if value.whole:
            raise NotApplicable("a sum of ints among floats")
        before = self.place.previous
        if not self.lists.arrays or not any(match_stmt(f"{name} = {zero}", before) for zero in ("0", "0.0")):
            raise NotApplicable("a sum of floats that goes on")
        values = self.context.fresh("addends", "terms")
        self.lines += [f"{values} = {text}", f"if {values}.size:"]
        last = f"{name} += float({self.numpy}.cumsum({values})[-1])"
        self.lines.append(indent_lines(last, self.context.layout.unit))

    def _starts_whole(self, name: str) -> bool:
        """Whether it surely is an int while only ints are added to it."""
        given = bindings_of(self.context, name)
        known = (one is not None and self.context.inference.of(one).name == "int" for one in given)
        changed = [
            node
            for node in self.context.own
            if isinstance(node, ast.AugAssign)
            and isinstance(node.target, ast.Name)
            and node.target.id == name
            and node not in set(ast.walk(self.inner))
        ]
        # `total /= 3` leaves a float, which would be rounded once instead of at every number.
        whole = all(
            isinstance(node.op, ast.Add | ast.Sub | ast.Mult)
            and self.context.inference.of(node.value).name == "int"
            for node in changed
        )
        return bool(given) and all(known) and whole and name not in parameters(self.context.node)

    def _extreme(
        self,
        extreme: str,
        name: str,
        value: ast.expr,
        tests: list[Number],
        order: str = "{best}, {value}",
    ) -> None:
        """`best = max(best, gap)`: of ints, of which equal ones are alike."""
        self.lists.need_ints()
        given = [
            one for one in bindings_of(self.context, name) if one is not value and one not in self._found
        ]
        known = (one is not None and self.context.inference.of(one).name in ("int", "float") for one in given)
        outside = name in parameters(self.context.node)
        if outside or name in all_names([value]) or not given or not all(known):
            raise NotApplicable("compares with what may be no number")
        self.context.need_builtins(extreme)
        number = self.lists.write(value)
        if not number.varies:
            raise NotApplicable("the same every time")
        text = f"{number.operand}[{self._condition(tests)}]" if tests else number.text
        values = text
        if not text.isidentifier():
            values = self.context.fresh("found_values", "candidates")
            self.lines.append(f"{values} = {text}")
        self.lines.append(f"if {values}.size:")
        compared = order.format(best=name, value=f"int({values}.{extreme}())")
        last = f"{name} = {extreme}({compared})"
        self.lines.append(indent_lines(last, self.context.layout.unit))

    def _keeps_extreme(self, branch: ast.If, tests: list[Number]) -> bool:
        """`if gap > best: best = gap`."""
        if len(branch.body) != 1 or not isinstance(branch.test, ast.Compare) or len(branch.test.ops) != 1:
            return False
        found = match_stmt("M_b = M_e", branch.body[0])
        extreme = _COMPARED.get(type(branch.test.ops[0]))
        if not found or not isinstance(found["M_b"], ast.Name) or extreme is None:
            return False
        best, value = ast.dump(ast.Name(found["M_b"].id, ast.Load())), ast.dump(found["M_e"])
        sides = (ast.dump(branch.test.left), ast.dump(branch.test.comparators[0]))
        if sides == (best, value):
            extreme = "min" if extreme == "max" else "max"
        elif sides != (value, best):
            return False
        # Of equal numbers `>=` takes the later one, which is no other int but may be one for a float.
        if isinstance(branch.test.ops[0], ast.GtE | ast.LtE):
            return False
        self._extreme(extreme, found["M_b"].id, found["M_e"], tests)
        return True

    def _leaves(self, block: Sequence[ast.stmt], tests: list[Number], own: set[str]) -> bool:
        """`return False` and `found = True; break`, which are the same for whichever number comes first."""
        if own & all_names(block):
            return False
        *before, last = block
        ends = isinstance(last, ast.Break | ast.Return)
        if not ends or not all(match_stmt("M_a = M_b", one) for one in before):
            return False
        if any(not isinstance(one, ast.Assign) or type(constant(one.value)) is type(...) for one in before):
            return False
        kept = [*before, *([last] if isinstance(last, ast.Return) else [])]
        text = self.context.layout.block_text(kept) if kept else None
        if text is None:
            return False
        self.lines.append(f"if {self.numpy}.any({self._condition(tests)}):")
        self.lines.append(indent_lines(text.rstrip(), self.context.layout.unit))
        return True

    def _written(self) -> Rewrite:
        context, inner, lists = self.context, self.inner, self.lists
        nest, layout = lists.nest, context.layout
        notes = layout.comments_between(layout.start(inner), layout.end(inner))
        code = "\n".join([*notes, *self.lines])
        indent = layout.indent(inner)
        code = code.replace("\n", f"\n{indent}")
        body = block_with_parts(context, [nest], {inner: code})
        slow = layout.block_text([nest])
        if body is None or slow is None:
            raise NotApplicable("does not stand on lines of its own")
        fast = "\n".join([*lists.made(), body.rstrip()])
        edit = either(context, nest, nest, lists.conditions(sums=self.sums), fast, slow)
        if edit is None:
            raise NotApplicable("does not stand on lines of its own")
        return Rewrite((*self.imports, edit), "compute the inner loop's numbers at once")


STRATEGY = BuiltinStrategy("numpy-inner-loop", "vectorization", _build, __doc__ or "")
