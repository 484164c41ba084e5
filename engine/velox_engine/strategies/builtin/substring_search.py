"""Lets text search itself instead of comparing every piece of it with the text that is looked for.

What it does: a loop over all positions of a text that compares the slice there with another text of that length asks
`in` where only the answer counts, and `find` where the position does; what is done at each place found is done in a
loop from one to the next. Where an inner loop goes through several texts that are looked for, it becomes the only one.

Example:
    def position(text: str, word: str) -> int:
        size = len(word)
        for i in range(len(text) - size + 1):
            if text[i:i + size] == word:
                return i
        return -1

Result:
    def position(text: str, word: str) -> int:
        size = len(word)
        i = text.find(word) if len(word) == size else -1
        if i != -1:
            return i
        return -1

Inputs:
    ("abcabc", "ca")
    ("aaa", "b")
    ("", "")
    ("a", "abc")

When it is unsafe: lists, for which `in` looks for elements; so unless both are known to be text the new code asks, and
keeps the loop for all else. When the body changes what is searched or looked for, or goes on by `continue`.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from velox_engine.strategies.base import BuiltinStrategy, FunctionContext, Rewrite
from velox_engine.strategies.bindings import all_names, parameters, stores_of, written_names
from velox_engine.strategies.effects import bindings_of, keeps_value, only_binding
from velox_engine.strategies.guards import either
from velox_engine.strategies.loops import constant, is_fallback, length_of, places, range_parts, read_outside
from velox_engine.strategies.patterns import match_expr, match_stmt, same
from velox_engine.strategies.positions import indent_lines
from velox_engine.strategies.purity import is_pure


@dataclass(frozen=True, slots=True)
class _Search:
    """`text[i:i + size] == wanted`, for all i."""

    text: str
    size: ast.expr
    wanted: ast.expr


def _build(context: FunctionContext) -> Iterator[Rewrite]:
    for place in places(context.node):
        loop = place.statement
        if isinstance(loop, ast.For) and not loop.orelse and len(loop.body) == 1:
            rewrite = _rewrite(context, loop)
            if rewrite:
                yield rewrite


def _rewrite(context: FunctionContext, loop: ast.For) -> Rewrite | None:
    parts = range_parts(context, loop.iter)
    if parts is None or not isinstance(loop.target, ast.Name):
        return None
    if constant(parts[0]) != 0 or constant(parts[2]) != 1:
        return None
    index, inner, branch = loop.target.id, None, loop.body[0]
    if isinstance(branch, ast.For) and not branch.orelse and len(branch.body) == 1:
        inner, branch = branch, branch.body[0]
    if not isinstance(branch, ast.If) or branch.orelse:
        return None
    search = _compared(context, branch.test, index)
    if search is None or not _all_positions(context, parts[1], search):
        return None
    own = written_names([loop]) - {index}
    if index in written_names(branch.body) or read_outside(context, index, loop):
        return None
    fixed = all_names([search.wanted, search.size, parts[1]]) | {search.text}
    if fixed & written_names(branch.body) or not is_pure(context, search.wanted):
        return None
    if not keeps_value(context, search.wanted, branch.body):
        return None
    fast = _searching(context, search, index, inner, branch.body)
    tests = _tests(context, search, own) if fast else None
    if fast is None or tests is None or is_fallback(context, loop, search.text):
        return None
    slow = context.layout.block_text([loop]) if tests else None
    edit = either(context, loop, loop, tests, fast, slow)
    return Rewrite((edit,), f"let {search.text} search itself") if edit else None


def _compared(context: FunctionContext, test: ast.expr, index: str) -> _Search | None:
    """The comparison of a slice at the index with something that does not depend on it."""
    equal = match_expr("M_a == M_b", test)
    if not equal:
        return None
    for piece, wanted in ((equal["M_a"], equal["M_b"]), (equal["M_b"], equal["M_a"])):
        for form in (f"M_s[{index}:{index} + M_k]", f"M_s[{index}:M_k + {index}]"):
            found = match_expr(form, piece)
            if (
                found
                and isinstance(found["M_s"], ast.Name)
                and index not in all_names([wanted, found["M_k"]])
            ):
                return _Search(found["M_s"].id, found["M_k"], wanted)
    return None


def _all_positions(context: FunctionContext, stop: ast.expr, search: _Search) -> bool:
    """Whether the loop ends where a piece of that size last fits."""
    found = match_expr("M_n - M_k + 1", stop) or match_expr("M_n + 1 - M_k", stop)
    if not found or not same(found["M_k"], search.size) or not _is_length(context, search.size):
        return False
    held = length_of(context, found["M_n"])
    if held is None and isinstance(found["M_n"], ast.Name):
        bound = only_binding(context, found["M_n"].id)
        # A text that is bound once is the one that was measured.
        if bound is not None and not stores_of(search.text, context.own):
            held = length_of(context, bound)
    return isinstance(held, ast.Name) and held.id == search.text


def _is_length(context: FunctionContext, size: ast.expr) -> bool:
    """Whether it surely is a whole number that is not negative."""
    if length_of(context, size) is not None:
        return True
    if not isinstance(size, ast.Name) or size.id in parameters(context.node):
        return False
    bound = bindings_of(context, size.id)
    if len(stores_of(size.id, context.own)) != len(bound):
        return False  # `size -= 1`
    return bool(bound) and all(one is not None and length_of(context, one) is not None for one in bound)


def _searching(
    context: FunctionContext, search: _Search, index: str, inner: ast.For | None, body: Sequence[ast.stmt]
) -> str | None:
    """The new code; None where the body is none of what it can do."""
    layout, unit = context.layout, context.layout.unit
    wanted, size = context.text(search.wanted), context.text(search.size)
    text = layout.block_text(body)
    if text is None or "\n" in wanted + size:
        return None
    text = text.rstrip()
    measured = length_of(context, search.size)
    fits = "" if measured is not None and same(measured, search.wanted) else f"len({wanted}) == {size}"
    leaves = isinstance(body[-1], ast.Return | ast.Break)
    if index not in all_names(body) and len(body) == 1 and isinstance(body[0], ast.Return):
        both = f"{fits} and " if fits else ""
        asked = f"if {both}{wanted} in {search.text}:\n{indent_lines(text, unit)}"
        if inner is None:
            return asked
        if index in all_names([inner.iter]) or not is_pure(context, inner.iter):
            return None
        if any(read_outside(context, name, inner) for name in written_names([inner.target])):
            return None
        head = f"for {context.text(inner.target)} in {context.text(inner.iter)}:"
        # Which of several texts is found first differs, so the answer must be the same for all.
        if all_names([inner.target]) & all_names(body) or not is_pure(context, _returned(body[0])):
            return None
        return f"{head}\n{indent_lines(asked, unit)}"
    if inner is not None or any(isinstance(node, ast.Continue) for one in body for node in ast.walk(one)):
        return None
    first = f"{search.text}.find({wanted})"
    start = f"{index} = {first} if {fits} else -1" if fits else f"{index} = {first}"
    if leaves and not any(isinstance(node, ast.Break) for one in body[:-1] for node in ast.walk(one)):
        kept = (
            text if isinstance(body[-1], ast.Return) else layout.block_text(body[:-1]) if body[:-1] else None
        )
        return f"{start}\nif {index} != -1:\n{indent_lines(kept.rstrip(), unit)}" if kept else None
    if not fits and len(body) == 1 and match_stmt("M_c += M_k", body[0]):
        return None  # counting is another strategy's
    following = f"{index} = {search.text}.find({wanted}, {index} + 1)"
    return f"{start}\nwhile {index} != -1:\n{indent_lines(text, unit)}\n{indent_lines(following, unit)}"


def _returned(statement: ast.stmt) -> ast.expr:
    value = statement.value if isinstance(statement, ast.Return) else None
    return value if value is not None else ast.Constant(None)


def _tests(context: FunctionContext, search: _Search, own: set[str]) -> list[str] | None:
    """What must hold for both to be text; None where it is something else, or cannot be asked before the loop."""
    tests: list[str] = []
    wanted = search.wanted
    if isinstance(wanted, ast.Subscript) and isinstance(wanted.slice, ast.Slice):
        wanted = wanted.value
    for one in (ast.Name(search.text, ast.Load()), wanted):
        shape = context.inference.of(one)
        if shape.name == "str" and shape.evidence != "use":
            continue
        if shape.name not in ("str", "", "!") or not isinstance(one, ast.Name) or one.id in own:
            return None
        tests.append(f"isinstance({one.id}, str)")
    if tests:
        context.need_builtins("isinstance", "str")
    return tests


STRATEGY = BuiltinStrategy("substring-search", "builtin_substitution", _build, __doc__ or "")
