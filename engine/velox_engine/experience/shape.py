"""Describes a function by the syntax it is made of, as hashed counts, so that alike functions get alike numbers.

Counted are syntax nodes with up to two of their parents, what is called, how deep in loops, and which uses each local
variable is put to (begun as a list, tested with `in`, appended to). Names that a person chose do not count.
"""

from __future__ import annotations

import ast
import textwrap
import zlib
from collections import Counter, defaultdict
from collections.abc import Iterator
from itertools import combinations, pairwise
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

WIDTH: Final = 1024
# Raise it when the same function gets other numbers: rows of another version are not compared.
VERSION: Final = 1
_DEEPEST: Final = 3


def describe(function: str) -> NDArray[np.float32] | None:
    """Return WIDTH numbers of 0 or more for the text of a function, indented or not; None where it does not parse."""
    import numpy as np

    try:
        tree = ast.parse(textwrap.dedent(function))
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return None
    counts = Counter(_features(tree))
    vector = np.zeros(WIDTH, dtype=np.float32)
    for feature, count in counts.items():
        # Unlike `hash`, the same in every process.
        vector[zlib.crc32(feature.encode("utf-8", "replace")) % WIDTH] += 1.0 + np.log2(count)
    return vector


def _features(tree: ast.Module) -> Iterator[str]:
    local = {
        node.id for node in ast.walk(tree) if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store)
    }
    local |= {node.arg for node in ast.walk(tree) if isinstance(node, ast.arg)}
    uses: dict[str, set[str]] = defaultdict(set)
    todo: list[tuple[ast.AST, tuple[str, ...], int]] = [(node, (), 0) for node in tree.body]
    while todo:
        node, above, depth = todo.pop()
        label = _label(node, local)
        if label is None:
            inner, below = above, depth
        else:
            yield label
            for parents in (above[-1:], above[-2:]):
                if parents:
                    yield ">".join((*parents, label))
            if depth:
                yield f"{label}@{min(depth, _DEEPEST)}"
            inner, below = (*above[-1:], label), depth + _is_loop(node)
        for name, use in _uses(node, local):
            uses[name].add(f"{use}@loop" if depth else use)
        for field in ("body", "orelse", "finalbody"):
            block = getattr(node, field, None)
            if isinstance(block, list):
                yield from (f"{type(one).__name__}+{type(other).__name__}" for one, other in pairwise(block))
        todo += [(child, inner, below) for child in ast.iter_child_nodes(node)]
    for together in uses.values():
        yield from (f"var:{use}" for use in together)
        yield from (f"var:{one}&{other}" for one, other in combinations(sorted(together), 2))


def _label(node: ast.AST, local: set[str]) -> str | None:
    match node:
        case ast.expr_context() | ast.Load() | ast.arguments() | ast.arg() | ast.Module():
            return None
        case ast.Name(id=name):
            return "local" if name in local else f"name:{name}"
        case ast.Call(func=ast.Name(id=name)) if name not in local:
            return f"call:{name}"
        case ast.Call(func=ast.Attribute(attr=name)):
            return f"method:{name}"
        case ast.Attribute(attr=name):
            return f"attribute:{name}"
        case ast.Constant(value=value):
            # 0, 1 and "" say what a loop does; other constants say what the program is about.
            return (
                f"constant:{value!r}" if value in (0, 1, -1, "", None, True, False) else type(value).__name__
            )
        case ast.Compare(ops=[operator, *_]):
            return f"compare:{type(operator).__name__}"
        case ast.BinOp(op=operator) | ast.AugAssign(op=operator):
            return f"{type(node).__name__}:{type(operator).__name__}"
    return type(node).__name__


def _is_loop(node: ast.AST) -> bool:
    return isinstance(
        node,
        ast.For | ast.While | ast.AsyncFor | ast.ListComp | ast.SetComp | ast.DictComp | ast.GeneratorExp,
    )


def _uses(node: ast.AST, local: set[str]) -> Iterator[tuple[str, str]]:
    """Yield (local variable, way in which this node uses it)."""
    match node:
        case ast.Assign(targets=[ast.Name(id=name)], value=ast.expr() as value):
            yield name, f"is:{_label(value, local)}"
        case ast.AnnAssign(target=ast.Name(id=name), value=ast.expr() as value):
            yield name, f"is:{_label(value, local)}"
        case ast.AugAssign(target=ast.Name(id=name), op=operator):
            yield name, f"grows:{type(operator).__name__}"
        case ast.For(target=target, iter=iterated):
            if isinstance(iterated, ast.Name):
                yield iterated.id, "iterated"
            if isinstance(target, ast.Name):
                yield target.id, f"each:{_label(iterated, local)}"
        case ast.Call(func=ast.Attribute(value=ast.Name(id=name), attr=method), args=arguments):
            zero = arguments and isinstance(arguments[0], ast.Constant) and arguments[0].value == 0
            yield name, f"method:{method}" + ("(0)" if zero else "")
        case ast.Call(func=function, args=arguments):
            for argument in arguments:
                if isinstance(argument, ast.Name):
                    yield argument.id, f"given:{_label(function, local)}"
        case ast.Compare(ops=[ast.In() | ast.NotIn()], comparators=[ast.Name(id=name)]):
            yield name, "tested"
        case ast.Subscript(value=ast.Name(id=name), slice=index):
            kind = "slice" if isinstance(index, ast.Slice) else "index"
            yield name, f"{kind}:{type(node.ctx).__name__}"
        case ast.Return(value=ast.Name(id=name)):
            yield name, "returned"
    return
