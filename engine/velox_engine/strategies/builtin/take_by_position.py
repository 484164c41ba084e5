"""Goes through lists by position where a loop takes their first elements away one after the other.

What it does: in a loop such as the merge of two sorted lists, `xs.pop(0)` moves all other elements each time. Now a
position moves, and what was taken is deleted at once after the loop, also when the loop ends with an exception, so
that whoever holds the lists finds in them what was left before.

Example:
    def merge(left: list[int], right: list[int]) -> list[int]:
        merged = []
        while left and right:
            if left[0] <= right[0]:
                merged.append(left.pop(0))
            else:
                merged.append(right.pop(0))
        return merged + left + right

Result:
    def merge(left: list[int], right: list[int]) -> list[int]:
        merged = []
        if left is not right:
            left_at = right_at = 0
            try:
                while left_at < len(left) and right_at < len(right):
                    if left[left_at] <= right[right_at]:
                        merged.append(left[left_at])
                        left_at += 1
                    else:
                        merged.append(right[right_at])
                        right_at += 1
            finally:
                del left[:left_at]
                del right[:right_at]
        else:
            while left and right:
                if left[0] <= right[0]:
                    merged.append(left.pop(0))
                else:
                    merged.append(right.pop(0))
        return merged + left + right

Inputs:
    ([1, 4, 5], [2, 3])
    ([], [1])
    ([1, "a"], ["b"])

When it is unsafe: when the loop does anything else with the lists or hands them on, when an element may be taken from
an empty list (the error would be another one), and when two names may hold one list: that is asked.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator, Sequence

from velox_engine.strategies.base import BuiltinStrategy, FunctionContext, NotApplicable, Rewrite
from velox_engine.strategies.bindings import loads_of, written_names
from velox_engine.strategies.effects import effects_of, is_separate
from velox_engine.strategies.guards import either, has_fast_way
from velox_engine.strategies.loops import places, stands_in_try
from velox_engine.strategies.patterns import match_expr
from velox_engine.strategies.positions import indent_lines
from velox_engine.strategies.rendering import block_with_parts

_SIMPLE = ast.Expr | ast.Assign | ast.AugAssign


def _build(context: FunctionContext) -> Iterator[Rewrite]:
    for place in places(context.node):
        loop = place.statement
        if (
            not isinstance(loop, ast.While)
            or loop.orelse
            or has_fast_way(context, loop, " is not ")
            or has_fast_way(context, loop, "type(")
        ):
            continue
        try:
            rewrite = _positions(context, loop)
        except NotApplicable:
            continue
        if rewrite:
            yield rewrite


def _positions(context: FunctionContext, loop: ast.While) -> Rewrite | None:
    names = sorted(
        {
            node.func.value.id
            for node in ast.walk(loop)
            if isinstance(node, ast.Call)
            and isinstance(node.func, ast.Attribute)
            and isinstance(node.func.value, ast.Name)
            and match_expr(f"{node.func.value.id}.pop(0)", node)
        }
    )
    if not names or len(names) > 2 or set(names) & (written_names([loop]) | context.scope.inner):
        return None
    effects = effects_of(context, [loop])
    if (
        effects.calls_unknown
        or stands_in_try(context, loop)
        or any(isinstance(node, ast.FunctionDef | ast.Lambda | ast.Yield) for node in ast.walk(loop))
    ):
        return None
    kept = [name for name in names if not is_separate(context, name)]
    if len(loop.body) == 1 and isinstance(loop.body[0], ast.Expr) and not kept:
        return None  # a list of one's own that only loses elements is another strategy's
    for name in effects.mutated - set(names):
        if not is_separate(context, name):
            return None
    shapes = {name: context.inference.of(ast.Name(name, ast.Load())).name for name in names}
    if not set(shapes.values()) <= {"list", ""}:
        return None
    asked = [name for name in names if shapes[name] != "list"]
    at = {name: context.fresh(f"{name}_at", f"{name}_position") for name in names}
    parts: dict[ast.AST, str] = {}
    for name in names:
        if not any(match_expr(form, one) for one in _conditions(loop.test) for form in _filled(name)):
            raise NotApplicable("an element may be taken from an empty list")
        if _taken(loop.body, name)[1] != 1:
            raise NotApplicable("a second element is taken without looking whether there is one")
        for load in loads_of(name, loop):
            node, text = _replaced(context, load, name, at[name], parts)
            parts[node] = text
    return _written(context, loop, names, kept, asked, at, parts)


def _conditions(test: ast.expr) -> list[ast.expr]:
    return test.values if isinstance(test, ast.BoolOp) and isinstance(test.op, ast.And) else [test]


def _filled(name: str) -> tuple[str, ...]:
    return name, f"len({name}) > 0", f"len({name}) != 0", f"len({name})", f"len({name}) >= 1"


def _taken(block: Sequence[ast.stmt], name: str) -> tuple[int | None, int]:
    """How many elements a turn takes at most until the end of a block, None if it never gets there, and on any way."""
    through, most = 0, 0
    for statement in block:
        if isinstance(statement, ast.Continue | ast.Break):
            return None, max(most, through)
        branches = [statement.body, statement.orelse] if isinstance(statement, ast.If) else []
        within: list[ast.AST] = [statement.test] if isinstance(statement, ast.If) else [statement]
        calls = [node for top in within for node in ast.walk(top) if isinstance(node, ast.Call)]
        pops = sum(match_expr(f"{name}.pop(0)", call) is not None for call in calls)
        if pops and (not isinstance(statement, _SIMPLE) or len(loads_of(name, statement)) != 1):
            raise NotApplicable("an element is taken in the middle of something else")
        through += pops
        found = [_taken(branch, name) for branch in branches]
        most = max([most, *(through + one for _, one in found)])
        ends = [one for one, _ in found if one is not None]
        if isinstance(statement, ast.Return | ast.Raise) or (branches and not ends):
            return None, max(most, through)
        through += max(ends, default=0)
    return through, max(most, through)


def _replaced(
    context: FunctionContext, load: ast.Name, name: str, at: str, parts: dict[ast.AST, str]
) -> tuple[ast.AST, str]:
    """(what to replace, by which text) for one use of a list."""
    parent = context.parents[load]
    above = context.parents[parent]
    some = f"{at} < len({name})"
    if (
        isinstance(parent, ast.Subscript)
        and match_expr(f"{name}[0]", parent)
        and isinstance(parent.ctx, ast.Load)
    ):
        return parent, f"{name}[{at}]"
    if isinstance(parent, ast.Attribute) and match_expr(f"{name}.pop(0)", above):
        statement = context.parents[above]
        if isinstance(statement, ast.Expr):
            return statement, f"{at} += 1"
        while not isinstance(statement, ast.stmt):
            if isinstance(
                statement, ast.comprehension | ast.ListComp | ast.GeneratorExp | ast.IfExp | ast.BoolOp
            ):
                raise NotApplicable("an element that may not be taken")
            statement = context.parents[statement]
        if not context.layout.alone(statement) or "\n" in context.text(statement):
            raise NotApplicable("a statement over several lines")
        before, _, after = context.text(statement).partition(f"{name}.pop(0)")
        indent = context.layout.indent(statement)
        return statement, f"{before}{name}[{at}]{after}\n{indent}{at} += 1"
    if _is_asked(context, load):
        return load, some
    if isinstance(parent, ast.Call):
        if isinstance(above, ast.Compare) and any(match_expr(form, above) for form in _filled(name)):
            return above, some
        if _is_asked(context, parent) and match_expr(f"len({name})", parent):
            return parent, some
    raise NotApplicable("another use of the list")


def _is_asked(context: FunctionContext, node: ast.expr) -> bool:
    """Whether only its truth matters."""
    parent = context.parents[node]
    while isinstance(parent, ast.BoolOp):
        node, parent = parent, context.parents[parent]
    return isinstance(parent, ast.While | ast.If) and parent.test is node


def _written(
    context: FunctionContext,
    loop: ast.While,
    names: Sequence[str],
    kept: Sequence[str],
    asked: Sequence[str],
    at: dict[str, str],
    parts: dict[ast.AST, str],
) -> Rewrite | None:
    context.need_builtins("len")
    # A use inside a statement that is written anew as a whole is written there.
    outer = {node for node in parts if isinstance(node, ast.stmt)}
    for node in [one for one in parts if one not in outer]:
        for statement in outer:
            if node in set(ast.walk(statement)):
                raise NotApplicable("two lists in one statement")
    new, slow = block_with_parts(context, [loop], parts), context.layout.block_text([loop])
    if new is None or slow is None:
        return None
    unit = context.layout.unit
    start = f"{' = '.join(at.values())} = 0"
    ends = context.layout.end(loop)
    used = [
        name
        for name in names
        if name in kept or any(context.layout.start(load) >= ends for load in loads_of(name, context.node))
        or any(isinstance(around, ast.For | ast.While) for around in _around(context, loop))
    ]  # fmt: skip
    gone = "\n".join(f"del {name}[:{at[name]}]" for name in used)
    if kept:
        code = f"{start}\ntry:\n{indent_lines(new.rstrip(), unit)}\nfinally:\n{indent_lines(gone, unit)}"
    else:
        code = f"{start}\n{new.rstrip()}" + (f"\n{gone}" if gone else "")
    both = len(names) == 2 and not all(is_separate(context, name) for name in names)
    tests = [f"type({name}) is list" for name in asked]
    if asked:
        context.need_builtins("type", "list")
    if both:
        tests.append(f"{names[0]} is not {names[1]}")
    edit = either(context, loop, loop, tests, code, slow)
    note = f"move a position through {' and '.join(names)} instead of taking the first element away"
    return Rewrite((edit,), note, reusable=frozenset(at.values())) if edit else None


def _around(context: FunctionContext, node: ast.AST) -> Iterator[ast.AST]:
    while node in context.parents:
        node = context.parents[node]
        yield node


STRATEGY = BuiltinStrategy("take-by-position", "data_structure", _build, __doc__ or "")
