"""What the code does with each parameter: one walk over the body that fills a trace for every name."""

from __future__ import annotations

import ast
from typing import Any

from velox_engine.verify.inputs.calls import observe_call
from velox_engine.verify.inputs.traces import METHODS, NUMBER, SEQUENCE, Trace


class Observer(ast.NodeVisitor):
    """Walks a function's body once and fills the traces of its names; order of statements hardly matters."""

    def __init__(
        self,
        names: dict[str, Trace],
        functions: dict[str, ast.FunctionDef | ast.AsyncFunctionDef],
        depth: int,
    ):
        self.names = names
        self.functions = functions
        self.depth = depth
        self.strings: list[str] = []
        self.integers: list[int] = []
        self.floats: list[float] = []
        self._looping = False  # inside the test of a while loop
        self._starts: dict[str, ast.expr] = {}  # what a name is first set to. Ex) line = ""

    # --- statements ---------------------------------------------------------------------------------------------
    def visit_For(self, node: ast.For | ast.AsyncFor) -> None:
        self._bind_iteration(node.target, node.iter)
        for item in [*node.body, *node.orelse]:
            self.visit(item)

    visit_AsyncFor = visit_For

    def visit_While(self, node: ast.While) -> None:
        self._looping = True
        self.trace(node.test)
        self._looping = False
        for item in [*node.body, *node.orelse]:
            self.visit(item)

    def visit_comprehension(self, node: ast.comprehension) -> None:
        self._bind_iteration(node.target, node.iter)
        for item in node.ifs:
            self.trace(item)

    def visit_ListComp(self, node: ast.ListComp | ast.SetComp | ast.GeneratorExp) -> None:
        for generator in node.generators:
            self.visit(generator)
        trace = self.trace(node.elt)
        if isinstance(node, ast.SetComp) and trace:
            trace.hashed = True

    visit_SetComp = visit_GeneratorExp = visit_ListComp

    def visit_DictComp(self, node: ast.DictComp) -> None:
        for generator in node.generators:
            self.visit(generator)
        key = self.trace(node.key)
        if key:
            key.hashed = True
        self.trace(node.value)

    def visit_Assign(self, node: ast.Assign) -> None:
        value = self.trace(node.value)
        for target in node.targets:
            self._bind(target, value, node.value)
            if isinstance(target, ast.Name) and isinstance(
                node.value, ast.Constant | ast.JoinedStr | ast.List
            ):
                self._starts.setdefault(target.id, node.value)

    def visit_AnnAssign(self, node: ast.AnnAssign) -> None:
        if node.value is not None:
            self._bind(node.target, self.trace(node.value), node.value)

    def visit_NamedExpr(self, node: ast.NamedExpr) -> None:
        self.trace(node)

    def visit_AugAssign(self, node: ast.AugAssign) -> None:
        self._operate(node.op, node.target, node.value)

    def visit_Return(self, node: ast.Return) -> None:
        if node.value is not None:
            self.trace(node.value)

    def visit_Expr(self, node: ast.Expr) -> None:
        if not (
            isinstance(node.value, ast.Constant) and isinstance(node.value.value, str)
        ):  # not a docstring
            self.trace(node.value)

    def generic_visit(self, node: ast.AST) -> None:
        for child in ast.iter_child_nodes(node):
            if isinstance(child, ast.expr):
                self.trace(child)
            else:
                self.visit(child)

    def _bind(self, target: ast.expr, value: Trace | None, source: ast.expr | None = None) -> None:
        if isinstance(target, ast.Name):
            if value is not None:
                self.names[target.id] = value
        elif isinstance(target, ast.Tuple | ast.List):
            parts = (
                source.elts
                if isinstance(source, ast.Tuple) and len(source.elts) == len(target.elts)
                else None
            )
            for index, part in enumerate(target.elts):
                if parts:
                    self._bind(part, self.trace(parts[index]))
                elif value is not None and not isinstance(part, ast.Starred):
                    value.add({"pair": 2.0, "list": 0.5})
                    self._bind(part, value.slot(index))
        else:
            self.trace(target)

    def _bind_iteration(self, target: ast.expr, source: ast.expr) -> None:
        match source:
            case ast.Call(func=ast.Name(id="enumerate"), args=[inner, *_]) if isinstance(target, ast.Tuple):
                self._bind_iteration(target.elts[-1], inner)
                return
            case ast.Call(func=ast.Name(id="zip"), args=inner) if isinstance(target, ast.Tuple):
                for part, item in zip(target.elts, inner, strict=False):
                    self._bind_iteration(part, item)
                return
            case ast.Call(func=ast.Name(id="range"), args=bounds):
                position = Trace()
                position.add({"int": 4.0})
                for bound in bounds:
                    trace = self.trace(bound)
                    if trace:
                        trace.ranged = True
                        trace.add({"int": 4.0})
                        position.bounds.append(trace)
                self._bind(target, position)
                return
            case ast.Call(func=ast.Attribute(value=base, attr="items"), args=[]):
                trace = self.trace(base)
                if trace:
                    trace.add({"dict": 4.0})
                    if isinstance(target, ast.Tuple) and len(target.elts) == 2:
                        self._bind(target.elts[0], trace.elements())
                        self._bind(target.elts[1], trace.mapped())
                return
        trace = self.trace(source)
        if trace is not None:
            trace.add({"list": 1.6, "str": 0.6, "set": 0.2, "dict": 0.2, "tuple": 0.2})
            self._bind(target, trace.elements())
        else:
            self._bind(target, None)

    # --- expressions --------------------------------------------------------------------------------------------
    def trace(self, node: ast.expr) -> Trace | None:
        """Note the evidence in an expression; the trace of its value where it is one that is followed."""
        match node:
            case ast.Name(id=name):
                return self.names.get(name)
            case ast.Constant(value=value):
                self._mine(value)
                return None
            case ast.NamedExpr(target=target, value=value):
                found = self.trace(value)
                self._bind(target, found)
                return found
            case ast.Subscript():
                return self._subscript(node)
            case ast.Attribute(value=base, attr=attribute):
                trace = self.trace(base)
                if trace is None:
                    return None
                trace.add(METHODS.get(attribute, {"foreign": 1.5}))
                return trace.member(attribute)
            case ast.Call():
                return observe_call(self, node)
            case ast.BinOp(left=left, op=operator, right=right):
                return self._operate(operator, left, right)
            case ast.Compare():
                self._compare(node)
                return None
            case ast.BoolOp(values=values):
                return next((found for item in values if (found := self.trace(item))), None)
            case ast.UnaryOp(op=operator, operand=operand):
                trace = self.trace(operand)
                if trace and isinstance(operator, ast.USub | ast.Invert):
                    trace.add(NUMBER)
                return None if isinstance(operator, ast.Not) else trace
            case ast.IfExp(test=test, body=body, orelse=orelse):
                self.trace(test)
                first, second = self.trace(body), self.trace(orelse)
                return first or second
            case ast.ListComp() | ast.SetComp() | ast.GeneratorExp() | ast.DictComp():
                self.visit(node)
                return None
            case ast.Lambda(body=body):
                self.trace(body)
                return None
            case ast.Starred(value=value):
                trace = self.trace(value)
                if trace:
                    trace.add({"list": 1.5, "tuple": 0.5})
                return None
        for child in ast.iter_child_nodes(node):
            if isinstance(child, ast.expr):
                self.trace(child)
            else:
                self.generic_visit(child)
        return None

    def _mine(self, value: Any) -> None:
        if isinstance(value, str):
            self.strings.append(value)
        elif isinstance(value, bool) or value is None:
            return
        elif isinstance(value, int):
            self.integers.append(value)
        elif isinstance(value, float):
            self.floats.append(value)

    def _subscript(self, node: ast.Subscript) -> Trace | None:
        base = self.trace(node.value)
        index = node.slice
        if isinstance(index, ast.Slice):
            for part in (index.lower, index.upper, index.step):
                if part is not None and (bound := self.trace(part)):
                    bound.add({"int": 3.0})
            if base:
                base.add(SEQUENCE)
            return base
        position = self.trace(index)
        if base is None:
            if position:
                position.hashed = True
            return None
        if isinstance(index, ast.Constant) and isinstance(index.value, str):
            base.add({"dict": 4.0})
            base.fields.add(index.value)
            return base.items_at()
        constant = index.operand if isinstance(index, ast.UnaryOp) else index
        if isinstance(constant, ast.Constant) and isinstance(constant.value, int):
            base.add({"list": 1.5, "str": 0.6, "pair": 0.7})
            return base.items_at()
        if position is not None:
            base.indexes.append(position)
            position.add({"int": 0.5})
            base.add({"list": 1.2, "dict": 0.8, "str": 0.4})
        else:
            base.add({"list": 1.5, "str": 0.6, "dict": 0.2})
        return base.items_at()

    def _operate(self, operator: ast.operator, left: ast.expr, right: ast.expr) -> Trace | None:
        first, second = self.trace(left), self.trace(right)
        for trace, other in ((first, right), (second, left)):
            if trace is None:
                continue
            # Ex) `line + c` where `line = ""` came before
            meant = self._starts.get(other.id, other) if isinstance(other, ast.Name) else other
            weights = _operand_weights(operator, meant if isinstance(operator, ast.Add) else other)
            if trace is second and isinstance(operator, ast.Mod | ast.FloorDiv):
                trace.divides = True
            if trace is second and isinstance(operator, ast.Mod) and weights.get("str"):
                weights = {}  # Ex) "%s" % x says nothing about x
            trace.add(weights)
        return first if first is not None else second

    def _compare(self, node: ast.Compare) -> None:
        operands = [node.left, *node.comparators]
        traces = [self.trace(item) for item in operands]
        for index, operator in enumerate(node.ops):
            left, right = operands[index], operands[index + 1]
            first, second = traces[index], traces[index + 1]
            if isinstance(operator, ast.In | ast.NotIn):
                self._member(left, first, right, second)
                continue
            for trace, other in ((first, right), (second, left)):
                if trace is None:
                    continue
                if isinstance(other, ast.Constant) and other.value == 0 and not self._looping:
                    trace.zeroed = True
                if isinstance(operator, ast.Lt | ast.LtE | ast.Gt | ast.GtE):
                    trace.ordered = True
                    if not self._looping and _small_constant(
                        other
                    ):  # Ex) if n < 0: raise; if n < 2: return n
                        trace.signed = True
                    trace.add({"int": 0.6, "float": 0.3})
                self._equal(trace, other)

    def _equal(self, trace: Trace, other: ast.expr) -> None:
        value = other.operand if isinstance(other, ast.UnaryOp) else other
        if isinstance(value, ast.Constant):
            constant = value.value
            if constant is None:
                trace.optional = True
            elif isinstance(constant, bool):
                trace.add({"bool": 1.5})
            elif isinstance(constant, int):
                trace.integers.add(-constant if value is not other else constant)
                trace.signed |= value is not other
                trace.add({"int": 2.5, "float": 0.8})
            elif isinstance(constant, float):
                trace.add({"float": 3.0, "int": 1.0})
            elif isinstance(constant, str):
                trace.strings.add(constant)
                trace.add({"str": 3.0})
        elif isinstance(value, ast.List | ast.ListComp):
            trace.add({"list": 2.0})
        elif isinstance(value, ast.Tuple):
            trace.add({"tuple": 2.0})

    def _member(self, left: ast.expr, first: Trace | None, right: ast.expr, second: Trace | None) -> None:
        if isinstance(right, ast.Constant) and isinstance(right.value, str) and first:
            first.add({"str": 3.0})
            first.strings.update(right.value)
        elif isinstance(right, ast.Tuple | ast.List | ast.Set) and first:
            for item in right.elts:
                self._equal(first, item)
        elif first:
            first.hashed = True
        if second:
            if isinstance(left, ast.Constant) and isinstance(left.value, str):
                second.add({"str": 1.5, "dict": 0.8, "list": 0.8})
                second.strings.add(left.value)
            else:
                second.add({"list": 1.8, "str": 0.3, "set": 0.8, "dict": 0.7})


def _small_constant(node: ast.expr) -> bool:
    if isinstance(node, ast.UnaryOp):
        node = node.operand
    return isinstance(node, ast.Constant) and isinstance(node.value, int) and node.value <= 2


def _operand_weights(operator: ast.operator, other: ast.expr) -> dict[str, float]:
    """What an operand must be, given the operator and the other side."""
    constant = other.value if isinstance(other, ast.Constant) else None
    textual = isinstance(constant, str) or isinstance(other, ast.JoinedStr)
    if isinstance(operator, ast.Add):
        if textual:
            return {"str": 4.0}
        if isinstance(constant, int | float):
            return {"float": 2.0, "int": 2.0} if isinstance(constant, float) else {"int": 2.5, "float": 0.8}
        if isinstance(other, ast.List | ast.ListComp):
            return {"list": 4.0}
        if isinstance(other, ast.Tuple):
            return {"tuple": 4.0}
        return {"int": 0.7, "float": 0.4, "str": 0.3, "list": 0.2}
    if isinstance(operator, ast.Mult):
        return (
            {"int": 4.0} if textual or isinstance(other, ast.List) else {"int": 1.2, "float": 0.8, "str": 0.1}
        )
    if isinstance(operator, ast.Mod):
        if textual:
            return {"str": 0.5}
        return {"str": 0.5} if isinstance(other, ast.Tuple) else {"int": 2.5, "float": 0.4}
    if isinstance(operator, ast.BitAnd | ast.BitOr | ast.BitXor | ast.LShift | ast.RShift):
        return {"int": 2.5, "set": 0.5}
    if isinstance(operator, ast.Div):
        return {"int": 1.5, "float": 1.6}
    return dict(NUMBER)
