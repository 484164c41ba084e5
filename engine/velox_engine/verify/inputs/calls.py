"""Evidence from calls: what builtins, well-known library functions, methods and the module's own functions demand."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from velox_engine.verify.inputs.target import list_parameters
from velox_engine.verify.inputs.traces import METHODS, Trace

if TYPE_CHECKING:
    from velox_engine.verify.inputs.evidence import Observer

ITERABLE = {"list": 1.6, "set": 0.3, "str": 0.3, "tuple": 0.3, "dict": 0.2}
DEEPEST = 2  # calls followed into the module's own functions

# builtin or library function → (evidence about its argument, evidence about the elements of its argument)
DEMANDS: dict[str, tuple[dict[str, float], dict[str, float]]] = {
    "len": ({"list": 1.0, "str": 0.8, "dict": 0.3}, {}),
    "sum": ({"list": 2.0}, {"int": 2.0, "float": 1.0}),
    "max": (ITERABLE, {"int": 0.8, "float": 0.4}), "min": (ITERABLE, {"int": 0.8, "float": 0.4}),
    "sorted": (ITERABLE, {"int": 0.5, "str": 0.3}), "list": (ITERABLE, {}), "tuple": (ITERABLE, {}),
    "set": (ITERABLE, {}), "frozenset": (ITERABLE, {}), "reversed": ({"list": 2.0, "str": 0.5}, {}),
    "iter": (ITERABLE, {}),
    "any": (ITERABLE, {"bool": 0.5}), "all": (ITERABLE, {"bool": 0.5}), "enumerate": (ITERABLE, {}),
    "abs": ({"int": 2.0, "float": 1.2}, {}), "round": ({"float": 2.0, "int": 0.8}, {}),
    "int": ({"str": 1.2, "int": 1.0, "float": 0.8}, {}), "float": ({"float": 1.2, "int": 1.0, "str": 0.8}, {}),
    "ord": ({"str": 4.0}, {}), "chr": ({"int": 4.0}, {}), "bin": ({"int": 4.0}, {}), "hex": ({"int": 4.0}, {}),
    "oct": ({"int": 4.0}, {}), "divmod": ({"int": 3.0}, {}), "pow": ({"int": 2.5, "float": 0.7}, {}),
    "range": ({"int": 4.0}, {}), "fsum": ({"list": 2.0}, {"float": 3.0, "int": 1.0}),
    "prod": ({"list": 2.0}, {"int": 2.0}),
    "sqrt": ({"int": 1.6, "float": 1.5}, {}), "floor": ({"float": 2.0, "int": 0.8}, {}),
    "ceil": ({"float": 2.0, "int": 0.8}, {}),
    "gcd": ({"int": 4.0}, {}), "lcm": ({"int": 4.0}, {}), "factorial": ({"int": 4.0}, {}),
    "isqrt": ({"int": 4.0}, {}),
    "log": ({"float": 1.5, "int": 1.5}, {}), "log10": ({"float": 1.5, "int": 1.5}, {}),
    "log2": ({"float": 1.5, "int": 1.5}, {}),
    "isnan": ({"float": 3.0}, {}), "comb": ({"int": 4.0}, {}), "perm": ({"int": 4.0}, {}),
    "mean": ({"list": 2.5}, {"float": 1.2, "int": 1.5}), "median": ({"list": 2.5}, {"float": 1.2, "int": 1.5}),
    "Counter": (ITERABLE, {}), "deque": (ITERABLE, {}), "heapify": ({"list": 4.0}, {"int": 1.0}),
    "heappop": ({"list": 4.0}, {"int": 1.0}),
    "heappush": ({"list": 4.0}, {"int": 1.0}), "bisect": ({"list": 4.0}, {"int": 1.0}),
    "bisect_left": ({"list": 4.0}, {"int": 1.0}),
    "bisect_right": ({"list": 4.0}, {"int": 1.0}), "insort": ({"list": 4.0}, {"int": 1.0}),
    "accumulate": (ITERABLE, {"int": 1.0}),
    "combinations": (ITERABLE, {}), "permutations": (ITERABLE, {}), "product": (ITERABLE, {}),
    "chain": (ITERABLE, {}),
    "groupby": (ITERABLE, {}), "loads": ({"str": 4.0}, {}), "array": ({"list": 2.5}, {"float": 1.0, "int": 1.5}),
    "asarray": ({"list": 2.0, "ndarray": 1.5}, {"float": 1.0, "int": 1.5}),
    "cumsum": ({"list": 2.0, "ndarray": 1.0}, {"int": 2.0}),
    "zeros": ({"int": 3.0}, {}), "ones": ({"int": 3.0}, {}), "arange": ({"int": 3.0}, {}),
    "open": ({"foreign": 3.0}, {}),
    "empty_like": ({"ndarray": 3.0}, {}), "zeros_like": ({"ndarray": 3.0}, {}), "escape": ({"str": 2.0}, {}),
    "unquote": ({"str": 3.0}, {}),
    "strptime": ({"str": 4.0}, {}), "fromisoformat": ({"str": 4.0}, {}), "literal_eval": ({"str": 4.0}, {}),
    "urlparse": ({"str": 4.0}, {}), "urlsplit": ({"str": 4.0}, {}), "ip_address": ({"str": 4.0}, {}),
    "fromhex": ({"str": 4.0}, {}), "unhexlify": ({"str": 3.0, "bytes": 1.0}, {}), "UUID": ({"str": 4.0}, {}),
    "Decimal": ({"str": 1.5, "int": 1.0}, {}), "b64decode": ({"str": 3.0, "bytes": 1.5}, {}),
    "fromstring": ({"str": 3.0}, {}), "parse_qs": ({"str": 4.0}, {}), "parse_qsl": ({"str": 4.0}, {}),
    # methods of a compiled pattern
    "match": ({"str": 3.0}, {}), "fullmatch": ({"str": 3.0}, {}), "search": ({"str": 3.0}, {}),
    "findall": ({"str": 3.0}, {}), "finditer": ({"str": 3.0}, {}), "sub": ({"str": 2.0}, {}),
    "quote": ({"str": 3.0}, {}), "StringIO": ({"str": 4.0}, {}), "BytesIO": ({"bytes": 4.0}, {}),
}  # fmt: skip
# the result is a sequence of the argument's elements
PASSES_ELEMENTS = frozenset(
    {"sorted", "list", "tuple", "set", "reversed", "iter", "frozenset", "deque", "array", "copy", "deepcopy"}
)
TYPES: dict[str, str] = {
    "int": "int", "float": "float", "str": "str", "bytes": "bytes", "bool": "bool", "list": "list", "tuple": "tuple",
    "dict": "dict", "set": "set", "frozenset": "frozenset", "complex": "complex", "Mapping": "dict",
    "MutableMapping": "dict",
    "Sequence": "list", "Iterable": "list", "Number": "int", "Integral": "int", "Real": "float", "ndarray": "ndarray",
    "basestring": "str", "string_types": "str", "text_type": "str", "bytearray": "bytearray", "deque": "deque",
}  # fmt: skip
PATTERN_FUNCTIONS = frozenset({"match", "search", "findall", "finditer", "split", "fullmatch", "sub", "subn"})


def observe_call(observer: Observer, node: ast.Call) -> Trace | None:
    """Note what a call says about its arguments; the trace of its result where that is one that is followed."""
    if isinstance(node.func, ast.Attribute):
        return _observe_attribute_call(observer, node, node.func)
    if not isinstance(node.func, ast.Name):
        observer.trace(node.func)
        _observe_arguments(observer, node)
        return None
    name = node.func.id
    held = observer.names.get(name)
    if held is not None:  # a parameter that is called
        held.add({"callable": 6.0})
        _observe_arguments(observer, node)
        return None
    if name == "isinstance" and len(node.args) == 2:
        _observe_isinstance(observer.trace(node.args[0]), node.args[1])
        return None
    if name in ("map", "filter") and len(node.args) >= 2:
        return _observe_map(observer, node)
    if name in observer.functions and observer.depth < DEEPEST:
        _follow(observer, node, name)
        return None
    return _demand(observer, node, name)


def _demand(observer: Observer, node: ast.Call, name: str) -> Trace | None:
    traces = _observe_arguments(observer, node)
    demand = DEMANDS.get(name)
    if demand is None:
        return None
    whole, elements = demand
    if name in ("max", "min") and len(node.args) > 1:
        whole, elements = elements, {}
    result: Trace | None = None
    for trace in traces:
        if trace is None:
            continue
        trace.add(whole)
        if name == "range":
            trace.ranged = True
        if name == "abs":
            trace.signed = True
        if name.startswith("bisect"):
            trace.bisected = True
        if elements and whole.get("list"):
            trace.elements().add(elements)
        if name in ("set", "frozenset", "Counter"):
            trace.elements().hashed = True
        if name in ("sorted", "max", "min"):
            trace.elements().ordered = True
        result = result or trace
        if name.startswith(("bisect", "insort", "heap")):
            break  # the second argument is an element, not a list
    if result is not None and name in PASSES_ELEMENTS:
        return result
    if result is not None and name in ("max", "min"):
        return result if len(node.args) > 1 else result.elements()
    return result if name in ("abs", "round", "int", "float") and not result_is_text(result) else None


def result_is_text(trace: Trace | None) -> bool:
    """Whether a value is more likely text than a number, so that int(x) is another thing than x."""
    return trace is not None and trace.kinds["str"] >= trace.kinds["int"]


def _observe_arguments(observer: Observer, node: ast.Call) -> list[Trace | None]:
    found = [observer.trace(item) for item in node.args]
    for item in node.keywords:
        if isinstance(item.value, ast.Lambda) and item.arg == "key" and node.args:
            # Ex) sorted(xs, key=lambda x: x[1]): the lambda's parameter is an element of xs
            base = found[0]
            if base is not None and item.value.args.args:
                observer.names[item.value.args.args[0].arg] = base.elements()
        observer.trace(item.value)
    return found


def _observe_attribute_call(observer: Observer, node: ast.Call, function: ast.Attribute) -> Trace | None:
    name = function.attr
    module = function.value.id if isinstance(function.value, ast.Name) else ""
    if module in ("re", "regex") and name in PATTERN_FUNCTIONS:
        position = 2 if name in ("sub", "subn") else 1
        for index, trace in enumerate(_observe_arguments(observer, node)):
            if trace and index in (0, position):
                trace.add({"str": 4.0})
        return None
    base = observer.trace(function.value)
    if base is None:
        if name == "join" and len(node.args) == 1:
            joined = observer.trace(node.args[0])
            if joined:
                joined.add({"list": 2.0, "str": 0.3})
                joined.elements().add({"str": 4.0})
            return None
        if name in ("append", "add", "insert", "remove", "update", "extend", "count"):
            for trace in _observe_arguments(observer, node):
                if trace and name == "add":
                    trace.hashed = True
                if trace and name in ("extend", "update"):
                    trace.add({"list": 1.5})
            return None
        return _demand(observer, node, name)
    base.add(METHODS.get(name, {"foreign": 1.5}))
    base.methods.add(name)
    result = base.member(name)
    arguments = _observe_arguments(observer, node)
    for trace in arguments:
        if trace is None:
            continue
        if name in (
            "split",
            "startswith",
            "endswith",
            "replace",
            "find",
            "strip",
            "rsplit",
            "lstrip",
            "rstrip",
        ):
            trace.add({"str": 3.0})
        elif name in ("extend", "union", "issubset", "difference", "intersection"):
            trace.add({"list": 1.5, "set": 0.8})
        elif name == "join":
            trace.add({"list": 2.0})
            trace.elements().add({"str": 4.0})
    if name in ("split", "splitlines", "rsplit"):
        return None
    if name == "values":
        view = Trace()
        view.element = base.mapped()
        return view
    if name == "keys":
        return base
    if name in ("get", "setdefault"):
        return base.mapped()
    if name in ("pop", "popleft"):
        return base.elements()
    if name in ("copy", "strip", "lower", "upper", "lstrip", "rstrip", "replace"):
        return base
    return None if name in METHODS else result


def _observe_isinstance(trace: Trace | None, types: ast.expr) -> None:
    if trace is None:
        return
    for item in types.elts if isinstance(types, ast.Tuple) else [types]:
        name = item.attr if isinstance(item, ast.Attribute) else item.id if isinstance(item, ast.Name) else ""
        kind = TYPES.get(name)
        if kind:
            trace.checked.add(kind)
            trace.add({kind: 1.5})


def _observe_map(observer: Observer, node: ast.Call) -> Trace | None:
    source = observer.trace(node.args[1])
    function = node.args[0]
    if source is None:
        observer.trace(function)
        return None
    source.add({"list": 1.6, "str": 0.5})
    if isinstance(function, ast.Lambda) and function.args.args:
        observer.names[function.args.args[0].arg] = source.elements()
        observer.trace(function)
    elif isinstance(function, ast.Name) and function.id in DEMANDS:
        source.elements().add(DEMANDS[function.id][0])
    elif isinstance(function, ast.Name):
        held = observer.names.get(function.id)
        if held is not None:
            held.add({"callable": 6.0})
    return source if isinstance(function, ast.Constant) or getattr(node.func, "id", "") == "filter" else None


def _follow(observer: Observer, node: ast.Call, name: str) -> None:
    """What a function of the same module does with its parameter is evidence about the argument passed to it."""
    called = observer.functions[name]
    parameters = [
        item.name for item in list_parameters(called.args) if item.kind in ("positional", "keyword")
    ]
    names = {parameter: Trace() for parameter in parameters}
    for parameter, argument in zip(parameters, node.args, strict=False):
        names[parameter] = observer.trace(argument) or names[parameter]
    for keyword in node.keywords:
        if keyword.arg in names:
            names[keyword.arg] = observer.trace(keyword.value) or names[keyword.arg]
    inner = type(observer)(names, observer.functions, observer.depth + 1)
    for statement in called.body:
        inner.visit(statement)
    observer.strings.extend(inner.strings)
    observer.integers.extend(inner.integers)
    observer.floats.extend(inner.floats)
